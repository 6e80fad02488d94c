// A script that keeps the engine: what the others hear, who may end it, and what cannot be ended.

#include "engine/server/engine_thread.h"
#include "tests/support/bytes_text.h"
#include "tests/support/resp_connection.h"

#include <QtTest>

#include <functional>

using namespace engine;
using tests::RespConnection;
using tests::textOf;

namespace {

constexpr BytesView kBusy = "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.";
constexpr BytesView kUnkillable =
    "UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the "
    "script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.";
constexpr BytesView kLoop = "while true do end";

Config quickToSayBusy()
{
    Config config;
    if (auto set = config.setAtStart("busy-reply-threshold", "10"); !set)
        qFatal("%s", set.error().c_str());
    return config;
}

} // namespace

class BusyScriptTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void othersHearBusyAndMayKill();
    void aClientThatComesMeanwhileHearsBusyToo();
    void aTransactionIsRefusedAtExec();
    void whatHasWrittenIsUnkillable();
    void thePcallOfAScriptDoesNotHoldTheKill();
    void shutdownNosaveIsHeard();
    void nothingRunsInsideTheScript();
    void whatItsOwnClientSendsMeanwhileWaits();
    void whoCameTogetherWithTheScriptIsServed();
    void askedWorkWaitsForTheScript();
    void theProgramItselfMayKill();
    void aFunctionHasWordsOfItsOwn();
    void anIdleEngineHasNothingToKill();
    void theThreadEndsThoughAScriptLoops();

private:
    RespConnection connect() { return RespConnection(m_report.port); }
    /// Starts a script that loops and waits until others hear of it.
    RespConnection startLoop(BytesView script = kLoop);
    bool untilBusy(RespConnection& other);

    SystemClock m_clock;
    std::unique_ptr<EngineThread> m_thread;
    ListenReport m_report;
    std::atomic<int> m_shutdowns = 0;
};

void BusyScriptTest::init()
{
    m_shutdowns = 0;
    m_thread = std::make_unique<EngineThread>(m_clock, 42, quickToSayBusy(),
        EngineThreadHooks{.shutdown = [this](const ShutdownRequest&) { ++m_shutdowns; }, .clientsChanged = {}});
    ListenOptions listen;
    listen.port = 0;
    auto report = m_thread->listen(listen).get();
    QVERIFY2(report.ok(), report ? "" : report.error().c_str());
    m_report = *report;
}

void BusyScriptTest::cleanup()
{
    m_thread.reset();
}

bool BusyScriptTest::untilBusy(RespConnection& other)
{
    // Before the threshold an answer only comes late, so the first question may still be answered.
    for (int i = 0; i < 1000; ++i) {
        if (other.text({"PING"}) == kBusy)
            return true;
    }
    return false;
}

RespConnection BusyScriptTest::startLoop(BytesView script)
{
    RespConnection runner = connect();
    runner.sendRequest({"EVAL", script, "1", "k"});
    RespConnection other = connect();
    if (!untilBusy(other))
        qFatal("the script never became busy");
    return runner;
}

void BusyScriptTest::othersHearBusyAndMayKill()
{
    RespConnection runner = startLoop();
    RespConnection other = connect();
    QVERIFY(m_thread->busy());
    QCOMPARE(other.text({"GET", "k"}), Bytes(kBusy));
    QCOMPARE(other.text({"SCRIPT", "EXISTS", Bytes(40, 'a')}), Bytes(kBusy));
    QCOMPARE(other.text({"SHUTDOWN"}), Bytes(kBusy));
    QCOMPARE(other.text({"SCRIPT", "KILL"}), Bytes("OK"));
    const Bytes reply = textOf(runner.read());
    QVERIFY2(reply.starts_with("ERR Script killed by user with SCRIPT KILL... script: "), reply.c_str());
    QVERIFY2(reply.ends_with(", on @user_script:1."), reply.c_str());
    QCOMPARE(other.text({"PING"}), Bytes("PONG"));
    QVERIFY(!m_thread->busy());
    QCOMPARE(runner.text({"EVAL", "return 1", "0"}), Bytes("1"));
}

void BusyScriptTest::aClientThatComesMeanwhileHearsBusyToo()
{
    RespConnection runner = startLoop();
    for (int i = 0; i < 20; ++i)
        QCOMPARE(connect().text({"PING"}), Bytes(kBusy));
    QCOMPARE(connect().text({"SCRIPT", "KILL"}), Bytes("OK"));
    QVERIFY(runner.read().has_value());
}

void BusyScriptTest::aTransactionIsRefusedAtExec()
{
    RespConnection runner = startLoop();
    RespConnection other = connect();
    QCOMPARE(other.text({"MULTI"}), Bytes("OK"));
    QCOMPARE(other.text({"SET", "k", "v"}), Bytes(kBusy));
    QCOMPARE(other.text({"EXEC"}), "EXECABORT Transaction discarded because of: " + Bytes(kBusy));
    QCOMPARE(other.text({"SCRIPT", "KILL"}), Bytes("OK"));
    QVERIFY(runner.read().has_value());
    QCOMPARE(other.text({"EXISTS", "k"}), Bytes("0"));
}

void BusyScriptTest::whatHasWrittenIsUnkillable()
{
    RespConnection runner = startLoop("redis.call('SET', KEYS[1], 1) while redis.call('EXISTS', KEYS[1]) do end");
    RespConnection other = connect();
    QCOMPARE(other.text({"SCRIPT", "KILL"}), Bytes(kUnkillable));
    QCOMPARE(other.text({"GET", "k"}), Bytes(kBusy));
    // The engine's owner ends it all the same: `cleanup` does not hang.
}

void BusyScriptTest::thePcallOfAScriptDoesNotHoldTheKill()
{
    RespConnection runner = startLoop("while true do pcall(function() while true do end end) end");
    QCOMPARE(connect().text({"SCRIPT", "KILL"}), Bytes("OK"));
    QVERIFY(runner.read().has_value());
    QCOMPARE(connect().text({"PING"}), Bytes("PONG"));
}

// E.1.8: NOSAVE, which ends a server.
void BusyScriptTest::shutdownNosaveIsHeard()
{
    RespConnection runner = startLoop();
    QVERIFY(connect().sendRequest({"SHUTDOWN", "NOSAVE"}));
    QTRY_COMPARE(m_shutdowns.load(), 1);
}

void BusyScriptTest::nothingRunsInsideTheScript()
{
    // The runner's own later commands wait; another EVAL does not enter.
    RespConnection runner = startLoop();
    QVERIFY(runner.sendRequest({"SET", "later", "1"}));
    RespConnection other = connect();
    QCOMPARE(other.text({"EVAL", "return 1", "0"}), Bytes(kBusy));
    QCOMPARE(other.text({"SCRIPT", "KILL"}), Bytes("OK"));
    QVERIFY(runner.read()->isError());
    QCOMPARE(textOf(runner.read()), Bytes("OK"));
}

// The client waited in BLPOP when the script arrived, so that a read was under way while it ran.
void BusyScriptTest::whatItsOwnClientSendsMeanwhileWaits()
{
    RespConnection runner = connect();
    RespConnection other = connect();
    runner.sendRequest({"BLPOP", "list", "0"});
    runner.sendRequest({"EVAL", kLoop, "0"});
    while (other.text({"RPUSH", "list", "x"}) == "1" && !m_thread->busy()) { }
    QVERIFY(untilBusy(other));
    runner.sendRequest({"PING", "sent meanwhile"});
    for (int i = 0; i < 20; ++i)
        QCOMPARE(other.text({"PING"}), Bytes(kBusy));
    QCOMPARE(other.text({"SCRIPT", "KILL"}), Bytes("OK"));
    QVERIFY(!textOf(runner.read()).starts_with("BUSY"));
    QVERIFY(textOf(runner.read()).starts_with("ERR Script killed by user"));
    QCOMPARE(textOf(runner.read()), Bytes("sent meanwhile"));
    QCOMPARE(runner.text({"PING"}), Bytes("PONG"));
}

// All three have sent before any is served: the loop learns of them at once, and the script is the first.
void BusyScriptTest::whoCameTogetherWithTheScriptIsServed()
{
    RespConnection sleeper = connect();
    RespConnection looping = connect();
    RespConnection other = connect();
    RespConnection killer = connect();
    for (RespConnection* each : {&looping, &other, &killer})
        QCOMPARE(each->text({"PING"}), Bytes("PONG"));
    QVERIFY(sleeper.sendRequest({"DEBUG", "SLEEP", "0.2"}));
    QVERIFY(looping.sendRequest({"EVAL", kLoop, "0"}));
    QVERIFY(other.sendRequest({"GET", "k"}));
    QVERIFY(killer.sendRequest({"SCRIPT", "KILL"}));
    QCOMPARE(textOf(sleeper.read()), Bytes("OK"));
    // It may have been heard before the script began.
    Bytes killed = textOf(killer.read());
    if (killed.starts_with("NOTBUSY")) {
        QVERIFY(untilBusy(killer));
        killed = killer.text({"SCRIPT", "KILL"});
    }
    QCOMPARE(killed, Bytes("OK"));
    QVERIFY(textOf(looping.read()).starts_with("ERR Script killed by user"));
    QVERIFY(other.read().has_value());
}

void BusyScriptTest::askedWorkWaitsForTheScript()
{
    RespConnection runner = startLoop();
    auto asked = m_thread->ask([](EngineTurn& turn) { return turn.engine().busy(); });
    QCOMPARE(connect().text({"PING"}), Bytes(kBusy));
    QCOMPARE(asked.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
    QCOMPARE(connect().text({"SCRIPT", "KILL"}), Bytes("OK"));
    QCOMPARE(asked.get(), false);
}

void BusyScriptTest::theProgramItselfMayKill()
{
    RespConnection runner = startLoop();
    QCOMPARE(m_thread->killScript().get().text, Bytes("OK"));
    QVERIFY(runner.read()->isError());
}

void BusyScriptTest::aFunctionHasWordsOfItsOwn()
{
    constexpr BytesView kBusyFunction =
        "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.";
    RespConnection other = connect();
    QCOMPARE(other.text({"FUNCTION", "LOAD",
                 "#!lua name=l\nredis.register_function('loop', function() while true do end end)"}),
        Bytes("l"));
    for (const bool byProgram : {false, true}) {
        RespConnection runner = connect();
        runner.sendRequest({"FCALL", "loop", "0"});
        while (other.text({"PING"}) != kBusyFunction) { }
        QCOMPARE(other.text({"SCRIPT", "KILL"}), Bytes(kBusyFunction));
        const auto stats = other.ask({"FUNCTION", "STATS"});
        QVERIFY(stats && stats->elements.size() == 4 && stats->elements[1].elements.size() == 6);
        QCOMPARE(stats->elements[1].elements[1].text, Bytes("loop"));
        QCOMPARE(byProgram ? m_thread->killScript().get().text : other.text({"FUNCTION", "KILL"}), Bytes("OK"));
        const Bytes reply = textOf(runner.read());
        QVERIFY2(reply.starts_with("ERR Script killed by user with SCRIPT KILL... script: loop"), reply.c_str());
        QCOMPARE(other.text({"PING"}), Bytes("PONG"));
    }
}

void BusyScriptTest::anIdleEngineHasNothingToKill()
{
    QCOMPARE(connect().text({"SCRIPT", "KILL"}), Bytes("NOTBUSY No scripts in execution right now."));
    QCOMPARE(m_thread->killScript().get().text, Bytes("NOTBUSY No scripts in execution right now."));
}

void BusyScriptTest::theThreadEndsThoughAScriptLoops()
{
    RespConnection runner = startLoop("redis.call('SET', 'k', 1) while true do pcall(error) end");
    m_thread.reset();
    QVERIFY(!connect().connected());
}

QTEST_GUILESS_MAIN(BusyScriptTest)
#include "busy_script_test.moc"
