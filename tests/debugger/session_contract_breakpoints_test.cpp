// What every way of having a session promises of breakpoints, on lines and on events, forwards and backwards.

#include "tests/debugger/session_contract.h"
#include "tests/debugger/session_scripts.h"
#include "tests/support/bytes_text.h"

using namespace debugger;
using test::contractSession;
using test::Place;
using test::way;

namespace {

const Bytes kLoop = test::loopOf(300);

} // namespace

class SessionContractBreakpointsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { test::addContractBackEnds(); }

    void continueStopsAtBreakpointsAndReverseContinueToo();
    void oneOnALineWithoutCodeIsOnTheNextThatHasSome();
    void conditionsHoldInBothDirections();
    void hitCountsHoldInBothDirections();
    void whatIsSetLateCountsThePast();
    void disabledOnesDoNothing();
    void wrongCodeIsToldWhenItIsSet_data();
    void wrongCodeIsToldWhenItIsSet();
    void logPointsPrintAndDoNotStop();
    void breakpointsOnEventsStopBeforeTheirLine_data();
    void breakpointsOnEventsStopBeforeTheirLine();
    void redisBreakpointStops();
};

void SessionContractBreakpointsTest::continueStopsAtBreakpointsAndReverseContinueToo()
{
    const auto session = contractSession({.body = kLoop, .keys = {"k"}});
    session->breakpoints({{.line = 3}, {.line = 5}});
    session->start();
    for (int i = 1; i <= 3; ++i) {
        session->go(Move::Continue);
        QCOMPARE(session->evaluate("i"), std::to_string(i));
    }
    const Place second = session->go(Move::ReverseContinue);
    QCOMPARE(second.reason, StopReason::Breakpoint);
    QCOMPARE(session->evaluate("i"), Bytes("2"));
    session->go(Move::ReverseContinue);
    QCOMPARE(session->evaluate("i"), Bytes("1"));
    const Place start = session->go(Move::ReverseContinue);
    QCOMPARE(start.reason, StopReason::Start);
    QCOMPARE(start.moment, Moment(1));
    session->breakpoints({{.line = 5}});
    QCOMPARE(way(*session, {Move::Continue, Move::Continue, Move::ReverseContinue}), Bytes("5 end 5"));
    // A step over, too, stops at one inside.
    session->breakpoints({});
    QCOMPARE(way(*session, {Move::ToStart, Move::Continue}), Bytes("1 end"));
}

void SessionContractBreakpointsTest::oneOnALineWithoutCodeIsOnTheNextThatHasSome()
{
    const auto session = contractSession({.body = "local a = 1\n\n-- nothing here\nlocal b = 2\n\n"
                                                  "local function f()\n  -- nor here\n  a = a + b\nend\n"
                                                  "f()\n\nreturn a\n\n"});
    session->breakpoints({{.line = 2}, {.line = 7}, {.line = 11}});
    session->start();
    QCOMPARE(way(*session, {Move::Continue, Move::Continue, Move::Continue, Move::Continue}), Bytes("4 8 12 end"));
    QCOMPARE(way(*session, {Move::ReverseContinue, Move::ReverseContinue}), Bytes("12 8"));
    // Behind the last line with code there is nothing to stop at.
    session->breakpoints({{.line = 13}});
    QCOMPARE(way(*session, {Move::ToStart, Move::Continue}), Bytes("1 end"));
}

// G.8.2: conditions.
void SessionContractBreakpointsTest::conditionsHoldInBothDirections()
{
    const auto session = contractSession({.body = kLoop, .keys = {"k"}});
    session->breakpoints({{.line = 3, .condition = "i % 100 == 0"}});
    session->start();
    const auto stopsAt = [&](Move move) {
        const Place place = session->go(move);
        return place.ended ? Bytes("end") : place.reason == StopReason::Start ? Bytes("start") : session->evaluate("i");
    };
    QCOMPARE(stopsAt(Move::Continue), Bytes("100"));
    QCOMPARE(stopsAt(Move::Continue), Bytes("200"));
    QCOMPARE(stopsAt(Move::ReverseContinue), Bytes("100"));
    QCOMPARE(stopsAt(Move::ReverseContinue), Bytes("start"));
    // Commands in it work on a copy.
    session->breakpoints({{.line = 3, .condition = "redis.call('INCR', KEYS[1]) > 10"}});
    QCOMPARE(stopsAt(Move::Continue), Bytes("5"));
    session->breakpoints({});
    QCOMPARE(session->end().reply.integer, 4545100);
    session->breakpoints({{.line = 3, .condition = "i == 298"}});
    QCOMPARE(stopsAt(Move::ReverseContinue), Bytes("298"));
    QCOMPARE(stopsAt(Move::Continue), Bytes("end"));
    // One that cannot be evaluated stops.
    session->breakpoints({{.line = 5, .condition = "nosuch.field"}});
    QCOMPARE(session->go(Move::ReverseContinue).line, 5);
}

// G.8.2: hit counts.
void SessionContractBreakpointsTest::hitCountsHoldInBothDirections()
{
    const auto session = contractSession({.body = kLoop, .keys = {"k"}});
    session->breakpoints({{.line = 3, .hitCount = 7}});
    session->start();
    const auto stopsAt = [&](Move move) {
        session->go(move);
        return session->evaluate("i");
    };
    QCOMPARE(stopsAt(Move::Continue), Bytes("7"));
    QCOMPARE(stopsAt(Move::Continue), Bytes("8"));
    QCOMPARE(stopsAt(Move::ReverseContinue), Bytes("7"));
    // 10 to 50 are five hits; the sixth is 60, and set late it counts from the start.
    session->breakpoints({{.line = 3, .hitCount = 50}});
    QCOMPARE(stopsAt(Move::Continue), Bytes("50"));
    session->breakpoints({{.line = 3, .condition = "i % 10 == 0", .hitCount = 6}});
    QCOMPARE(stopsAt(Move::Continue), Bytes("60"));
}

void SessionContractBreakpointsTest::whatIsSetLateCountsThePast()
{
    const auto session = contractSession({.body = kLoop, .keys = {"k"}});
    session->start();
    session->end();
    session->breakpoints({{.line = 3, .condition = "i % 100 == 0"}, {.line = 5}});
    QCOMPARE(session->hits(), Bytes("3 1 "));
    session->seek(203);
    QCOMPARE(session->evaluate("i"), Bytes("101"));
    QCOMPARE(session->hits(), Bytes("1 0 "));
    // At a stop, and by a hit count; others keep what they have.
    session->breakpoints({{.line = 3, .condition = "i % 100 == 0", .hitCount = 2}, {.line = 2}});
    QCOMPARE(session->hits(), Bytes("1 101 "));
    QCOMPARE(session->evaluate("i"), Bytes("101"));
    session->breakpoints({{.line = 3, .condition = "i % 100 == 0", .hitCount = 2}});
    QCOMPARE(session->hits(), Bytes("1 "));
    session->go(Move::Continue);
    QCOMPARE(session->evaluate("i"), Bytes("200"));
    QCOMPARE(session->hits(), Bytes("2 "));
    session->breakpoints({{.line = 3, .condition = "i % 2 == 0"}});
    session->go(Move::Continue);
    QCOMPARE(session->evaluate("i"), Bytes("202"));
    QCOMPARE(session->hits(), Bytes("101 "));
}

void SessionContractBreakpointsTest::disabledOnesDoNothing()
{
    const auto session = contractSession({.body = kLoop, .keys = {"k"}});
    session->start();
    session->breakpoints({{.line = 3, .enabled = false}, {.line = 5}});
    QCOMPARE(session->go(Move::Continue).line, 5);
    session->breakpoints({{.kind = BreakpointKind::Command, .pattern = "incrby", .enabled = false}});
    QCOMPARE(session->go(Move::ReverseContinue).reason, StopReason::Start);
    QVERIFY(session->go(Move::Continue).ended);
}

void SessionContractBreakpointsTest::wrongCodeIsToldWhenItIsSet_data()
{
    QTest::addColumn<QByteArray>("condition");
    QTest::addColumn<QByteArray>("logText");
    QTest::addColumn<QByteArray>("problem");
    QTest::newRow("condition") << QByteArray("i +") << QByteArray() << QByteArray("evaluated:1: ");
    QTest::newRow("log text") << QByteArray() << QByteArray("{i} of {#}")
                              << QByteArray("{#}: evaluated:1: unexpected symbol near");
    QTest::newRow("log text under a condition")
        << QByteArray("i > 1") << QByteArray("{i i}") << QByteArray("{i i}: evaluated:1: ");
}

void SessionContractBreakpointsTest::wrongCodeIsToldWhenItIsSet()
{
    QFETCH(const QByteArray, condition);
    QFETCH(const QByteArray, logText);
    QFETCH(const QByteArray, problem);
    const auto session = contractSession({.body = kLoop, .keys = {"k"}});
    const BreakpointSpec wrong{.line = 3, .condition = condition.toStdString(), .logText = logText.toStdString()};
    const auto says = [&](const std::vector<BreakpointSpec>& specs) {
        return session->breakpoints(specs).find(problem.toStdString()) != Bytes::npos;
    };
    // Over the wire there is nobody to tell before.
    QVERIFY(says({wrong}) || test::backEnd() == test::BackEnd::Wire);
    session->start();
    session->breakpoints({});
    QVERIFY(says({wrong}));
    session->breakpoints({});
    QVERIFY(session->end().ended);
    QVERIFY(says({{.line = 5}, wrong}));
}

void SessionContractBreakpointsTest::logPointsPrintAndDoNotStop()
{
    const auto session = contractSession(
        {.body = "redis.log(redis.LOG_NOTICE, 'one')\nredis.debug('two')\nlocal a = 1\nreturn a", .keys = {"k"}});
    session->breakpoints({{.line = 4, .logText = "a={a}{{ {KEYS[1]}"}});
    session->start();
    QVERIFY(session->go(Move::Continue).ended);
    session->seek(1);
    QVERIFY(session->go(Move::Continue).ended);
    // Nothing is printed twice.
    QCOMPARE(session->printed(), Bytes("one; \"two\"; a=1{ k; "));
    // And what it would have logged in what is over.
    session->breakpoints({{.line = 4, .condition = "a > 0", .logText = "late {a + 1}"}});
    session->hits();
    QCOMPARE(session->printed(), Bytes("one; \"two\"; a=1{ k; late 2; "));
}

void SessionContractBreakpointsTest::breakpointsOnEventsStopBeforeTheirLine_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, BreakpointKind kind, const char* pattern, const char* expected) {
        QTest::newRow(name) << static_cast<int>(kind) << QByteArray(pattern) << QByteArray(expected);
    };
    row("name", BreakpointKind::Command, "set", "4 SET user:1 1; 4 SET user:2 2; 4 SET user:3 3; ");
    row("name in other case", BreakpointKind::Command, "Get", "7 GET user:1; ");
    row("container", BreakpointKind::Command, "config", "14 CONFIG GET maxmemory; ");
    row("category", BreakpointKind::Command, "@list", "10 LPUSH user:1 x; ");
    row("key read", BreakpointKind::KeyRead, "user:*", "7 GET user:1; ");
    row("key written", BreakpointKind::KeyWritten, "user:1", "4 SET user:1 1; 10 LPUSH user:1 x; ");
    row("other key", BreakpointKind::KeyWritten, "other:*", "");
    row("key not declared", BreakpointKind::UndeclaredKey, "", "4 SET user:3 3; ");
    row("error reply", BreakpointKind::ErrorReply, "",
        "10 LPUSH user:1 x: WRONGTYPE Operation against a key holding the wrong kind of value; "
        "14 CONFIG GET maxmemory: ERR This Redis command is not allowed from script; ");
    row("caught error", BreakpointKind::CaughtError, "", "12 user_script:12: boom; ");
    row("uncaught error", BreakpointKind::UncaughtError, "", "14 ERR This Redis command is not allowed from script; ");
}

void SessionContractBreakpointsTest::breakpointsOnEventsStopBeforeTheirLine()
{
    QFETCH(const int, kind);
    QFETCH(const QByteArray, pattern);
    QFETCH(const QByteArray, expected);
    const auto session = contractSession({.body = "local n = 0\n"
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
                                                  "return ok\n",
        .keys = {"user:1", "user:2"}});
    session->start();
    QCOMPARE(
        session->breakpoints({{.kind = static_cast<BreakpointKind>(kind), .pattern = pattern.toStdString()}}), Bytes());
    Bytes forwards;
    std::vector<Moment> moments;
    Place place = session->go(Move::Continue);
    for (; !place.ended && place.refused.empty(); place = session->go(Move::Continue)) {
        forwards += std::to_string(place.line) + " " + place.event + "; ";
        moments.push_back(place.moment);
    }
    QCOMPARE(forwards, expected.toStdString());
    // And backwards at the same moments.
    for (auto moment = moments.rbegin(); moment != moments.rend(); ++moment)
        QCOMPARE(session->go(Move::ReverseContinue).moment, *moment);
    QCOMPARE(session->go(Move::ReverseContinue).reason, StopReason::Start);
}

void SessionContractBreakpointsTest::redisBreakpointStops()
{
    const auto session = contractSession(
        {.body = "local a = 1\nif a == 1 then redis.breakpoint() end\nlocal b = 2\nlocal c = 3\nreturn b"});
    session->start();
    const Place stop = session->go(Move::Continue);
    QCOMPARE(stop.reason, StopReason::BreakpointCall);
    QCOMPARE(stop.line, 3);
    session->end();
    const Place again = session->go(Move::ReverseContinue);
    QCOMPARE(again.reason, StopReason::BreakpointCall);
    QCOMPARE(again.moment, stop.moment);
    session->go(Move::ToStart);
    QCOMPARE(session->go(Move::Continue).moment, stop.moment);
}

QTEST_GUILESS_MAIN(SessionContractBreakpointsTest)
#include "session_contract_breakpoints_test.moc"
