#include "tests/support/embedded_server.h"

#include "engine/base/check.h"
#include "engine/resp/reply_text.h"
#include "engine/resp/reply_tree_sink.h"
#include "engine/resp/request_parser.h"

namespace tests {

using namespace engine;

EmbeddedServer::EmbeddedServer(Config config) : m_engine(m_clock, 42, std::move(config))
{
    EngineHooks hooks;
    hooks.sleep = [this](std::chrono::microseconds duration) { m_clock.advance(duration); };
    m_engine.setHooks(std::move(hooks));
    m_engine.setScripts(&m_scripts);
}

EmbeddedServer::~EmbeddedServer()
{
    while (!m_clients.empty())
        leave(m_clients.begin()->first);
}

ClientState& EmbeddedServer::client(const Bytes& name)
{
    auto& client = m_clients[name];
    if (!client) {
        client = std::make_unique<ClientState>();
        client->address = "127.0.0.1:" + std::to_string(50'000 + m_clients.size());
        client->localAddress = "127.0.0.1:6380";
        EngineTurn turn = m_engine.beginTurn();
        m_engine.join(turn, *client);
    }
    return *client;
}

void EmbeddedServer::leave(const Bytes& name)
{
    const auto place = m_clients.find(name);
    if (place == m_clients.end())
        return;
    EngineTurn turn = m_engine.beginTurn();
    m_engine.leave(turn, *place->second);
    m_clients.erase(place);
}

Reply EmbeddedServer::reply(std::span<const BytesView> argv, const Bytes& name)
{
    ClientState& caller = client(name);
    ReplyTreeSink sink(caller.protocol);
    EngineTurn turn = m_engine.beginTurn();
    m_engine.execute(turn, caller, argv, sink);
    CHECK(sink.complete());
    return sink.take();
}

Reply EmbeddedServer::reply(const std::vector<Bytes>& argv, const Bytes& name)
{
    return reply(std::vector<BytesView>(argv.begin(), argv.end()), name);
}

Bytes EmbeddedServer::run(BytesView line, const Bytes& name)
{
    std::vector<Bytes> words;
    CHECK(splitQuoted(line, words) && !words.empty());
    return formatReplyForPeople(reply(words, name));
}

Keyspace EmbeddedServer::snapshot()
{
    EngineTurn turn = m_engine.beginTurn();
    return m_engine.snapshot(turn);
}

void EmbeddedServer::tick()
{
    EngineTurn turn = m_engine.beginTurn();
    m_engine.tick(turn);
}

} // namespace tests
