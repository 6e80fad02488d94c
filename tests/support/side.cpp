#include "tests/support/side.h"

#include "engine/base/check.h"
#include "engine/resp/reply_parser.h"
#include "engine/resp/request_parser.h"
#include "engine/resp/resp_sink.h"

namespace tests {

using namespace engine;

Reply errorReply(BytesView text)
{
    Reply reply;
    reply.kind = ReplyKind::Error;
    reply.text = text;
    return reply;
}

EmbeddedSide::EmbeddedSide(std::uint64_t seed) : m_engine(m_clock, seed)
{
    EngineTurn turn = m_engine.beginTurn();
    m_engine.join(turn, m_client);
}

EmbeddedSide::~EmbeddedSide()
{
    EngineTurn turn = m_engine.beginTurn();
    m_engine.leave(turn, m_client);
}

Reply EmbeddedSide::ask(const Words& argv)
{
    const Bytes request = encodeRequest(std::vector<BytesView>(argv.begin(), argv.end()));
    RequestParser parser;
    CHECK(parser.parse(request) == RequestParser::Outcome::Request && parser.consumed() == request.size());
    Bytes answer;
    RespSink sink(answer, m_client.protocol);
    EngineTurn turn = m_engine.beginTurn();
    m_engine.execute(turn, m_client, parser.argv(), sink);
    const auto parsed = parseReply(answer);
    CHECK(parsed && *parsed && (*parsed)->bytes == answer.size());
    return (*parsed)->reply;
}

Words commandThatClearsErrno()
{
    return {"CONFIG", "SET", "maxmemory", "0"};
}

Reply SocketSide::ask(const Words& argv)
{
    return m_connection.ask(argv).value_or(errorReply("(no reply)"));
}

} // namespace tests
