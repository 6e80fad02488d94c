#include "engine/server/connection.h"

#include "engine/server/busy_watch.h"
#include "engine/server/engine.h"

#include <asio/io_context.hpp>
#include <asio/post.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace engine {

namespace {

constexpr std::size_t kInputBytes = 16 * 1024; // what a connection keeps while it has nothing to say
constexpr std::size_t kKeptBytes = 64 * 1024; // larger buffers are given back once empty
// Replies of a long pipeline leave in pieces of about this size, so that its output does not pile up first.
constexpr std::size_t kSendBytes = 64 * 1024;
constexpr std::size_t kDrainBytes = 1024 * 1024;
// `client-output-buffer-limit normal 0 0 0` means no limit; memory has one all the same.
constexpr std::size_t kOutputCeilingBytes = 1024UL * 1024 * 1024;
constexpr int kDrainSeconds = 2;

// A signal is no reason to stop.
template <class Transfer>
ssize_t uninterrupted(Transfer transfer)
{
    ssize_t bytes = 0;
    do {
        bytes = transfer();
    } while (bytes < 0 && errno == EINTR);
    return bytes;
}

bool mustWait()
{
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

} // namespace

Connection::Connection(const Home& home, int descriptor, int family)
    : m_loop(home.loop), m_poll(home.poll), m_engine(home.engine), m_watch(home.watch), m_owner(home.owner),
      m_descriptor(descriptor), m_sink(m_output, Protocol::Resp2), m_pushSink(m_pushed, Protocol::Resp2),
      m_behindSink(m_behind, Protocol::Resp2)
{
    if (family != AF_UNIX) {
        const int on = 1;
        ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    m_client.connection.descriptor = descriptor;
    m_client.port = this;
}

Connection::~Connection()
{
    if (m_closed)
        return;
    m_poll.remove(m_descriptor);
    ::close(m_descriptor);
}

void Connection::start()
{
    // Not when something comes: what that leaves in the dataset would then lie among the clients' buffers, and keep
    // their memory from going back to the system.
    makeRoom();
    if (!m_poll.add(m_descriptor, *this))
        close();
}

void Connection::close()
{
    if (m_closed)
        return;
    m_closed = true;
    m_poll.remove(m_descriptor);
    ::close(m_descriptor);
    m_owner.connectionClosed(*this);
}

ReplySink& Connection::sink()
{
    RespSink& sink = m_replying ? m_pushSink : m_sink;
    sink.setProtocol(m_client.protocol);
    return sink;
}

ReplySink& Connection::sinkBehindReply()
{
    RespSink& sink = m_replying ? m_behindSink : m_sink;
    sink.setProtocol(m_client.protocol);
    return sink;
}

// One turn may publish without end: whoever is past the limit gets nothing more.
void Connection::flush()
{
    if (!m_disconnecting && !outputWithinLimits())
        m_disconnecting = true;
    if (m_disconnecting) {
        m_pushed.clear();
        m_behind.clear();
        if (!m_replying)
            m_output.resize(std::min(m_output.size(), m_sent));
    }
    postAttention();
}

void Connection::disconnect()
{
    m_disconnecting = true;
    postAttention();
}

std::optional<ClientPort::Detached> Connection::detach()
{
    if (m_closed)
        return std::nullopt;
    m_poll.remove(m_descriptor);
    Detached detached{.descriptor = m_descriptor, .unsent = m_output.substr(m_sent)};
    m_output.clear();
    m_sent = 0;
    m_closed = true;
    return detached;
}

// What comes from outside of the client's own requests is dealt with when the present turn is over.
void Connection::postAttention()
{
    if (m_closed || m_posted)
        return;
    m_posted = true;
    asio::post(m_loop, [this] {
        m_posted = false;
        onAttention();
    });
}

void Connection::onAttention()
{
    if (m_closed)
        return m_owner.connectionClosed(*this);
    if (m_disconnecting || !outputWithinLimits())
        return close();
    if (m_running)
        return; // a request of its own waits for a slow script; its replies take ours along
    // What had arrived while the client waited.
    if (!m_client.wait && m_input.size() > 0 && m_ending == Ending::No)
        return runArrived();
    send();
    if (!m_closed)
        updateFigures();
}

void Connection::onArrival(bool ended)
{
    m_arrived = true;
    m_ended = m_ended || ended;
    // In the midst of a slow script of this client: what has come waits for its end.
    if (!m_running)
        read();
}

// Takes what has arrived, as far as there is room, and runs it.
void Connection::read()
{
    if (m_disconnecting)
        return close();
    makeRoom();
    const std::size_t room = m_input.capacity - m_input.end;
    const ssize_t count =
        uninterrupted([&] { return ::recv(m_descriptor, m_input.block.get() + m_input.end, room, 0); });
    m_arrived = count > 0 && (static_cast<std::size_t>(count) == room || m_ended);
    if (count < 0 && mustWait())
        return;
    if (count <= 0)
        return close();
    const auto bytes = static_cast<std::size_t>(count);
    m_engine.traffic().received(bytes);
    if (m_ending != Ending::No)
        return onDrain(bytes);
    m_silentSeconds = 0;
    m_input.end += bytes;
    runArrived();
}

// What is left, or has come meanwhile. Others have their turn first.
void Connection::readOn()
{
    if (m_arrived)
        m_poll.readAgain(m_descriptor);
}

void Connection::runArrived()
{
    m_running = true;
    {
        EngineTurn turn = m_engine.beginTurn();
        runRequests(turn);
    }
    m_running = false;
    if (m_closed)
        return m_owner.connectionClosed(*this);
    sendBehindOthers();
    readOn();
}

// When all requests that have arrived, of whatever client, have been run: who waits for replies is then woken once, and
// not by each of them.
void Connection::sendBehindOthers()
{
    if (m_sending)
        return;
    m_sending = true;
    m_poll.atRoundEnd(*this);
}

void Connection::onRoundEnd()
{
    m_sending = false;
    if (m_closed)
        return m_owner.connectionClosed(*this);
    // A request of its own waits for a slow script; its end sends what there is.
    if (m_running)
        return;
    send();
    if (!m_closed)
        updateFigures();
}

// A client that is being sent away may still be sending; were its bytes left unread, the kernel would throw away our
// last reply together with them.
void Connection::onDrain(std::size_t bytes)
{
    m_input.begin = m_input.end = 0;
    m_client.connection.queryBuffer += bytes;
    if (m_client.connection.queryBuffer > kDrainBytes)
        return close();
    readOn();
}

inline ReplySink& Connection::beginReply()
{
    m_sink.setProtocol(m_client.protocol);
    m_replyAt = m_output.size();
    m_replying = true;
    return m_sink;
}

inline void Connection::endReply()
{
    m_replying = false;
    if (m_pushed.empty() && m_behind.empty())
        return;
    if (!m_pushed.empty())
        m_output.insert(m_replyAt, m_pushed);
    m_output.append(m_behind);
    m_pushed.clear();
    m_behind.clear();
}

inline void Connection::runRequest(EngineTurn& turn, Argv argv, const Command* known)
{
    const bool skipped = m_client.replies == ReplyMode::Skip;
    m_watch.execute(turn, m_client, argv, beginReply(), known);
    if (m_client.closeWithoutReply || m_client.replies != ReplyMode::On)
        m_output.resize(m_replyAt);
    if (m_client.replies == ReplyMode::SkipNext)
        m_client.replies = ReplyMode::Skip;
    else if (skipped && m_client.replies == ReplyMode::Skip)
        m_client.replies = ReplyMode::On;
    endReply();
}

inline bool Connection::runOne(EngineTurn& turn)
{
    if (m_authenticated != isTrusted()) {
        // What was read under other limits is read again.
        m_batch.drop(m_parser);
        tellLimits();
    }
    if (m_batch.empty() && !readAhead())
        return false;
    const Command* known = m_commandsAhead[m_batch.taken()];
    const RequestBatch::Request& request = m_batch.take();
    if (!request.argv.empty()) {
        runRequest(turn, request.argv, known);
        // Held back by CLIENT PAUSE: the same request is run when the pause has ended.
        if (m_client.wait && m_client.wait->what == WaitFor::PauseEnd) {
            m_parser.restart();
            return false;
        }
    }
    m_input.begin += request.bytes;
    if (m_client.closeAfterReply || m_client.closeWithoutReply) {
        // Nobody sees it any more, however long it takes to read what is left.
        m_engine.leave(turn, m_client);
        endAfterOutput();
    }
    return true;
}

void Connection::runRequests(EngineTurn& turn)
{
    tellLimits();
    while (!m_closed && m_ending == Ending::No && !m_client.wait && runOne(turn)) {
        if (outputBytes() >= kSendBytes && !m_writing)
            send();
        if (!m_closed && m_writing && !outputWithinLimits())
            close();
    }
    m_batch.drop(m_parser);
    if (m_client.wait && m_input.size() > queryBufferLimit())
        close();
    if (!m_closed)
        releaseRoom();
}

std::size_t Connection::queryBufferLimit() const
{
    return static_cast<std::size_t>(m_engine.config().number(Param::ClientQueryBufferLimit));
}

bool Connection::isTrusted() const
{
    return m_client.authenticated || !m_engine.acl().needsLogin();
}

void Connection::tellLimits()
{
    m_authenticated = isTrusted();
    m_parser.setLimits(
        {.maxBulkBytes = m_engine.config().number(Param::ProtoMaxBulkLen), .authenticated = m_authenticated});
}

bool Connection::readAhead()
{
    if (m_input.size() == 0)
        return false;
    switch (m_batch.fill(m_parser, {m_input.block.get() + m_input.begin, m_input.size()})) {
    case RequestParser::Outcome::Incomplete:
        if (m_input.size() > queryBufferLimit())
            close();
        return false;
    case RequestParser::Outcome::Failed:
        refuse(m_parser.error());
        return false;
    case RequestParser::Outcome::Request:
        m_commandsAhead = {};
        if (m_batch.requests().size() > 1)
            m_engine.prepare(m_client, m_batch.requests(), m_commandsAhead);
        return true;
    }
    return false;
}

void Connection::refuse(BytesView error)
{
    m_sink.error(error);
    endAfterOutput();
}

void Connection::endAfterOutput()
{
    m_ending = Ending::AfterOutput;
    m_input.begin = m_input.end = 0;
    m_client.connection.queryBuffer = 0;
    m_silentSeconds = 0;
}

void Connection::makeRoom()
{
    if (m_input.capacity == 0) {
        m_input.block = std::make_unique_for_overwrite<char[]>(kInputBytes);
        m_input.capacity = kInputBytes;
    }
    if (m_input.begin > 0 && m_input.size() > 0) {
        std::memmove(m_input.block.get(), m_input.block.get() + m_input.begin, m_input.size());
        m_input.end = m_input.size();
        m_input.begin = 0;
    }
    if (m_input.end < m_input.capacity)
        return;
    // As much as the request says it needs, but never more than twice what has really arrived: a header is cheap to
    // send.
    const std::size_t doubled = m_input.capacity * 2;
    const std::size_t wanted = m_parser.expectedBytes();
    const std::size_t capacity = wanted > m_input.capacity ? std::min(doubled, wanted) : doubled;
    auto block = std::make_unique_for_overwrite<char[]>(capacity);
    std::memcpy(block.get(), m_input.block.get(), m_input.end);
    m_input.block = std::move(block);
    m_input.capacity = capacity;
}

void Connection::releaseRoom()
{
    if (m_input.size() > 0)
        return;
    m_input.begin = m_input.end = 0;
    if (m_input.capacity > kKeptBytes) {
        m_input.block.reset();
        m_input.capacity = 0;
    }
}

void Connection::send()
{
    if (m_closed || m_writing)
        return;
    while (m_sent < m_output.size()) {
        const ssize_t sent = uninterrupted(
            [&] { return ::send(m_descriptor, m_output.data() + m_sent, m_output.size() - m_sent, MSG_NOSIGNAL); });
        if (sent < 0 && mustWait()) {
            if (!outputWithinLimits())
                return close();
            return waitWritable();
        }
        if (sent < 0)
            return close();
        m_sent += static_cast<std::size_t>(sent);
        m_engine.traffic().sent(static_cast<std::size_t>(sent));
    }
    m_sent = 0;
    m_softLimitSeconds = 0;
    if (m_output.capacity() > kKeptBytes * 2)
        Bytes().swap(m_output);
    else
        m_output.clear();
    if (m_ending == Ending::AfterOutput) {
        m_ending = Ending::Drained;
        ::shutdown(m_descriptor, SHUT_WR);
    }
}

void Connection::waitWritable()
{
    // What has been sent goes in large steps only, so that a slow reader costs no quadratic moving.
    if (m_sent > m_output.size() / 2) {
        m_output.erase(0, m_sent);
        m_sent = 0;
    }
    m_writing = true;
    m_poll.waitWritable(m_descriptor);
}

void Connection::onWritable()
{
    m_writing = false;
    send();
    if (!m_closed)
        updateFigures();
}

OutputLimit Connection::outputLimit() const
{
    const auto kind = m_client.subscriptions.any() ? OutputClass::PubSub
        : m_client.monitors                        ? OutputClass::Replica
                                                   : OutputClass::Normal;
    return m_engine.config().outputLimit(kind);
}

bool Connection::outputWithinLimits()
{
    const std::size_t bytes = outputBytes();
    const OutputLimit limit = outputLimit();
    if (bytes > kOutputCeilingBytes || (limit.hardBytes > 0 && bytes > limit.hardBytes))
        return false;
    if (limit.softBytes == 0 || bytes <= limit.softBytes)
        m_softLimitSeconds = 0;
    return true;
}

void Connection::onSecond(EngineTurn&)
{
    if (m_closed || m_running)
        return;
    ++m_silentSeconds;
    if (m_ending != Ending::No && m_silentSeconds > kDrainSeconds)
        return close();
    const auto timeout = m_engine.config().number(Param::Timeout);
    if (timeout > 0 && !m_client.wait && !m_client.subscriptions.any() && !m_client.monitors
        && m_silentSeconds > timeout)
        return close();
    const OutputLimit limit = outputLimit();
    if (limit.softBytes > 0 && outputBytes() > limit.softBytes && ++m_softLimitSeconds > limit.softSeconds)
        close();
}

void Connection::updateFigures()
{
    ConnectionFigures& figures = m_client.connection;
    figures.queryBuffer = m_input.size();
    figures.queryBufferFree = m_input.capacity - m_input.size();
    figures.outputBuffer = outputBytes();
    figures.total = sizeof *this + m_input.capacity + m_output.capacity();
}

} // namespace engine
