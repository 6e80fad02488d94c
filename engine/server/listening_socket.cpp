#include "engine/server/listening_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace engine {

namespace {

union SocketAddress {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
    sockaddr_un path;
};

class Descriptor {
public:
    explicit Descriptor(int descriptor) : m_descriptor(descriptor) { }
    ~Descriptor()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return m_descriptor; }
    int release() { return std::exchange(m_descriptor, -1); }

private:
    int m_descriptor;
};

bool isLoopback(const SocketAddress& address)
{
    if (address.any.sa_family == AF_INET)
        return (ntohl(address.v4.sin_addr.s_addr) >> 24) == 127;
    if (address.any.sa_family != AF_INET6)
        return address.any.sa_family == AF_UNIX;
    const in6_addr& ip = address.v6.sin6_addr;
    return IN6_IS_ADDR_LOOPBACK(&ip) || (IN6_IS_ADDR_V4MAPPED(&ip) && ip.s6_addr[12] == 127);
}

Bytes hostAndPort(BytesView host, bool ipv6, std::uint16_t port)
{
    return (ipv6 ? "[" + Bytes(host) + "]" : Bytes(host)) + ":" + std::to_string(port);
}

Bytes textOf(const SocketAddress& address)
{
    char host[INET6_ADDRSTRLEN];
    if (address.any.sa_family == AF_INET && inet_ntop(AF_INET, &address.v4.sin_addr, host, sizeof host))
        return hostAndPort(host, false, ntohs(address.v4.sin_port));
    if (address.any.sa_family == AF_INET6 && inet_ntop(AF_INET6, &address.v6.sin6_addr, host, sizeof host))
        return hostAndPort(host, true, ntohs(address.v6.sin6_port));
    return {};
}

template <class Ask>
Bytes askedAddress(int descriptor, Ask ask)
{
    SocketAddress address{};
    socklen_t size = sizeof address;
    return ask(descriptor, &address.any, &size) == 0 ? textOf(address) : Bytes();
}

Error cannotListen(const Bytes& where, int reason)
{
    Bytes text = "cannot listen on " + where + ": ";
    switch (reason) {
    case EADDRINUSE:
        text += "the port is in use. Stop the program that uses it, or choose another port (0 takes any free one)";
        break;
    case EACCES:
    case EPERM:
        text += "no permission. Ports below 1024 belong to the system: choose a higher one";
        break;
    case EADDRNOTAVAIL:
        text += "this machine has no such address. Choose one that it has, or 127.0.0.1";
        break;
    default:
        text += std::strerror(reason);
        break;
    }
    return Error{text};
}

Error cannotUsePath(const Bytes& path, BytesView why)
{
    return Error{"cannot listen on the unix socket " + path + ": " + Bytes(why)};
}

/// A path that ends a socket's life with its program's leaves a file that answers nobody; only such a file may go.
Result<void> clearPath(const Bytes& path, const SocketAddress& address)
{
    struct stat found { };
    if (::lstat(path.c_str(), &found) != 0)
        return {};
    if (!S_ISSOCK(found.st_mode))
        return cannotUsePath(path, "there is a file of that name, which is no socket. Choose another path");
    const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(probe.get(), &address.any, sizeof address.path) == 0)
        return cannotUsePath(path, "another program answers there. Stop it, or choose another path");
    ::unlink(path.c_str());
    return {};
}

} // namespace

Result<BindAddress> parseBindAddress(BytesView text)
{
    BindAddress address;
    address.optional = text.starts_with('-');
    if (address.optional)
        text.remove_prefix(1);
    address.host = text == "*" ? "0.0.0.0" : text == "localhost" ? "127.0.0.1" : Bytes(text);
    SocketAddress parsed{};
    if (inet_pton(AF_INET, address.host.c_str(), &parsed.v4.sin_addr) == 1) {
        parsed.any.sa_family = AF_INET;
    } else if (inet_pton(AF_INET6, address.host.c_str(), &parsed.v6.sin6_addr) == 1) {
        parsed.any.sa_family = AF_INET6;
        address.ipv6 = true;
    } else {
        return Error{"cannot listen on '" + Bytes(text)
            + "': that is no address. Give a numeric one such as 127.0.0.1 or ::1, or * for all of this machine's"};
    }
    address.loopback = isLoopback(parsed);
    return address;
}

Result<ListeningSocket> listenOnTcp(const BindAddress& address, std::uint16_t port, int backlog, bool& missing)
{
    SocketAddress wanted{};
    socklen_t size = sizeof wanted.v4;
    if (address.ipv6) {
        wanted.v6 = {
            .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_flowinfo = 0, .sin6_addr = {}, .sin6_scope_id = 0};
        inet_pton(AF_INET6, address.host.c_str(), &wanted.v6.sin6_addr);
        size = sizeof wanted.v6;
    } else {
        wanted.v4.sin_family = AF_INET;
        wanted.v4.sin_port = htons(port);
        inet_pton(AF_INET, address.host.c_str(), &wanted.v4.sin_addr);
    }
    const Bytes where = hostAndPort(address.host, address.ipv6, port);
    Descriptor descriptor(::socket(wanted.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    missing = descriptor.get() < 0 && errno == EAFNOSUPPORT;
    if (descriptor.get() < 0)
        return cannotListen(where, errno);
    const int on = 1;
    ::setsockopt(descriptor.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address.ipv6)
        ::setsockopt(descriptor.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (::bind(descriptor.get(), &wanted.any, size) != 0 || ::listen(descriptor.get(), backlog) != 0) {
        missing = errno == EADDRNOTAVAIL;
        return cannotListen(where, errno);
    }
    socklen_t length = sizeof wanted;
    ::getsockname(descriptor.get(), &wanted.any, &length);
    const std::uint16_t bound = ntohs(address.ipv6 ? wanted.v6.sin6_port : wanted.v4.sin_port);
    return ListeningSocket{.descriptor = descriptor.release(),
        .family = address.ipv6 ? AF_INET6 : AF_INET,
        .port = bound,
        .address = hostAndPort(address.host, address.ipv6, bound)};
}

Result<ListeningSocket> listenOnPath(const Bytes& path, unsigned mode, int backlog)
{
    SocketAddress address{};
    if (path.size() >= sizeof address.path.sun_path)
        return cannotUsePath(
            path, "the path is too long; " + std::to_string(sizeof address.path.sun_path - 1) + " bytes are the most");
    address.path.sun_family = AF_UNIX;
    std::memcpy(address.path.sun_path, path.c_str(), path.size());
    if (auto cleared = clearPath(path, address); !cleared)
        return Error{cleared.error()};

    Descriptor descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (descriptor.get() < 0 || ::bind(descriptor.get(), &address.any, sizeof address.path) != 0)
        return cannotUsePath(path, std::strerror(errno));
    if ((mode != 0 && ::chmod(path.c_str(), mode) != 0) || ::listen(descriptor.get(), backlog) != 0) {
        const int reason = errno;
        ::unlink(path.c_str());
        return cannotUsePath(path, std::strerror(reason));
    }
    return ListeningSocket{.descriptor = descriptor.release(), .family = AF_UNIX, .port = 0, .address = path};
}

Bytes localAddressOf(int descriptor)
{
    return askedAddress(descriptor, ::getsockname);
}

Bytes peerAddressOf(int descriptor)
{
    return askedAddress(descriptor, ::getpeername);
}

bool peerIsLoopback(int descriptor)
{
    SocketAddress address{};
    socklen_t size = sizeof address;
    return ::getpeername(descriptor, &address.any, &size) == 0 && isLoopback(address);
}

} // namespace engine
