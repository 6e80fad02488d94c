#pragma once

// The same commands for this engine and for the real server, and what each told of them compared.

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
    /// Called with what this engine told before it is compared: a fault to be found.
    void setFault(std::function<void(Told&)> fault) { m_fault = std::move(fault); }
    const engine::CommandTable& commands() { return m_ours.engine().commands(); }

private:
    class Recorder;

    engine::Reply ours(const Words& argv, const engine::Bytes& client = "main");
    /// Of both.
    void watchKeyOf(const Words& argv);

    TellingServer m_theirs;
    std::unique_ptr<Recorder> m_recorder; // outlives the engine that tells it
    EmbeddedServer m_ours;
    engine::SystemClock m_clock;
    std::function<void(Told&)> m_fault;
};

} // namespace tests
