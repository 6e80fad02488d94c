#include "engine/server/subscriptions.h"

#include "engine/base/glob.h"
#include "engine/command/client_port.h"

#include <algorithm>

namespace engine {

namespace {

void deliver(ClientState& client, std::initializer_list<BytesView> words)
{
    ReplySink& sink = client.port->sink();
    sink.push(words.size());
    for (const BytesView word : words)
        sink.bulk(word);
    client.port->flush();
}

} // namespace

bool Subscriptions::subscribe(ClientState& client, SubscriptionKind kind, BytesView name)
{
    if (!client.subscriptions.of(kind).emplace(name).second)
        return false;
    Names& names = m_names[static_cast<std::size_t>(kind)];
    names[Bytes(name)].push_back(&client);
    return true;
}

bool Subscriptions::unsubscribe(ClientState& client, SubscriptionKind kind, BytesView name)
{
    auto& own = client.subscriptions.of(kind);
    const auto held = own.find(name);
    if (held == own.end())
        return false;
    Names& names = m_names[static_cast<std::size_t>(kind)];
    const auto place = names.find(name);
    place->second.remove(&client);
    if (place->second.empty())
        names.erase(place);
    own.erase(held);
    return true;
}

void Subscriptions::leave(ClientState& client)
{
    for (const auto kind : {SubscriptionKind::Channel, SubscriptionKind::Pattern, SubscriptionKind::Shard}) {
        while (!client.subscriptions.of(kind).empty())
            unsubscribe(client, kind, Bytes(*client.subscriptions.of(kind).begin()));
    }
}

std::size_t Subscriptions::publish(BytesView channel, BytesView message)
{
    std::size_t receivers = 0;
    const Names& channels = names(SubscriptionKind::Channel);
    if (const auto place = channels.find(channel); place != channels.end()) {
        for (ClientState* client : place->second)
            deliver(*client, {"message", channel, message});
        receivers += place->second.size();
    }
    for (const auto& [pattern, clients] : names(SubscriptionKind::Pattern)) {
        if (!globMatches(pattern, channel))
            continue;
        for (ClientState* client : clients)
            deliver(*client, {"pmessage", pattern, channel, message});
        receivers += clients.size();
    }
    return receivers;
}

std::size_t Subscriptions::publishToShard(BytesView channel, BytesView message)
{
    const Names& channels = names(SubscriptionKind::Shard);
    const auto place = channels.find(channel);
    if (place == channels.end())
        return 0;
    for (ClientState* client : place->second)
        deliver(*client, {"smessage", channel, message});
    return place->second.size();
}

std::size_t Subscriptions::subscribers(SubscriptionKind kind, BytesView name) const
{
    const auto place = names(kind).find(name);
    return place == names(kind).end() ? 0 : place->second.size();
}

bool Subscriptions::any() const
{
    return std::ranges::any_of(m_names, [](const Names& names) { return !names.empty(); });
}

} // namespace engine
