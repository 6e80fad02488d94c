// labels: oracle
// The same debugger sessions here and on redis-server, by RESP and by redis-cli --ldb: every stop, every answer.

#include "engine/acl/access_control.h"
#include "engine/server/engine_thread.h"
#include "tests/support/ldb_server.h"
#include "tests/support/program.h"
#include "tests/support/redis_server.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

using namespace engine;
using tests::LdbCall;
using tests::LdbServer;
using tests::playLdb;
using tests::RespConnection;

namespace {

struct Case {
    const char* name;
    LdbCall call;
    std::vector<Bytes> commands;
    std::vector<std::vector<Bytes>> before{};
    std::vector<std::vector<Bytes>> after{};
};

std::vector<Bytes> steps(std::size_t count)
{
    return std::vector<Bytes>(count, "s");
}

std::vector<Bytes> operator+(std::vector<Bytes> a, const std::vector<Bytes>& b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

Bytes manyLines(int count)
{
    Bytes script;
    for (int i = 1; i <= count; ++i)
        script += "local a" + std::to_string(i % 40) + " = " + std::to_string(i) + "\n";
    return script;
}

Bytes allBreakpoints(int last)
{
    Bytes command = "b";
    for (int i = 1; i <= last; ++i)
        command += " " + std::to_string(i);
    return command;
}

std::vector<Case> cases()
{
    return {
        // G.4.1, G.5.8, G.5.9, G.5.10, G.5.12: commands and their replies, step by step
        {"calls",
            {.script =
                    "redis.call('SET', KEYS[1], 'v')\nlocal ok = redis.pcall('LPUSH', KEYS[1], "
                    "1)\nredis.pcall('NOSUCH', "
                    "'x')\nredis.pcall('GET')\nredis.pcall()\nredis.pcall({})\nredis.pcall('SUBSCRIBE', "
                    "'x')\nredis.call('MSET', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', "
                    "'12')\nredis.call('MGET', '1', 'nosuch')\nredis.log(redis.LOG_WARNING, 'x')\nredis.debug('a', 1, "
                    "{x=1})\nredis.debug()\nreturn redis.status_reply('FINE')",
                .keys = {"k"}},
            steps(14), {}, {{"DBSIZE"}}},
        // G.4.5, G.5.1, G.5.2, G.5.4, G.5.5: print, and how values are written
        {"variables",
            {.script = "local t = {1, {a = 'x'}, [10] = true}\nlocal s = \"q\\\"uo\\\\te\\1\\200\\n\"\nlocal n = "
                       "12345678901234\nfor i = 1, 2 do\n  t[i] = i\nend\nfor k, v in pairs({a = 1}) do\n  local x = "
                       "k\nend\nlocal s = 'shadow'\nreturn s",
                .keys = {"k1", "k2"},
                .argv = {"a"}},
            {"p", "s", "p", "p t", "s", "s", "p n", "p s", "s", "p", "s", "p", "s", "s", "s", "s", "s", "p", "s", "p",
                "s", "s", "p s", "p nosuch", "p KEYS", "p ARGV", "print a b", "c"}},
        // G.4.10, G.6.1, G.6.2, G.6.6: trace, and which lines stop
        {"functions",
            {.script = "local function f(x)\n  local y = x + 1\n  return y\nend\nlocal a = f(1)\nlocal g = function() "
                       "error({err = 'MY x'}) end\npcall(g)\nlocal co = coroutine.wrap(function() local z = 1\n  "
                       "coroutine.yield(z)\nend)\nco()\nlocal s = ('abc'):gsub('.', function(c)\n  return "
                       "c:upper()\nend)\ntable.sort({3, 1, 2}, function(a, b)\n  return a < b\nend)\nreturn s"},
            std::vector<Bytes>{"s", "s", "t", "p", "p x", "s", "t", "s", "s", "s", "t", "s", "s", "s", "t", "p"}
                + steps(25)},
        // G.4.2, G.4.6, G.4.7, G.4.8, G.4.9, G.4.20: break and continue
        {"breakpoints", {.script = "local a = 1\n\nlocal b = 2\nlocal c = 3\nreturn c"},
            {"b", "b 3", "b 4 5", "b", "b -5", "b", "b 100", "b -100", "b x 2x", "b ' 3'", "b 0", "b", "b 2", "b 4",
                "c", "c"}},
        {"many breakpoints", {.script = manyLines(80)}, {allBreakpoints(80), "b 0", "b", "c"}},
        // G.4.3, G.4.4, G.3.2: list and whole
        {"lists", {.script = manyLines(29)},
            std::vector<Bytes>{"l", "l 0", "l x", "l 10", "l 10 2", "l 10 x", "l -5", "l 1 -1", "l 28 100", "w"}
                + steps(15) + std::vector<Bytes>{"list", "whole x", "c"}},
        // G.4.11: eval
        {"evaluations", {.script = "local a = 1\nlocal b = {1, 2, {x = 1}, [10] = 3}\nreturn a", .keys = {"k"}},
            {"s", "s", "e a", "e \"error('x')\"", "e \"redis.call('SET', 'q', '1')\"", "e 'return 5, 6'",
                "e 'KEYS[1] = 5'", "e 'KEYS[1]'", "e 'for i = 1, 2 do end'", "e 1 + 1", "p b",
                "e 'cjson.encode({1, 2})'", "e 'x = 1'", "e", "e 'x ='", "eval 'nil'", "E 'true'", "p KEYS", "c"},
            {}, {{"GET", "q"}}},
        // G.4.12, G.4.15, G.4.16: redis, help, nonsense
        {"commands", {.script = "local a = 1\nreturn redis.call('GET', 'z')"},
            {"r SET z 5", "r GET z", "r HSET h f v", "r HGETALL h", "r PING", "r EVAL x 0", "r MULTI", "r set z",
                "R incr n", "redis TYPE n", "r", "r LPUSH z 1", "foo", "'' x", "h", "help", "s", "s"},
            {}, {{"GET", "z"}}},
        // G.4.13, G.5.11: maxlen, and values that are cut
        {"long values", {.script = "local s = string.rep('ab', 400)\nreturn redis.call('ECHO', s)"},
            {"s", "p s", "p s", "m", "m 10", "p s", "m x", "m 70", "p", "maxlen 1 2", "m -5", "s", "s"}},
        {"RESP3",
            {.script =
                    "redis.setresp(3)\nlocal a = redis.call('HGETALL', 'h')\nlocal b = redis.call('SMEMBERS', "
                    "'s')\nlocal c = redis.call('GET', 'nosuch')\nlocal d = redis.call('ZSCORE', 'zz', 'm')\nlocal e = "
                    "redis.call('ZRANGE', 'zz', '0', '-1', 'WITHSCORES')\nreturn a",
                .resp3 = true},
            steps(8), {{"HSET", "h", "a", "1"}, {"SADD", "s", "x"}, {"ZADD", "zz", "1.5", "m"}}},
        {"loop on a line", {.script = "for i = 1, 3 do redis.call('INCR', 'c') end\nreturn redis.call('GET', 'c')"},
            steps(6)},
        // G.2.1, G.3.2: line ends of another system
        {"carriage returns", {.script = "local a = 1\r\nlocal b = 2\r\nreturn a + b\r\n\n"}, {"w", "s", "s", "c"}},
        {"empty", {.script = ""}, {"s"}},
        {"error", {.script = "local a\nlocal b = a.x\nreturn 1"}, steps(4)},
        {"error of a command", {.script = "redis.call('SET', 'k', 'v')\nredis.call('LPUSH', 'k', 'v')\nreturn 1"},
            steps(4), {}, {{"GET", "k"}}},
        // G.4.14, G.1.7: abort, and what is kept
        {"abort", {.script = "redis.call('SET', 'k', 'v')\nreturn 1"}, {"s", "a"}, {}, {{"GET", "k"}}},
        {"compile error", {.script = "return {"}, {}},
        {"shebang", {.script = "#!lua flags=no-writes\nredis.pcall('SET', 'a', '1')\nreturn 1"}, steps(5)},
        {"expiry", {.script = "redis.call('SET', 'a', '1', 'EX', 100)\nredis.call('EXPIRE', 'a', 200)\nreturn 1"},
            steps(5), {}, {{"EXISTS", "a"}}},
        {"database", {.script = "redis.call('SELECT', 2)\nredis.call('SET', 'in2', 'x')\nreturn 1"}, steps(5), {},
            {{"DBSIZE"}}},
    };
}

/// Addresses of functions and tables differ.
Bytes withoutAddresses(const Bytes& text)
{
    static const QRegularExpression address(QStringLiteral("@0x[0-9a-f]+"));
    return QString::fromStdString(text).replace(address, QStringLiteral("@")).toStdString();
}

} // namespace

class LdbOracleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void bothServersSayTheSame_data();
    void bothServersSayTheSame();
    void redisCliShowsTheSame_data();
    void redisCliShowsTheSame();

private:
    std::vector<Bytes> play(quint16 port, const Case& session, const Bytes& mode) const;

    std::vector<Case> m_cases = cases();
    std::unique_ptr<tests::RedisServer> m_server;
    LdbServer m_ours;
};

void LdbOracleTest::initTestCase()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    m_server = std::make_unique<tests::RedisServer>();
    QVERIFY(m_server->port() != 0);
}

void LdbOracleTest::bothServersSayTheSame_data()
{
    QTest::addColumn<int>("index");
    QTest::addColumn<QByteArray>("mode");
    for (const char* mode : {"yes", "sync"}) {
        for (std::size_t i = 0; i < m_cases.size(); ++i)
            QTest::addRow("%s, %s", m_cases[i].name, mode) << static_cast<int>(i) << QByteArray(mode);
    }
}

std::vector<Bytes> LdbOracleTest::play(quint16 port, const Case& session, const Bytes& mode) const
{
    RespConnection client(port);
    client.text({"FLUSHALL"});
    for (const auto& words : session.before)
        client.ask(words);
    LdbCall call = session.call;
    call.mode = mode;
    std::vector<Bytes> heard = playLdb(port, call, session.commands);
    for (const auto& words : session.after)
        heard.push_back(tests::textOf(client.ask(words)));
    return heard;
}

// G.1.2, G.1.3, G.1.4: from the first stop to the end.
void LdbOracleTest::bothServersSayTheSame()
{
    QFETCH(int, index);
    QFETCH(QByteArray, mode);
    const Case& session = m_cases[static_cast<std::size_t>(index)];
    const auto theirs = play(m_server->port(), session, mode.toStdString());
    const auto ours = play(m_ours.port(), session, mode.toStdString());
    QVERIFY(theirs.size() > 2);
    for (std::size_t i = 0; i < std::min(theirs.size(), ours.size()); ++i)
        QCOMPARE(QByteArray::fromStdString(withoutAddresses(ours[i])),
            QByteArray::fromStdString(withoutAddresses(theirs[i])));
    QCOMPARE(ours.size(), theirs.size());
}

void LdbOracleTest::redisCliShowsTheSame_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("typed");
    QTest::newRow("copy") << QStringList{} << QByteArray("b 3\nc\nt\np\np sum\ns\ns\nb -3\nc\n");
    QTest::newRow("sync") << QStringList{"--ldb-sync-mode"} << QByteArray("s\nn\nl\nw\nc\n");
    QTest::newRow("another database, RESP3")
        << QStringList{"-n", "2", "-3"} << QByteArray("s\nr SET k v\ne 1 + 1\nc\n");
    QTest::newRow("restart") << QStringList{} << QByteArray("s\nrestart\nc\n");
    QTest::newRow("abort and a command") << QStringList{} << QByteArray("s\na\n");
    QTest::newRow("quit") << QStringList{} << QByteArray("s\nquit\n");
    QTest::newRow("help and nonsense") << QStringList{} << QByteArray("help\nnonsense\nm 0\np\n");
}

// G.9.1, G.9.2, G.3.1, G.1.4: redis-cli as a debugger, typed at and read.
void LdbOracleTest::redisCliShowsTheSame()
{
    QFETCH(QStringList, options);
    QFETCH(QByteArray, typed);
    const QTemporaryDir folder;
    const QString path = folder.filePath("sum.lua");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        "local sum = 0\nlocal function add(n)\n  sum = sum + n\n  return sum\nend\nfor i, k in ipairs(KEYS) do\n  "
        "redis.call('INCR', k)\n  add(tonumber(ARGV[i]))\nend\nredis.debug('sum', sum, {keys = KEYS})\nreturn "
        "redis.status_reply('SUM ' .. sum)\n");
    file.close();
    const auto run = [&](quint16 port) {
        RespConnection(port).text({"FLUSHALL"});
        QProcess process;
        QStringList words{"-p", QString::number(port), "--ldb"};
        words += options;
        words += QStringList{"--eval", path, "a", "b", ",", "5", "7"};
        process.start(QStringLiteral("redis-cli"), words);
        process.write(typed);
        process.closeWriteChannel();
        if (!process.waitForFinished(20'000))
            process.kill();
        QByteArray shown = process.readAllStandardOutput() + process.readAllStandardError();
        return shown.replace(QByteArray::number(port), "PORT");
    };
    const QByteArray theirs = run(m_server->port());
    QVERIFY(theirs.contains("Stopped at 1"));
    QCOMPARE(run(m_ours.port()), theirs);
    QCOMPARE(RespConnection(m_ours.port()).text({"PING"}), Bytes("PONG"));
}

QTEST_GUILESS_MAIN(LdbOracleTest)
#include "ldb_oracle_test.moc"
