#pragma once

// A whole engine inside the test: no thread, no socket, a clock that only the test moves.

#include "engine/command/client_port.h"
#include "engine/resp/reply.h"
#include "engine/resp/resp_sink.h"
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
    /// What the client hears next besides its answers: the late answer of a command that waited, a message. The error
    /// "(nothing)" when there is none.
    engine::Reply hear(const engine::Bytes& client = "main");
    /// Closes a connection.
    void leave(const engine::Bytes& client);

    engine::ClientState& client(const engine::Bytes& name = "main") { return connected(name).state; }
    engine::Keyspace snapshot();
    void tick();
    engine::ManualClock& clock() { return m_clock; }
    engine::Engine& engine() { return m_engine; }
    engine::ScriptRunner& scripts() { return m_scripts; }

private:
    /// A client and what it is sent outside of its own requests.
    struct Connected final : engine::ClientPort {
        engine::ReplySink& sink() override;
        engine::ReplySink& sinkBehindReply() override;
        engine::ReplySink& beginReply() override;
        void endReply() override;
        void flush() override { }
        void disconnect() override { disconnected = true; }

        engine::ClientState state;
        engine::Bytes late;
        engine::RespSink lateSink{late, engine::Protocol::Resp2};
        engine::Bytes behind; // a reply that is being made
        engine::RespSink behindSink{behind, engine::Protocol::Resp2};
        bool replying = false;
        bool disconnected = false;
        std::vector<engine::Bytes> held; // a request that CLIENT PAUSE holds back
    };

    engine::Bytes execute(Connected& caller, std::span<const engine::BytesView> argv);
    void afterTurn();

    Connected& connected(const engine::Bytes& name);

    engine::ManualClock m_clock{engine::UnixMs{1'700'000'000'000}};
    engine::ScriptRunner m_scripts;
    engine::Engine m_engine;
    std::map<engine::Bytes, std::unique_ptr<Connected>> m_clients;
};

} // namespace tests
