#pragma once

// A listener whose clients may debug scripts, and a client that does.

#include "debugger/ldb_host.h"
#include "engine/server/engine_thread.h"
#include "tests/support/resp_connection.h"

namespace tests {

class LdbServer {
public:
    explicit LdbServer(engine::Config config = {});
    ~LdbServer();

    quint16 port() const { return m_port; }
    RespConnection connect() const { return RespConnection(m_port); }
    engine::EngineThread& thread() { return *m_thread; }
    debugger::LdbHost& host() { return m_host; }

private:
    engine::SystemClock m_clock;
    debugger::LdbHost m_host;
    std::unique_ptr<engine::EngineThread> m_thread;
    quint16 m_port = 0;
};

/// A server that stops a debugged script when it has gone on for so long.
engine::Config quickToStop(std::chrono::milliseconds threshold = std::chrono::milliseconds(50));

/// A session as its client sees it.
struct LdbCall {
    engine::Bytes mode = "yes"; // SCRIPT DEBUG's
    engine::Bytes script{};
    engine::Bytes function{}; // called in the place of a script, when given
    std::vector<engine::Bytes> keys{};
    std::vector<engine::Bytes> argv{};
    bool resp3 = false;
};

/// Sends SCRIPT DEBUG and the EVAL or FCALL.
void startDebugging(RespConnection& client, const LdbCall& call);
/// Debugger commands, one after the other, as lines of words; what came back, one line of text an answer: its lines
/// joined by " | ". After "<endsession>" the reply, and whether the connection was closed.
std::vector<engine::Bytes> playLdb(quint16 port, const LdbCall& call, const std::vector<engine::Bytes>& commands);
/// An array of statuses as one line.
engine::Bytes ldbLines(const std::optional<engine::Reply>& reply);

} // namespace tests
