#pragma once

// A whole engine inside the test: no thread, no socket, a clock that only the test moves.

#include "engine/resp/reply.h"
#include "engine/script/script_runner.h"
#include "engine/server/engine.h"

#include <map>
#include <memory>
#include <span>

namespace tests {

class EmbeddedServer {
public:
    explicit EmbeddedServer(engine::Config config = {});
    ~EmbeddedServer();

    /// Runs a line as redis-cli reads it and gives the reply as redis-cli prints it. `client` names the connection; it
    /// is made when it is first used.
    engine::Bytes run(engine::BytesView line, const engine::Bytes& client = "main");
    engine::Reply reply(std::span<const engine::BytesView> argv, const engine::Bytes& client = "main");
    engine::Reply reply(const std::vector<engine::Bytes>& argv, const engine::Bytes& client = "main");
    /// Closes a connection.
    void leave(const engine::Bytes& client);

    engine::ClientState& client(const engine::Bytes& name = "main");
    engine::Keyspace snapshot();
    void tick();
    engine::ManualClock& clock() { return m_clock; }
    engine::Engine& engine() { return m_engine; }
    engine::ScriptRunner& scripts() { return m_scripts; }

private:
    engine::ManualClock m_clock{engine::UnixMs{1'700'000'000'000}};
    engine::ScriptRunner m_scripts;
    engine::Engine m_engine;
    std::map<engine::Bytes, std::unique_ptr<engine::ClientState>> m_clients;
};

} // namespace tests
