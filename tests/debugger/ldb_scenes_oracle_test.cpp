// labels: oracle
// Scenes of the debugger over the listener, here and on redis-server, in which somebody else looks on, time passes or
// lines are peculiar. (ldb_oracle_test.cpp goes through the commands.)

#include "engine/acl/access_control.h"
#include "engine/resp/reply_text.h"
#include "engine/server/engine_thread.h"
#include "tests/support/ldb_server.h"
#include "tests/support/redis_server.h"

#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

using namespace engine;
using tests::LdbCall;
using tests::ldbLines;
using tests::LdbServer;
using tests::playLdb;
using tests::RespConnection;

namespace {

using Heard = std::vector<Bytes>;

Bytes ask(RespConnection& client, const std::vector<Bytes>& argv)
{
    const auto reply = client.ask(argv);
    return reply ? formatReplyForPeople(*reply) : "(no reply)";
}

std::vector<Bytes> steps(std::size_t count)
{
    return std::vector<Bytes>(count, "s");
}

/// What a session hears in both modes.
Heard inBothModes(quint16 port, LdbCall call, const std::vector<Bytes>& commands)
{
    Heard all;
    for (const char* mode : {"yes", "sync"}) {
        call.mode = mode;
        const Heard heard = playLdb(port, call, commands);
        all.insert(all.end(), heard.begin(), heard.end());
    }
    return all;
}

Heard firstLine(quint16 port)
{
    return inBothModes(
        port, {.script = "#!lua flags=no-writes\nlocal a = 1\nreturn a"}, {"w", "l 1", "b 1 2", "s", "s", "s"});
}

Heard keptForEvalsha(quint16 port)
{
    Heard heard;
    for (const char* mode : {"yes", "sync"}) {
        RespConnection client(port);
        client.text({"SCRIPT", "FLUSH"});
        playLdb(port, {.mode = mode, .script = "return 'kept'"}, {"c"});
        const Bytes sha = client.text({"EVAL", "return redis.sha1hex(\"return 'kept'\")", "0"});
        heard.push_back(ask(client, {"SCRIPT", "EXISTS", sha}));
    }
    return heard;
}

Heard othersLookOn(quint16 port)
{
    Heard heard;
    for (const char* mode : {"yes", "sync"}) {
        RespConnection admin(port);
        admin.text({"CONFIG", "SET", "slowlog-log-slower-than", "0"});
        admin.text({"SLOWLOG", "RESET"});
        RespConnection listener(port);
        listener.ask({"SUBSCRIBE", "c"});
        RespConnection monitor(port);
        monitor.ask({"MONITOR"});
        playLdb(port,
            {.mode = mode, .script = "redis.call('SET', 'k', 1)\nredis.call('PUBLISH', 'c', 'said')\nreturn 1"},
            {"s", "s", "c"});
        admin.text({"PUBLISH", "c", "last"});
        // A message that was published in the session comes before the last.
        Bytes said;
        while (const auto message = listener.readAny()) {
            said += message->elements.at(2).text + " ";
            if (message->elements.at(2).text == "last")
                break;
        }
        heard.push_back(said);
        // In sync the writes of a session are shown together, when it has ended, and what it reads is not.
        if (BytesView(mode) == "sync")
            continue;
        Bytes seen;
        static const QRegularExpression form(QStringLiteral(R"x(^[\d.]+ \[(\d+) ([^\]]+)\] "(\w+)")x"));
        while (const auto line = monitor.readAny()) {
            const auto match = form.match(QString::fromStdString(line->text));
            const Bytes from = match.captured(2) == QStringLiteral("lua") ? "lua " : "";
            seen += from + match.captured(3).toStdString() + " ";
            if (match.captured(3) == QStringLiteral("PUBLISH") && from.empty())
                break;
        }
        heard.push_back(seen);
        const auto log = admin.ask({"SLOWLOG", "GET", "-1"});
        Bytes logged;
        for (const Reply& entry : log ? log->elements : std::vector<Reply>())
            logged += entry.elements.at(3).elements.at(0).text + " ";
        heard.push_back(logged);
    }
    RespConnection(port).text({"CONFIG", "SET", "slowlog-log-slower-than", "10000"});
    return heard;
}

Heard bytesPassThrough(quint16 port)
{
    Heard heard = inBothModes(port,
        {.script = "local s = 'gr\xc3\xbc\xc3\x9f \xff'\nredis.debug(s)\nredis.debug('a\\r\\nb')\nreturn s",
            .resp3 = true},
        {"s", "p s", "s", "s", "s"});
    return heard;
}

Heard nonsense(quint16 port)
{
    Heard heard;
    for (const char* sent : {"PING\r\n", "*0\r\n", "*1025\r\n", "*x\r\n", "*1\r\n$0\r\n\r\n", "*1\r\n$1025\r\n"}) {
        RespConnection client(port);
        startDebugging(client, {.script = "local a = 1\nreturn a"});
        client.read();
        client.send(sent);
        heard.push_back(client.readToEnd());
    }
    return heard;
}

Heard reasonsToStop(quint16 port)
{
    return inBothModes(port,
        {.script = "local a = 1\nredis.breakpoint()\nlocal b = 2\nif redis.breakpoint() then\n  a = 3\nend\nreturn a"},
        {"b 5", "c", "c", "p a", "c"});
}

Heard wordsOfRedisCli(quint16 port)
{
    return inBothModes(port, {.script = "local a = 1\nreturn a"},
        {"quit", "exit", "restart", "connect", "clear", "3 s", ":set x", "c"});
}

Heard peculiarLines(quint16 port)
{
    const Bytes script =
        "-- a comment\n\nlocal t = {\n  1,\n  2,\n}\nlocal s = string.format(\n  '%d',\n  5)\nif s == '5' "
        "then\n  t[3] = 1\nelse\n  t[3] = 2\nend\nrepeat\n  t[4] = true\nuntil t[4]\nlocal function "
        "f(\n  a)\n  return a\nend\nlocal x = f(1) + f(2)\nfor i = 1, 2 do\n  x = x + i\nend\nwhile x < "
        "8 do x = x + 1 end\nreturn x";
    return inBothModes(port, {.script = script}, steps(40));
}

Heard otherChunks(quint16 port)
{
    return inBothModes(port,
        {.script = "local f = loadstring('local a = 1\\nreturn a')\nlocal g = loadstring('local a = 2\\nreturn a', "
                   "'@user_script')\nlocal x = f()\nlocal y = g()\nreturn x + y"},
        {"s", "s", "s", "t", "s", "t", "p", "s", "s", "s"});
}

Heard coroutines(quint16 port)
{
    return inBothModes(port,
        {.script =
                "local co = coroutine.create(function(a)\n  local b = coroutine.yield(a)\n  return b\nend)\nlocal _, x "
                "= coroutine.resume(co, 1)\nlocal _, y = coroutine.resume(co, 2)\nreturn x + y"},
        {"s", "s", "t", "p", "s", "s", "s", "t", "p", "s", "s"});
}

Heard deepValues(quint16 port)
{
    return inBothModes(port,
        {.script = "local t = {1}\nfor i = 1, 12 do\n  t = {t}\nend\nlocal f = {print == nil, tostring, nil, 5}\nlocal "
                   "c = "
                   "cjson.null\nlocal e, b = {}, {[true] = false}\nreturn 1"},
        {"b 5 8", "c", "p t", "s", "s", "c", "p e", "p b", "c"});
}

Heard caughtErrors(quint16 port)
{
    return inBothModes(port,
        {.script = "local ok, e = pcall(function()\n  error('held')\nend)\nlocal r = redis.pcall('LPUSH', 'k')\nlocal "
                   "ok2, "
                   "e2 = pcall(redis.call, 'NOSUCH')\nreturn {e, r, e2}"},
        steps(9));
}

Heard aLoopThatNeverEnds(quint16 port)
{
    RespConnection(port).text({"CONFIG", "SET", "busy-reply-threshold", "50"});
    Heard heard = inBothModes(port, {.script = "local i = 0\nwhile true do end"}, {"c", "l", "c", "a"});
    RespConnection(port).text({"CONFIG", "SET", "busy-reply-threshold", "5000"});
    return heard;
}

Heard aClientThatLeaves(quint16 port)
{
    {
        RespConnection client(port);
        startDebugging(
            client, {.mode = "sync", .script = "redis.call('SET', 'a', 1)\nredis.call('SET', 'b', 2)\nreturn 1"});
        client.read();
    }
    RespConnection other(port);
    Heard heard{ask(other, {"MGET", "a", "b"})};
    other.text({"CONFIG", "SET", "busy-reply-threshold", "50"});
    {
        RespConnection client(port);
        startDebugging(client, {.mode = "sync", .script = "redis.call('SET', 'a', 3)\nwhile true do end"});
        client.read();
    }
    RespConnection late(port);
    Bytes value;
    while ((value = ask(late, {"GET", "a"})).find("BUSY") != Bytes::npos) { }
    heard.push_back(value);
    late.text({"CONFIG", "SET", "busy-reply-threshold", "5000"});
    return heard;
}

Heard argumentsThatAreWrong(quint16 port)
{
    Heard heard;
    for (const std::vector<Bytes>& words : {std::vector<Bytes>{"EVAL", "return 1", "5", "k"}, {"EVAL", "return 1", "x"},
             {"EVAL", "return 1", "-1"}, {"EVAL", "#!py\nreturn 1", "0"}, {"EVAL_RO", "#!lua\nreturn 1", "0"}}) {
        RespConnection client(port);
        client.text({"SCRIPT", "DEBUG", "yes"});
        client.sendRequest(words);
        heard.push_back(client.readToEnd());
    }
    return heard;
}

Heard othersAreServed(quint16 port)
{
    RespConnection client(port);
    startDebugging(client, {.script = "redis.call('SET', 'k', 'copy')\nreturn redis.call('GET', 'k')"});
    client.read();
    RespConnection other(port);
    Heard heard{ask(other, {"SET", "k", "other"})};
    client.sendRequest({"s"});
    heard.push_back(ldbLines(client.read()));
    heard.push_back(ask(other, {"GET", "k"}));
    client.sendRequest({"c"});
    heard.push_back(client.readToEnd());
    heard.push_back(ask(other, {"GET", "k"}));
    return heard;
}

Heard redisCliWithAFault(quint16 port)
{
    const QTemporaryDir folder;
    QFile file(folder.filePath("fault.lua"));
    if (!file.open(QIODevice::WriteOnly))
        return {"(no file)"};
    file.write("return (\n");
    file.close();
    QProcess process;
    process.start("redis-cli", {"-p", QString::number(port), "--ldb", "--eval", file.fileName()});
    process.closeWriteChannel();
    if (!process.waitForFinished(20'000))
        process.kill();
    const QByteArray shown = process.readAllStandardOutput() + process.readAllStandardError();
    return {shown.toStdString(), std::to_string(process.exitCode())};
}

struct Scene {
    const char* name;
    Heard (*play)(quint16 port);
};

constexpr Scene kScenes[] = {
    {"B.9: the first line is listed as line 1", firstLine},
    {"G.1.8: whether the script is kept for EVALSHA", keptForEvalsha},
    {"G.1.9, G.1.10: who listens, monitors and reads the slow log", othersLookOn},
    {"G.1.6: others are served", othersAreServed},
    {"G.1.5: arguments that are wrong", argumentsThatAreWrong},
    {"G.2.1: bytes pass through", bytesPassThrough},
    {"G.2.2, I.2.12: what is no command", nonsense},
    {"G.3.3: reasons to stop", reasonsToStop},
    {"G.4.17: words of redis-cli alone", wordsOfRedisCli},
    {"G.6.1, G.6.2, G.6.3, G.6.4, G.4.20: peculiar lines", peculiarLines},
    {"G.6.5: chunks of loadstring", otherChunks},
    {"G.6.6: coroutines", coroutines},
    {"G.5.3, G.5.5, G.5.6, G.5.7: deep and other values", deepValues},
    {"G.7.1: caught errors", caughtErrors},
    {"G.7.2: a loop that never ends", aLoopThatNeverEnds},
    {"G.7.4: a client that leaves", aClientThatLeaves},
    {"G.9.3: redis-cli with a script that does not compile", redisCliWithAFault},
};

/// Addresses of functions and tables differ.
QByteArray withoutAddresses(const Bytes& text)
{
    static const QRegularExpression address(QStringLiteral("@0x[0-9a-f]+"));
    return QString::fromStdString(text).replace(address, QStringLiteral("@")).toUtf8();
}

} // namespace

class LdbScenesOracleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void bothServersSayTheSame_data();
    void bothServersSayTheSame();

private:
    std::unique_ptr<tests::RedisServer> m_theirs;
    LdbServer m_ours;
};

void LdbScenesOracleTest::initTestCase()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    m_theirs = std::make_unique<tests::RedisServer>();
    QVERIFY(m_theirs->port() != 0);
}

void LdbScenesOracleTest::bothServersSayTheSame_data()
{
    QTest::addColumn<int>("index");
    for (const Scene& scene : kScenes)
        QTest::newRow(scene.name) << static_cast<int>(&scene - kScenes);
}

void LdbScenesOracleTest::bothServersSayTheSame()
{
    QFETCH(int, index);
    Heard heard[2];
    for (int side = 0; side < 2; ++side) {
        const quint16 port = side == 0 ? m_ours.port() : m_theirs->port();
        RespConnection(port).text({"FLUSHALL"});
        heard[side] = kScenes[index].play(port);
    }
    for (std::size_t i = 0; i < std::min(heard[0].size(), heard[1].size()); ++i)
        QCOMPARE(withoutAddresses(heard[0][i]), withoutAddresses(heard[1][i]));
    QCOMPARE(heard[0].size(), heard[1].size());
}

QTEST_GUILESS_MAIN(LdbScenesOracleTest)
#include "ldb_scenes_oracle_test.moc"
