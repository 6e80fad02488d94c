// labels: slow threads
// What a local session promises beyond session_contract.h: that every moment is the same again, and what its requests
// answer where the contract's words say less. How it ends: session_ends_test.cpp.

#include "tests/debugger/fake_run.h"
#include "tests/debugger/session_rig.h"
#include "tests/debugger/session_scripts.h"
#include "tests/support/bytes_text.h"

#include <QtTest>

using namespace debugger;
using test::changesText;
using test::describe;
using test::kCoroutines;
using test::kRateLimiter;
using test::SessionRig;
using test::valueOf;

namespace {

const Bytes kLoop = test::loopOf(1000);

const Bytes kThreeTurns = test::loopOf(3);

const Bytes kProtected = R"(local function inner(n)
  if n == 0 then
    error('deep')
  end
  return inner(n - 1) + 1
end
local ok, message = pcall(inner, 3)
local second = redis.pcall('INCR', KEYS[1])
local third = redis.pcall('LPUSH', KEYS[1], 'x')
local fine = xpcall(function()
  redis.call('LPUSH', KEYS[1], 'y')
end, function(e)
  return e
end)
return {tostring(ok), message, second, third.err}
)";

const Bytes kChance = R"(local t = {}
for i = 1, 5 do
  local key = {i}
  t[key] = tostring(key)
  math.random()
end
local order = ''
for k, v in pairs(t) do
  order = order .. k[1] .. v
end
math.randomseed(math.random(1000))
local now = redis.call('TIME')
local member = redis.call('SPOP', KEYS[1])
local chosen = redis.call('SRANDMEMBER', KEYS[1])
local left = redis.call('SMEMBERS', KEYS[1])
local f = function() end
return {order, now[1], member, chosen, tostring(f), math.random(1, 1000000)}
)";

std::vector<std::vector<Bytes>> someMembers()
{
    return {{"SADD", "k", "a", "b", "c", "d", "e", "f", "g", "h"}};
}

/// Steps into everything, to the end.
std::vector<Bytes> seenForwards(SessionRig& rig)
{
    std::vector<Bytes> seen{describe(rig.start())};
    while (const auto stop = rig.step(Move::Into))
        seen.push_back(describe(*stop));
    return seen;
}

// `{...}` leaves copies of the arguments above its own frame, in the larger one of its caller. Once the arguments
// themselves are overwritten the collector, when the caller sets it off, finds the tables through what is left of the
// copies alone.
Bytes spillingAt(int depth)
{
    Bytes tables = "held[1]";
    Bytes nils = "nil, nil, nil";
    for (int i = 2; i <= 30; ++i) {
        tables += ", held[" + std::to_string(i) + "]";
        nils += ", nil";
    }
    return "local weak = setmetatable({}, {__mode = 'v'})\n"
           "local held = {}\n"
           "local function spill(...)\n  local t = {...}\n  return #t\nend\n"
           "local function ignore() return 0 end\n"
           "local function work()\n"
           "  for i = 1, 30 do held[i] = {} weak[i] = held[i] end\n"
           "  local n = spill("
        + tables + ")\n  held = nil\n  if n < 0 then ignore(" + nils + ", " + nils + ", " + nils + ") end\n  ignore("
        + nils
        + ")\n  for i = 1, 600 do local garbage = {{}, {}, {}, {}, {}, {}, {}, {}} end\n"
          "  n = 0\n  for i = 1, 30 do if weak[i] then n = n + 1 end end\n  return n\nend\n"
          "local function deep(n)\n  if n == 0 then return (work()) end\n  return (deep(n - 1))\nend\n"
          "return deep("
        + std::to_string(depth) + ")\n";
}

} // namespace

class LocalSessionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyMomentIsTheSameAgain_data();
    void everyMomentIsTheSameAgain();
    void everyLineOfALongLoopIsTheSameBackwards();
    void goingOnFromThePastRunsTheSameEnd();
    void aQuestionThatResumesACoroutineLeavesItWhereItWas();
    void theCollectorFindsTheSameWhetherLinesWereLookedAt_data();
    void theCollectorFindsTheSameWhetherLinesWereLookedAt();
    void goingOnBehindTheRecordingIsForReal();
    void logPointsOfThePastAreFilledIn();
    void stopsTellHowOftenBreakpointsWereHit();
    void hitsOfEventsAreThoseUpToTheMoment();
    void hitsThatAReplayAloneCanTellAreToldWhenItHas();
    void theBreakpointThatStoppedIsFoundAmongNewOnes();
    void goesBackToALine();
    void tablesUnfoldAndFramesShow();
};

void LocalSessionTest::everyMomentIsTheSameAgain_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::newRow("rate limiter") << QByteArray::fromStdString(kRateLimiter);
    QTest::newRow("pcall") << QByteArray::fromStdString(kProtected);
    QTest::newRow("coroutines") << QByteArray::fromStdString(kCoroutines);
    QTest::newRow("addresses, chance and time") << QByteArray::fromStdString(kChance);
}

// G.8.1: back.
void LocalSessionTest::everyMomentIsTheSameAgain()
{
    QFETCH(QByteArray, script);
    if (!test::kAddressesRepeat)
        QSKIP("addresses do not repeat under address sanitizer");
    const bool needsSet = script.toStdString() == kChance;
    SessionRig rig(script.toStdString(), {"k"}, {"5", "60"}, {}, needsSet ? someMembers() : decltype(someMembers()){});
    const std::vector<Bytes> seen = seenForwards(rig);
    const Ended end = *rig.end;
    rig.clock.advance(std::chrono::hours(1)); // TIME is what it was
    for (std::size_t i = seen.size(); i-- > 0;)
        QCOMPARE(describe(rig.go(Move::Back)), seen[i]);
    QVERIFY(rig.go(Move::Back).reason == StopReason::Start);
    engine::Rng rng(1);
    for (int i = 0; i < 100; ++i) {
        const Moment moment = 1 + rng.below(seen.size());
        QCOMPARE(describe(rig.seek(moment)), seen[moment - 1]);
        rig.evaluate("{tostring({}), redis.call('DBSIZE')}");
    }
    for (const SessionEventBody& event : rig.others)
        QVERIFY(!std::holds_alternative<Diverged>(event));
    rig.step(Move::ToEnd);
    QVERIFY(rig.end->reply == end.reply);
    QCOMPARE(changesText(rig.end->changes), changesText(end.changes));
}

void LocalSessionTest::everyLineOfALongLoopIsTheSameBackwards()
{
    SessionRig rig(kLoop, {"k"});
    const std::vector<Bytes> seen = seenForwards(rig);
    QVERIFY(seen.size() > 2000);
    QCOMPARE(rig.end->reply.integer, 167'167'000);
    for (std::size_t i = seen.size(); i-- > seen.size() - 300;)
        QCOMPARE(describe(rig.go(Move::Back)), seen[i]);
    rig.breakpoints({{.line = 3}});
    const Stopped stop = rig.go(Move::ReverseContinue);
    QCOMPARE(stop.line, 3);
    QCOMPARE(describe(stop), seen[stop.moment - 1]);
    QCOMPARE(rig.seek(1000).moment, 1000U);
    QVERIFY(rig.go(Move::ToStart).moment == 1);
}

void LocalSessionTest::aQuestionThatResumesACoroutineLeavesItWhereItWas()
{
    if (!test::kAddressesRepeat)
        QSKIP("addresses do not repeat under address sanitizer");
    SessionRig rig("local co = coroutine.create(function()\n  local a = 1\n  coroutine.yield(a)\n  local b = 2\n"
                   "  return b\nend)\ncoroutine.resume(co)\nlocal x = 1\ncoroutine.resume(co)\nreturn x\n");
    rig.breakpoints({{.line = 8}});
    const Stopped asked = rig.start(StartMode::RunToBreakpoint);
    QCOMPARE(rig.evaluate("select(2, coroutine.resume(co))"), Bytes("2"));
    QCOMPARE(rig.evaluate("select(2, coroutine.resume(co))"), Bytes("2"));
    const Ended end = rig.goToEnd();
    QCOMPARE(end.furthest, asked.moment + 4);
    for (Moment moment = end.furthest; moment > 0; --moment)
        QCOMPARE(rig.seek(moment).moment, moment);
}

void LocalSessionTest::theCollectorFindsTheSameWhetherLinesWereLookedAt_data()
{
    QTest::addColumn<int>("depth");
    QTest::newRow("near the top level") << 0;
    QTest::newRow("deeper than activations are known apart") << 100;
}

void LocalSessionTest::theCollectorFindsTheSameWhetherLinesWereLookedAt()
{
    QFETCH(int, depth);
    SessionRig passing(spillingAt(depth));
    passing.send(StartRequest{StartMode::RunToBreakpoint});
    const Ended passed = passing.wait<Ended>();
    QVERIFY2(passed.reply.integer > 0 && passed.reply.integer < 30, "some copies are left, and some are gone");

    SessionRig looking(spillingAt(depth));
    seenForwards(looking);
    QCOMPARE(looking.end->reply.integer, passed.reply.integer);
}

void LocalSessionTest::goingOnFromThePastRunsTheSameEnd()
{
    if (!test::kAddressesRepeat)
        QSKIP("addresses do not repeat under address sanitizer");
    SessionRig rig(kChance, {"k"}, {}, {}, someMembers());
    rig.start();
    const Ended end = rig.goToEnd();
    rig.seek(3);
    const Ended again = rig.goToEnd();
    QVERIFY(again.reply == end.reply);
    QCOMPARE(again.effects.size(), end.effects.size());
}

void LocalSessionTest::goingOnBehindTheRecordingIsForReal()
{
    if (!test::kAddressesRepeat)
        QSKIP("addresses do not repeat under address sanitizer");
    const auto through = [](bool wanders) {
        SessionRig rig(kChance, {"k"}, {}, {}, someMembers());
        rig.breakpoints({{.line = 13}}); // behind SPOP
        const Stopped stop = rig.start(StartMode::RunToBreakpoint);
        if (wanders) {
            rig.seek(2);
            rig.go(Move::Into);
            rig.seek(stop.moment);
        }
        const Ended end = rig.goToEnd();
        return std::pair(end.reply, changesText(end.changes) + std::to_string(end.effects.size()));
    };
    const auto straight = through(false);
    const auto wandering = through(true);
    QVERIFY(straight.first == wandering.first);
    QCOMPARE(wandering.second, straight.second);
}

void LocalSessionTest::logPointsOfThePastAreFilledIn()
{
    SessionRig rig(kThreeTurns, {"k"});
    rig.start();
    rig.goToEnd();
    const auto logged = [&rig] {
        std::vector<Bytes> texts;
        for (const SessionEventBody& event : std::exchange(rig.others, {})) {
            if (const auto* output = std::get_if<Output>(&event))
                texts.push_back(std::to_string(output->line) + ":" + output->text);
        }
        return texts;
    };
    // At the end: nothing else is told, and the session can be travelled.
    rig.breakpoints({{.line = 3, .logText = "i={i}"}});
    const Stopped middle = rig.seek(rig.ask<TimelineShown>(TimelineRequest{}).furthest / 2);
    QVERIFY(logged() == (std::vector<Bytes>{"3:i=1", "3:i=2", "3:i=3"}));

    // At a stop: of the whole recording, and the stop is told again.
    const BreakpointSpec first{.line = 3, .logText = "i={i}"};
    rig.breakpoints({first, {.line = 3, .condition = "i > 1", .logText = "late {i}"}});
    const auto again = rig.wait<Stopped>();
    QCOMPARE(again.moment, middle.moment);
    QVERIFY(again.breakpoints.size() == 2);
    QVERIFY(logged() == (std::vector<Bytes>{"3:late 2", "3:late 3"}));
    QCOMPARE(rig.ask<TimelineShown>(TimelineRequest{}).outputs.size(), std::size_t(5));

    // What is there already is not said twice.
    rig.breakpoints({first});
    rig.breakpoints({first, {.line = 3, .condition = "i > 1", .logText = "late {i}"}});
    QCOMPARE(rig.wait<Stopped>().moment, middle.moment);
    QVERIFY(logged().empty());
    // And what was filled in does not trouble the way on.
    rig.goToEnd();
    QVERIFY(logged().empty());
}

void LocalSessionTest::stopsTellHowOftenBreakpointsWereHit()
{
    SessionRig rig(kThreeTurns, {"k"});
    rig.breakpoints({{.line = 3}, {.line = 5, .enabled = false}, {.line = 3, .condition = "i == 2"}});
    rig.start();
    for (std::uint64_t i = 1; i <= 3; ++i) {
        const Stopped stop = rig.go(Move::Continue);
        QCOMPARE(stop.breakpoints.at(0).hits, i);
        QCOMPARE(stop.breakpoints.at(2).hits, std::uint64_t(i < 2 ? 0 : 1));
    }
    QCOMPARE(rig.go(Move::BackOver).breakpoints.size(), std::size_t(3));
    const Ended end = rig.goToEnd(Move::ToEnd);
    QCOMPARE(end.breakpoints.at(0).hits, std::uint64_t(3));
    // Going back takes hits away, and with a condition too.
    QCOMPARE(rig.seek(1).breakpoints.at(2).hits, std::uint64_t(0));
    QCOMPARE(rig.goToEnd(Move::ToEnd).breakpoints.at(2).hits, std::uint64_t(1));
}

void LocalSessionTest::hitsOfEventsAreThoseUpToTheMoment()
{
    SessionRig rig(kThreeTurns, {"k"});
    rig.breakpoints({{.kind = BreakpointKind::Command, .pattern = "@write"},
        {.kind = BreakpointKind::KeyWritten, .pattern = "k", .condition = "i > 1"}, {.line = 5}});
    rig.start();
    const auto hits = [](const Stopped& stop) {
        return std::to_string(stop.breakpoints.at(0).hits) + " " + std::to_string(stop.breakpoints.at(1).hits);
    };
    QCOMPARE(hits(rig.go(Move::Continue)), Bytes("1 0"));
    const Stopped second = rig.go(Move::Continue);
    QCOMPARE(hits(second), Bytes("2 1"));
    QCOMPARE(hits(rig.go(Move::Continue)), Bytes("3 2"));
    QCOMPARE(hits(rig.go(Move::Continue)), Bytes("3 2"));
    QCOMPARE(hits(rig.seek(second.moment)), Bytes("2 1"));
    QCOMPARE(hits(rig.seek(1)), Bytes("0 0"));
    // Set when all is over, they count what is recorded.
    rig.seek(second.moment);
    QCOMPARE(rig.breakpoints({{.kind = BreakpointKind::Command, .pattern = "incrby"}}).breakpoints.at(0).hits,
        std::uint64_t(2));

    // A value that is set by hand takes the later ones back.
    rig.ask<VariableSet>(SetVariableRequest{.name = "i", .expression = "1"});
    rig.wait<Stopped>();
    QCOMPARE(rig.breakpoints({{.kind = BreakpointKind::Command, .pattern = "incrby"}}).breakpoints.at(0).hits,
        std::uint64_t(1));
    QCOMPARE(rig.goToEnd(Move::ToEnd).breakpoints.at(0).hits, std::uint64_t(3));
}

void LocalSessionTest::hitsThatAReplayAloneCanTellAreToldWhenItHas()
{
    SessionRig rig(kLoop, {"k"});
    rig.start();
    rig.goToEnd();
    const BreakpointSpec even{.line = 3, .condition = "i % 2 == 0"};
    QCOMPARE(rig.breakpoints({even}).breakpoints[0].hits, 0U);
    QCOMPARE(rig.wait<BreakpointsSet>().breakpoints[0].hits, 500U);
    const Stopped there = rig.seek(203);
    QCOMPARE(there.breakpoints[0].hits, 50U);
    const BreakpointSpec third{.kind = BreakpointKind::Command, .pattern = "incrby", .hitCount = 3};
    QCOMPARE(rig.breakpoints({even, third}).breakpoints[0].hits, 50U);
    const Stopped again = rig.wait<Stopped>();
    QCOMPARE(again.moment, there.moment);
    QCOMPARE(again.breakpoints[0].hits, 50U);
    QCOMPARE(again.breakpoints[1].hits, 101U);
    // Nothing is new among these, so nothing is told again.
    rig.breakpoints({third});
    QCOMPARE(rig.go(Move::Into).moment, there.moment + 1);
}

void LocalSessionTest::theBreakpointThatStoppedIsFoundAmongNewOnes()
{
    SessionRig rig(kThreeTurns, {"k"});
    rig.breakpoints({{.line = 5}});
    rig.start();
    QCOMPARE(rig.go(Move::Continue).breakpoint, 0);
    rig.breakpoints({{.line = 3, .logText = "late"}, {.line = 5}});
    QCOMPARE(rig.wait<Stopped>().breakpoint, 1);
    rig.breakpoints({{.line = 3, .logText = "later"}});
    QCOMPARE(rig.wait<Stopped>().breakpoint, -1);
}

void LocalSessionTest::goesBackToALine()
{
    SessionRig rig("local n = 0\nfor i = 1, 3 do\n  n = n + i\nend\nreturn n");
    rig.start();
    rig.goToEnd();
    QCOMPARE(rig.ask<Stopped>(RunToLineRequest{.line = 3, .back = true}).moment, Moment(7));
    const Stopped second = rig.ask<Stopped>(RunToLineRequest{.line = 3, .back = true});
    QCOMPARE(second.moment, Moment(5));
    QCOMPARE(second.reason, StopReason::Arrived);
    // A line without code means the next one that has some.
    QCOMPARE(rig.ask<Stopped>(RunToLineRequest{.line = 1, .back = true}).line, 1);
    const auto failed = rig.ask<Failed>(RunToLineRequest{.line = 3, .back = true});
    QCOMPARE(failed.text, Bytes("line 3 has not run before this moment"));
    QVERIFY(!rig.ask<Failed>(RunToLineRequest{.line = 30, .back = true}).text.empty());
}

// G.8.2: frames.
void LocalSessionTest::tablesUnfoldAndFramesShow()
{
    SessionRig rig("local outer = {10, {x = 'deep'}}\nlocal function f(p)\n  local q = p\n  return q, outer\nend\n"
                   "return f(7)");
    rig.breakpoints({{.line = 4}});
    const Stopped stop = rig.start(StartMode::RunToBreakpoint);
    QCOMPARE(valueOf(stop.locals, "q"), Bytes("7"));
    QCOMPARE(stop.upvalues.size(), 1U);
    const auto table = rig.ask<Expanded>(ExpandRequest{.table = stop.upvalues[0].value.ref});
    QCOMPARE(table.entries.size(), 2U);
    QCOMPARE(table.entries[0].value.text, Bytes("10"));
    const auto inner = rig.ask<Expanded>(ExpandRequest{.table = table.entries[1].value.ref});
    QCOMPARE(valueOf(inner.entries, "x"), Bytes("\"deep\""));
    QVERIFY(rig.ask<Expanded>(ExpandRequest{.table = 999'999}).entries.empty());
    QVERIFY(!rig.ask<FrameShown>(ShowFrameRequest{.frame = 0}).locals.empty());
    QVERIFY(!rig.ask<Failed>(ShowFrameRequest{.frame = 99}).text.empty());
    QVERIFY(!rig.ask<Failed>(ShowFrameRequest{.frame = -1}).text.empty());
}

QTEST_GUILESS_MAIN(LocalSessionTest)
#include "local_session_test.moc"
