#pragma once

// The live engine's ChangeSink: marks transactions whose watched keys change, tells who waits of keys that come to be,
// publishes keyspace events, invalidates what clients keep, and hands everything on to a listener.

#include "engine/command/change_sink.h"
#include "engine/command/client_state.h"
#include "engine/server/client_waits.h"
#include "engine/server/key_tracking.h"
#include "engine/server/subscriptions.h"

#include <map>
#include <unordered_map>
#include <vector>

namespace engine {

class Keyspace;

/// Thread: the engine's.
class LiveChanges final : public ChangeSink {
public:
    /// Whom it tells. All outlive it.
    struct Parts {
        const Keyspace& data;
        ClientWaits& waits;
        Subscriptions& subscriptions;
        KeyTracking& tracking;
        const ClientState* const& running; // whose command it is; null: nobody's
    };
    explicit LiveChanges(const Parts& parts) : m_parts(parts), m_data(parts.data), m_waits(parts.waits) { }

    void watch(ClientState& client, int database, BytesView key, bool wasExpired);
    void unwatch(ClientState& client);
    /// Not owned; null removes it.
    void setListener(ChangeSink* listener) { m_listener = listener; }
    /// The events that are published, as notify-keyspace-events writes them.
    void setNotifications(BytesView letters);
    /// Marks the watchers of keys that are in either dataset.
    void datasetReplaced(const Keyspace& before, const Keyspace& after);

    ChangeWants wants() const override;
    void beforeWrite(int database, BytesView key, const Entry* before) override;
    void keyReady(int database, BytesView key) override { m_waits.keyReady(database, key); }
    void keyModified(int database, BytesView key) override;
    void event(EventClass kind, BytesView name, int database, BytesView key) override;
    void databaseFlushed(int database) override;
    void databasesSwapped(int a, int b) override;
    void effect(int database, std::span<const BytesView> argv) override;

private:
    using Watchers = std::unordered_map<Bytes, std::vector<ClientState*>>;
    template <class Predicate>
    static void markWhere(Watchers& keys, Predicate touched);

    bool notifies(EventClass kind) const { return ((m_events >> static_cast<unsigned>(kind)) & 1) != 0; }
    bool holdsStream(int database, BytesView key) const;
    bool isChange(ClientState& client, int database, BytesView key) const;

    void publish(BytesView name, int database, BytesView key);

    Parts m_parts;
    const Keyspace& m_data;
    ClientWaits& m_waits;
    // notify-keyspace-events: a bit for each EventClass, and the two kinds of channel.
    std::uint32_t m_events = 0;
    bool m_byKey = false;
    bool m_byEvent = false;
    ChangeSink* m_listener = nullptr;
    // Key to the clients that watch it, by database.
    std::map<int, Watchers> m_watchers;
};

} // namespace engine
