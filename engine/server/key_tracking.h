#pragma once

// Client-side caching: which clients have been given which keys, and the invalidations that they are sent.
// Source: https://redis.io/docs/manual/client-side-caching/
//
// Keys are kept by name alone, as Redis does: a write to a key of the same name in another database invalidates too.

#include "engine/command/client_state.h"

#include <functional>
#include <map>
#include <set>

namespace engine {

/// Thread: the engine's.
class KeyTracking {
public:
    using Clients = std::map<std::int64_t, ClientState*>;

    /// `clients`: those connected, by id; outlives this.
    explicit KeyTracking(const Clients& clients) : m_clients(clients) { }

    /// CLIENT TRACKING ON: replaces the client's options, but adds to its prefixes.
    void start(ClientState& client, ClientTracking options);
    void stop(ClientState& client);
    /// Whether reads and writes are of interest.
    bool active() const { return m_tracking > 0 || !m_keys.empty(); }

    /// The client has been given these keys by a command that reads. `limit`: the most keys that are remembered
    /// (0: no limit); some are invalidated to make room.
    void remember(ClientState& client, std::span<const BytesView> keys, std::size_t limit);
    /// A key has changed, by a client's command or by nobody's.
    void keyModified(BytesView key, const ClientState* by);
    /// All keys have gone.
    void flushed();

    /// What those in BCAST mode have to hear of everything since the last time.
    void broadcast();

    std::size_t clientCount() const { return m_tracking; }
    std::size_t keyCount() const { return m_keys.size(); }
    std::size_t itemCount() const { return m_items; }
    std::size_t prefixCount() const { return m_prefixes.size(); }

private:
    struct Prefix {
        std::set<std::int64_t> clients;
        std::map<Bytes, std::int64_t> changed; // since the last broadcast, and who changed it; 0: nobody
    };

    void invalidate(const Bytes& key, const ClientState* by);
    void invalidate(ClientState& client, const std::vector<BytesView>* keys);
    void makeRoom(std::size_t limit);

    const Clients& m_clients;
    std::size_t m_tracking = 0;
    std::map<Bytes, std::set<std::int64_t>, std::less<>> m_keys;
    std::size_t m_items = 0; // clients, over all keys
    std::map<Bytes, Prefix, std::less<>> m_prefixes;
    bool m_changed = false; // some prefix has keys to tell of
};

} // namespace engine
