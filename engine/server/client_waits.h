#pragma once

// The clients that wait, by the keys they wait for, in the order in which they came; and the keys that have become
// ready and are to be served. Which client gets what is engine_waits.cpp's.

#include "engine/command/client_state.h"

#include <deque>
#include <list>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

namespace engine {

/// Thread: the engine's.
class ClientWaits {
public:
    using Queue = std::list<ClientState*>;
    struct ReadyKey {
        int database = 0;
        Bytes key;
    };

    /// The client waits from now on; it must not already. A key named twice counts once.
    void add(ClientState& client, ClientWait wait);
    /// The client waits no longer, if it did.
    void remove(ClientState& client);

    bool any() const { return !m_places.empty(); }
    std::size_t count() const { return m_places.size(); }
    /// Those among them that will give up some time.
    std::size_t timedCount() const { return m_timed.size(); }
    /// Those at the end of their time. Cost: O(1) when there are none.
    std::vector<ClientState*> due(UnixMs now) const;
    /// When the first of them is due.
    std::optional<UnixMs> earliest() const;
    std::vector<ClientState*> waitingFor(WaitFor what) const;

    /// The clients that wait for a key, first come first; null when nobody does. Valid until the next `add` or
    /// `remove`.
    const Queue* queue(int database, BytesView key) const;

    // --- Keys that are to be served.

    /// A key begins to be there, or has lost what they wait for.
    void keyReady(int database, BytesView key);
    /// A key holds no stream any more, if it did: of interest to those who wait for streams.
    void streamGone(int database, BytesView key);
    bool anyForStreams() const { return m_streamWaits > 0; }
    /// Everything may have changed in a database; -1: in all.
    void databaseChanged(int database);
    /// The next key to serve, in the order in which they became ready.
    std::optional<ReadyKey> takeReady();
    bool hasReady() const { return !m_ready.empty(); }

private:
    using Keys = std::unordered_map<Bytes, Queue>;
    struct Place {
        Keys* keys = nullptr;
        Keys::iterator key;
        Queue::iterator client;
    };

    std::map<int, Keys> m_keys; // by database; a queue without clients is erased
    std::map<const ClientState*, std::vector<Place>> m_places;
    std::size_t m_streamWaits = 0;
    std::set<std::pair<std::int64_t, std::int64_t>> m_deadlines; // milliseconds, client id
    std::unordered_map<std::int64_t, ClientState*> m_timed; // by id
    std::deque<ReadyKey> m_ready;
    std::map<int, std::unordered_set<Bytes>> m_readyNames; // the same, to be asked
};

} // namespace engine
