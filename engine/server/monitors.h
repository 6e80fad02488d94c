#pragma once

// The clients that watch every command: MONITOR.

#include "engine/base/clock.h"
#include "engine/command/client_state.h"

#include <vector>

namespace engine {

/// Thread: the engine's.
class Monitors {
public:
    void add(ClientState& client);
    void remove(ClientState& client);
    bool any() const { return !m_clients.empty(); }
    /// Sends each a line about a command that `client` runs in `database`; passwords are left out of it.
    void feed(const ClientState& client, int database, std::span<const BytesView> argv, UnixMicros now);

private:
    std::vector<ClientState*> m_clients;
};

} // namespace engine
