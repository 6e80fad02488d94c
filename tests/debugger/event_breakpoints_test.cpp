// Breakpoints that wait for what a line does: commands, keys and errors. A run stops before that line, forwards and
// backwards.

#include "tests/debugger/session_rig.h"
#include "tests/support/bytes_text.h"

#include <QtTest>

using namespace debugger;
using test::SessionRig;

namespace {

const Bytes kScript = "local n = 0\n"
                      "for i = 1, 3 do\n"
                      "  n = n + 1\n"
                      "  redis.call('SET', 'user:' .. i, n)\n"
                      "end\n"
                      "local function read(key)\n"
                      "  return redis.call('GET', key)\n"
                      "end\n"
                      "local one = read('user:1')\n"
                      "redis.pcall('LPUSH', 'user:1', 'x')\n"
                      "local ok = pcall(function()\n"
                      "  error('boom')\n"
                      "end)\n"
                      "redis.call('CONFIG', 'GET', 'maxmemory')\n"
                      "return ok\n";

BreakpointSpec at(BreakpointKind kind, const Bytes& pattern = {}, const Bytes& condition = {})
{
    return {.kind = kind, .pattern = pattern, .condition = condition};
}

/// Where a run stops for these, as "line event; line event; …", going forward to the end.
Bytes stops(SessionRig& rig, const std::vector<BreakpointSpec>& specs)
{
    rig.start();
    rig.breakpoints(specs);
    Bytes text;
    while (const auto stop = rig.step(Move::Continue))
        text += (text.empty() ? "" : "; ") + std::to_string(stop->line) + " " + stop->event;
    return text;
}

Bytes stops(const Bytes& script, const std::vector<BreakpointSpec>& specs, const std::vector<Bytes>& keys = {})
{
    SessionRig rig(script, keys);
    return stops(rig, specs);
}

} // namespace

class EventBreakpointsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void stopsBeforeErrorsThatEndTheRun();
    void errorsOfCoroutinesAndHandlersAreSeen();
    void theLineHasNotRunYet();
    void stopsInsideWhatIsSteppedOver();
    void aWayToTheEndPassesThem();
    void goesBackToThem();
    void goesForwardToThemInTheRecordedPart();
    void conditionsHitCountsAndLogPoints();
    void onesThatAreOffDoNotStop();
    void aChunkMadeFromTextStopsWhereItWasCalled();
    void aLineThatCallsOftenStopsOnce();
    void patternsThatCannotBeSaySo();
    void aVariableCanBeSetThere();
    void functionsKnowTheirKeys();
};

void EventBreakpointsTest::stopsBeforeErrorsThatEndTheRun()
{
    SessionRig rig("local a = {}\nlocal b = a.x.y\nreturn b");
    QCOMPARE(stops(rig, {at(BreakpointKind::UncaughtError)}),
        Bytes("2 user_script:2: attempt to index field 'x' (a nil value)"));
    QCOMPARE(rig.end->errorLine, 2);
}

void EventBreakpointsTest::errorsOfCoroutinesAndHandlersAreSeen()
{
    const Bytes script = "local co = coroutine.create(function()\n"
                         "  error({err = 'MY own'})\n"
                         "end)\n"
                         "coroutine.resume(co)\n"
                         "xpcall(function()\n"
                         "  error(12)\n"
                         "end, function(e)\n"
                         "  return e\n"
                         "end)\n"
                         "pcall(error, {7})\n";
    QCOMPARE(stops(script, {at(BreakpointKind::CaughtError)}), Bytes("2 MY own; 6 user_script:6: 12; 10 {7}"));
}

void EventBreakpointsTest::theLineHasNotRunYet()
{
    SessionRig rig(kScript);
    rig.start();
    rig.breakpoints({at(BreakpointKind::KeyWritten, "user:2")});
    const Stopped stop = rig.go(Move::Continue);
    QCOMPARE(stop.reason, StopReason::Breakpoint);
    QCOMPARE(stop.breakpoint, 0);
    QCOMPARE(rig.evaluate("redis.call('EXISTS', 'user:1', 'user:2')"), Bytes("1"));
    QCOMPARE(rig.go(Move::Over).changes.keys.size(), std::size_t(2));
}

void EventBreakpointsTest::stopsInsideWhatIsSteppedOver()
{
    SessionRig rig(kScript);
    rig.start();
    rig.breakpoints({{.line = 9}, at(BreakpointKind::Command, "get")});
    QCOMPARE(rig.go(Move::Continue).line, 9);
    const Stopped stop = rig.go(Move::Over);
    QCOMPARE(stop.line, 7);
    QCOMPARE(stop.breakpoint, 1);
    QCOMPARE(rig.go(Move::Over).line, 10);
}

void EventBreakpointsTest::aWayToTheEndPassesThem()
{
    SessionRig rig(kScript);
    rig.start();
    rig.breakpoints({at(BreakpointKind::Command, "@write"), at(BreakpointKind::UncaughtError)});
    QVERIFY(rig.goToEnd(Move::ToEnd).reply.isError());
}

void EventBreakpointsTest::goesBackToThem()
{
    SessionRig rig(kScript);
    rig.start();
    rig.goToEnd(Move::ToEnd);
    rig.breakpoints({at(BreakpointKind::Command, "set"), at(BreakpointKind::CaughtError)});
    QCOMPARE(rig.go(Move::ReverseContinue).event, Bytes("user_script:12: boom"));
    QCOMPARE(rig.go(Move::ReverseContinue).event, Bytes("SET user:3 3"));
    const Stopped second = rig.go(Move::ReverseContinue);
    QCOMPARE(second.event, Bytes("SET user:2 2"));
    QCOMPARE(second.breakpoint, 0);
    rig.breakpoints({at(BreakpointKind::Command, "set", "n == 0")});
    // The condition is true before the line that adds one, and the command is on the line behind it.
    QCOMPARE(rig.go(Move::ReverseContinue).reason, StopReason::Start);
    rig.breakpoints({at(BreakpointKind::Command, "set", "n == 1")});
    QCOMPARE(rig.go(Move::Continue).event, Bytes("SET user:1 1"));
}

void EventBreakpointsTest::goesForwardToThemInTheRecordedPart()
{
    SessionRig rig(kScript);
    rig.start();
    rig.goToEnd(Move::ToEnd);
    rig.go(Move::ToStart);
    rig.breakpoints({at(BreakpointKind::KeyWritten, "user:3"), at(BreakpointKind::UncaughtError)});
    QCOMPARE(rig.go(Move::Continue).event, Bytes("SET user:3 3"));
    QCOMPARE(rig.go(Move::Continue).line, 14);
    QVERIFY(!rig.step(Move::Continue));
}

void EventBreakpointsTest::conditionsHitCountsAndLogPoints()
{
    QCOMPARE(stops(kScript, {at(BreakpointKind::Command, "set", "i == 2")}), Bytes("4 SET user:2 2"));
    BreakpointSpec third = at(BreakpointKind::Command, "set");
    third.hitCount = 3;
    QCOMPARE(stops(kScript, {third}), Bytes("4 SET user:3 3"));
    BreakpointSpec logged = at(BreakpointKind::Command, "set");
    logged.logText = "n is {n}";
    SessionRig rig(kScript);
    QCOMPARE(stops(rig, {logged}), Bytes());
    Bytes texts;
    for (const SessionEventBody& body : rig.others) {
        if (const auto* output = std::get_if<Output>(&body))
            texts += output->text + ";";
    }
    QCOMPARE(texts, Bytes("n is 1;n is 2;n is 3;"));
}

void EventBreakpointsTest::onesThatAreOffDoNotStop()
{
    BreakpointSpec off = at(BreakpointKind::Command, "set");
    off.enabled = false;
    QCOMPARE(stops(kScript, {off}), Bytes());
}

void EventBreakpointsTest::aChunkMadeFromTextStopsWhereItWasCalled()
{
    const Bytes script = "local f = loadstring(\"local k = 'a'\\nredis.call('SET', k, 1)\")\nf()\nreturn 1";
    QCOMPARE(stops(script, {at(BreakpointKind::Command, "set")}), Bytes("2 SET a 1"));
    SessionRig rig(script);
    rig.start();
    rig.goToEnd(Move::ToEnd);
    rig.breakpoints({at(BreakpointKind::Command, "set")});
    QCOMPARE(rig.go(Move::ReverseContinue).line, 2);
}

void EventBreakpointsTest::aLineThatCallsOftenStopsOnce()
{
    const Bytes script = "local a, b = redis.call('SET', 'a', 1), redis.call('SET', 'b', 2)\nreturn 1";
    SessionRig rig(script);
    rig.breakpoints({at(BreakpointKind::Command, "set")});
    rig.send(StartRequest{StartMode::RunToBreakpoint});
    QCOMPARE(rig.wait<Stopped>().event, Bytes("SET a 1"));
    QVERIFY(!rig.step(Move::Continue));
}

void EventBreakpointsTest::patternsThatCannotBeSaySo()
{
    SessionRig rig(kScript);
    rig.start();
    const auto set = rig.breakpoints({at(BreakpointKind::Command, "nosuch"), at(BreakpointKind::Command, "@nosuch"),
        at(BreakpointKind::Command), at(BreakpointKind::KeyRead), at(BreakpointKind::Command, "config|get")});
    QCOMPARE(set.breakpoints[0].problem, Bytes("there is no command 'nosuch'"));
    QCOMPARE(set.breakpoints[1].problem, Bytes("there is no category '@nosuch': ACL CAT lists them"));
    QVERIFY(!set.breakpoints[2].problem.empty());
    QVERIFY(!set.breakpoints[3].problem.empty());
    QVERIFY(set.breakpoints[4].problem.empty());
}

void EventBreakpointsTest::aVariableCanBeSetThere()
{
    SessionRig rig(kScript);
    rig.start();
    rig.breakpoints({at(BreakpointKind::KeyWritten, "user:2")});
    rig.go(Move::Continue);
    rig.ask<VariableSet>(SetVariableRequest{.frame = 0, .name = "n", .expression = "40"});
    rig.wait<Stopped>();
    rig.breakpoints({at(BreakpointKind::KeyWritten, "user:3")});
    QCOMPARE(rig.go(Move::Continue).event, Bytes("SET user:3 41"));
    rig.breakpoints({at(BreakpointKind::Command, "set")});
    QCOMPARE(rig.go(Move::ReverseContinue).event, Bytes("SET user:2 40"));
}

void EventBreakpointsTest::functionsKnowTheirKeys()
{
    const Bytes library = "#!lua name=l\n"
                          "redis.register_function('f', function(keys)\n"
                          "  redis.call('SET', keys[1], 1)\n"
                          "  redis.call('SET', 'other', 1)\n"
                          "end)\n";
    SessionRig rig(library, {"mine"}, {}, {}, {}, "f");
    QCOMPARE(stops(rig, {at(BreakpointKind::UndeclaredKey)}), Bytes("4 SET other 1"));
}

QTEST_GUILESS_MAIN(EventBreakpointsTest)
#include "event_breakpoints_test.moc"
