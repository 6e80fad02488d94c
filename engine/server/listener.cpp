#include "engine/server/listener.h"

#include "engine/server/busy_watch.h"
#include "engine/server/engine.h"
#include "engine/server/listening_socket.h"

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace engine {

namespace {

constexpr int kAcceptsAtOnce = 1000;
// Out of descriptors, a waiting client cannot be taken nor refused: look again when some may have been closed.
constexpr std::chrono::milliseconds kOutOfDescriptorsPause(100);
// What so many connections have held goes back to the system; the allocator by itself would keep it.
constexpr std::size_t kManyLeft = 1000;
constexpr int kFreePortTries = 20;
constexpr BytesView kTooManyClients = "-ERR max number of clients reached\r\n";
constexpr BytesView kNoPassword = "-DENIED This server has no password, so it serves clients of its own machine only. "
                                  "Set 'requirepass' to let others in.\r\n";

void sayAndClose(int descriptor, BytesView text)
{
    ::send(descriptor, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    ::close(descriptor);
}

void keepAlive(int descriptor, int seconds)
{
    if (seconds <= 0)
        return;
    const int on = 1;
    const int between = std::max(1, seconds / 3);
    const int probes = 3;
    ::setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof seconds);
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, &between, sizeof between);
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
}

} // namespace

struct Listener::Socket {
    Socket(asio::io_context& loop, ListeningSocket opened)
        : facts(std::move(opened)), stream(loop, facts.descriptor), pause(loop)
    {
    }
    ~Socket()
    {
        if (facts.family == AF_UNIX)
            ::unlink(facts.address.c_str());
    }
    ListeningSocket facts;
    asio::posix::stream_descriptor stream;
    asio::steady_timer pause;
    bool waiting = false;
    bool closed = false;
};

Listener::Listener(asio::io_context& loop, Engine& engine, BusyWatch& watch, std::function<void()> clientsChanged)
    : m_loop(loop), m_engine(engine), m_watch(watch), m_poll(loop), m_clientsChanged(std::move(clientsChanged))
{
}

Listener::~Listener()
{
    EngineTurn turn = m_engine.beginTurn();
    for (auto& [id, connection] : m_connections)
        m_engine.leave(turn, connection->client());
}

Result<ListenReport> Listener::open(EngineTurn&, const ListenOptions& options)
{
    closeSockets();
    ListenReport report;
    std::vector<std::unique_ptr<Socket>> opened;
    // A free port of the first address may be taken at another one: then all begin again with another.
    for (int tries = 1;; ++tries) {
        auto done = openAll(options, report, opened);
        if (done)
            break;
        opened.clear();
        if (options.port != 0 || report.port == 0 || tries == kFreePortTries)
            return Error{done.error()};
        report = {};
    }
    report.needsLogin = m_engine.acl().needsLogin();
    m_sockets = std::move(opened);
    for (auto& socket : m_sockets)
        waitForClient(*socket);
    m_engine.setPort(report.port);
    return report;
}

Result<void> Listener::openAll(
    const ListenOptions& options, ListenReport& report, std::vector<std::unique_ptr<Socket>>& out)
{
    const auto backlog = static_cast<int>(m_engine.config().number(Param::TcpBacklog));
    std::uint16_t port = options.port;
    for (const Bytes& text : options.addresses) {
        const auto address = parseBindAddress(text);
        if (!address)
            return Error{address.error()};
        if (!address->loopback && !m_engine.acl().needsLogin())
            return Error{"refusing to listen on " + address->host
                + " without a password: anyone who reaches that address could read and change everything. Set one "
                  "(requirepass), or listen on 127.0.0.1 alone"};
        bool missing = false;
        auto socket = listenOnTcp(*address, port, backlog, missing);
        if (!socket && missing && address->optional)
            continue;
        if (!socket)
            return Error{socket.error()};
        port = socket->port;
        report.port = port;
        report.addresses.push_back(socket->address);
        out.push_back(std::make_unique<Socket>(m_loop, std::move(*socket)));
    }
    if (!options.unixSocket.empty()) {
        auto socket = listenOnPath(options.unixSocket, options.unixSocketMode, backlog);
        if (!socket)
            return Error{socket.error()};
        report.unixSocket = socket->address;
        out.push_back(std::make_unique<Socket>(m_loop, std::move(*socket)));
    }
    if (out.empty())
        return Error{"cannot listen: none of the addresses exists on this machine. Give one such as 127.0.0.1"};
    return {};
}

void Listener::closeSockets()
{
    for (auto& socket : m_sockets) {
        socket->closed = true;
        asio::error_code ignored;
        socket->pause.cancel();
        socket->stream.close(ignored);
        m_closedSockets.push_back(std::move(socket));
    }
    m_sockets.clear();
    m_engine.setPort(0);
    std::erase_if(m_closedSockets, [](const auto& socket) { return !socket->waiting; });
}

void Listener::close(EngineTurn&)
{
    closeSockets();
    for (auto& [id, connection] : m_connections)
        connection->close();
}

void Listener::waitForClient(Socket& socket)
{
    socket.waiting = true;
    const auto ready = [this, &socket](const asio::error_code&) {
        socket.waiting = false;
        if (socket.closed) {
            std::erase_if(m_closedSockets, [&](const auto& each) { return each.get() == &socket; });
            return;
        }
        for (int i = 0; i < kAcceptsAtOnce && accept(socket); ++i) { }
        if (!socket.waiting)
            waitForClient(socket);
    };
    socket.stream.async_wait(asio::posix::stream_descriptor::wait_read, ready);
}

/// Takes one waiting client; false when there is none, or none can be taken now.
bool Listener::accept(Socket& socket)
{
    const int descriptor = ::accept4(socket.facts.descriptor, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)) {
        socket.waiting = true;
        socket.pause.expires_after(kOutOfDescriptorsPause);
        socket.pause.async_wait([this, &socket](const asio::error_code&) {
            socket.waiting = false;
            if (socket.closed)
                std::erase_if(m_closedSockets, [&](const auto& each) { return each.get() == &socket; });
            else
                waitForClient(socket);
        });
        return false;
    }
    if (descriptor < 0)
        return errno == ECONNABORTED || errno == EINTR;

    m_engine.traffic().connectionAccepted();
    const bool unixSocket = socket.facts.family == AF_UNIX;
    if (m_connections.size() >= static_cast<std::size_t>(m_engine.config().number(Param::Maxclients))) {
        m_engine.traffic().connectionRejected();
        sayAndClose(descriptor, kTooManyClients);
    } else if (!unixSocket && !m_engine.acl().needsLogin() && !peerIsLoopback(descriptor)) {
        m_engine.traffic().connectionRejected();
        sayAndClose(descriptor, kNoPassword);
    } else if (unixSocket) {
        const Bytes path = socket.facts.address + ":0";
        admit(descriptor, socket, path, path);
    } else {
        keepAlive(descriptor, static_cast<int>(m_engine.config().number(Param::TcpKeepalive)));
        admit(descriptor, socket, peerAddressOf(descriptor), localAddressOf(descriptor));
    }
    return true;
}

void Listener::admit(int descriptor, const Socket& socket, Bytes address, Bytes localAddress)
{
    const Connection::Home home{.loop = m_loop, .poll = m_poll, .engine = m_engine, .watch = m_watch, .owner = *this};
    auto connection = std::make_unique<Connection>(home, descriptor, socket.facts.family);
    ClientState& client = connection->client();
    client.address = std::move(address);
    client.localAddress = std::move(localAddress);
    EngineTurn turn = m_engine.beginTurn();
    m_engine.join(turn, client);
    Connection& kept = *m_connections.emplace(client.id, std::move(connection)).first->second;
    kept.start();
    if (m_clientsChanged)
        m_clientsChanged();
}

void Listener::connectionClosed(Connection& connection)
{
    if (!connection.idle())
        return;
    m_closed.push_back(connection.client().id);
    if (m_reaping)
        return;
    m_reaping = true;
    asio::post(m_loop, [this] { reap(); });
}

void Listener::reap()
{
    m_reaping = false;
    EngineTurn turn = m_engine.beginTurn();
    for (const std::int64_t id : std::exchange(m_closed, {})) {
        const auto found = m_connections.find(id);
        if (found == m_connections.end())
            continue;
        m_engine.leave(turn, found->second->client());
        m_connections.erase(found);
        ++m_left;
    }
    if (m_clientsChanged)
        m_clientsChanged();
}

std::vector<ConnectedClient> Listener::connected() const
{
    std::vector<ConnectedClient> clients;
    clients.reserve(m_connections.size());
    for (const auto& [id, connection] : m_connections) {
        const ClientState& client = connection->client();
        clients.push_back({.id = id,
            .address = client.address,
            .name = client.name,
            .connectedAt = client.connectedAt,
            .lastCommandAt = client.lastCommandAt,
            .database = client.database,
            .lastCommand = client.lastCommand ? client.lastCommand->fullName : Bytes(),
            .protocol = static_cast<int>(client.protocol)});
    }
    std::sort(clients.begin(), clients.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return clients;
}

bool Listener::disconnect(std::int64_t clientId)
{
    const auto found = m_connections.find(clientId);
    if (found == m_connections.end())
        return false;
    found->second->close();
    return true;
}

void Listener::onSecond(EngineTurn& turn)
{
    for (auto& [id, connection] : m_connections)
        connection->onSecond(turn);
    const bool manyLeft = m_left >= kManyLeft;
    if (manyLeft || (m_manyLeave && m_left > 0)) {
        m_left = 0;
        ::malloc_trim(0);
    }
    m_manyLeave = manyLeft;
}

} // namespace engine
