#pragma once

// A server that takes commands one at a time: this engine inside the process, or whoever answers on a port. The
// differential test sends the same commands to two of them.

#include "engine/resp/reply.h"
#include "engine/server/engine.h"
#include "tests/support/resp_connection.h"

#include <vector>

namespace tests {

using Words = std::vector<engine::Bytes>;

class Side {
public:
    virtual ~Side() = default;
    virtual engine::Reply ask(const Words& argv) = 0;
};

/// An engine of its own, on the system's clock, reached by RESP bytes in both directions.
class EmbeddedSide final : public Side {
public:
    explicit EmbeddedSide(std::uint64_t seed);
    ~EmbeddedSide() override;
    engine::Reply ask(const Words& argv) override;

private:
    engine::SystemClock m_clock;
    engine::Engine m_engine;
    engine::ClientState m_client;
};

/// A server on a port of loopback. One that does not answer gives the error "(no reply)".
class SocketSide final : public Side {
public:
    explicit SocketSide(quint16 port) : m_connection(port) { }
    engine::Reply ask(const Words& argv) override;

private:
    RespConnection m_connection;
};

/// The real server lets a number out of range, read for whatever command, spoil every SORT by number that follows,
/// until something clears its errno. This does, and changes nothing.
Words commandThatClearsErrno();

engine::Reply errorReply(engine::BytesView text);

} // namespace tests
