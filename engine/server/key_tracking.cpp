#include "engine/server/key_tracking.h"

#include "engine/command/client_port.h"

#include <algorithm>

namespace engine {

namespace {

constexpr BytesView kChannel = "__redis__:invalidate";

void writeKeys(ReplySink& sink, const std::vector<BytesView>* keys)
{
    if (!keys)
        return sink.null();
    sink.array(keys->size());
    for (const BytesView key : *keys)
        sink.bulk(key);
}

bool remembers(const ClientTracking& tracking)
{
    if (tracking.broadcast)
        return false;
    if (tracking.optIn)
        return tracking.caching;
    return !(tracking.optOut && tracking.caching);
}

} // namespace

void KeyTracking::start(ClientState& client, ClientTracking options)
{
    if (client.tracking) {
        const auto& prefixes = client.tracking->prefixes;
        options.prefixes.insert(prefixes.begin(), prefixes.end());
    } else {
        ++m_tracking;
    }
    if (options.broadcast && options.prefixes.empty())
        options.prefixes.emplace();
    for (const Bytes& prefix : options.prefixes)
        m_prefixes[prefix].clients.insert(client.id);
    client.tracking = std::move(options);
}

// Keys that were remembered for the client stay until they change: it is then found not to track any more, or again.
void KeyTracking::stop(ClientState& client)
{
    if (!client.tracking)
        return;
    for (const Bytes& prefix : client.tracking->prefixes) {
        const auto place = m_prefixes.find(prefix);
        place->second.clients.erase(client.id);
        if (place->second.clients.empty())
            m_prefixes.erase(place);
    }
    client.tracking.reset();
    --m_tracking;
}

void KeyTracking::remember(ClientState& client, std::span<const BytesView> keys, std::size_t limit)
{
    if (!client.tracking || !remembers(*client.tracking))
        return;
    for (const BytesView key : keys) {
        auto place = m_keys.find(key);
        if (place == m_keys.end())
            place = m_keys.emplace(Bytes(key), std::set<std::int64_t>()).first;
        m_items += place->second.insert(client.id).second ? 1 : 0;
    }
    if (limit != 0 && m_keys.size() > limit)
        makeRoom(limit);
}

void KeyTracking::makeRoom(std::size_t limit)
{
    while (m_keys.size() > limit)
        invalidate(Bytes(m_keys.begin()->first), nullptr);
}

void KeyTracking::keyModified(BytesView key, const ClientState* by)
{
    for (auto& [prefix, broadcast] : m_prefixes) {
        if (!key.starts_with(prefix))
            continue;
        broadcast.changed[Bytes(key)] = by ? by->id : 0;
        m_changed = true;
    }
    if (!m_keys.empty() && m_keys.find(key) != m_keys.end())
        invalidate(Bytes(key), by);
}

void KeyTracking::invalidate(const Bytes& key, const ClientState* by)
{
    const auto place = m_keys.find(key);
    const std::vector<BytesView> keys(1, key);
    for (const std::int64_t id : place->second) {
        const auto client = m_clients.find(id);
        if (client == m_clients.end() || !client->second->tracking || client->second->tracking->broadcast)
            continue;
        if (client->second != by || !client->second->tracking->noLoop)
            invalidate(*client->second, &keys);
    }
    m_items -= place->second.size();
    m_keys.erase(place);
}

void KeyTracking::flushed()
{
    if (!active())
        return;
    for (const auto& [id, client] : m_clients) {
        if (client->tracking)
            invalidate(*client, nullptr);
    }
    m_keys.clear();
    m_items = 0;
}

// To the client itself, or to the one that it has redirected its invalidations to. Null keys: all of them.
void KeyTracking::invalidate(ClientState& client, const std::vector<BytesView>* keys)
{
    ClientState* target = &client;
    if (client.tracking->redirect != 0) {
        const auto other = m_clients.find(client.tracking->redirect);
        if (other == m_clients.end()) {
            client.tracking->redirectBroken = true;
            if (client.protocol == Protocol::Resp3 && client.port) {
                ReplySink& sink = client.port->sinkBehindReply();
                sink.push(2);
                sink.bulk("tracking-redir-broken");
                sink.integer(client.tracking->redirect);
                client.port->flush();
            }
            return;
        }
        target = other->second;
    }
    if (!target->port)
        return;
    if (target->protocol == Protocol::Resp3) {
        ReplySink& sink = target->port->sinkBehindReply();
        sink.push(2);
        sink.bulk("invalidate");
        writeKeys(sink, keys);
    } else if (target != &client && target->subscriptions.any()) {
        ReplySink& sink = target->port->sinkBehindReply();
        sink.push(3);
        sink.bulk("message");
        sink.bulk(kChannel);
        writeKeys(sink, keys);
    } else {
        return;
    }
    target->port->flush();
}

void KeyTracking::broadcast()
{
    if (!m_changed)
        return;
    m_changed = false;
    for (auto& [prefix, broadcast] : m_prefixes) {
        const auto changed = std::move(broadcast.changed);
        broadcast.changed.clear();
        for (const std::int64_t id : broadcast.clients) {
            ClientState& client = *m_clients.at(id);
            std::vector<BytesView> keys;
            for (const auto& [key, by] : changed) {
                if (!client.tracking->noLoop || by != id)
                    keys.push_back(key);
            }
            if (!keys.empty())
                invalidate(client, &keys);
        }
    }
}

} // namespace engine
