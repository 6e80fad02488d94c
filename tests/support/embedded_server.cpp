#include "tests/support/embedded_server.h"

#include "engine/base/check.h"
#include "engine/resp/reply_parser.h"
#include "engine/resp/reply_text.h"
#include "engine/resp/request_parser.h"
#include "tests/support/client_group.h"
#include "tests/support/side.h"

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

ReplySink& EmbeddedServer::Connected::sink()
{
    lateSink.setProtocol(state.protocol);
    return lateSink;
}

ReplySink& EmbeddedServer::Connected::sinkBehindReply()
{
    behindSink.setProtocol(state.protocol);
    return replying ? static_cast<ReplySink&>(behindSink) : sink();
}

ReplySink& EmbeddedServer::Connected::beginReply()
{
    replying = true;
    return sink();
}

void EmbeddedServer::Connected::endReply()
{
    replying = false;
    late += std::exchange(behind, {});
}

EmbeddedServer::Connected& EmbeddedServer::connected(const Bytes& name)
{
    auto& client = m_clients[name];
    if (!client) {
        client = std::make_unique<Connected>();
        client->state.address = "127.0.0.1:" + std::to_string(50'000 + m_clients.size());
        client->state.localAddress = "127.0.0.1:6380";
        client->state.port = client.get();
        EngineTurn turn = m_engine.beginTurn();
        m_engine.join(turn, client->state);
    }
    return *client;
}

void EmbeddedServer::leave(const Bytes& name)
{
    const auto place = m_clients.find(name);
    if (place == m_clients.end())
        return;
    EngineTurn turn = m_engine.beginTurn();
    m_engine.leave(turn, place->second->state);
    m_clients.erase(place);
}

namespace {

// Takes the first reply off the front. The parser reads to a depth, which scripts pass.
Reply takeReply(Bytes& bytes)
{
    auto parsed = parseReply(bytes);
    if (!parsed && parsed.error().find("nested deeper") != Bytes::npos) {
        bytes.clear();
        Reply deep;
        deep.kind = ReplyKind::Status;
        deep.text = "(deeper than replies are read)";
        return deep;
    }
    CHECK(parsed && *parsed);
    bytes.erase(0, (*parsed)->bytes);
    return std::move((*parsed)->reply);
}

} // namespace

Bytes EmbeddedServer::execute(Connected& caller, std::span<const BytesView> argv)
{
    Bytes answer;
    RespSink sink(answer, caller.state.protocol);
    EngineTurn turn = m_engine.beginTurn();
    m_engine.execute(turn, caller.state, argv, sink);
    if (caller.state.wait && caller.state.wait->what == WaitFor::PauseEnd)
        caller.held.assign(argv.begin(), argv.end());
    return answer;
}

// As a connection does when its turn comes: requests that were held back run, clients that were killed leave.
void EmbeddedServer::afterTurn()
{
    std::vector<Bytes> leaving;
    for (auto& [name, client] : m_clients) {
        if (!client->held.empty() && !client->state.wait) {
            const std::vector<Bytes> words = std::exchange(client->held, {});
            client->late += execute(*client, std::vector<BytesView>(words.begin(), words.end()));
        }
        if (client->disconnected)
            leaving.push_back(name);
    }
    for (const Bytes& name : leaving)
        leave(name);
}

Reply EmbeddedServer::reply(std::span<const BytesView> argv, const Bytes& name)
{
    Connected& caller = connected(name);
    Bytes answer = execute(caller, argv);
    Reply reply = answer.empty() && caller.state.wait ? waitingReply() : takeReply(answer);
    caller.late.insert(0, answer);
    afterTurn();
    return reply;
}

Reply EmbeddedServer::hear(const Bytes& name)
{
    Bytes& late = connected(name).late;
    return late.empty() ? errorReply("(nothing)") : takeReply(late);
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
    {
        EngineTurn turn = m_engine.beginTurn();
        m_engine.tick(turn);
    }
    afterTurn();
}

} // namespace tests
