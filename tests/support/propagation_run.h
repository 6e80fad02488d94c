#pragma once

// The same commands for this engine and for the real server, and what each told of them compared.

#include "tests/support/client_group.h"
#include "tests/support/embedded_server.h"
#include "tests/support/telling_server.h"

#include <functional>
#include <memory>

namespace tests {

class PropagationRun {
public:
    PropagationRun();
    ~PropagationRun();
    bool works() const { return m_theirs.works(); }

    struct Step {
        engine::Reply answer; // of this engine
        Told told; // by this engine
        engine::Bytes difference; // for people; empty when both told the same
    };
    /// One command for both, under the eyes of one who watches a key of it.
    Step step(const Words& argv);
    /// One command for both, and nothing compared; the answer of this engine.
    engine::Reply ask(const Words& argv);
    /// Lets a client of both send a command that may wait, unless it waits already. What it is served is told in the
    /// step that does so.
    void letWait(const Words& argv);
    /// Whoever waits waits no longer.
    void endWait();
    /// Called with what this engine told before it is compared: a fault to be found.
    void setFault(std::function<void(Told&)> fault) { m_fault = std::move(fault); }
    const engine::CommandTable& commands() { return m_ours.engine().commands(); }

private:
    class Recorder;

    engine::UnixMs now() const { return m_clock.now().ms(); }
    engine::Reply oursAt(engine::UnixMs moment, const Words& argv, const engine::Bytes& client = "main");
    engine::Reply ours(const Words& argv, const engine::Bytes& client = "main") { return oursAt(now(), argv, client); }
    /// By both; of several keys another one each time.
    void watchKeyOf(const Words& argv);

    TellingServer m_theirs;
    std::unique_ptr<Recorder> m_recorder; // outlives the engine that tells it
    EmbeddedServer m_ours;
    ClientGroup m_theirWaiters;
    engine::SystemClock m_clock;
    std::function<void(Told&)> m_fault;
    std::size_t m_steps = 0;
    bool m_waits = false;
};

} // namespace tests
