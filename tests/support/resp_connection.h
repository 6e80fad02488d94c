#pragma once

// A client for tests: raw bytes over a socket, and replies as values. It waits at most ten seconds for anything, and
// then fails the test by what it returns.

#include "engine/resp/reply.h"

#include <QtGlobal>

#include <deque>
#include <initializer_list>
#include <optional>
#include <vector>

namespace tests {

class RespConnection {
public:
    RespConnection() = default;
    /// Connects to 127.0.0.1; `connected` says whether it did.
    explicit RespConnection(quint16 port);
    static RespConnection toPath(const engine::Bytes& path);
    ~RespConnection();
    RespConnection(RespConnection&& other) noexcept;
    RespConnection& operator=(RespConnection&& other) noexcept;

    bool connected() const { return m_descriptor >= 0; }
    void close();
    /// Says that nothing more will be sent; what is still answered can be read.
    void endSending();

    /// False when not all bytes could be sent in time.
    bool send(engine::BytesView bytes);
    /// One request as RESP.
    bool sendRequest(std::initializer_list<engine::BytesView> argv);
    bool sendRequest(const std::vector<engine::Bytes>& argv);
    /// The next reply; nothing when none came in time or the other end has closed.
    std::optional<engine::Reply> read();
    /// As `read`, but waits so long only; pushes on the way are kept for `readAny` and `readNow`.
    std::optional<engine::Reply> readAnswer(int milliseconds);
    /// The next reply or push: one that was kept, or the next that comes.
    std::optional<engine::Reply> readAny();
    /// As `readAny`, without waiting.
    std::optional<engine::Reply> readNow();
    /// Sends and reads.
    std::optional<engine::Reply> ask(std::initializer_list<engine::BytesView> argv);
    std::optional<engine::Reply> ask(const std::vector<engine::Bytes>& argv);
    /// Text of the reply: a status, an error, a string, or a number's digits; "(no reply)" when none came.
    engine::Bytes text(std::initializer_list<engine::BytesView> argv);

    /// Everything until the other end closes.
    engine::Bytes readToEnd();
    /// Everything up to and with this text, or less when the other end closes or is silent for too long.
    engine::Bytes readThrough(engine::BytesView text);
    /// Whether there is something to receive, the other end's closing too, now or within so long.
    bool arrives(int milliseconds) const;
    /// Exactly so many bytes as they come, or fewer when the other end closes.
    engine::Bytes readBytes(std::size_t count);

private:
    bool receive();
    std::optional<engine::Reply> takeParsed();
    std::optional<engine::Reply> takeKept();

    int m_descriptor = -1;
    engine::Bytes m_buffer;
    std::deque<engine::Reply> m_kept; // pushes that came before an answer
};

engine::Bytes textOf(const std::optional<engine::Reply>& reply);

} // namespace tests
