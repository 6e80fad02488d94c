#include "tests/support/resp_connection.h"

#include "engine/resp/reply_parser.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace tests {

using engine::Bytes;
using engine::BytesView;
using engine::Reply;

namespace {

void limitWaits(int descriptor)
{
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

} // namespace

RespConnection::RespConnection(quint16 port) : m_descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    limitWaits(m_descriptor);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(m_descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        close();
    const int on = 1;
    ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

RespConnection RespConnection::toPath(const Bytes& path)
{
    RespConnection connection;
    connection.m_descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    limitWaits(connection.m_descriptor);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), std::min(path.size(), sizeof address.sun_path - 1));
    if (::connect(connection.m_descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        connection.close();
    return connection;
}

RespConnection::~RespConnection()
{
    close();
}

RespConnection::RespConnection(RespConnection&& other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1)), m_buffer(std::move(other.m_buffer)),
      m_kept(std::move(other.m_kept))
{
}

RespConnection& RespConnection::operator=(RespConnection&& other) noexcept
{
    std::swap(m_descriptor, other.m_descriptor);
    std::swap(m_buffer, other.m_buffer);
    std::swap(m_kept, other.m_kept);
    return *this;
}

void RespConnection::close()
{
    if (m_descriptor >= 0)
        ::close(std::exchange(m_descriptor, -1));
}

void RespConnection::endSending()
{
    ::shutdown(m_descriptor, SHUT_WR);
}

bool RespConnection::send(BytesView bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool RespConnection::sendRequest(std::initializer_list<BytesView> argv)
{
    return send(engine::encodeRequest({argv.begin(), argv.size()}));
}

bool RespConnection::sendRequest(const std::vector<Bytes>& argv)
{
    const std::vector<BytesView> views(argv.begin(), argv.end());
    return send(engine::encodeRequest(views));
}

bool RespConnection::receive()
{
    char block[16 * 1024];
    ssize_t got = 0;
    do {
        got = ::recv(m_descriptor, block, sizeof block, 0);
    } while (got < 0 && errno == EINTR);
    if (got <= 0)
        return false;
    m_buffer.append(block, static_cast<std::size_t>(got));
    return true;
}

std::optional<Reply> RespConnection::takeParsed()
{
    auto parsed = engine::parseReply(m_buffer);
    if (!parsed) {
        close();
        return std::nullopt;
    }
    if (!parsed->has_value())
        return std::nullopt;
    m_buffer.erase(0, (*parsed)->bytes);
    return std::move((*parsed)->reply);
}

std::optional<Reply> RespConnection::read()
{
    for (;;) {
        if (auto reply = takeParsed())
            return reply;
        if (!connected() || !receive())
            return std::nullopt;
    }
}

bool RespConnection::arrives(int milliseconds) const
{
    pollfd waiting{.fd = m_descriptor, .events = POLLIN, .revents = 0};
    return connected() && ::poll(&waiting, 1, milliseconds) > 0;
}

std::optional<Reply> RespConnection::readAnswer(int milliseconds)
{
    for (;;) {
        while (auto reply = takeParsed()) {
            if (reply->kind != engine::ReplyKind::Push)
                return reply;
            m_kept.push_back(std::move(*reply));
        }
        if (!arrives(milliseconds))
            return std::nullopt;
        if (!receive())
            close();
    }
}

std::optional<Reply> RespConnection::takeKept()
{
    if (m_kept.empty())
        return std::nullopt;
    Reply reply = std::move(m_kept.front());
    m_kept.pop_front();
    return reply;
}

std::optional<Reply> RespConnection::readAny()
{
    auto kept = takeKept();
    return kept ? kept : read();
}

std::optional<Reply> RespConnection::readNow()
{
    if (auto kept = takeKept())
        return kept;
    for (;;) {
        if (auto reply = takeParsed())
            return reply;
        if (!arrives(0) || !receive())
            return std::nullopt;
    }
}

std::optional<Reply> RespConnection::ask(std::initializer_list<BytesView> argv)
{
    return sendRequest(argv) ? read() : std::nullopt;
}

std::optional<Reply> RespConnection::ask(const std::vector<Bytes>& argv)
{
    return sendRequest(argv) ? read() : std::nullopt;
}

Bytes RespConnection::text(std::initializer_list<BytesView> argv)
{
    return textOf(ask(argv));
}

Bytes RespConnection::readToEnd()
{
    while (receive()) { }
    return std::exchange(m_buffer, {});
}

Bytes RespConnection::readThrough(BytesView text)
{
    std::size_t searched = 0;
    std::size_t at = Bytes::npos;
    while ((at = m_buffer.find(text, searched)) == Bytes::npos) {
        searched = m_buffer.size() - std::min(m_buffer.size(), text.size());
        if (!receive())
            return std::exchange(m_buffer, {});
    }
    Bytes taken = m_buffer.substr(0, at + text.size());
    m_buffer.erase(0, taken.size());
    return taken;
}

Bytes RespConnection::readBytes(std::size_t count)
{
    while (m_buffer.size() < count && receive()) { }
    Bytes taken = m_buffer.substr(0, count);
    m_buffer.erase(0, taken.size());
    return taken;
}

Bytes textOf(const std::optional<Reply>& reply)
{
    if (!reply)
        return "(no reply)";
    if (reply->kind == engine::ReplyKind::Integer)
        return std::to_string(reply->integer);
    return reply->text;
}

} // namespace tests
