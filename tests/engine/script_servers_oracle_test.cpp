// labels: oracle
// What several clients see of a script, here and on redis-server: while one keeps the server busy, when it is killed,
// as time passes within one; what is told of its writes; and replies that only bytes can show.

#include "engine/base/crc64.h"
#include "engine/resp/reply_text.h"
#include "engine/server/engine_thread.h"
#include "tests/support/propagation_run.h"
#include "tests/support/redis_server.h"
#include "tests/support/resp_connection.h"

#include <QtTest>

#include <functional>

using namespace engine;
using tests::RespConnection;
using tests::textOf;
using tests::Words;

namespace {

/// This engine behind a listener, on the system's clock.
class OurServer {
public:
    OurServer() : m_thread(m_clock, 42, {}, {.shutdown = [](const ShutdownRequest&) {}, .clientsChanged = {}})
    {
        ListenOptions options;
        options.port = 0;
        const auto report = m_thread.listen(options).get();
        m_port = report ? report->port : 0;
    }
    quint16 port() const { return m_port; }

private:
    SystemClock m_clock;
    EngineThread m_thread;
    quint16 m_port = 0;
};

/// What is heard in a scenario, a line each.
using Heard = std::vector<Bytes>;

Bytes shown(const std::optional<Reply>& reply)
{
    return reply ? formatReplyForPeople(*reply) : "(no reply)";
}

Bytes ask(RespConnection& client, const Words& argv)
{
    return shown(client.ask(argv));
}

/// A client that has sent a script, or another command that keeps the server, once others hear that it is busy.
RespConnection startBusy(quint16 port, const Words& argv)
{
    RespConnection other(port);
    other.text({"CONFIG", "SET", "busy-reply-threshold", "10"});
    RespConnection runner(port);
    runner.sendRequest(argv);
    while (!other.text({"PING"}).starts_with("BUSY")) { }
    return runner;
}

RespConnection startLoop(quint16 port, const Bytes& body = "while true do end")
{
    return startBusy(port, {"EVAL", body, "0"});
}

// A script that goes on for so long, whatever the threshold is.
Bytes spinning(int milliseconds)
{
    return "local function now() local t = redis.call('TIME') return t[1] * 1000 + t[2] / 1000 end local start = now() "
           "while now() < start + "
        + std::to_string(milliseconds) + " do end ";
}

Heard othersOfAScript(quint16 port)
{
    RespConnection runner = startLoop(port);
    RespConnection other(port);
    Heard heard;
    const Bytes sha(40, 'a');
    for (const Words& argv : {Words{"PING"}, {"INFO"}, {"CLIENT", "ID"}, {"CONFIG", "GET", "port"}, {"GET", "k"},
             {"SET", "k", "v"}, {"SCRIPT", "EXISTS", sha}, {"SCRIPT", "LOAD", "return 1"}, {"SCRIPT", "FLUSH"},
             {"SCRIPT", "HELP"}, {"SCRIPT", "DEBUG", "NO"}, {"FUNCTION", "STATS"}, {"FUNCTION", "KILL"},
             {"FUNCTION", "LIST"}, {"FUNCTION", "FLUSH"}, {"EVAL", "return 1", "0"}, {"EVALSHA", sha, "0"},
             {"FCALL", "f", "0"}, {"SUBSCRIBE", "c"}, {"MONITOR"}, {"NOSUCH"}, {"GET"}})
        heard.push_back(argv.front() + " " + ask(other, argv));
    heard.push_back(ask(other, {"SCRIPT", "KILL"}));
    heard.push_back(shown(runner.read()));
    return heard;
}

Heard allowedMeanwhile(quint16 port)
{
    RespConnection runner = startLoop(port);
    RespConnection other(port);
    Heard heard;
    for (const Words& argv : {Words{"AUTH", "x"}, {"WATCH", "k"}, {"UNWATCH"}, {"MULTI"}, {"DISCARD"}, {"DISCARD"},
             {"RESET"}, {"SHUTDOWN", "ABORT"}})
        heard.push_back(ask(other, argv));
    const auto hello = other.ask({"HELLO", "2"});
    heard.push_back(hello ? std::to_string(hello->elements.size()) : "(no reply)");
    RespConnection leaving(port);
    heard.push_back(ask(leaving, {"QUIT"}));
    heard.push_back(ask(other, {"SCRIPT", "KILL"}));
    heard.push_back(shown(runner.read()));
    return heard;
}

Heard othersOfAFunction(quint16 port)
{
    RespConnection other(port);
    other.text({"FUNCTION", "LOAD", "REPLACE",
        "#!lua name=l\nredis.register_function('loop', function() while true do end end)"});
    RespConnection runner = startBusy(port, {"FCALL", "loop", "1", "k", "argument"});
    Heard heard;
    for (const Words& argv : {Words{"PING"}, {"GET", "k"}, {"SCRIPT", "KILL"}, {"FUNCTION", "LIST"},
             {"SHUTDOWN", "SAVE"}, {"EVAL", "return 1", "0"}})
        heard.push_back(ask(other, argv));
    const auto stats = other.ask({"FUNCTION", "STATS"});
    if (stats && stats->elements.size() == 4 && stats->elements[1].elements.size() == 6) {
        Reply running = stats->elements[1];
        running.elements.pop_back(); // for how long
        heard.push_back(shown(running));
    }
    heard.push_back(ask(other, {"FUNCTION", "KILL"}));
    heard.push_back(shown(runner.read()));
    heard.push_back(ask(other, {"FUNCTION", "KILL"}));
    other.text({"FUNCTION", "FLUSH"});
    return heard;
}

Heard aTransaction(quint16 port)
{
    RespConnection early(port);
    early.ask({"MULTI"});
    early.ask({"SET", "k", "queued"});
    RespConnection runner = startLoop(port);
    RespConnection other(port);
    Heard heard{ask(other, {"MULTI"}), ask(other, {"SET", "k", "v"}), ask(other, {"EXEC"}), ask(early, {"EXEC"})};
    heard.push_back(ask(other, {"SCRIPT", "KILL"}));
    heard.push_back(shown(runner.read()));
    heard.push_back(ask(other, {"EXISTS", "k"}));
    return heard;
}

Heard shuttingDown(quint16 port)
{
    RespConnection runner = startLoop(port);
    RespConnection other(port);
    Heard heard{ask(other, {"SHUTDOWN"}), ask(other, {"SHUTDOWN", "SAVE"}), ask(other, {"SHUTDOWN", "ABORT"}),
        ask(other, {"SHUTDOWN", "NONSENSE"})};
    heard.push_back(ask(other, {"SCRIPT", "KILL"}));
    heard.push_back(shown(runner.read()));
    return heard;
}

Heard killOfAWriter(quint16 port)
{
    RespConnection runner = startLoop(port, "redis.call('DEL', 'nosuch') " + spinning(400) + "return 'done'");
    RespConnection other(port);
    return {ask(other, {"SCRIPT", "KILL"}), ask(other, {"FUNCTION", "KILL"}), shown(runner.read())};
}

Heard killThroughPcall(quint16 port)
{
    RespConnection runner = startLoop(port, "while true do pcall(function() while true do end end) end");
    RespConnection other(port);
    return {ask(other, {"SCRIPT", "KILL"}), shown(runner.read()), ask(other, {"PING"})};
}

Heard beforeTheThreshold(quint16 port)
{
    RespConnection other(port);
    other.text({"CONFIG", "SET", "busy-reply-threshold", "0"});
    RespConnection runner(port);
    runner.sendRequest({"EVAL", spinning(100) + "redis.call('SET', 'k', 'late') return 'done'", "0"});
    Bytes value;
    while ((value = other.text({"GET", "k"})).empty()) { }
    other.text({"CONFIG", "SET", "busy-reply-threshold", "5000"});
    return {value, shown(runner.read())};
}

Heard aClientThatLeaves(quint16 port)
{
    RespConnection other(port);
    {
        RespConnection runner = startLoop(port, spinning(200) + "redis.call('SET', 'k', 'kept') return 'done'");
    }
    Bytes value;
    while ((value = other.text({"GET", "k"})).starts_with("BUSY")) { }
    return {value};
}

Heard timeInAScript(quint16 port)
{
    RespConnection client(port);
    // Where it gets busy redis-server's time goes on within EXEC.
    client.text({"CONFIG", "SET", "busy-reply-threshold", "5000"});
    const Bytes body = "redis.call('SET', KEYS[1], 1, 'PX', 20) local first = redis.call('XADD', KEYS[2], '*', 'f', 1) "
                       "redis.call('XGROUP', 'CREATE', KEYS[2], 'g', '0') "
                       "redis.call('XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', KEYS[2], '>') "
        + spinning(60)
        + "local second = redis.call('XADD', KEYS[2], '*', 'f', 2) redis.call('SET', KEYS[3], 1, 'PX', 5000) "
          "local idle = redis.call('XPENDING', KEYS[2], 'g', '-', '+', 1)[1][3] >= 50 "
          "local claimed = #redis.call('XCLAIM', KEYS[2], 'g', 'd', 50, first, 'JUSTID') "
          "return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]), redis.call('EXISTS', KEYS[1]), "
          "tonumber(second:match('%d+')) >= tonumber(first:match('%d+')) + 50, "
          "redis.call('PEXPIRETIME', KEYS[3]) >= start + 5050, now() >= start + 60, idle, claimed}";
    Heard heard{ask(client, {"EVAL", body, "3", "k", "s", "l"}), ask(client, {"GET", "k"})};
    client.ask({"MULTI"});
    client.ask({"SET", "k", "1", "PX", "20"});
    client.ask({"EVAL", spinning(60) + "return redis.call('GET', 'k')", "0"});
    client.ask({"GET", "k"});
    heard.push_back(ask(client, {"EXEC"}));
    heard.push_back(ask(client, {"GET", "k"}));
    return heard;
}

Heard behindAnAnswer(quint16 port)
{
    RespConnection client(port);
    client.send("PING\r\nSCRIPT DEBUG YES\r\nSCRIPT DEBUG NO\r\nPING\r\n");
    Heard heard;
    for (int i = 0; i < 4; ++i)
        heard.push_back(shown(client.read()));
    heard.push_back(ask(client, {"SCRIPT", "DEBUG", "NO"}));
    return heard;
}

Heard endlessNesting(quint16 port)
{
    constexpr std::size_t kBytes = 32'010;
    Heard heard;
    for (const char* body : {"local t = {} t[1] = t return t", "local t = {} t[1] = 1 t[2] = t return {t, 'behind'}",
             "local t = {} t.map = {k = t} return t", "local t = {} t.set = {[t] = true} return t",
             "local t = {} t[1] = {map = {k = t}} return t"}) {
        RespConnection client(port);
        client.sendRequest({"EVAL", body, "0"});
        client.sendRequest({"QUIT"});
        const Bytes bytes = client.readToEnd();
        heard.push_back(std::to_string(bytes.size()) + " " + bytes);
    }
    if (!heard.front().starts_with(std::to_string(kBytes + 5) + " "))
        heard.push_back("the first is of another length");
    return heard;
}

Heard latencies(quint16 port)
{
    RespConnection client(port);
    client.text({"CONFIG", "SET", "latency-monitor-threshold", "1"});
    client.text({"LATENCY", "RESET"});
    client.text({"CONFIG", "RESETSTAT"});
    client.ask({"EVAL", spinning(5), "0"});
    client.ask({"EVAL", "return 1", "0"});
    client.text({"CONFIG", "SET", "latency-monitor-threshold", "0"});
    // Other commands may have been slow by chance.
    const auto samples = [&client] {
        const auto history = client.ask({"LATENCY", "HISTORY", "command"});
        return history ? history->elements.size() : 0;
    };
    const std::size_t before = samples();
    client.ask({"EVAL", spinning(5), "0"});
    Heard heard{before > 0 ? "sampled" : "not sampled", samples() == before ? "no more" : "more"};
    const auto latest = client.ask({"LATENCY", "LATEST"});
    for (const Reply& event : latest ? latest->elements : std::vector<Reply>()) {
        if (event.elements.at(0).text == "command")
            heard.push_back("command " + std::to_string(event.elements.size()));
    }
    const auto histogram = client.ask({"LATENCY", "HISTOGRAM", "eval", "nosuch"});
    if (histogram && histogram->elements.size() == 2 && histogram->elements[1].elements.size() == 4) {
        const auto& about = histogram->elements[1].elements;
        heard.push_back(histogram->elements[0].text + " " + about[0].text + " " + std::to_string(about[1].integer) + " "
            + about[2].text);
        // The last bucket holds all calls.
        heard.push_back(std::to_string(about[3].elements.back().integer));
    }
    heard.push_back(ask(client,
        {"EVAL",
            "return redis.call('INFO', 'latencystats'):match('latency_percentiles_usec_eval:p50=[%d.]+,p99=[%d.]+,"
            "p99.9=[%d.]+') ~= nil",
            "0"}));
    return heard;
}

struct Scenario {
    const char* name;
    Heard (*play)(quint16 port);
};

constexpr Scenario kScenarios[] = {
    {"E.1.4, E.1.9, E.1.13, I.2.18: what others hear while a script runs", othersOfAScript},
    {"E.1.6: what they may do all the same", allowedMeanwhile},
    {"E.1.5, E.1.13, A.3.46: what they hear while a function runs", othersOfAFunction},
    {"E.1.7: transactions meanwhile", aTransaction},
    {"E.1.8: SHUTDOWN meanwhile", shuttingDown},
    {"E.1.10, E.1.14, E.1.13: killing what has tried to write", killOfAWriter},
    {"E.1.15: pcall does not hold a kill", killThroughPcall},
    {"E.1.2: before the threshold others wait", beforeTheThreshold},
    {"E.1.3: a client that leaves does not end its script", aClientThatLeaves},
    {"F.1, F.2, F.3, F.5: time in a script", timeInAScript},
    {"A.2.9: SCRIPT DEBUG behind an answer", behindAnAnswer},
    {"D.2.16: tables that hold themselves", endlessNesting},
    {"H.11, H.12: latencies", latencies},
};

Words eval(const Bytes& body)
{
    return {"EVAL", body, "0"};
}

// As FUNCTION DUMP ends a payload: the version of its form, and a checksum.
Bytes withEnd(Bytes body)
{
    body += Bytes("\x0a\0", 2);
    const std::uint64_t crc = crc64(body);
    for (int i = 0; i < 8; ++i)
        body.push_back(static_cast<char>(crc >> (8 * i)));
    return body;
}

struct Telling {
    const char* name;
    std::vector<Words> commands;
};

const std::vector<Telling>& tellings()
{
    static const std::vector<Telling> all = {
        {"F.6: no write, one, several",
            {eval("return redis.call('GET', 'k')"), eval("return redis.call('DEL', 'nosuch')"),
                eval("return redis.call('SET', 'k', 'v')"),
                eval("redis.call('set', 'k', 'w') redis.call('GET', 'k') redis.call('IncrBy', 'n', 5) "
                     "redis.call('DEL', 'nosuch') return redis.call('RPUSH', 'l', 'a', 'b')"),
                {"MULTI"}, {"SET", "k", "in"}, eval("redis.call('SET', 'k', 'x') return redis.call('SET', 'j', 'y')"),
                {"EXEC"}}},
        {"F.7, F.4: commands that are told in other words",
            {eval("redis.call('SET', 'k', 'v', 'EX', 1000) return redis.call('SET', 'k', 'v', 'PX', 1000000)"),
                eval("redis.call('EXPIRE', 'k', 2000) redis.call('PEXPIRE', 'k', 2000000) return "
                     "redis.call('EXPIREAT', 'k', 9999999999)"),
                eval("redis.call('SADD', 's', 'only') return redis.call('SPOP', 's')"),
                eval("redis.call('SET', 'f', 1) return redis.call('INCRBYFLOAT', 'f', 0.5)"),
                eval("redis.call('HSET', 'h', 'f', 1) return redis.call('HINCRBYFLOAT', 'h', 'f', 0.5)"),
                eval("redis.call('XADD', 'x', '5-5', 'f', 'v') return redis.call('XADD', 'x', '5-*', 'f', 'v')"),
                eval("redis.call('SET', 'g', 1) return redis.call('GETDEL', 'g')"),
                eval("redis.call('SET', 'k', 1) redis.call('GETEX', 'k', 'EX', 1000) return redis.call('PERSIST', "
                     "'k')"),
                eval("return redis.call('SET', 'gone', 1, 'PXAT', 1)")}},
        {"F.8: writes before an error",
            {eval("redis.call('SET', 'k', 'kept') error('x')"),
                eval("redis.call('SET', 'k', 'kept too') redis.call('LPUSH', 'k', 'x') redis.call('SET', 'k', 'no')"),
                eval("redis.call('SET', 'k', 1) return redis.call('nosuch')")}},
        {"F.9: set_repl, until the run ends",
            {eval("redis.call('SET', 'a', 1) redis.set_repl(redis.REPL_NONE) redis.call('SET', 'b', 2) return "
                  "redis.set_repl(redis.REPL_ALL)"),
                eval("redis.set_repl(redis.REPL_NONE) redis.call('SET', 'b', 3) redis.set_repl(redis.REPL_ALL) return "
                     "redis.call('SET', 'c', 4)"),
                eval("redis.set_repl(redis.REPL_SLAVE) return redis.call('SET', 'd', 5)"),
                eval("redis.set_repl(redis.REPL_AOF) return redis.call('SET', 'e', 6)"),
                eval("return redis.call('SET', 'f', 7)")}},
        {"F.10: SELECT",
            {eval("redis.call('SELECT', 3) redis.call('SET', 'k', 'in 3') redis.call('SELECT', 0) return "
                  "redis.call('SET', 'k', 'in 0')"),
                eval("redis.call('SELECT', 5) return redis.call('SET', 'k', 'in 5')")}},
        {"A.2.11: SCRIPT is told to nobody",
            {{"SCRIPT", "LOAD", "return 1"}, {"SCRIPT", "FLUSH"}, {"EVAL", "return 1", "0"},
                {"EVAL_RO", "return 1", "0"}}},
        {"A.3.52: FUNCTION is told as it came",
            {{"FUNCTION", "LOAD", "#!lua name=l\nredis.register_function('f', function() return 1 end)"},
                {"FUNCTION", "load", "replace",
                    "#!lua name=l\nredis.register_function('f', function(keys) return redis.call('SET', keys[1], 1) "
                    "end)"},
                {"FCALL", "f", "1", "k"}, {"FUNCTION", "RESTORE", Bytes("\n\0]\x9b\\@\x0f\x7f\xa2\xda", 10), "APPEND"},
                {"FUNCTION", "DELETE", "nosuch"}, {"FUNCTION", "DELETE", "l"}, {"FUNCTION", "FLUSH", "ASYNC"}}},
    };
    return all;
}

} // namespace

class ScriptServersOracleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void bothServersSayTheSame_data();
    void bothServersSayTheSame();
    void bothTellTheSame_data();
    void bothTellTheSame();
    void keysThatAreOverAreDeletedFirst();
    void aNewServerDrawsTheSame();
    void unknownPayloadsAreRefusedAlike();

private:
    std::unique_ptr<tests::RedisServer> m_theirs;
    std::unique_ptr<OurServer> m_ours;
};

void ScriptServersOracleTest::initTestCase()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    m_theirs = std::make_unique<tests::RedisServer>();
    QVERIFY(m_theirs->port() != 0);
    m_ours = std::make_unique<OurServer>();
    QVERIFY(m_ours->port() != 0);
}

void ScriptServersOracleTest::bothServersSayTheSame_data()
{
    QTest::addColumn<int>("index");
    for (const Scenario& scenario : kScenarios)
        QTest::newRow(scenario.name) << static_cast<int>(&scenario - kScenarios);
}

void ScriptServersOracleTest::bothServersSayTheSame()
{
    QFETCH(int, index);
    Heard heard[2];
    for (int side = 0; side < 2; ++side) {
        const quint16 port = side == 0 ? m_ours->port() : m_theirs->port();
        RespConnection(port).text({"FLUSHALL"});
        heard[side] = kScenarios[index].play(port);
    }
    for (std::size_t i = 0; i < std::min(heard[0].size(), heard[1].size()); ++i)
        QCOMPARE(QByteArray::fromStdString(heard[0][i]), QByteArray::fromStdString(heard[1][i]));
    QCOMPARE(heard[0].size(), heard[1].size());
}

void ScriptServersOracleTest::bothTellTheSame_data()
{
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < tellings().size(); ++i)
        QTest::newRow(tellings()[i].name) << static_cast<int>(i);
}

void ScriptServersOracleTest::bothTellTheSame()
{
    QFETCH(int, index);
    tests::PropagationRun run;
    QVERIFY(run.works());
    for (const Words& argv : tellings()[static_cast<std::size_t>(index)].commands) {
        const auto step = run.step(argv);
        QVERIFY2(step.difference.empty(), step.difference.c_str());
    }
}

// F.11, F.4: the end of a key that a script finds is told before its writes.
void ScriptServersOracleTest::keysThatAreOverAreDeletedFirst()
{
    // The other server looks for such keys by itself, now and then: the first time that it has not, both say the same.
    Bytes difference;
    for (int attempt = 0; attempt < 5; ++attempt) {
        tests::PropagationRun run;
        QVERIFY(run.works());
        run.ask({"SET", "k", "v", "PX", "1"});
        while (run.ask({"GET", "none"}).kind == ReplyKind::Null && run.ask({"PTTL", "k"}).integer > 0) { }
        run.ask({"SET", "k", "v", "PX", "1"});
        QTest::qWait(2);
        const auto step = run.step(eval("redis.call('SET', 'other', redis.call('EXISTS', 'k')) return 1"));
        difference = step.difference;
        if (difference.empty() && step.told.effects.size() == 2)
            break;
    }
    QVERIFY2(difference.empty(), difference.c_str());
}

// C.6.5: the first values of a server that has just begun.
void ScriptServersOracleTest::aNewServerDrawsTheSame()
{
    const tests::RedisServer theirs;
    const OurServer ours;
    const Words draw = eval("local t = {} for i = 1, 6 do t[i] = string.format('%.17g', math.random()) end for i = 7, "
                            "12 do t[i] = math.random(100) end return t");
    RespConnection ourClient(ours.port());
    RespConnection theirClient(theirs.port());
    const Bytes drawn = ask(ourClient, draw);
    QCOMPARE(drawn, ask(theirClient, draw));
    QVERIFY(drawn.find("\"0.39646477363839039\"") != Bytes::npos);
    QVERIFY(drawn.ends_with("12) (integer) 6"));
}

// A.3.49: payloads of FUNCTION RESTORE that hold something else than libraries.
void ScriptServersOracleTest::unknownPayloadsAreRefusedAlike()
{
    RespConnection ours(m_ours->port());
    RespConnection theirs(m_theirs->port());
    for (const Bytes& body : {Bytes(), Bytes("x"), Bytes("\x01x"), Bytes("\xf5"), Bytes("\xf5\x7f"),
             Bytes("\xf5\x03"
                   "abc"),
             Bytes("\xf5\xc3\x01\x80")}) {
        const Words restore{"FUNCTION", "RESTORE", withEnd(body)};
        QCOMPARE(ask(ours, restore), ask(theirs, restore));
    }
    const Words damaged{"FUNCTION", "RESTORE", withEnd("x") + "x"};
    QCOMPARE(ask(ours, damaged), ask(theirs, damaged));
}

QTEST_GUILESS_MAIN(ScriptServersOracleTest)
#include "script_servers_oracle_test.moc"
