// Ending scripts: SCRIPT KILL, limits, and what a run that has written may expect.

#include "engine/command/client_state.h"
#include "tests/support/embedded_server.h"
#include "tests/support/script_ground.h"

#include <QtTest>

using namespace engine;
using tests::EmbeddedServer;
using tests::ScriptGround;

class ScriptKillTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void killEndsALoopWithRedisText();
    void nothingHoldsAKill_data();
    void nothingHoldsAKill();
    void aScriptThatHasWrittenIsNotKilled();
    void killWithoutAScriptSaysSo();
    void theTimeLimitEndsARunAndSaysIt();
    void memoryLimitEndsARunAndTheNextHasItsMemory();
    void aLargeReplyPastTheLimitEndsTheRunNotTheCommand();
    void setReplHidesEffectsUntilItIsTakenBack();
    void aLiveRunCopiesNothing();
    void selectDoesNotReachTheCaller();

private:
    static Reply eval(EmbeddedServer& server, const Bytes& body)
    {
        return server.reply(std::vector<Bytes>{"EVAL", body, "0"});
    }
};

void ScriptKillTest::killEndsALoopWithRedisText()
{
    EmbeddedServer server;
    KillAnswer answer = KillAnswer::NotBusy;
    server.scripts().setInterrupt([&] { answer = server.scripts().kill(); });
    const Reply reply = eval(server, "while true do end");
    QVERIFY(answer == KillAnswer::Killed);
    QVERIFY2(reply.text.starts_with("ERR Script killed by user with SCRIPT KILL... script: "), reply.text.c_str());
    QVERIFY2(reply.text.ends_with(", on @user_script:1."), reply.text.c_str());
    QCOMPARE(eval(server, "return 1").integer, 1);
}

void ScriptKillTest::nothingHoldsAKill_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("pcall") << QByteArray("while true do pcall(function() while true do end end) end");
    QTest::newRow("xpcall handler") << QByteArray(
        "xpcall(function() while true do end end, function() while true do end end) return 1");
    QTest::newRow("coroutine") << QByteArray(
        "coroutine.resume(coroutine.create(function() while true do end end)) return 'went on'");
    QTest::newRow("wrap in pcall") << QByteArray("pcall(coroutine.wrap(function() while true do end end)) return 1");
    QTest::newRow("sort") << QByteArray("pcall(table.sort, {3, 2, 1, 4}, function() while true do end end) return 1");
    QTest::newRow("gsub") << QByteArray("pcall(string.gsub, 'x', 'x', function() while true do end end) return 1");
    QTest::newRow("load") << QByteArray("load(function() while true do end end) return 1");
    QTest::newRow("pattern") << QByteArray("pcall(string.find, ('a'):rep(1e6), '.-b') while true do end");
}

// E.1.15, E.1.16, E.1.17: no pcall, coroutine, handler or pattern.
void ScriptKillTest::nothingHoldsAKill()
{
    QFETCH(QByteArray, body);
    EmbeddedServer server;
    server.scripts().setInterrupt([&] { server.scripts().requestKill(); });
    const Reply reply = eval(server, body.toStdString());
    QVERIFY2(reply.text.starts_with("ERR Script killed by user with SCRIPT KILL..."), reply.text.c_str());
}

void ScriptKillTest::aScriptThatHasWrittenIsNotKilled()
{
    EmbeddedServer server;
    int ticks = 0;
    bool unkillable = true;
    server.scripts().setInterrupt([&] {
        unkillable = unkillable && server.scripts().kill() == KillAnswer::Unkillable;
        if (++ticks == 3)
            server.scripts().requestKill();
    });
    const Reply reply = eval(server, "redis.call('flushall') while true do end");
    QVERIFY(unkillable);
    QCOMPARE(ticks, 3);
    QVERIFY(reply.isError());
}

void ScriptKillTest::killWithoutAScriptSaysSo()
{
    EmbeddedServer server;
    server.scripts().requestKill(); // of nothing: the next script is not hit
    QCOMPARE(server.run("SCRIPT KILL"), Bytes("(error) NOTBUSY No scripts in execution right now."));
    QCOMPARE(eval(server, "for i = 1, 1e6 do end return 1").integer, 1);
}

void ScriptKillTest::theTimeLimitEndsARunAndSaysIt()
{
    ScriptGround ground;
    ScriptInput input = ground.input("while true do pcall(error) end");
    input.limits.time = std::chrono::milliseconds(10);
    const ScriptOutcome outcome = ground.runner.run(std::move(input));
    QVERIFY2(outcome.reply.text.starts_with("ERR Script ran longer than its limit of 10 ms script: "),
        outcome.reply.text.c_str());
}

// C.4.21: what such a run answers.
void ScriptKillTest::memoryLimitEndsARunAndTheNextHasItsMemory()
{
    ScriptGround ground;
    const Bytes fill = "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end";
    ScriptInput input = ground.input("pcall(function() " + fill + " end) return 'held'");
    input.limits.memoryBytes = std::size_t(8) << 20;
    const ScriptOutcome outcome = ground.runner.run(std::move(input));
    QVERIFY2(outcome.reply.text.ends_with(", not enough memory"), outcome.reply.text.c_str());

    // Live runs share a state: what one leaves behind must not be missing for the next.
    EmbeddedServer server;
    for (int i = 0; i < 3; ++i) {
        QVERIFY(eval(server, "local s = 'x' while true do s = s .. s end").text.ends_with(", not enough memory"));
        QCOMPARE(eval(server, "return #('x'):rep(1e8)").integer, 100'000'000);
    }
}

void ScriptKillTest::aLargeReplyPastTheLimitEndsTheRunNotTheCommand()
{
    ScriptGround ground;
    ScriptInput input = ground.input("local s = ('x'):rep(1e6) local t = {} "
                                     "for i = 1, 100 do t[i] = redis.call('echo', s) .. i end return 1");
    input.limits.memoryBytes = std::size_t(4) << 20;
    const ScriptOutcome outcome = ground.runner.run(std::move(input));
    QVERIFY2(outcome.reply.text.ends_with(", not enough memory"), outcome.reply.text.c_str());
    QCOMPARE(ground.run("return 1").reply.integer, 1);
}

void ScriptKillTest::setReplHidesEffectsUntilItIsTakenBack()
{
    ScriptGround ground;
    const ScriptOutcome outcome = ground.run("redis.call('flushall') redis.set_repl(redis.REPL_NONE) "
                                             "redis.call('flushdb') redis.set_repl(redis.REPL_ALL) "
                                             "redis.call('swapdb', 0, 1) return 1");
    QCOMPARE(outcome.effects.size(), std::size_t(2));
    QCOMPARE(outcome.effects.at(0).argv.at(0), Bytes("flushall"));
    QCOMPARE(outcome.effects.at(1).argv.at(0), Bytes("swapdb"));
}

void ScriptKillTest::aLiveRunCopiesNothing()
{
    EmbeddedServer server;
    for (int i = 0; i < 1000; ++i)
        server.run("SET key" + std::to_string(i) + " v");
    const auto copies = [&] {
        EngineTurn turn = server.engine().beginTurn();
        return server.engine().data(turn).pathsCopied();
    };
    const auto before = copies();
    eval(server, "for i = 0, 999 do redis.call('set', 'key' .. i, i) end return 1");
    QCOMPARE(copies(), before);
    // The count is a real one: with a snapshot held the same writes do copy.
    const Keyspace held = server.snapshot();
    eval(server, "for i = 0, 999 do redis.call('set', 'key' .. i, i) end return 1");
    QVERIFY(copies() > before);
}

void ScriptKillTest::selectDoesNotReachTheCaller()
{
    EmbeddedServer server;
    server.run("SET k zero");
    QCOMPARE(eval(server, "redis.call('select', 3) redis.call('set', 'k', 'three') return redis.call('get', 'k')").text,
        Bytes("three"));
    QCOMPARE(server.client().database, 0);
    QCOMPARE(server.run("GET k"), Bytes("\"zero\""));
}

QTEST_GUILESS_MAIN(ScriptKillTest)
#include "script_kill_test.moc"
