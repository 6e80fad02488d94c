// What every way of having a session promises of going: steps, ways back, lines, restarts.

#include "tests/debugger/session_contract.h"
#include "tests/debugger/session_scripts.h"
#include "tests/support/bytes_text.h"

using namespace debugger;
using test::ContractSession;
using test::contractSession;
using test::kCoroutines;
using test::kRateLimiter;
using test::Place;
using test::way;

namespace {

const Bytes kLoop = test::loopOf(300);

const Bytes kProtected = R"(local function inner(n)
  if n == 0 then
    error('deep')
  end
  return inner(n - 1) + 1
end
local ok, message = pcall(inner, 3)
local second = redis.pcall('INCR', KEYS[1])
local third = redis.pcall('LPUSH', KEYS[1], 'x')
return {tostring(ok), message, second, third.err}
)";

std::vector<Move> times(int count, Move move)
{
    return std::vector<Move>(static_cast<std::size_t>(count), move);
}

} // namespace

class SessionContractMovesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { test::addContractBackEnds(); }

    void theRateLimitersStory();
    void overPassesWhatIntoEnters();
    void outReturnsToTheCaller();
    void aTailCallIsSteppedOver();
    void stepsOverAPcallThatCatchesAnError();
    void stepsInAndOutOfCoroutines();
    void recursionIsSteppedOverAsOne();
    void metamethodsAreSteppedInto();
    void callbacksOfTheLibraryAreSteppedInto();
    void overAndOutPassWhatTheCallerCallsNext_data();
    void overAndOutPassWhatTheCallerCallsNext();
    void aStatementOnSeveralLinesStopsOnEachThatRuns();
    void aLoopOnOneLineStopsEveryTime();
    void goingBackUndoesEveryStep_data();
    void goingBackUndoesEveryStep();
    void theStartIsWhereGoingBackEnds();
    void fromTheEndAllWaysBackAreOpen();

    void runsToALineAndBackToIt();
    void seeksAnyMomentThatIsRecorded();

    void aRestartTakesTheEditedSource();
    void aRestartKeepsKeysArgumentsAndWatches();
    void aFunctionOfALibraryIsSteppedThrough();
    void aRestartTakesTheEditedLibrary();
    void whatCannotBeDoneIsRefusedAndChangesNothing();
};

void SessionContractMovesTest::theRateLimitersStory()
{
    const auto session = contractSession({.body = kRateLimiter, .keys = {"rl:1"}, .argv = {"100", "60"}});
    session->breakpoints({{.line = 4}});
    QCOMPARE(session->start().line, 1);
    const Place first = session->go(Move::Continue);
    QCOMPARE(first.line, 5);
    QCOMPARE(first.reason, StopReason::Breakpoint);
    QCOMPARE(first.breakpoint, 0);
    QCOMPARE(first.locals, Bytes("key = \"rl:1\"; limit = 100; window = 60; "));
    QCOMPARE(first.arguments, Bytes("KEYS = {\"rl:1\"}; ARGV = {\"100\", \"60\"}; "));
    QCOMPARE(first.changes, Bytes());

    const Place over = session->go(Move::Over);
    QCOMPARE(over.line, 7);
    QCOMPARE(over.locals, first.locals + "current = 1; ");
    QCOMPARE(over.changed, Bytes("current"));
    QCOMPARE(over.calls, Bytes("INCR rl:1; "));
    QCOMPARE(over.changes, Bytes("added rl:1"));
    QCOMPARE(over.stepChanges, Bytes("added rl:1"));

    const Place back = session->go(Move::Back);
    QCOMPARE(back.line, 5);
    QCOMPARE(back.moment, first.moment);
    QCOMPARE(back.furthest, over.moment);
    QCOMPARE(back.locals, first.locals);
    QCOMPARE(back.changes, Bytes());

    const Place end = session->go(Move::Continue);
    QVERIFY(end.ended);
    QCOMPARE(end.reply.elements.size(), 2U);
    QCOMPARE(end.reply.elements[0].integer, 1);
    QCOMPARE(end.reply.elements[1].integer, 99);
    QCOMPARE(end.changes, Bytes("added rl:1"));
    QCOMPARE(end.effects, 2U);
    QCOMPARE(end.errorLine, 0);
    QVERIFY(!end.stopped);
}

// G.8.1: over and into.
void SessionContractMovesTest::overPassesWhatIntoEnters()
{
    const auto session =
        contractSession({.body = "local function f(x)\n  return x + 1\nend\nlocal a = f(1)\nlocal b = f(a)\nreturn b"});
    QCOMPARE(session->start().line, 3); // where the closure is made
    QCOMPARE(session->go(Move::Into).line, 4);
    const Place inside = session->go(Move::Into);
    QCOMPARE(inside.line, 2);
    QCOMPARE(inside.frames, Bytes("f:2 top level:4"));
    QCOMPARE(inside.locals, Bytes("x = 1; "));
    QCOMPARE(session->go(Move::Over).line, 5);
    const Place over = session->go(Move::Over);
    QCOMPARE(over.line, 6);
    QVERIFY(over.locals.ends_with("a = 2; b = 3; "));
    QCOMPARE(way(*session, {Move::BackOver, Move::Back, Move::BackOut}), Bytes("5 2 4"));
}

// G.8.1: out.
void SessionContractMovesTest::outReturnsToTheCaller()
{
    const auto session = contractSession(
        {.body = "local function g()\n  local q = 1\n  return q\nend\nlocal function f()\n  local r = g()\n  return r\n"
                 "end\nlocal a = f()\nreturn a"});
    session->start();
    QCOMPARE(session->runTo(2).line, 2);
    QCOMPARE(way(*session, {Move::Out, Move::Out, Move::BackOver}), Bytes("7 10 9"));
}

void SessionContractMovesTest::aTailCallIsSteppedOver()
{
    const auto session =
        contractSession({.body = "local function g(n)\n  if n == 0 then\n    return 0\n  end\n  return g(n - 1)\nend\n"
                                 "local function f()\n  return g(3)\nend\nlocal a = f()\nreturn a"});
    session->start();
    QCOMPARE(session->runTo(8).line, 8);
    QCOMPARE(session->go(Move::Over).line, 11);
    session->backTo(8);
    const Place inside = session->go(Move::Into);
    QCOMPARE(inside.line, 2);
    QCOMPARE(inside.locals, Bytes("n = 3; "));
    QCOMPARE(session->go(Move::Out).line, 11);
}

void SessionContractMovesTest::stepsOverAPcallThatCatchesAnError()
{
    const auto session = contractSession({.body = kProtected, .keys = {"k"}});
    session->start();
    session->runTo(7);
    const Place after = session->go(Move::Over);
    QCOMPARE(after.line, 8);
    QVERIFY(after.locals.ends_with("message = \"user_script:3: deep\"; "));
    QCOMPARE(
        way(*session, {Move::Over, Move::Over, Move::BackOver, Move::BackOver, Move::BackOver}), Bytes("9 10 9 8 7"));
    const Place thrown = session->seek(after.moment - 1);
    QCOMPARE(thrown.line, 3);
    QCOMPARE(thrown.locals, Bytes("n = 0; "));
    QVERIFY(session->end().ended);
}

void SessionContractMovesTest::stepsInAndOutOfCoroutines()
{
    const auto session = contractSession({.body = kCoroutines, .keys = {"k"}});
    session->start();
    const Place yields = session->runTo(5);
    QCOMPARE(yields.line, 5);
    QVERIFY(yields.coroutine != 0);
    QCOMPARE(yields.locals, Bytes("i = 1; "));
    // Out of the coroutine is the line that goes on in its resumer, not the other coroutine.
    const Place out = session->go(Move::Out);
    QCOMPARE(out.coroutine, 0);
    QCOMPARE(out.line, 12);
    const Place over = session->go(Move::Over);
    QCOMPARE(over.line, 13);
    QCOMPARE(over.coroutine, 0);
    const Place next = session->go(Move::Over);
    QCOMPARE(next.coroutine, 0);
    QVERIFY(next.locals.find("sum = 32; ") != Bytes::npos);
    session->seek(yields.moment);
    QCOMPARE(session->go(Move::BackOut).line, 13);
}

void SessionContractMovesTest::recursionIsSteppedOverAsOne()
{
    const auto session = contractSession({.body = "local function sum(n)\n"
                                                  "  if n == 0 then return 0 end\n"
                                                  "  local rest = sum(n - 1)\n"
                                                  "  return n + rest\n"
                                                  "end\n"
                                                  "local a = sum(3)\n"
                                                  "return a"});
    session->start();
    QCOMPARE(way(*session, times(6, Move::Into)), Bytes("6 2 3 2 3 2"));
    QCOMPARE(way(*session, {Move::Over, Move::Over}), Bytes("3 4"));
    QCOMPARE(session->variables(0).substr(0, 17), Bytes("n = 1; rest = 0; "));
    QCOMPARE(way(*session, {Move::Out, Move::Out, Move::Out}), Bytes("4 4 7"));
    QCOMPARE(way(*session, {Move::BackOver, Move::Over}), Bytes("6 7"));
}

void SessionContractMovesTest::metamethodsAreSteppedInto()
{
    const auto session = contractSession({.body = "local m = {}\n"
                                                  "m.__index = function(t, k)\n"
                                                  "  return k .. '!'\n"
                                                  "end\n"
                                                  "m.__add = function(a, b)\n"
                                                  "  return 7\n"
                                                  "end\n"
                                                  "m.__call = function(self, x) return x end\n"
                                                  "local t = setmetatable({}, m)\n"
                                                  "local a = t.name\n"
                                                  "local b = t + 1\n"
                                                  "local c = t(5)\n"
                                                  "return {a, b, c}"});
    session->start();
    session->runTo(10);
    QCOMPARE(way(*session, times(6, Move::Into)), Bytes("3 11 6 12 8 13"));
    QCOMPARE(way(*session, {Move::BackOver, Move::BackOver, Move::BackOver}), Bytes("12 11 10"));
    QCOMPARE(way(*session, {Move::Over, Move::Into, Move::Out}), Bytes("11 6 12"));
    // Looking asks no metamethod.
    QVERIFY(session->variables(0).find("t = {}; a = \"name!\"; b = 7; ") != Bytes::npos);
}

void SessionContractMovesTest::callbacksOfTheLibraryAreSteppedInto()
{
    const auto session = contractSession({.body = "local s = ('ab'):gsub('%w', function(c)\n"
                                                  "  return c:upper()\n"
                                                  "end)\n"
                                                  "local t = {2, 1}\n"
                                                  "table.sort(t, function(a, b)\n"
                                                  "  return a < b\n"
                                                  "end)\n"
                                                  "return {s, t}"});
    session->start();
    Bytes lines;
    for (Place place = session->go(Move::Into); !place.ended; place = session->go(Move::Into))
        lines += std::to_string(place.line) + " ";
    QVERIFY2(lines.starts_with("3 1 2 2 4 5 7 5 6 "), lines.c_str());
    QVERIFY2(lines.ends_with("6 8 "), lines.c_str());
    session->backTo(2);
    const Place inside = session->backTo(2);
    QVERIFY2(inside.frames.starts_with("function:2 gsub:0 top level:"), inside.frames.c_str());
    QCOMPARE(inside.locals, Bytes("c = \"a\"; "));
    QCOMPARE(session->go(Move::Out).line, 4);
}

// Of two functions that one statement calls, each is passed from inside the other.
void SessionContractMovesTest::overAndOutPassWhatTheCallerCallsNext_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("line"); // to run to
    QTest::addColumn<int>("time");
    QTest::addColumn<QByteArray>("ways"); // over, out, back over, back out
    const auto row = [](const char* name, const char* body, int line, int time, const char* ways) {
        QTest::addRow("%s, line %d, time %d", name, line, time) << QByteArray(body) << line << time << QByteArray(ways);
    };
    const char* siblings = "local function f()\n  local a = 1\n  return a\nend\nlocal function g()\n  return 2\nend\n"
                           "local sum = f() + g()\nreturn sum";
    row("two functions", siblings, 3, 1, "9 9 2 8");
    row("two functions", siblings, 6, 1, "9 9 8 8");
    const char* recursion =
        "local function fib(n)\n  if n < 2 then return n end\n  return fib(n - 1) + fib(n - 2)\nend\n"
        "local a = fib(2)\nreturn a";
    row("recursion", recursion, 2, 2, "6 6 3 3");
    row("recursion", recursion, 2, 3, "6 6 3 3");
    const char* tails = "local function f()\n  return 1\nend\nlocal function t()\n  return f()\nend\n"
                        "local a = t() + f()\nreturn a";
    row("tail calls", tails, 5, 1, "8 8 7 7");
    row("tail calls", tails, 2, 1, "8 8 5 5");
    row("tail calls", tails, 2, 2, "8 8 7 7");
    const char* first = "local function f()\n  return 1\nend\nlocal function g()\n  return 2\nend\n"
                        "local a = select(2, pcall(f)) + g()\nreturn a";
    row("pcall first", first, 2, 1, "8 8 7 7");
    row("pcall first", first, 5, 1, "8 8 7 7");
    const char* last = "local function f()\n  return 1\nend\nlocal function g()\n  return 2\nend\n"
                       "local a = g() + select(2, pcall(f))\nreturn a";
    row("pcall last", last, 2, 1, "8 8 7 7");
    row("pcall last", last, 5, 1, "8 8 7 7");
    const char* raises = "local function f()\n  error('x')\nend\nlocal function g()\n  return 2\nend\n"
                         "local a = (pcall(f) and 1 or 0) + g()\nreturn a";
    row("an error", raises, 2, 1, "8 8 7 7");
    row("an error", raises, 5, 1, "8 8 7 7");
    const char* handled = "local function f()\n  error('x')\nend\nlocal function h(m)\n  return m\nend\n"
                          "local ok, m = xpcall(f, h)\nreturn m";
    row("xpcall", handled, 2, 1, "8 8 7 7");
    row("xpcall's handler", handled, 5, 1, "8 8 2 2");
    const char* metamethods = "local m = {}\nm.__add = function(a, b)\n  return a\nend\nlocal t = setmetatable({}, m)\n"
                              "local c = t + t + t\nreturn 1";
    row("metamethods", metamethods, 3, 1, "7 7 6 6");
    row("metamethods", metamethods, 3, 2, "7 7 6 6");
    const char* gsub = "local s = ('ab'):gsub('%w', function(c)\n  return c:upper()\nend)\nreturn s";
    row("gsub", gsub, 2, 1, "4 4 1 1");
    row("gsub", gsub, 2, 2, "4 4 1 1");
    const char* sort = "local t = {3, 2, 1}\ntable.sort(t, function(a, b)\n  return a < b\nend)\nreturn t[1]";
    row("sort", sort, 3, 1, "5 5 2 2");
    row("sort", sort, 3, 2, "5 5 2 2");
    const char* coroutines = "local function body() coroutine.yield(1) end\nlocal function f()\n"
                             "  return (coroutine.wrap(body)())\nend\nlocal function g()\n  return 2\nend\n"
                             "local a = f() + g()\nreturn a";
    row("a coroutine", coroutines, 1, 2, "9 9 3 3");
    row("a coroutine", coroutines, 6, 1, "9 9 8 8");
    const char* chunk = "local function f()\n  return 1\nend\n"
                        "local call = loadstring('local f = ... return (f())', 'other')\n"
                        "local a = f() + call(f)\nreturn a";
    row("a chunk of loadstring", chunk, 2, 1, "6 6 5 5");
    row("a chunk of loadstring", chunk, 2, 2, "6 6 5 5");
}

void SessionContractMovesTest::overAndOutPassWhatTheCallerCallsNext()
{
    QFETCH(const QByteArray, body);
    QFETCH(const int, line);
    QFETCH(const int, time);
    QFETCH(const QByteArray, ways);
    const auto session = contractSession({.body = body.toStdString()});
    Place place = session->start();
    for (int times = place.line == line ? 1 : 0; times < time; ++times)
        place = session->runTo(line);
    QCOMPARE(place.line, line);
    Bytes ended;
    for (const Move move : {Move::Over, Move::Out, Move::BackOver, Move::BackOut}) {
        session->seek(place.moment);
        ended += (ended.empty() ? "" : " ") + way(*session, {move});
    }
    QCOMPARE(ended, ways.toStdString());
}

void SessionContractMovesTest::aStatementOnSeveralLinesStopsOnEachThatRuns()
{
    const auto session = contractSession({.body = "local t = {\n"
                                                  "  a = redis.call('INCR', 'n'),\n"
                                                  "  b = redis.call('INCR',\n"
                                                  "    'n'),\n"
                                                  "}\n"
                                                  "return t.b"});
    QCOMPARE(session->start().line, 1);
    Bytes lines;
    Bytes calls;
    Place place = session->go(Move::Into);
    for (; !place.ended; place = session->go(Move::Into)) {
        lines += std::to_string(place.line) + " ";
        calls += place.calls;
    }
    QVERIFY2(lines.starts_with("2 3 "), lines.c_str());
    QVERIFY2(lines.ends_with("6 "), lines.c_str());
    QCOMPARE(calls, Bytes("INCR n; INCR n; "));
    QCOMPARE(place.reply.integer, 2);
}

void SessionContractMovesTest::aLoopOnOneLineStopsEveryTime()
{
    const auto session = contractSession({.body = "local n = 0\nfor i = 1, 3 do n = n + i end\nreturn n"});
    session->start();
    Bytes seen;
    for (Place place = session->go(Move::Into); !place.ended; place = session->go(Move::Into))
        seen += std::to_string(place.line) + " " + session->evaluate("n") + "; ";
    QCOMPARE(seen, Bytes("2 0; 2 0; 2 1; 2 3; 3 6; "));
    QCOMPARE(way(*session, times(3, Move::BackOver)), Bytes("3 2 2"));
    QCOMPARE(session->evaluate("n"), Bytes("1"));
}

void SessionContractMovesTest::goingBackUndoesEveryStep_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::newRow("rate limiter") << QByteArray::fromStdString(kRateLimiter);
    QTest::newRow("pcall") << QByteArray::fromStdString(kProtected);
    QTest::newRow("coroutines") << QByteArray::fromStdString(kCoroutines);
}

// G.8.1: back.
void SessionContractMovesTest::goingBackUndoesEveryStep()
{
    QFETCH(const QByteArray, script);
    const auto session = contractSession({.body = script.toStdString(), .keys = {"k"}, .argv = {"5", "60"}});
    const auto shown = [](const Place& place) {
        return std::to_string(place.moment) + " " + place.where() + " " + place.frames + " " + place.locals
            + place.changes + " co " + std::to_string(place.coroutine);
    };
    std::vector<Bytes> seen{shown(session->start())};
    Place place = session->go(Move::Into);
    for (; !place.ended; place = session->go(Move::Into))
        seen.push_back(shown(place));
    const engine::Reply reply = place.reply;
    for (std::size_t i = seen.size(); i-- > 0;)
        QCOMPARE(shown(session->go(Move::Back)), seen[i]);
    for (std::size_t i = 1; i < seen.size(); ++i)
        QCOMPARE(shown(session->go(Move::Into)), seen[i]);
    QVERIFY(session->go(Move::Into).reply == reply);
}

void SessionContractMovesTest::theStartIsWhereGoingBackEnds()
{
    const auto session = contractSession({.body = kLoop, .keys = {"k"}});
    session->start();
    session->go(Move::Into);
    for (const Move back : {Move::Back, Move::BackOver, Move::BackOut, Move::ReverseContinue, Move::ToStart}) {
        session->seek(2);
        const Place place = session->go(back);
        QCOMPARE(place.moment, Moment(1));
        QCOMPARE(session->go(back).reason, StopReason::Start);
    }
}

void SessionContractMovesTest::fromTheEndAllWaysBackAreOpen()
{
    const auto session = contractSession({.body = "local function f()\n  return 1\nend\nlocal a = f()\nreturn f()"});
    session->start();
    for (const auto& [back, line] : {std::pair(Move::Back, 2), std::pair(Move::BackOver, 5),
             std::pair(Move::BackOut, 5), std::pair(Move::ReverseContinue, 3), std::pair(Move::ToStart, 3)}) {
        QVERIFY(session->end().ended);
        QCOMPARE(session->go(back).line, line);
    }
    QVERIFY(session->end().ended);
    QCOMPARE(session->backTo(4).line, 4);
    session->end();
    QCOMPARE(session->seek(2).line, 4);
    session->end();
    QVERIFY(session->end().ended);
    QCOMPARE(session->go(Move::Into).where(), Bytes("refused"));
}

// G.8.1: to a line.
void SessionContractMovesTest::runsToALineAndBackToIt()
{
    const auto session = contractSession({.body = kRateLimiter, .keys = {"k"}, .argv = {"5", "60"}});
    session->start();
    const Place there = session->runTo(6);
    QCOMPARE(there.line, 7);
    QCOMPARE(there.reason, StopReason::Arrived);
    session->breakpoints({{.line = 8}});
    QCOMPARE(session->runTo(15).reason, StopReason::Breakpoint);
    QCOMPARE(session->runTo(12).where(), Bytes("end"));
    QCOMPARE(session->backTo(7).moment, there.moment);
    QCOMPARE(session->backTo(1).line, 1);
    QCOMPARE(session->backTo(7).where(), Bytes("refused"));
}

void SessionContractMovesTest::seeksAnyMomentThatIsRecorded()
{
    const auto session = contractSession({.body = kLoop, .keys = {"k"}});
    session->start();
    QCOMPARE(session->seek(2).where(), Bytes("refused"));
    session->breakpoints({{.line = 3}});
    const std::uint64_t length = session->end().furthest;
    QCOMPARE(session->seek(length).line, 5);
    QCOMPARE(session->seek(5).line, 3);
    QCOMPARE(session->evaluate("total"), Bytes("1"));
    QCOMPARE(session->seek(500).moment, Moment(500));
    QCOMPARE(session->seek(500).moment, Moment(500));
    QCOMPARE(session->seek(length + 1).where(), Bytes("refused"));
}

void SessionContractMovesTest::aRestartTakesTheEditedSource()
{
    const auto session = contractSession({.body = "local a = 1\nredis.call('SET', 'k', a)\nreturn a"});
    session->start();
    session->breakpoints({{.line = 3}});
    session->go(Move::Continue);
    const Place again =
        session->ask(RestartRequest{.body = "local a = 2\n\n\nredis.call('SET', 'other', a)\nreturn a"});
    QCOMPARE(again.line, 1);
    QCOMPARE(again.moment, Moment(1));
    QCOMPARE(again.furthest, Moment(1));
    QCOMPARE(again.changes, Bytes());
    // The breakpoint stays, on the next line with code.
    QCOMPARE(session->go(Move::Continue).line, 4);
    const Place end = session->go(Move::Continue);
    QCOMPARE(end.reply.integer, 2);
    QCOMPARE(end.changes, Bytes("added other"));
    // From the end, and of what does not compile.
    const Place broken = session->ask(RestartRequest{.body = "return ("});
    QVERIFY(broken.ended);
    QVERIFY(broken.reply.text.find("Error compiling script") != Bytes::npos);
    QCOMPARE(session->go(Move::Back).where(), Bytes("refused"));
    QCOMPARE(session->ask(RestartRequest{.body = "return 1"}).line, 1);
}

void SessionContractMovesTest::aRestartKeepsKeysArgumentsAndWatches()
{
    const auto session = contractSession({.body = "return 1",
        .keys = {"k", Bytes("\0 b", 3)},
        .argv = {"5", "two words"},
        .given = {{"SET", "k", "v"}}});
    session->start();
    session->watch({"#ARGV"});
    const Bytes edited =
        "local k, a = KEYS[2], ARGV[2]\r\nlocal q = \"'\\\"\\n\"\nreturn {#k, a, q, redis.call('GET', KEYS[1])}";
    session->ask(RestartRequest{.body = edited});
    QCOMPARE(session->go(Move::Over).watches, Bytes("#ARGV: 2; "));
    const engine::Reply reply = session->end().reply;
    QCOMPARE(reply.elements.size(), 4U);
    QCOMPARE(reply.elements[0].integer, 3);
    QCOMPARE(reply.elements[1].text, Bytes("two words"));
    QCOMPARE(reply.elements[2].text, Bytes("'\"\n"));
    QCOMPARE(reply.elements[3].text, Bytes("v"));
    // The same again, when no other is given.
    QCOMPARE(session->ask(RestartRequest{}).line, 1);
    QVERIFY(session->end().reply == reply);
}

void SessionContractMovesTest::aRestartTakesTheEditedLibrary()
{
    const auto library = [](const char* step) {
        return "#!lua name=l\nlocal step = " + Bytes(step) + "\nredis.register_function('f', function(keys, args)\n"
            + "  step = step + args[1]\n  return step\nend)";
    };
    const auto session = contractSession({.body = library("10"), .argv = {"5"}, .function = "f"});
    session->start();
    QCOMPARE(session->end().reply.integer, 15);
    QCOMPARE(session->ask(RestartRequest{.body = library("20")}).line, 4);
    QVERIFY(session->variables(0).ends_with("step = 20; "));
    QCOMPARE(session->end().reply.integer, 25);
    // The library's own state is as it was loaded.
    session->ask(RestartRequest{});
    QCOMPARE(session->end().reply.integer, 25);
    const Place gone = session->ask(RestartRequest{.body = "#!lua name=l\nredis.register_function('g', print)"});
    QVERIFY(gone.ended && gone.reply.isError());
    QCOMPARE(session->ask(RestartRequest{.body = library("1")}).line, 4);
}

void SessionContractMovesTest::aFunctionOfALibraryIsSteppedThrough()
{
    const auto session = contractSession({.body = "#!lua name=counters\n"
                                                  "local step = 10\n"
                                                  "local function add(n)\n"
                                                  "  return n + step\n"
                                                  "end\n"
                                                  "redis.register_function('bump', function(keys, args)\n"
                                                  "  local before = tonumber(args[1])\n"
                                                  "  local after = add(before)\n"
                                                  "  redis.call('SET', keys[1], after)\n"
                                                  "  return after\n"
                                                  "end)\n",
        .keys = {"k"},
        .argv = {"5"},
        .function = "bump"});
    const Place start = session->start();
    QCOMPARE(start.line, 7);
    QCOMPARE(start.frames, Bytes("bump:7"));
    QCOMPARE(start.locals, Bytes("keys = {\"k\"}; args = {\"5\"}; "));
    QCOMPARE(way(*session, {Move::Over, Move::Into, Move::Out, Move::Over}), Bytes("8 4 9 10"));
    QCOMPARE(way(*session, {Move::BackOver, Move::Back, Move::BackOut}), Bytes("9 4 8"));
    session->go(Move::Into);
    QCOMPARE(session->variables(0), Bytes("n = 5; step = 10; "));
    QCOMPARE(session->set("step", "20"), Bytes("20"));
    const Place end = session->end();
    QCOMPARE(end.reply.integer, 25);
    QCOMPARE(end.changes, Bytes("added k"));
}

void SessionContractMovesTest::whatCannotBeDoneIsRefusedAndChangesNothing()
{
    const auto session = contractSession({.body = "local a = 1\nlocal b = 2\nreturn a + b"});
    session->start();
    const Place second = session->go(Move::Into);
    for (const Request& request : std::vector<Request>{SeekRequest{99}, SeekRequest{0}, RunToLineRequest{.line = 99},
             RunToLineRequest{.line = -1}, RunToLineRequest{.line = 3, .back = true}})
        QCOMPARE(session->ask(request).where(), Bytes("refused"));
    QVERIFY(session->set("nosuch", "1").starts_with("refused: "));
    QVERIFY(session->set("a", "1 +").starts_with("refused: "));
    QVERIFY(session->evaluate("error('no')").starts_with("error: "));
    QCOMPARE(session->seek(second.moment).locals, second.locals);
    QCOMPARE(session->end().reply.integer, 3);
}

QTEST_GUILESS_MAIN(SessionContractMovesTest)
#include "session_contract_moves_test.moc"
