// labels: slow
// What every way of having a session promises of ends: errors, limits, and scripts that try to break their host.

#include "tests/debugger/session_contract.h"
#include "tests/support/bytes_text.h"
#include "tests/support/hostile_scripts.h"

using namespace debugger;
using test::contractSession;
using test::Place;

namespace {

// Longer than anything but what has no end takes on a busy machine.
constexpr std::chrono::milliseconds kPatience(500);

} // namespace

class SessionContractEndsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { test::addContractBackEnds(); }

    void anErrorEndsTheRunAtItsLine_data();
    void anErrorEndsTheRunAtItsLine();
    void aFullRecordingStopsAndCanBeGoneBackIn();
    void aRecordingThatFillsItsMemoryStopsToo();
    void goingOnForTooLongEndsTheRun();
    void aMemoryBombEndsAndCanBeGoneBackIn();
    void anEndlessScriptIsPausedAndStopped();
    void aRunningScriptIsPausedWhenSomebodyAsks();
    void whatCannotBePausedIsEnded();
    void aHostileScriptEndsOrIsPausedAndStopped_data();
    void aHostileScriptEndsOrIsPausedAndStopped();
};

void SessionContractEndsTest::anErrorEndsTheRunAtItsLine_data()
{
    QTest::addColumn<QByteArray>("failing");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char* failing, const char* text) {
        QTest::newRow(failing) << QByteArray(failing) << QByteArray(text);
    };
    row("error('boom')", "boom");
    row("error({err = 'MY own'})", "MY own");
    row("local x = nil; x.y = 1", "attempt to index local 'x'");
    row("redis.call('LPUSH', 'text', 1)", "WRONGTYPE");
    row("redis.call('NOSUCH')", "Unknown Redis command called from script");
    row("nosuch()", "nonexistent global variable 'nosuch'");
    row("coroutine.wrap(function() error('inside') end)()", "inside");
}

void SessionContractEndsTest::anErrorEndsTheRunAtItsLine()
{
    QFETCH(const QByteArray, failing);
    QFETCH(const QByteArray, text);
    const auto session = contractSession(
        {.body = "local a = 1\nredis.call('INCR', 'n')\n" + failing.toStdString(), .given = {{"SET", "text", "x"}}});
    session->start();
    const Place end = session->end();
    QVERIFY(end.ended && !end.stopped);
    QVERIFY2(end.reply.isError() && end.reply.text.find(text.toStdString()) != Bytes::npos, end.reply.text.c_str());
    QCOMPARE(end.errorLine, 3);
    // What was written stays written.
    QCOMPARE(end.changes, Bytes("added n"));
    QCOMPARE(session->go(Move::Back).line, 3);
    QCOMPARE(session->seek(2).locals, Bytes("a = 1; "));
}

void SessionContractEndsTest::aFullRecordingStopsAndCanBeGoneBackIn()
{
    const auto session =
        contractSession({.body = "local n = 0\nwhile true do\n  n = n + 1\nend", .limits = {.moments = 1000}});
    session->start();
    const Place full = session->go(Move::Continue);
    QCOMPARE(full.reason, StopReason::LimitReached);
    QCOMPARE(full.moment, Moment(1000));
    QCOMPARE(session->go(Move::Into).where(), Bytes("refused"));
    QCOMPARE(session->seek(500).moment, Moment(500));
    QCOMPARE(session->go(Move::Into).moment, Moment(501));
    QCOMPARE(session->go(Move::Continue).moment, Moment(1000));
    // A longer one goes on, and a shorter one does not.
    QCOMPARE(session->setLimits({.moments = 1500}), Bytes());
    QCOMPARE(session->go(Move::Continue).moment, Moment(1500));
    QCOMPARE(session->setLimits({.moments = 1200}), Bytes());
    QCOMPARE(session->go(Move::Into).where(), Bytes("refused"));
}

void SessionContractEndsTest::aRecordingThatFillsItsMemoryStopsToo()
{
    const auto session = contractSession(
        {.body = "local i = 0\nwhile true do\n  i = i + 1\n  redis.call('SET', 'k' .. i, ('x'):rep(10000))\nend",
            .limits = {.memoryBytes = std::size_t(4) << 20}});
    session->start();
    const Place full = session->go(Move::Continue);
    QCOMPARE(full.reason, StopReason::LimitReached);
    QVERIFY2(full.moment > 100 && full.moment < 10000, std::to_string(full.moment).c_str());
    QCOMPARE(session->go(Move::Continue).where(), Bytes("refused"));
    QCOMPARE(session->seek(5).changes, Bytes("added k1"));
}

void SessionContractEndsTest::goingOnForTooLongEndsTheRun()
{
    const auto session =
        contractSession({.body = "local before = 1\nwhile true do pcall(function() while true do end end) end",
            .limits = {.going = std::chrono::milliseconds(50)}});
    session->start();
    const Place end = session->go(Move::Continue);
    QVERIFY(end.ended && !end.stopped);
    QVERIFY2(end.reply.text.starts_with("ERR Script ran longer than its limit"), end.reply.text.c_str());
    QCOMPARE(session->seek(2).line, 2);
    QVERIFY(session->go(Move::Continue).ended);
}

void SessionContractEndsTest::aMemoryBombEndsAndCanBeGoneBackIn()
{
    const auto session = contractSession({.body = "local s = 'x'\nfor i = 1, 40 do\n  s = s .. s\nend\nreturn #s"});
    session->start();
    const Place end = session->go(Move::Continue);
    QVERIFY(end.reply.text.find("not enough memory") != Bytes::npos);
    QCOMPARE(session->go(Move::Back).line, 3);
    QCOMPARE(session->seek(3).line, 3);
}

void SessionContractEndsTest::anEndlessScriptIsPausedAndStopped()
{
    const auto session = contractSession({.body = "local n = 0\nwhile true do n = #(('x'):rep(1e6)) end"}, kPatience);
    session->start();
    // Twice, so that going back takes longer than anybody's patience, and is not paused half way all the same.
    QCOMPARE(session->goOnAndPause().reason, StopReason::Pause);
    const Place paused = session->goOnAndPause();
    QCOMPARE(paused.reason, StopReason::Pause);
    QCOMPARE(paused.line, 2);
    QCOMPARE(session->go(Move::Back).moment, paused.moment - 1);
    QCOMPARE(session->goOnAndPause().reason, StopReason::Pause);
    const Place end = session->ask(StopRequest{});
    QVERIFY(end.ended && end.stopped);
    QVERIFY(end.reply.isError());
    QCOMPARE(session->go(Move::Into).where(), Bytes("refused"));
    QCOMPARE(session->go(Move::Back).line, 2);
}

void SessionContractEndsTest::aRunningScriptIsPausedWhenSomebodyAsks()
{
    const auto session = contractSession({.body = "local n = 0\nwhile true do n = #(('x'):rep(1e6)) end"});
    session->start();
    const Place first = session->goOnAndSayPause();
    QCOMPARE(first.where(), Bytes("line 2"));
    QCOMPARE(first.reason, StopReason::Pause);
    QCOMPARE(session->go(Move::Back).moment, first.moment - 1);
    // From the past it goes on through all that is known.
    const Place second = session->goOnAndSayPause();
    QCOMPARE(second.reason, StopReason::Pause);
    QVERIFY(session->ask(StopRequest{}).stopped);
}

// A pause waits for a line, and this comes to none in a hundred years.
void SessionContractEndsTest::whatCannotBePausedIsEnded()
{
    const auto session = contractSession(
        {.body = "local a = 1\nlocal b = ('a'):rep(60):find(('a?'):rep(60) .. ('a'):rep(60))"}, kPatience);
    session->start();
    const Place end = session->goOnAndPause();
    QVERIFY(end.ended && end.stopped);
    QVERIFY2(end.reply.text.starts_with("ERR script aborted for user request"), end.reply.text.c_str());
    QCOMPARE(session->go(Move::Back).line, 2);
    QCOMPARE(session->evaluate("a"), Bytes("1"));
}

void SessionContractEndsTest::aHostileScriptEndsOrIsPausedAndStopped_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("mustFail");
    QTest::addColumn<int>("number");
    int number = 0;
    // Bare ones may end well: a session has no limit of data.
    for (const tests::HostileScript& script : tests::someHostileScripts(4))
        QTest::newRow(script.name.c_str())
            << QByteArray::fromStdString(script.body) << (script.outcome.end == tests::HazardEnd::Limit && !script.bare)
            << number++;
}

void SessionContractEndsTest::aHostileScriptEndsOrIsPausedAndStopped()
{
    QFETCH(const QByteArray, body);
    QFETCH(const bool, mustFail);
    QFETCH(const int, number);
    if (test::backEnd() == test::BackEnd::Console && number % 3 != 0)
        QSKIP("asked of the console over the wire, which is the same one, for the time it takes");
    // The consoles' patience holds for each of their commands, so it cannot be short.
    const bool local = test::backEnd() == test::BackEnd::Local;
    const auto session = contractSession({.body = body.toStdString(), .limits = {.memoryBytes = std::size_t(16) << 20}},
        local ? std::chrono::milliseconds(20) : kPatience);
    if (Place place = session->start(); !place.ended) {
        place = local ? session->goOnAndPause() : session->goOnAndSayPause();
        if (!place.ended)
            place = session->ask(StopRequest{});
        QVERIFY(place.ended);
        QVERIFY2(place.reply.isError() || !mustFail, place.reply.text.c_str());
    }
    QCOMPARE(session->ask(RestartRequest{.body = "return 1"}).line, 1);
    QCOMPARE(session->end().reply.integer, 1);
}

QTEST_GUILESS_MAIN(SessionContractEndsTest)
#include "session_contract_ends_test.moc"
