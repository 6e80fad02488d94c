#include "tests/support/telling_server.h"

#include "engine/base/number.h"
#include "engine/resp/request_parser.h"
#include "tests/support/reply_comparison.h"

#include <algorithm>

namespace tests {

using namespace engine;

TellingServer::TellingServer()
    : m_server(
        {"--appendonly", "yes", "--appendfsync", "no", "--dir", m_folder.path(), "--notify-keyspace-events", "EA"}),
      m_client(m_server.port()), m_watcher(m_server.port()), m_listener(m_server.port())
{
    m_listener.ask({"PSUBSCRIBE", "__keyevent@*"});
    m_aof.setFileName(m_folder.filePath("appendonlydir/appendonly.aof.1.incr.aof"));
    // What the file holds already is told now, to nobody.
    if (m_aof.open(QIODevice::ReadOnly))
        told();
}

Reply TellingServer::ask(const Words& argv)
{
    return m_client.ask(argv).value_or(errorReply("(no reply)"));
}

Reply TellingServer::askAsWatcher(const Words& argv)
{
    return m_watcher.ask(argv).value_or(errorReply("(no reply)"));
}

Told TellingServer::told()
{
    Told told;
    // Events come before the answer to a PING that was sent after them.
    m_listener.sendRequest({"PING"});
    while (const auto message = m_listener.read()) {
        if (message->elements.size() != 4)
            break;
        const Bytes& channel = message->elements[2].text; // __keyevent@0__:set
        const std::size_t at = channel.find('@') + 1;
        const std::size_t colon = channel.find("__:", at);
        told.events.push_back(
            channel.substr(at, colon - at) + " " + channel.substr(colon + 3) + " " + message->elements[3].text);
    }
    m_unread += m_aof.readAll().toStdString();
    RequestParser parser;
    while (!m_unread.empty() && parser.parse(m_unread) == RequestParser::Outcome::Request) {
        const Words words(parser.argv().begin(), parser.argv().end());
        const Bytes name = words.empty() ? "" : lowered(words[0]);
        // How a record is wrapped is the file's business.
        if (!words.empty() && name != "select" && name != "multi" && name != "exec")
            told.effects.push_back(words);
        m_unread.erase(0, parser.consumed());
    }
    return told;
}

namespace {

bool sameWord(const Bytes& a, const Bytes& b)
{
    constexpr std::int64_t kMoment = 1'000'000'000'000;
    const auto left = parseInteger(a);
    const auto right = parseInteger(b);
    if (a == b || !left || !right || *left < kMoment || *right < kMoment)
        return a == b;
    return std::abs(*left - *right) < 20'000;
}

} // namespace

bool sameTold(const Told& a, const Told& b)
{
    const auto sameWords = [](const Words& left, const Words& right) {
        return std::ranges::equal(left, right, sameWord);
    };
    return a.events == b.events && std::ranges::equal(a.effects, b.effects, sameWords) && a.executed == b.executed
        && a.heard == b.heard;
}

Bytes describe(const Told& told)
{
    Bytes text;
    for (const Bytes& event : told.events)
        text += "\n    event " + event;
    for (const Words& effect : told.effects)
        text += "\n    effect " + commandLine(effect);
    for (const Reply& reply : told.heard)
        text += "\n    to who waited " + describe(reply);
    return text + "\n    EXEC of who watched " + describe(told.executed);
}

} // namespace tests
