#pragma once

// The live engine's ChangeSink: marks transactions whose watched keys change, and hands everything on to a listener.

#include "engine/command/change_sink.h"
#include "engine/command/client_state.h"

#include <map>
#include <unordered_map>
#include <vector>

namespace engine {

class Keyspace;

/// Thread: the engine's.
class LiveChanges final : public ChangeSink {
public:
    explicit LiveChanges(const Keyspace& data) : m_data(data) { }

    void watch(ClientState& client, int database, BytesView key, bool wasExpired);
    void unwatch(ClientState& client);
    /// Not owned; null removes it.
    void setListener(ChangeSink* listener) { m_listener = listener; }
    /// Marks the watchers of keys that are in either dataset.
    void datasetReplaced(const Keyspace& before, const Keyspace& after);

    bool wantsBefore() const override { return m_listener && m_listener->wantsBefore(); }
    void beforeWrite(int database, BytesView key, const Entry* before) override;
    void keyModified(int database, BytesView key) override;
    void event(EventClass kind, BytesView name, int database, BytesView key) override;
    void databaseFlushed(int database) override;
    void databasesSwapped(int a, int b) override;
    void effect(int database, std::span<const BytesView> argv) override;

private:
    using Watchers = std::unordered_map<Bytes, std::vector<ClientState*>>;
    template <class Predicate>
    static void markWhere(Watchers& keys, Predicate touched);

    bool isChange(ClientState& client, int database, BytesView key) const;

    const Keyspace& m_data;
    ChangeSink* m_listener = nullptr;
    // Key to the clients that watch it, by database.
    std::map<int, Watchers> m_watchers;
};

} // namespace engine
