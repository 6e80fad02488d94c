// labels: slow threads
// How sessions end: by themselves, by a person, at a limit, in the middle of anything; and that they can begin anew.

#include "tests/debugger/session_rig.h"
#include "tests/debugger/session_scripts.h"

#include <QtTest>

using namespace debugger;
using test::changesText;
using test::kRateLimiter;
using test::SessionRig;
using test::valueOf;

namespace {

const Bytes kLoop = test::loopOf(1000);

} // namespace

class SessionEndsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theRecordingsLimitStopsAndCanBeRaised();
    void goingOnForTooLongEndsTheRunWithAnError_data();
    void goingOnForTooLongEndsTheRunWithAnError();
    void anErrorInACoroutineEndsTheRunThere();
    void aScriptThatDoesNotCompileSaysSo();
    void requestsThatCannotBeDoneSayWhy();
    void aSessionCanBeDestroyedAnywhere_data();
    void aSessionCanBeDestroyedAnywhere();
    void restartBeginsAnewWithOtherArguments();
};

void SessionEndsTest::theRecordingsLimitStopsAndCanBeRaised()
{
    SessionRig rig("local n = 0\nwhile true do\n  n = n + 1\nend", {}, {}, {.moments = 1000});
    rig.start();
    rig.send(MoveRequest{Move::Continue});
    QCOMPARE(rig.wait<LimitReached>().moments, 1000U);
    const Stopped full = rig.wait<Stopped>();
    QVERIFY(full.reason == StopReason::LimitReached);
    QCOMPARE(full.moment, 1000U);
    QVERIFY(rig.ask<Failed>(MoveRequest{Move::Into}).text.find("full") != Bytes::npos);
    QCOMPARE(rig.seek(500).moment, 500U);
    QCOMPARE(rig.go(Move::Into).moment, 501U);
    // Coming to its end again makes it no longer.
    rig.send(MoveRequest{Move::Continue});
    QCOMPARE(rig.wait<Stopped>().moment, 1000U);
    rig.seek(10);
    rig.send(MoveRequest{Move::ToEnd});
    QCOMPARE(rig.wait<Stopped>().moment, 1000U);
    rig.send(SetLimitsRequest{.moments = 2000});
    rig.send(MoveRequest{Move::Continue});
    QCOMPARE(rig.wait<LimitReached>().moments, 2000U);
}

void SessionEndsTest::goingOnForTooLongEndsTheRunWithAnError_data()
{
    QTest::addColumn<QByteArray>("endless");
    QTest::newRow("a loop on one line") << QByteArray("while true do end");
    QTest::newRow("a loop of pcall") << QByteArray("while true do pcall(function() while true do end end) end");
    QTest::newRow("commands") << QByteArray("while true do redis.call('INCR', 'n') end");
    QTest::newRow("a loop within C") << QByteArray("while true do table.concat({}, 'x') string.rep('', 1000) end");
}

void SessionEndsTest::goingOnForTooLongEndsTheRunWithAnError()
{
    QFETCH(const QByteArray, endless);
    SessionRig rig("local before = 1\n" + endless.toStdString(), {}, {}, {.going = std::chrono::milliseconds(50)});
    rig.start();
    rig.send(MoveRequest{Move::Continue});
    const Ended end = rig.wait<Ended>();
    QVERIFY(!end.stopped);
    QVERIFY2(end.reply.text.starts_with("ERR Script ran longer than its limit"), end.reply.text.c_str());
    QCOMPARE(end.errorLine, 2);
    // It can be travelled, and gone on with for as long again.
    QCOMPARE(rig.seek(2).line, 2);
    rig.send(MoveRequest{Move::Continue});
    QVERIFY(!rig.wait<Ended>().stopped);
}

void SessionEndsTest::anErrorInACoroutineEndsTheRunThere()
{
    SessionRig rig("local co = coroutine.wrap(function()\n  local x = 1\n  error('inside')\nend)\nco()\nreturn 1");
    rig.start();
    const Ended end = rig.goToEnd();
    QVERIFY(end.reply.text.find("inside") != Bytes::npos);
    QCOMPARE(end.errorLine, 5);
    const Stopped back = rig.go(Move::Back);
    QCOMPARE(back.line, 3);
    QVERIFY(back.coroutine != 0);
    QCOMPARE(valueOf(back.locals, "x"), Bytes("1"));
    QCOMPARE(rig.go(Move::BackOut).line, 5);
}

void SessionEndsTest::aScriptThatDoesNotCompileSaysSo()
{
    SessionRig rig("return (");
    const Ended end = rig.ask<Ended>(StartRequest{});
    QVERIFY(end.reply.text.find("Error compiling script") != Bytes::npos);
    QCOMPARE(end.furthest, kNoMoment);
    QVERIFY(!rig.ask<Failed>(MoveRequest{Move::Back}).text.empty());
    QVERIFY(!rig.ask<Failed>(MoveRequest{Move::ReverseContinue}).text.empty());
    QVERIFY(!rig.ask<Failed>(SeekRequest{1}).text.empty());
    rig.send(RestartRequest{.body = "return 1"});
    QCOMPARE(rig.wait<Stopped>().line, 1);
}

void SessionEndsTest::requestsThatCannotBeDoneSayWhy()
{
    SessionRig rig("local a = 1\nreturn a");
    QVERIFY(!rig.ask<Failed>(MoveRequest{Move::Into}).text.empty());
    QVERIFY(!rig.ask<Failed>(EvaluateRequest{"1"}).text.empty());
    QVERIFY(!rig.ask<Failed>(SeekRequest{1}).text.empty());
    rig.start();
    QVERIFY(!rig.ask<Failed>(StartRequest{}).text.empty());
    QVERIFY(!rig.ask<Failed>(PauseRequest{}).text.empty());
    QVERIFY(!rig.ask<Failed>(SeekRequest{99}).text.empty());
    QVERIFY(!rig.ask<Failed>(SeekRequest{0}).text.empty());
    QVERIFY(!rig.ask<Failed>(RunToLineRequest{99}).text.empty());
    QVERIFY(!rig.ask<Failed>(RunToLineRequest{-1}).text.empty());
    rig.goToEnd();
    QVERIFY(!rig.ask<Failed>(EvaluateRequest{"1"}).text.empty());
    QVERIFY(!rig.ask<Failed>(MoveRequest{Move::Over}).text.empty());
    QVERIFY(rig.ask<Failed>(SeekRequest{99}).text.find("from 1 to 2") != Bytes::npos);
}

void SessionEndsTest::aSessionCanBeDestroyedAnywhere_data()
{
    QTest::addColumn<int>("state");
    QTest::newRow("before its start") << 0;
    QTest::newRow("at a stop") << 1;
    QTest::newRow("in an endless loop") << 2;
    QTest::newRow("in an endless loop of pcall") << 3;
    QTest::newRow("on its way back") << 4;
    QTest::newRow("after its end") << 5;
    QTest::newRow("with requests waiting") << 6;
}

void SessionEndsTest::aSessionCanBeDestroyedAnywhere()
{
    QFETCH(int, state);
    const Bytes loop = "while true do local a = 1 end";
    const Bytes stubborn = "while true do pcall(function() while true do local a = 1 end end) end";
    SessionRig rig(state == 2 || state == 4 ? loop : state == 3 ? stubborn : kLoop, {"k"});
    if (state >= 1)
        rig.start();
    if (state >= 2 && state <= 4) {
        rig.send(MoveRequest{Move::Continue});
        rig.wait<Running>();
    }
    if (state == 4) {
        rig.ask<Stopped>(PauseRequest());
        rig.send(MoveRequest{Move::Back});
    }
    if (state == 5)
        rig.goToEnd();
    for (int i = 0; state == 6 && i < 1000; ++i)
        rig.send(MoveRequest{i % 3 == 0 ? Move::Back : Move::Into});
    rig.destroy();
}

void SessionEndsTest::restartBeginsAnewWithOtherArguments()
{
    SessionRig rig(kRateLimiter, {"k"}, {"5", "60"});
    rig.breakpoints({{.line = 7}});
    rig.start();
    rig.go(Move::Continue);
    rig.send(RestartRequest{.mode = StartMode::RunToBreakpoint, .keys = std::vector<Bytes>{"other"}});
    const Stopped stop = rig.wait<Stopped>();
    QCOMPARE(stop.line, 7);
    QCOMPARE(changesText(stop.changes), Bytes("added other"));
    QCOMPARE(valueOf(stop.locals, "current"), Bytes("1"));
    // While it runs, too.
    rig.send(RestartRequest{.body = "while true do local a = 1 end"});
    rig.wait<Stopped>();
    rig.send(MoveRequest{Move::Continue});
    rig.send(RestartRequest{.body = "return 5"});
    rig.wait<Stopped>();
    QCOMPARE(rig.goToEnd().reply.integer, 5);
}

QTEST_GUILESS_MAIN(SessionEndsTest)
#include "session_ends_test.moc"
