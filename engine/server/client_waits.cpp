#include "engine/server/client_waits.h"

#include "engine/base/check.h"

#include <algorithm>

namespace engine {

void ClientWaits::add(ClientState& client, ClientWait wait)
{
    CHECK(!client.wait);
    client.wait = std::move(wait);
    std::vector<Place>& places = m_places[&client];
    Keys& keys = m_keys[client.wait->database];
    for (const Bytes& key : client.wait->keys) {
        const auto queue = keys.try_emplace(key).first;
        const bool named = std::ranges::any_of(places, [&](const Place& place) { return place.key == queue; });
        if (!named)
            places.push_back(
                {.keys = &keys, .key = queue, .client = queue->second.insert(queue->second.end(), &client)});
    }
    if (client.wait->what == WaitFor::Stream)
        ++m_streamWaits;
    if (client.wait->until) {
        m_deadlines.emplace(client.wait->until->value, client.id);
        m_timed.emplace(client.id, &client);
    }
}

void ClientWaits::remove(ClientState& client)
{
    if (!client.wait)
        return;
    const auto places = m_places.find(&client);
    for (const Place& place : places->second) {
        place.key->second.erase(place.client);
        if (place.key->second.empty())
            place.keys->erase(place.key);
    }
    m_places.erase(places);
    if (client.wait->what == WaitFor::Stream)
        --m_streamWaits;
    if (client.wait->until) {
        m_deadlines.erase({client.wait->until->value, client.id});
        m_timed.erase(client.id);
    }
    client.wait.reset();
}

std::vector<ClientState*> ClientWaits::due(UnixMs now) const
{
    std::vector<ClientState*> clients;
    for (const auto& [until, id] : m_deadlines) {
        if (until >= now.value)
            break;
        clients.push_back(m_timed.at(id));
    }
    return clients;
}

std::optional<UnixMs> ClientWaits::earliest() const
{
    return m_deadlines.empty() ? std::nullopt : std::optional(UnixMs{m_deadlines.begin()->first});
}

std::vector<ClientState*> ClientWaits::waitingFor(WaitFor what) const
{
    std::vector<ClientState*> clients;
    for (const auto& [client, places] : m_places) {
        if (client->wait->what == what)
            clients.push_back(const_cast<ClientState*>(client));
    }
    std::ranges::sort(clients, {}, &ClientState::id);
    return clients;
}

const ClientWaits::Queue* ClientWaits::queue(int database, BytesView key) const
{
    const auto keys = m_keys.find(database);
    if (keys == m_keys.end())
        return nullptr;
    const auto place = keys->second.find(Bytes(key));
    return place == keys->second.end() ? nullptr : &place->second;
}

void ClientWaits::keyReady(int database, BytesView key)
{
    if (!queue(database, key) || !m_readyNames[database].emplace(key).second)
        return;
    m_ready.push_back({.database = database, .key = Bytes(key)});
}

void ClientWaits::streamGone(int database, BytesView key)
{
    const Queue* clients = queue(database, key);
    const auto waitsForStream = [](const ClientState* client) { return client->wait->what == WaitFor::Stream; };
    if (clients && std::ranges::any_of(*clients, waitsForStream))
        keyReady(database, key);
}

void ClientWaits::databaseChanged(int database)
{
    for (const auto& [index, keys] : m_keys) {
        if (database >= 0 && index != database)
            continue;
        for (const auto& [key, clients] : keys)
            keyReady(index, key);
    }
}

std::optional<ClientWaits::ReadyKey> ClientWaits::takeReady()
{
    if (m_ready.empty())
        return std::nullopt;
    ReadyKey ready = std::move(m_ready.front());
    m_ready.pop_front();
    m_readyNames[ready.database].erase(ready.key);
    return ready;
}

} // namespace engine
