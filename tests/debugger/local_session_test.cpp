// labels: slow threads
// What every session promises: going, going back, looking. How it ends: session_ends_test.cpp.

#include "tests/debugger/fake_run.h"
#include "tests/debugger/session_rig.h"

#include <QtTest>

using namespace debugger;
using test::changesText;
using test::describe;
using test::SessionRig;
using test::valueOf;

namespace {

const Bytes kRateLimiter = R"(local key = KEYS[1]
local limit = tonumber(ARGV[1])
local window = tonumber(ARGV[2])

local current = redis.call('INCR', key)

if current == 1 then
    redis.call('EXPIRE', key, window)
end

if current > limit then
    local ttl = redis.call('TTL', key)
    return {0, ttl}
else
    return {1, limit - current}
end
)";

const Bytes kLoop = R"(local total = 0
for i = 1, 1000 do
  total = total + redis.call('INCRBY', KEYS[1], i)
end
return total
)";

const Bytes kThreeTurns = R"(local total = 0
for i = 1, 3 do
  total = total + redis.call('INCRBY', KEYS[1], i)
end
return total
)";

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

const Bytes kCoroutines = R"(local function numbers(from)
  return coroutine.wrap(function()
    for i = from, from + 2 do
      redis.call('RPUSH', KEYS[1], i)
      coroutine.yield(i)
    end
  end)
end
local a = numbers(1)
local b = numbers(10)
local sum = 0
for turn = 1, 3 do
  sum = sum + a() * b()
end
return sum
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

} // namespace

class LocalSessionTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theRateLimitersStory();
    void overPassesWhatIntoEnters();
    void outReturnsToTheCaller();
    void aTailCallIsSteppedOver();
    void stepsOverAPcallThatCatchesAnError();
    void stepsInAndOutOfCoroutines();

    void everyMomentIsTheSameAgain_data();
    void everyMomentIsTheSameAgain();
    void everyLineOfALongLoopIsTheSameBackwards();
    void goingOnFromThePastRunsTheSameEnd();
    void goingOnBehindTheRecordingIsForReal();
    void nothingIsPrintedTwice();

    void logPointsOfThePastAreFilledIn();
    void stopsTellHowOftenBreakpointsWereHit();
    void continueStopsAtBreakpointsAndReverseContinueToo();
    void conditionsAndHitCountsHoldInBothDirections();
    void aHitCountWithAConditionSetLateCountsFromTheStart();
    void redisBreakpointStops();
    void runToLineAndToEnd();

    void evaluatingLeavesTheRunAlone();
    void evaluatingInThePastSeesThePastsData();
    void tablesUnfoldAndFramesShow();
    void settingAVariableDropsWhatCameAfter();
    void watchesShowAtEveryStop();
    void whoWroteAKeyAndWhenDidAVariableChange();
};

void LocalSessionTest::theRateLimitersStory()
{
    SessionRig rig(kRateLimiter, {"rl:1"}, {"100", "60"});
    rig.breakpoints({{.line = 4}});
    const Stopped first = rig.start(StartMode::RunToBreakpoint);
    QCOMPARE(first.line, 5);
    QVERIFY(first.reason == StopReason::Breakpoint);
    QCOMPARE(first.breakpoint, 0);
    QCOMPARE(valueOf(first.locals, "current"), Bytes("no current"));
    QCOMPARE(changesText(first.changes), Bytes());

    const Stopped over = rig.go(Move::Over);
    QCOMPARE(over.line, 7);
    QCOMPARE(valueOf(over.locals, "current"), Bytes("1"));
    QVERIFY(over.changedVariables == std::vector<Bytes>{"current"});
    QCOMPARE(changesText(over.changes), Bytes("added rl:1"));
    QCOMPARE(changesText(over.stepChanges), Bytes("added rl:1"));
    QCOMPARE(over.stepCalls.size(), 1U);

    const Stopped back = rig.go(Move::Back);
    QCOMPARE(back.line, 5);
    QCOMPARE(back.moment, first.moment);
    QCOMPARE(back.furthest, over.moment);
    QCOMPARE(valueOf(back.locals, "current"), Bytes("no current"));
    QCOMPARE(changesText(back.changes), Bytes());

    const Ended end = rig.goToEnd();
    QCOMPARE(end.reply.elements.size(), 2U);
    QCOMPARE(end.reply.elements[0].integer, 1);
    QCOMPARE(end.reply.elements[1].integer, 99);
    QCOMPARE(changesText(end.changes), Bytes("added rl:1"));
    QVERIFY(end.changes.keys[0].expiryAfter.has_value());
    QCOMPARE(end.effects.size(), 2U);
    QCOMPARE(end.errorLine, 0);
    QVERIFY(!end.stopped);
}

// G.8.1: over and into.
void LocalSessionTest::overPassesWhatIntoEnters()
{
    SessionRig rig("local function f(x)\n  return x + 1\nend\nlocal a = f(1)\nlocal b = f(a)\nreturn b");
    QCOMPARE(rig.start().line, 3); // where the closure is made
    QCOMPARE(rig.go(Move::Into).line, 4);
    const Stopped inside = rig.go(Move::Into);
    QCOMPARE(inside.line, 2);
    QCOMPARE(inside.frames.size(), 2U);
    QCOMPARE(inside.frames[0].name, Bytes("f"));
    QCOMPARE(inside.frames[1].name, Bytes("top level"));
    QCOMPARE(valueOf(inside.locals, "x"), Bytes("1"));
    QCOMPARE(rig.go(Move::Over).line, 5);
    const Stopped over = rig.go(Move::Over);
    QCOMPARE(over.line, 6);
    QCOMPARE(valueOf(over.locals, "b"), Bytes("3"));
    QCOMPARE(rig.go(Move::BackOver).line, 5);
    QCOMPARE(rig.go(Move::Back).line, 2);
    QCOMPARE(rig.go(Move::BackOut).line, 4);
}

// G.8.1: out.
void LocalSessionTest::outReturnsToTheCaller()
{
    SessionRig rig(
        "local function g()\n  local q = 1\n  return q\nend\nlocal function f()\n  local r = g()\n  return r\n"
        "end\nlocal a = f()\nreturn a");
    rig.breakpoints({{.line = 2}});
    QCOMPARE(rig.start(StartMode::RunToBreakpoint).line, 2);
    QCOMPARE(rig.go(Move::Out).line, 7);
    QCOMPARE(rig.go(Move::Out).line, 10);
}

void LocalSessionTest::aTailCallIsSteppedOver()
{
    SessionRig rig("local function g(n)\n  if n == 0 then\n    return 0\n  end\n  return g(n - 1)\nend\n"
                   "local function f()\n  return g(3)\nend\nlocal a = f()\nreturn a");
    rig.breakpoints({{.line = 8}});
    QCOMPARE(rig.start(StartMode::RunToBreakpoint).line, 8);
    QCOMPARE(rig.go(Move::Over).line, 11);
}

void LocalSessionTest::stepsOverAPcallThatCatchesAnError()
{
    SessionRig rig(kProtected, {"k"});
    rig.breakpoints({{.line = 7}});
    QCOMPARE(rig.start(StartMode::RunToBreakpoint).line, 7);
    const Stopped after = rig.go(Move::Over);
    QCOMPARE(after.line, 8);
    QCOMPARE(valueOf(after.locals, "message"), Bytes("\"user_script:3: deep\""));
    QCOMPARE(rig.go(Move::Over).line, 9);
    QCOMPARE(rig.go(Move::Over).line, 10);
    QCOMPARE(rig.go(Move::BackOver).line, 9);
    QCOMPARE(rig.go(Move::BackOver).line, 8);
    QCOMPARE(rig.go(Move::BackOver).line, 7);
    const Stopped thrown = rig.seek(after.moment - 1);
    QCOMPARE(thrown.line, 3);
    QCOMPARE(valueOf(thrown.locals, "n"), Bytes("0"));
    rig.goToEnd();
}

void LocalSessionTest::stepsInAndOutOfCoroutines()
{
    SessionRig rig(kCoroutines, {"k"});
    rig.breakpoints({{.line = 5}});
    const Stopped yields = rig.start(StartMode::RunToBreakpoint);
    QCOMPARE(yields.line, 5);
    QVERIFY(yields.coroutine != 0);
    QCOMPARE(valueOf(yields.locals, "i"), Bytes("1"));
    rig.breakpoints({});
    // Out of the coroutine is the line that goes on in its resumer, not the other coroutine.
    const Stopped out = rig.go(Move::Out);
    QCOMPARE(out.coroutine, 0);
    QCOMPARE(out.line, 12);
    const Stopped over = rig.go(Move::Over);
    QCOMPARE(over.line, 13);
    QCOMPARE(over.coroutine, 0);
    const Stopped next = rig.go(Move::Over);
    QCOMPARE(next.coroutine, 0);
    QCOMPARE(valueOf(next.locals, "sum"), Bytes("32"));
    rig.seek(yields.moment);
    QCOMPARE(rig.go(Move::BackOut).line, 13);
}

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

void LocalSessionTest::nothingIsPrintedTwice()
{
    SessionRig rig("redis.log(redis.LOG_NOTICE, 'one')\nredis.debug('two')\nlocal a = 1\nreturn a");
    rig.breakpoints({{.line = 3, .logText = "a={KEYS[1]}"}});
    rig.start();
    rig.goToEnd();
    rig.seek(1);
    rig.goToEnd();
    std::vector<Bytes> printed;
    for (const SessionEventBody& event : rig.others) {
        if (const auto* output = std::get_if<Output>(&event))
            printed.push_back(output->text);
    }
    QVERIFY(printed == (std::vector<Bytes>{"one", "\"two\"", "a=nil"}));
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
}

void LocalSessionTest::continueStopsAtBreakpointsAndReverseContinueToo()
{
    SessionRig rig(kLoop, {"k"});
    rig.breakpoints({{.line = 3}, {.line = 5}});
    rig.start();
    for (int i = 1; i <= 3; ++i)
        QCOMPARE(valueOf(rig.go(Move::Continue).locals, "i"), std::to_string(i));
    const Stopped second = rig.go(Move::ReverseContinue);
    QVERIFY(second.reason == StopReason::Breakpoint);
    QCOMPARE(valueOf(second.locals, "i"), Bytes("2"));
    QCOMPARE(valueOf(rig.go(Move::ReverseContinue).locals, "i"), Bytes("1"));
    const Stopped start = rig.go(Move::ReverseContinue);
    QVERIFY(start.reason == StopReason::Start);
    QCOMPARE(start.moment, 1U);
    rig.breakpoints({{.line = 5}});
    QCOMPARE(rig.go(Move::Continue).line, 5);
    rig.goToEnd();
    QCOMPARE(rig.go(Move::ReverseContinue).line, 5);
}

// G.8.2: conditions and hit counts.
void LocalSessionTest::conditionsAndHitCountsHoldInBothDirections()
{
    SessionRig rig(kLoop, {"k"});
    rig.breakpoints({{.line = 3, .condition = "i % 100 == 0"}});
    rig.start();
    QCOMPARE(valueOf(rig.go(Move::Continue).locals, "i"), Bytes("100"));
    QCOMPARE(valueOf(rig.go(Move::Continue).locals, "i"), Bytes("200"));
    QCOMPARE(valueOf(rig.go(Move::ReverseContinue).locals, "i"), Bytes("100"));
    QVERIFY(rig.go(Move::ReverseContinue).reason == StopReason::Start);

    rig.breakpoints({{.line = 3, .hitCount = 7}});
    QCOMPARE(valueOf(rig.go(Move::Continue).locals, "i"), Bytes("7"));
    QCOMPARE(valueOf(rig.go(Move::Continue).locals, "i"), Bytes("8"));
    QCOMPARE(valueOf(rig.go(Move::ReverseContinue).locals, "i"), Bytes("7"));
    rig.breakpoints({});
    rig.goToEnd();
    rig.breakpoints({{.line = 3, .condition = "i == 998"}});
    const Stopped last = rig.go(Move::ReverseContinue);
    QVERIFY(last.reason == StopReason::Breakpoint);
    QCOMPARE(valueOf(last.locals, "i"), Bytes("998"));
}

void LocalSessionTest::aHitCountWithAConditionSetLateCountsFromTheStart()
{
    SessionRig rig(kLoop, {"k"});
    rig.breakpoints({{.line = 3, .hitCount = 50}});
    rig.start();
    QCOMPARE(valueOf(rig.go(Move::Continue).locals, "i"), Bytes("50"));
    // 10 to 50 have been five hits; the sixth is 60.
    rig.breakpoints({{.line = 3, .condition = "i % 10 == 0", .hitCount = 6}});
    QCOMPARE(valueOf(rig.go(Move::Continue).locals, "i"), Bytes("60"));
}

void LocalSessionTest::redisBreakpointStops()
{
    SessionRig rig("local a = 1\nif a == 1 then redis.breakpoint() end\nlocal b = 2\nlocal c = 3\nreturn b");
    rig.start();
    const Stopped stop = rig.go(Move::Continue);
    QVERIFY(stop.reason == StopReason::BreakpointCall);
    QCOMPARE(stop.line, 3);
    rig.goToEnd();
    const Stopped again = rig.go(Move::ReverseContinue);
    QVERIFY(again.reason == StopReason::BreakpointCall);
    QCOMPARE(again.moment, stop.moment);
    rig.go(Move::ToStart);
    QCOMPARE(rig.go(Move::Continue).moment, stop.moment);
}

// G.8.1: to a line.
void LocalSessionTest::runToLineAndToEnd()
{
    SessionRig rig(kRateLimiter, {"k"}, {"5", "60"});
    rig.start();
    const Stopped there = rig.ask<Stopped>(RunToLineRequest{6});
    QCOMPARE(there.line, 7);
    QVERIFY(there.reason == StopReason::Arrived);
    rig.breakpoints({{.line = 8}});
    QVERIFY(rig.ask<Stopped>(RunToLineRequest{15}).reason == StopReason::Breakpoint);
    rig.go(Move::ToStart);
    rig.goToEnd(Move::ToEnd);
}

void LocalSessionTest::evaluatingLeavesTheRunAlone()
{
    const Bytes script = "local a = {}\nlocal b = tostring({})\nlocal c = tostring({})\n"
                         "return {b, c, redis.call('GET', 'k') or 'none', math.random(1000000)}";
    SessionRig plain(script);
    plain.start();
    const Ended expected = plain.goToEnd();
    plain.destroy(); // so that the next one lies where it lay
    SessionRig rig(script);
    rig.start();
    rig.go(Move::Into);
    QCOMPARE(rig.evaluate("redis.call('SET', 'k', 'v') and redis.call('GET', 'k')"), Bytes("\"v\""));
    QCOMPARE(rig.evaluate("math.random() >= 0"), Bytes("true"));
    QVERIFY(rig.evaluate("nosuch.field").starts_with("error: "));
    QVERIFY(rig.evaluate("while true do end").starts_with("error: "));
    QVERIFY(rig.evaluate("string.rep('x', 1e9)").starts_with("error: "));
    QCOMPARE(rig.evaluate("a"), Bytes("{}"));
    const Ended end = rig.goToEnd();
    QCOMPARE(end.reply.elements.size(), 4U);
    QCOMPARE(end.reply.elements[2].text, Bytes("none"));
    if (test::kAddressesRepeat)
        QVERIFY(end.reply == expected.reply);
}

void LocalSessionTest::evaluatingInThePastSeesThePastsData()
{
    SessionRig rig("redis.call('SET', 'k', 'one')\nredis.call('SET', 'k', 'two')\nlocal a = 1\nreturn a");
    rig.start();
    rig.goToEnd();
    rig.seek(2);
    QCOMPARE(rig.evaluate("redis.call('GET', 'k')"), Bytes("\"one\""));
    rig.seek(1);
    QCOMPARE(rig.evaluate("redis.call('EXISTS', 'k')"), Bytes("0"));
    rig.seek(3);
    QCOMPARE(rig.evaluate("redis.call('GET', 'k')"), Bytes("\"two\""));
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

// G.8.2: setting a variable.
void LocalSessionTest::settingAVariableDropsWhatCameAfter()
{
    SessionRig rig(kRateLimiter, {"k"}, {"5", "60"});
    rig.start();
    const Ended plain = rig.goToEnd();
    QCOMPARE(plain.reply.elements[1].integer, 4);
    rig.breakpoints({{.line = 5}});
    rig.go(Move::ReverseContinue);
    rig.send(SetVariableRequest{.frame = 0, .name = "limit", .expression = "limit * 10"});
    QCOMPARE(rig.wait<VariableSet>().value.text, Bytes("50"));
    const Stopped same = rig.wait<Stopped>();
    QCOMPARE(same.line, 5);
    QCOMPARE(same.furthest, same.moment);
    QCOMPARE(valueOf(same.locals, "limit"), Bytes("50"));
    QVERIFY(!rig.ask<Failed>(SetVariableRequest{.frame = 0, .name = "nosuch", .expression = "1"}).text.empty());
    QVERIFY(!rig.ask<Failed>(SetVariableRequest{.frame = 0, .name = "limit", .expression = "1 +"}).text.empty());
    const Ended edited = rig.goToEnd();
    QCOMPARE(edited.reply.elements[1].integer, 49);
    // And replay applies it.
    QCOMPARE(valueOf(rig.go(Move::Back).locals, "limit"), Bytes("50"));
    QCOMPARE(valueOf(rig.seek(same.moment - 1).locals, "limit"), Bytes("5"));
    QCOMPARE(rig.goToEnd(Move::ToEnd).reply.elements[1].integer, 49);
}

// G.8.2: watches.
void LocalSessionTest::watchesShowAtEveryStop()
{
    SessionRig rig(kLoop, {"k"});
    rig.start();
    rig.ask<WatchesSet>(SetWatchesRequest{{"total * 2", "nosuch()"}});
    rig.seek(1);
    rig.go(Move::Into);
    rig.go(Move::Into);
    const Stopped stop = rig.go(Move::Into);
    QCOMPARE(stop.watches.size(), 2U);
    QCOMPARE(stop.watches[0].values[0].text, Bytes("2"));
    QVERIFY(!stop.watches[1].error.empty());
}

void LocalSessionTest::whoWroteAKeyAndWhenDidAVariableChange()
{
    SessionRig rig("local n = 1\nlocal function add()\n  n = n + 1\nend\nadd()\nredis.call('SET', 'k', n)\n"
                   "n = 10\nredis.call('SET', 'other', n)\nredis.call('DEL', 'k')\nreturn n");
    rig.start();
    rig.goToEnd();
    const auto writes = rig.ask<KeyHistory>(KeyHistoryRequest{.database = 0, .key = "k"}).writes;
    QCOMPARE(writes.size(), 2U);
    QCOMPARE(writes[0].call.line, 6);
    QCOMPARE(writes[1].call.line, 9);
    QVERIFY(writes[1].change.kind == engine::ChangeKind::Removed);

    const auto history = rig.ask<VariableHistory>(VariableHistoryRequest{"n"});
    std::vector<Bytes> changes;
    for (const VariableChange& change : history.changes)
        changes.push_back(std::to_string(change.line) + ": " + change.before + " -> " + change.after);
    QVERIFY(changes == (std::vector<Bytes>{"1:  -> 1", "3: 1 -> 2", "7: 2 -> 10"}));

    const Stopped stop = rig.seek(history.changes[1].moment);
    QCOMPARE(stop.line, 3);
    rig.send(VariableHistoryRequest{"n"});
    QCOMPARE(rig.wait<VariableHistory>().changes.size(), 3U);
    QCOMPARE(describe(rig.wait<Stopped>()), describe(stop));
}

QTEST_GUILESS_MAIN(LocalSessionTest)
#include "local_session_test.moc"
