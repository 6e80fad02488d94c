// Libraries of functions: what they keep, how they are ended, what of them is handed on, and that nothing which is
// loaded or restored takes anything with it.

#include "engine/base/crc64.h"
#include "engine/base/rng.h"
#include "engine/command/client_state.h"
#include "engine/script/function_payload.h"
#include "tests/support/embedded_server.h"

#include <QtTest>

using namespace engine;
using tests::EmbeddedServer;

namespace {

Bytes library(BytesView name, BytesView body)
{
    return "#!lua name=" + Bytes(name) + "\n" + Bytes(body);
}

/// A library of one function, which is called as the library is.
Bytes oneFunction(BytesView name, BytesView body)
{
    return library(
        name, "redis.register_function('" + Bytes(name) + "', function(keys, args) " + Bytes(body) + " end)");
}

Bytes withEnd(Bytes body)
{
    body += Bytes("\x0a\0", 2);
    const std::uint64_t crc = crc64(body);
    for (int i = 0; i < 8; ++i)
        body.push_back(static_cast<char>(crc >> (8 * i)));
    return body;
}

} // namespace

class FunctionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatALibraryKeepsStays();
    void scriptsAndFunctionsShareNothingButChance();
    void aKillEndsAFunction_data();
    void aKillEndsAFunction();
    void whatHasWrittenIsNotKilled();
    void whileAFunctionRunsStatsShowIt();
    void memoryThatRunsOutEndsTheCallAlone();
    void theMemoryLimitIsAParameter();
    void aLibraryThatFailsToLoadLeavesTheOldOne_data();
    void aLibraryThatFailsToLoadLeavesTheOldOne();
    void loadingHasLimits();
    void aFlushGivesTheMemoryBack();
    void payloadsComeBackAsTheyWere();
    void brokenPayloadsAreRefused();
    void anUnknownPayloadSaysWhatItIs();
    void writesOfAFunctionArePropagatedAsCommands();
    void aLibraryThatComesAgainBeginsAfresh();

private:
    static Bytes load(EmbeddedServer& server, const Bytes& code, bool replace = false)
    {
        return replace ? server.reply({"FUNCTION", "LOAD", "REPLACE", code}).text
                       : server.reply({"FUNCTION", "LOAD", code}).text;
    }
};

void FunctionTest::whatALibraryKeepsStays()
{
    EmbeddedServer server;
    QCOMPARE(load(server,
                 library("l",
                     "local all = {} redis.register_function('keep', function(keys, args) all[#all + 1] = keys return "
                     "#all end) redis.register_function('kept', function() return all[1][1] .. all[2][1] end)")),
        Bytes("l"));
    QCOMPARE(server.run("FCALL keep 1 a"), Bytes("(integer) 1"));
    QCOMPARE(server.run("FCALL keep 1 b"), Bytes("(integer) 2"));
    // Tables of words are a call's own.
    QCOMPARE(server.run("FCALL kept 0"), Bytes("\"ab\""));
}

void FunctionTest::scriptsAndFunctionsShareNothingButChance()
{
    EmbeddedServer one;
    EmbeddedServer other;
    load(one, oneFunction("f", "return tostring(math.random())"));
    const Bytes eval = "EVAL \"return tostring(math.random())\" 0";
    // One sequence serves both.
    QCOMPARE(one.run("FCALL f 0"), other.run(eval));
    QCOMPARE(one.run(eval), other.run(eval));
    QCOMPARE(one.run("FCALL f 0"), other.run(eval));
    load(one, oneFunction("g", "string.x = 1"));
    QVERIFY(one.run("FCALL g 0").starts_with("(error) ERR user_function:2: Attempt to modify a readonly table"));
}

void FunctionTest::aKillEndsAFunction_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("loop") << QByteArray("while true do end");
    QTest::newRow("pcall") << QByteArray("while true do pcall(function() while true do end end) end");
    QTest::newRow("xpcall handler") << QByteArray(
        "xpcall(function() while true do end end, function() while true do end end)");
    QTest::newRow("coroutine") << QByteArray(
        "coroutine.resume(coroutine.create(function() while true do end end)) return 1");
    QTest::newRow("pattern") << QByteArray("pcall(string.find, ('a'):rep(1e6), '.-b') while true do end");
    QTest::newRow("commands") << QByteArray("while true do redis.pcall('GET', 'k') end");
}

void FunctionTest::aKillEndsAFunction()
{
    QFETCH(QByteArray, body);
    EmbeddedServer server;
    QCOMPARE(load(server, oneFunction("f", body.toStdString())), Bytes("f"));
    Bytes scriptKill;
    server.scripts().setInterrupt([&] {
        if (scriptKill.empty())
            scriptKill = server.run("SCRIPT KILL", "other");
        QCOMPARE(server.run("FUNCTION KILL", "other"), Bytes("OK"));
    });
    const Bytes reply = server.run("FCALL f 0");
    QVERIFY2(reply.starts_with("(error) ERR Script killed by user with SCRIPT KILL... script: f, on @user_function:2."),
        reply.c_str());
    QCOMPARE(scriptKill,
        Bytes("(error) BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE."));
    QCOMPARE(server.run("FUNCTION KILL"), Bytes("(error) NOTBUSY No scripts in execution right now."));
    load(server, oneFunction("g", "return 1"));
    QCOMPARE(server.run("FCALL g 0"), Bytes("(integer) 1"));
}

void FunctionTest::whatHasWrittenIsNotKilled()
{
    EmbeddedServer server;
    load(server, oneFunction("f", "redis.call('SET', 'k', 'v') while true do end"));
    Bytes answer;
    server.scripts().setInterrupt([&] {
        answer = server.run("FUNCTION KILL", "other");
        server.scripts().requestKill();
    });
    server.run("FCALL f 0");
    QVERIFY2(answer.starts_with("(error) UNKILLABLE"), answer.c_str());
    QCOMPARE(server.run("GET k"), Bytes("\"v\""));
}

void FunctionTest::whileAFunctionRunsStatsShowIt()
{
    EmbeddedServer server;
    load(server, oneFunction("Slow", "while true do end"));
    Bytes stats;
    server.scripts().setInterrupt([&] {
        stats = server.run("FUNCTION STATS", "other");
        server.scripts().requestKill();
    });
    server.run("FCALL slow 1 key argument");
    QVERIFY2(stats.find("\"Slow\"") != Bytes::npos && stats.find("\"FCALL\"") != Bytes::npos
            && stats.find("\"argument\"") != Bytes::npos && stats.find("\"duration_ms\"") != Bytes::npos,
        stats.c_str());

    Bytes kill;
    server.scripts().setInterrupt([&] {
        stats = server.run("FUNCTION STATS", "other");
        kill = server.run("FUNCTION KILL", "other");
        server.scripts().requestKill();
    });
    server.run("EVAL \"while true do end\" 0");
    const Bytes busy = "(error) BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
    QCOMPARE(stats, busy);
    QCOMPARE(kill, busy);
}

void FunctionTest::memoryThatRunsOutEndsTheCallAlone()
{
    EmbeddedServer server;
    load(server,
        library("l",
            "local kept = 'kept' redis.register_function('grow', function() pcall(function() local s = 'x' while true "
            "do s = s .. s end end) while true do end end) redis.register_function('kept', function() return kept "
            "end)"));
    const Bytes reply = server.run("FCALL grow 0");
    QVERIFY2(reply.find("not enough memory") != Bytes::npos, reply.c_str());
    QCOMPARE(server.run("FCALL kept 0"), Bytes("\"kept\""));
}

void FunctionTest::theMemoryLimitIsAParameter()
{
    EmbeddedServer server;
    const Bytes body = "return #string.rep('x', 8 * 1024 * 1024)";
    load(server, oneFunction("f", body));
    QCOMPARE(server.run("FCALL f 0"), Bytes("(integer) 8388608"));
    QCOMPARE(server.reply({"EVAL", body, "0"}).integer, 8388608);
    QCOMPARE(server.run("CONFIG SET lua-memory-limit 4mb"), Bytes("OK"));
    QCOMPARE(server.run("CONFIG GET lua-memory-limit"), Bytes("1) \"lua-memory-limit\"\n2) \"4194304\""));
    for (const Bytes& reply : {server.run("FCALL f 0"), server.reply({"EVAL", body, "0"}).text})
        QVERIFY2(reply.find("not enough memory") != Bytes::npos, reply.c_str());
    QVERIFY(server.run("CONFIG SET lua-memory-limit 2gb").starts_with("(error) ERR CONFIG SET failed"));
    QCOMPARE(server.run("CONFIG SET lua-memory-limit 256mb"), Bytes("OK"));
    QCOMPARE(server.run("FCALL f 0"), Bytes("(integer) 8388608"));
}

void FunctionTest::aLibraryThatFailsToLoadLeavesTheOldOne_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("syntax") << QByteArray("x(");
    QTest::newRow("nothing") << QByteArray("local x = 1");
    QTest::newRow("error behind") << QByteArray("redis.register_function('f', function() end) redis.nothing()");
    QTest::newRow("clash") << QByteArray(
        "redis.register_function('f', function() end) redis.register_function('OTHER', function() end)");
    QTest::newRow("deep") << QByteArray("local function f() return f() + 1 end f()");
    QTest::newRow("bytecode") << QByteArray("\x1bLua", 4);
}

void FunctionTest::aLibraryThatFailsToLoadLeavesTheOldOne()
{
    QFETCH(QByteArray, body);
    EmbeddedServer server;
    load(server, oneFunction("f", "return 'old'"));
    load(server, oneFunction("other", "return 'other'"));
    const Bytes before = server.run("FUNCTION LIST WITHCODE");
    QVERIFY(load(server, library("f", body.toStdString()), true).starts_with("ERR "));
    QCOMPARE(server.run("FUNCTION LIST WITHCODE"), before);
    QCOMPARE(server.run("FCALL f 0"), Bytes("\"old\""));
    QCOMPARE(server.run("FCALL other 0"), Bytes("\"other\""));
}

void FunctionTest::loadingHasLimits()
{
    EmbeddedServer server;
    QCOMPARE(load(server, library("l", "while true do end")),
        Bytes("ERR Error registering functions: ERR FUNCTION LOAD timeout"));
    const Bytes grown = load(server, library("l", "local s = 'x' while true do s = s .. s end"));
    QVERIFY2(grown.starts_with("ERR Error registering functions: ERR "), grown.c_str());
    QCOMPARE(load(server, oneFunction("f", "return 1")), Bytes("f"));
    QCOMPARE(server.run("FCALL f 0"), Bytes("(integer) 1"));
    // The globals of functions are back after a load that was cut off.
    QCOMPARE(load(server, oneFunction("g", "return string.rep('x', 3)")), Bytes("g"));
    QCOMPARE(server.run("FCALL g 0"), Bytes("\"xxx\""));
}

void FunctionTest::aFlushGivesTheMemoryBack()
{
    EmbeddedServer server;
    FunctionRunner& functions = server.scripts().functions();
    load(server, oneFunction("f", "return 1"));
    server.run("FUNCTION FLUSH");
    load(server, oneFunction("f", "return 1"));
    const std::size_t before = functions.memoryBytes();
    for (int i = 0; i < 200; ++i)
        load(server, oneFunction("f", "return '" + Bytes(10'000, 'x') + std::to_string(i) + "'"), true);
    server.run("FUNCTION FLUSH");
    QCOMPARE(functions.store().functionCount(), std::size_t{0});
    load(server, oneFunction("f", "return 1"));
    QCOMPARE(functions.memoryBytes(), before);
}

void FunctionTest::payloadsComeBackAsTheyWere()
{
    EmbeddedServer server;
    load(server, oneFunction("a", "return 'a'"));
    load(server, oneFunction("b", "--" + Bytes(100'000, 'x') + "\nreturn 'b'"));
    Bytes noise;
    Rng rng(7);
    for (int i = 0; i < 30'000; ++i)
        noise += static_cast<char>('!' + rng.below(90));
    load(server, oneFunction("c", "--" + noise + "\nreturn 'c'"));
    const Bytes before = server.run("FUNCTION LIST WITHCODE");
    const Bytes payload = server.reply({"FUNCTION", "DUMP"}).text;
    server.run("FUNCTION FLUSH");
    QCOMPARE(server.reply({"FUNCTION", "RESTORE", payload}).text, Bytes("OK"));
    QCOMPARE(server.run("FUNCTION LIST WITHCODE"), before);
    QCOMPARE(server.run("FCALL c 0"), Bytes("\"c\""));
}

// Every payload is refused or restored; none takes what is there with it.
void FunctionTest::brokenPayloadsAreRefused()
{
    EmbeddedServer server;
    load(server, oneFunction("a", "return '" + Bytes(200, 'a') + "'"));
    load(server, oneFunction("b", "return 'b'"));
    const Bytes good = server.reply({"FUNCTION", "DUMP"}).text;
    const Bytes body = good.substr(0, good.size() - 10);
    const Bytes before = server.run("FUNCTION LIST WITHCODE");
    Rng rng(11);
    int refused = 0;
    for (int i = 0; i < 3'000; ++i) {
        Bytes broken = body.substr(0, rng.below(4) == 0 ? rng.below(body.size()) : body.size());
        for (std::size_t changes = rng.below(4); changes > 0 && !broken.empty(); --changes)
            broken[rng.below(broken.size())] = static_cast<char>(rng.below(256));
        const Reply reply = server.reply({"FUNCTION", "RESTORE", withEnd(broken)});
        if (reply.text != "OK")
            ++refused;
        QVERIFY(reply.text == "OK" || reply.text.starts_with("ERR "));
        if (reply.text == "OK" || server.run("FUNCTION LIST WITHCODE") != before) {
            // What was really another library came beside the others.
            QCOMPARE(reply.text, Bytes("OK"));
            QCOMPARE(server.reply({"FUNCTION", "RESTORE", good, "FLUSH"}).text, Bytes("OK"));
        }
    }
    QVERIFY2(refused > 2'000, std::to_string(refused).c_str());
    QCOMPARE(server.run("FCALL b 0"), Bytes("\"b\""));
}

void FunctionTest::anUnknownPayloadSaysWhatItIs()
{
    EmbeddedServer server;
    const auto restore = [&](const Bytes& body) { return server.reply({"FUNCTION", "RESTORE", withEnd(body)}).text; };
    QCOMPARE(restore("\x01x"), Bytes("ERR given type is not a function"));
    QCOMPARE(restore("\xf5"), Bytes("ERR Failed loading library payload"));
    QCOMPARE(restore("\xf5\x7f"), Bytes("ERR Failed loading library payload"));
    QCOMPARE(restore("\xf5\x81\xff\xff\xff\xff\xff\xff\xff\xff"), Bytes("ERR Failed loading library payload"));
    QCOMPARE(restore("\xf5\xc3\x01\x80\x7f\xff\xff\xffx"), Bytes("ERR Failed loading library payload"));
    QCOMPARE(restore("\xf5\x03"
                     "abc"),
        Bytes("ERR Missing library metadata"));
    QCOMPARE(restore(""), Bytes("OK"));
    QCOMPARE(server.reply({"FUNCTION", "RESTORE", Bytes("\x0b\0", 2) + Bytes(8, 'x')}).text,
        Bytes("ERR DUMP payload version or checksum are wrong"));
}

void FunctionTest::writesOfAFunctionArePropagatedAsCommands()
{
    class Effects final : public ChangeSink {
    public:
        void beforeWrite(int, BytesView, const Entry*) override { }
        void keyModified(int, BytesView) override { }
        void event(EventClass, BytesView, int, BytesView) override { }
        void databaseFlushed(int) override { }
        void databasesSwapped(int, int) override { }
        void effect(int, std::span<const BytesView> argv) override
        {
            for (const BytesView word : argv)
                text += Bytes(word) + " ";
            text += "| ";
        }
        Bytes text;
    };
    EmbeddedServer server;
    Effects effects;
    {
        EngineTurn turn = server.engine().beginTurn();
        server.engine().setChangeListener(turn, &effects);
    }
    load(server, oneFunction("f", "redis.call('SET', keys[1], 'v', 'EX', 10) redis.call('GET', keys[1]) return 1"));
    server.run("FCALL f 1 k");
    server.run("FUNCTION DELETE f");
    server.run("FUNCTION DELETE f");
    server.run("FUNCTION FLUSH");
    QCOMPARE(effects.text,
        "FUNCTION LOAD "
            + oneFunction("f", "redis.call('SET', keys[1], 'v', 'EX', 10) redis.call('GET', keys[1]) return 1")
            + " | SET k v PXAT 1700000010000 | FUNCTION DELETE f | FUNCTION FLUSH | ");
    EngineTurn turn = server.engine().beginTurn();
    server.engine().setChangeListener(turn, nullptr);
}

// A library that is taken away frees the names at once; one that comes again begins afresh.
void FunctionTest::aLibraryThatComesAgainBeginsAfresh()
{
    EmbeddedServer server;
    const Bytes counter = library("l", "local n = 0 redis.register_function('n', function() n = n + 1 return n end)");
    load(server, counter);
    QCOMPARE(server.run("FCALL n 0"), Bytes("(integer) 1"));
    QCOMPARE(server.run("FCALL n 0"), Bytes("(integer) 2"));
    load(server, counter, true);
    QCOMPARE(server.run("FCALL n 0"), Bytes("(integer) 1"));
    server.run("FUNCTION DELETE l");
    QCOMPARE(server.run("FCALL n 0"), Bytes("(error) ERR Function not found"));
    QCOMPARE(load(server, oneFunction("N", "return 'new'")), Bytes("N"));
    QCOMPARE(server.run("FCALL n 0"), Bytes("\"new\""));
}

QTEST_APPLESS_MAIN(FunctionTest)
#include "function_test.moc"
