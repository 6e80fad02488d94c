#pragma once

// The listening sockets of an engine and the connections that came through them.

#include "engine/base/result.h"
#include "engine/server/connection.h"
#include "engine/server/listen_options.h"

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

namespace engine {

/// Thread: the engine's.
class Listener final : public ConnectionOwner {
public:
    /// `clientsChanged` is called when somebody came or left; it may be empty.
    Listener(asio::io_context& loop, Engine& engine, BusyWatch& watch, std::function<void()> clientsChanged);
    ~Listener() override;

    /// All addresses or none; what was open before is closed, its connections stay. Refuses any address but loopback
    /// while there is no password. The error says what to do.
    Result<ListenReport> open(EngineTurn& turn, const ListenOptions& options);
    /// Closes the sockets and every connection.
    void close(EngineTurn& turn);

    std::vector<ConnectedClient> connected() const;
    bool disconnect(std::int64_t clientId);
    /// Timeouts; about once a second.
    void onSecond(EngineTurn& turn);

private:
    struct Socket;

    Result<void> openAll(const ListenOptions& options, ListenReport& report, std::vector<std::unique_ptr<Socket>>& out);
    void closeSockets();
    void waitForClient(Socket& socket);
    bool accept(Socket& socket);
    void admit(int descriptor, const Socket& socket, Bytes address, Bytes localAddress);
    void connectionClosed(Connection& connection) override;
    void reap();

    asio::io_context& m_loop;
    Engine& m_engine;
    BusyWatch& m_watch;
    SocketPoll m_poll; // of the connections
    std::function<void()> m_clientsChanged;
    std::vector<std::unique_ptr<Socket>> m_sockets;
    std::vector<std::unique_ptr<Socket>> m_closedSockets; // until the loop has let go of them
    std::unordered_map<std::int64_t, std::unique_ptr<Connection>> m_connections; // by client id
    std::vector<std::int64_t> m_closed; // to be destroyed by `reap`
    std::size_t m_left = 0; // connections that have gone since memory was last given back
    bool m_manyLeave = false; // it was given back a second ago: what has gone since belongs to the same many
    bool m_reaping = false;
};

} // namespace engine
