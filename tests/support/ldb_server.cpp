#include "tests/support/ldb_server.h"

#include "engine/resp/reply_text.h"
#include "engine/resp/request_parser.h"

#include <QtGlobal>

namespace tests {

using namespace engine;

LdbServer::LdbServer(Config config)
    : m_thread(std::make_unique<EngineThread>(m_clock, 42, std::move(config),
        EngineThreadHooks{.shutdown = [](const ShutdownRequest&) {},
            .clientsChanged = {},
            .debugScript = [this](Engine& engine, ScriptDebugStart start) { m_host.start(engine, std::move(start)); }}))
{
    m_host.serve(*m_thread);
    ListenOptions options;
    options.port = 0;
    const auto report = m_thread->listen(options).get();
    if (!report)
        qFatal("%s", report.error().c_str());
    m_port = report->port;
}

LdbServer::~LdbServer()
{
    m_host.leave();
}

Config quickToStop(std::chrono::milliseconds threshold)
{
    Config config;
    if (auto set = config.setAtStart("busy-reply-threshold", std::to_string(threshold.count())); !set)
        qFatal("%s", set.error().c_str());
    return config;
}

void startDebugging(RespConnection& client, const LdbCall& call)
{
    client.text({"SCRIPT", "DEBUG", call.mode});
    const bool script = call.function.empty();
    std::vector<Bytes> words{
        script ? "EVAL" : "FCALL", script ? call.script : call.function, std::to_string(call.keys.size())};
    words.insert(words.end(), call.keys.begin(), call.keys.end());
    words.insert(words.end(), call.argv.begin(), call.argv.end());
    client.sendRequest(words);
}

Bytes ldbLines(const std::optional<Reply>& reply)
{
    if (!reply)
        return "(nothing)";
    Bytes text;
    for (const Reply& line : reply->elements)
        text += (text.empty() ? "" : " | ") + line.text;
    return text;
}

std::vector<Bytes> playLdb(quint16 port, const LdbCall& call, const std::vector<Bytes>& commands)
{
    std::vector<Bytes> heard;
    RespConnection client(port);
    if (call.resp3)
        client.ask({"HELLO", "3"});
    startDebugging(client, call);
    heard.push_back(ldbLines(client.read()));
    for (const Bytes& command : commands) {
        if (heard.back().ends_with("<endsession>"))
            break;
        std::vector<Bytes> words;
        splitQuoted(command, words);
        client.sendRequest(words);
        heard.push_back(ldbLines(client.read()));
    }
    if (!heard.back().ends_with("<endsession>"))
        return heard;
    const auto reply = client.read();
    heard.push_back(reply ? formatReplyForPeople(*reply) : "(no reply)");
    heard.push_back(client.readToEnd().empty() ? "closed" : "more");
    return heard;
}

} // namespace tests
