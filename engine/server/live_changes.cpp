#include "engine/server/live_changes.h"

#include "engine/data/keyspace.h"

#include <algorithm>

namespace engine {

template <class Predicate>
void LiveChanges::markWhere(Watchers& keys, Predicate touched)
{
    for (auto& [key, clients] : keys) {
        if (!touched(key))
            continue;
        for (ClientState* client : clients)
            client->watchedKeyChanged = true;
    }
}

void LiveChanges::watch(ClientState& client, int database, BytesView key, bool wasExpired)
{
    const bool already = std::ranges::any_of(
        client.watched, [&](const WatchedKey& watched) { return watched.database == database && watched.key == key; });
    if (already)
        return;
    client.watched.push_back({.database = database, .key = Bytes(key), .wasExpired = wasExpired});
    m_watchers[database][Bytes(key)].push_back(&client);
}

void LiveChanges::unwatch(ClientState& client)
{
    for (const WatchedKey& watched : client.watched) {
        auto& keys = m_watchers[watched.database];
        const auto place = keys.find(watched.key);
        std::erase(place->second, &client);
        if (place->second.empty())
            keys.erase(place);
        if (keys.empty())
            m_watchers.erase(watched.database);
    }
    client.watched.clear();
    client.watchedKeyChanged = false;
}

void LiveChanges::datasetReplaced(const Keyspace& before, const Keyspace& after)
{
    for (auto& [database, keys] : m_watchers) {
        const auto index = static_cast<std::size_t>(database);
        markWhere(keys,
            [&](const Bytes& key) { return before.database(index).find(key) || after.database(index).find(key); });
    }
    m_waits.databaseChanged(-1);
    m_parts.tracking.flushed();
}

ChangeWants LiveChanges::wants() const
{
    // As it nearly always is.
    if (!m_listener && m_events == 0 && m_watchers.empty() && !m_waits.any() && !m_parts.tracking.active())
        return {.before = false, .modified = false, .events = false, .effects = false};
    ChangeWants wants{.before = notifies(EventClass::New),
        .ready = m_waits.any(),
        .modified = !m_watchers.empty() || m_waits.anyForStreams() || m_parts.tracking.active(),
        .events = m_events != 0,
        .effects = false};
    if (m_listener) {
        const ChangeWants theirs = m_listener->wants();
        wants.before |= theirs.before;
        wants.modified |= theirs.modified;
        wants.events |= theirs.events;
        wants.effects |= theirs.effects;
    }
    return wants;
}

void LiveChanges::beforeWrite(int database, BytesView key, const Entry* before)
{
    if (m_listener)
        m_listener->beforeWrite(database, key, before);
}

// A key whose time had come already when it was watched was missing then; that it is removed now changes nothing.
bool LiveChanges::isChange(ClientState& client, int database, BytesView key) const
{
    const auto watched = std::ranges::find_if(client.watched,
        [&](const WatchedKey& candidate) { return candidate.database == database && candidate.key == key; });
    if (watched == client.watched.end() || !watched->wasExpired)
        return true;
    if (m_data.database(static_cast<std::size_t>(database)).find(key))
        return true;
    watched->wasExpired = false;
    return false;
}

bool LiveChanges::holdsStream(int database, BytesView key) const
{
    const Entry* entry = m_data.database(static_cast<std::size_t>(database)).find(key);
    return entry && entry->type() == ValueType::Stream;
}

// What adds to a stream says so itself; other changes to one let nobody read on.
void LiveChanges::keyModified(int database, BytesView key)
{
    if (!m_watchers.empty()) {
        const auto keys = m_watchers.find(database);
        if (keys != m_watchers.end()) {
            const auto place = keys->second.find(Bytes(key));
            if (place != keys->second.end()) {
                for (ClientState* client : place->second)
                    client->watchedKeyChanged |= isChange(*client, database, key);
            }
        }
    }
    if (m_waits.anyForStreams() && !holdsStream(database, key))
        m_waits.streamGone(database, key);
    if (m_parts.tracking.active())
        m_parts.tracking.keyModified(key, m_parts.running);
    if (m_listener)
        m_listener->keyModified(database, key);
}

void LiveChanges::setNotifications(BytesView letters)
{
    struct Letter {
        char letter;
        EventClass kind;
        bool inAll; // of 'A'
    };
    constexpr Letter kLetters[] = {{'g', EventClass::Generic, true}, {'$', EventClass::String, true},
        {'l', EventClass::List, true}, {'s', EventClass::Set, true}, {'h', EventClass::Hash, true},
        {'z', EventClass::SortedSet, true}, {'x', EventClass::Expired, true}, {'e', EventClass::Evicted, true},
        {'t', EventClass::Stream, true}, {'n', EventClass::New, false}, {'m', EventClass::KeyMiss, false}};
    const auto given = [letters](char c) { return letters.find(c) != BytesView::npos; };
    m_events = 0;
    m_byKey = given('K');
    m_byEvent = given('E');
    for (const Letter& letter : kLetters) {
        if ((m_byKey || m_byEvent) && (given(letter.letter) || (letter.inAll && given('A'))))
            m_events |= 1U << static_cast<unsigned>(letter.kind);
    }
}

void LiveChanges::publish(BytesView name, int database, BytesView key)
{
    const Bytes number = std::to_string(database);
    if (m_byKey)
        m_parts.subscriptions.publish("__keyspace@" + number + "__:" + Bytes(key), name);
    if (m_byEvent)
        m_parts.subscriptions.publish("__keyevent@" + number + "__:" + Bytes(name), key);
}

void LiveChanges::event(EventClass kind, BytesView name, int database, BytesView key)
{
    if (m_events != 0 && notifies(kind) && m_parts.subscriptions.any())
        publish(name, database, key);
    if (m_listener)
        m_listener->event(kind, name, database, key);
}

// Called while the keys are still there: who watches one that is, sees it go.
void LiveChanges::databaseFlushed(int database)
{
    for (auto& [index, keys] : m_watchers) {
        if (database >= 0 && index != database)
            continue;
        const Database& data = m_data.database(static_cast<std::size_t>(index));
        markWhere(keys, [&data](const Bytes& key) { return data.find(key); });
    }
    m_waits.databaseChanged(database);
    m_parts.tracking.flushed();
    if (m_listener)
        m_listener->databaseFlushed(database);
}

// Whoever watches a key of either that exists in one of them sees another value, or none.
void LiveChanges::databasesSwapped(int a, int b)
{
    for (const int index : {a, b}) {
        const auto watchers = m_watchers.find(index);
        if (a == b || watchers == m_watchers.end())
            continue;
        markWhere(watchers->second, [&](const Bytes& key) {
            return m_data.database(static_cast<std::size_t>(a)).find(key)
                || m_data.database(static_cast<std::size_t>(b)).find(key);
        });
    }
    m_waits.databaseChanged(a);
    m_waits.databaseChanged(b);
    if (m_listener)
        m_listener->databasesSwapped(a, b);
}

void LiveChanges::effect(int database, std::span<const BytesView> argv)
{
    if (m_listener)
        m_listener->effect(database, argv);
}

} // namespace engine
