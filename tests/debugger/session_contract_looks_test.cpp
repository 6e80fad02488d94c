// What every way of having a session promises of looking: variables, tables, evaluations, watches, histories, edits.

#include "tests/debugger/fake_run.h"
#include "tests/debugger/session_contract.h"
#include "tests/support/bytes_text.h"

using namespace debugger;
using test::ContractSession;
using test::contractSession;
using test::Place;

namespace {

const Bytes kTables = "local t = {a = {b = 1}, 5}\n"
                      "local up = 1\n"
                      "local function sum()\n"
                      "  return t.a.b + t[1] + up\n"
                      "end\n"
                      "local n = sum()\n"
                      "KEYS[1] = KEYS[1] .. '!'\n"
                      "return {n, KEYS[1]}\n";

/// A session that waits before `line`.
std::unique_ptr<ContractSession> sessionAt(int line, test::SessionGround::Script script)
{
    auto session = contractSession(std::move(script));
    // A line before it may have no code: that of `local a = nil` has none.
    if (session->start().line != line && session->runTo(line).line != line)
        qWarning("line %d was not reached", line);
    return session;
}

} // namespace

class SessionContractLooksTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { test::addContractBackEnds(); }

    void valuesAreShownAsLuaWritesThem_data();
    void valuesAreShownAsLuaWritesThem();
    void aShadowedNameIsThereTwiceTheVisibleOneLast();
    void aBlocksLocalsEndWithIt();
    void upvaluesAreShownOfEveryFrame();
    void argumentsAndVarargsAreShown();
    void tablesUnfold();
    void aTableThatHoldsItselfUnfoldsStepByStep();
    void whatStepsChangedIsNamed();

    void evaluationsSeeTheFrame();
    void evaluationsLeaveTheRunAlone();
    void evaluationsSeeTheDataOfTheirMoment();
    void evaluationsAreEndedInTimeAndMemory();
    void watchesShowAtEveryStop();
    void historiesOfVariablesAndKeys();
    void theNextFunctionsVariableOfTheSameNameIsAnother();
    void theTimelineHoldsWhatWasRecorded();

    void anEditIsSeenByTheRun();
    void fieldsUpvaluesAndArgumentsCanBeSet();
    void anEditInThePastDropsWhatCameAfter();
    void whatCannotBeSetSaysWhyAndChangesNothing_data();
    void whatCannotBeSetSaysWhyAndChangesNothing();
};

void SessionContractLooksTest::valuesAreShownAsLuaWritesThem_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char* value, const char* text) {
        QTest::newRow(value) << QByteArray(value) << QByteArray(text);
    };
    row("nil", "nil");
    row("true", "true");
    row("1", "1");
    row("0.1", "0.10000000000000001");
    row("1/0", "1/0");
    row("0/0", "0/0");
    row("2^53", "9007199254740992");
    row("'text'", "\"text\"");
    row("'a\\0\\1\\127\\r\\n\\t\"\\\\'", "\"a\\000\\001\\127\\r\\n\\t\\\"\\\\\"");
    row("'\\195\\164\\255'", "\"\xc3\xa4\xff\"");
    row("{}", "{}");
    row("{1, 'two', {3}}", "{1, \"two\", {…}}");
    row("{name = 1, ['odd key'] = 2}", nullptr);
    row("cjson.null", "cjson.null");
    row("tostring", "function (built in)");
    row("function() end", "function (user_script:1)");
    row("coroutine.create(function() end)", "thread");
}

void SessionContractLooksTest::valuesAreShownAsLuaWritesThem()
{
    QFETCH(const QByteArray, value);
    QFETCH(const QByteArray, text);
    const auto session = sessionAt(2, {.body = "local v = " + value.toStdString() + "\nreturn 1"});
    const Bytes shown = session->variables(0);
    if (!text.isNull()) {
        QCOMPARE(shown, test::asShown("v = " + text.toStdString() + "; "));
        return;
    }
    // In the order of the table, which is the machine's.
    const bool either =
        shown == "v = {name = 1, [\"odd key\"] = 2}; " || shown == "v = {[\"odd key\"] = 2, name = 1}; ";
    QVERIFY2(either, shown.c_str());
}

void SessionContractLooksTest::aShadowedNameIsThereTwiceTheVisibleOneLast()
{
    const auto session = sessionAt(4, {.body = "local x = 1\nlocal y = 2\nlocal x = 'inner'\nreturn x"});
    QCOMPARE(session->variables(0), Bytes("x = 1; y = 2; x = \"inner\"; "));
    QCOMPARE(session->evaluate("x"), Bytes("\"inner\""));
    QCOMPARE(session->set("x", "5"), Bytes("5"));
    QCOMPARE(session->variables(0), Bytes("x = 1; y = 2; x = 5; "));
    QCOMPARE(session->end().reply.integer, 5);
}

void SessionContractLooksTest::aBlocksLocalsEndWithIt()
{
    const auto session = sessionAt(3,
        {.body = "local a = 1\ndo\n  local b = 2\n  local c = 3\n  a = b + c\nend\n"
                 "for i = 1, 1 do\n  a = a + i\nend\nreturn a"});
    QCOMPARE(session->variables(0), Bytes("a = 1; "));
    QCOMPARE(session->go(Move::Over).locals, Bytes("a = 1; b = 2; "));
    session->runTo(8);
    QCOMPARE(session->variables(0), Bytes("a = 5; i = 1; "));
    session->runTo(10);
    QCOMPARE(session->variables(0), Bytes("a = 6; "));
}

// G.8.2: frames, upvalues.
void SessionContractLooksTest::upvaluesAreShownOfEveryFrame()
{
    const auto session = sessionAt(4,
        {.body = "local outer = 10\nlocal function f(p)\n  local function g(q)\n    return q + outer + p\n  end\n"
                 "  return g(p + 1) + 0\nend\nreturn f(7) + 0"});
    QCOMPARE(session->variables(0), Bytes("q = 8; outer = 10; p = 7; "));
    const Bytes caller = session->variables(1);
    QVERIFY2(caller.starts_with("p = 7; g = function (user_script:3); outer = 10; "), caller.c_str());
    QVERIFY(session->variables(2).starts_with("outer = 10; f = function (user_script:2); "));
    QCOMPARE(session->evaluate("p", 1), Bytes("7"));
    QVERIFY(session->evaluate("q", 1).starts_with("error: "));
}

void SessionContractLooksTest::argumentsAndVarargsAreShown()
{
    const auto session = sessionAt(3,
        {.body = "local function f(first, ...)\n  local n = select('#', ...)\n  return n\nend\nreturn f(1, 2, 3)",
            .keys = {"k1", "k2"},
            .argv = {Bytes("\0\xff", 2)}});
    // `arg` is a local that Lua 5.1 gives every such function.
    QCOMPARE(session->variables(0), Bytes("first = 1; arg = nil; n = 2; "));
    QCOMPARE(session->unfolded("KEYS"), Bytes("{\"k1\", \"k2\"} [1] = \"k1\"; [2] = \"k2\"; "));
    QCOMPARE(session->unfolded("ARGV"), test::asShown("{\"\\000\xff\"} [1] = \"\\000\xff\"; "));
}

void SessionContractLooksTest::tablesUnfold()
{
    const auto session = sessionAt(4,
        {.body = "local t = {10, {x = 'deep'}, name = 'n'}\nlocal wide = {}\nfor i = 1, 150 do wide[i] = i * i end\n"
                 "local meta = setmetatable({own = 1}, {__index = function() error('asked') end})\nreturn 1"});
    const Bytes unfolded = session->unfolded("t");
    QVERIFY2(unfolded.ends_with(" [1] = 10; [2] = {x = \"deep\"}; name = \"n\"; "), unfolded.c_str());
    // A hundred entries at once.
    const Bytes entries = session->unfolded("wide");
    QVERIFY(entries.find("[100] = 10000; ") != Bytes::npos);
    QVERIFY(entries.find("[101]") == Bytes::npos);
    session->runTo(5);
    QCOMPARE(session->unfolded("meta"), Bytes("{own = 1} own = 1; "));
}

void SessionContractLooksTest::aTableThatHoldsItselfUnfoldsStepByStep()
{
    const auto session = sessionAt(3, {.body = "local t = {7}\nt.self = t\nlocal k = {[t] = t}\nreturn 1"});
    const Bytes shown = session->unfolded("t");
    QVERIFY2(shown.find("self = {") != Bytes::npos, shown.c_str());
    QCOMPARE(session->evaluate("t.self.self.self[1]"), Bytes("7"));
    session->runTo(4);
    QCOMPARE(session->unfolded("k"), Bytes("{[{…}] = {…}} [{…}] = {7, self = {…}}; "));
}

void SessionContractLooksTest::whatStepsChangedIsNamed()
{
    const auto session =
        contractSession({.body = "local a, t = 1, {}\na = 2\nt.x = 1\nlocal b = redis.call('INCR', 'k')\nreturn b"});
    session->start();
    QCOMPARE(session->go(Move::Over).changed, Bytes("a t"));
    QCOMPARE(session->go(Move::Over).changed, Bytes("a"));
    QCOMPARE(session->go(Move::Over).changed, Bytes("t"));
    const Place called = session->go(Move::Over);
    QCOMPARE(called.changed, Bytes("b"));
    QCOMPARE(called.stepChanges, Bytes("added k"));
    QCOMPARE(called.calls, Bytes("INCR k; "));
}

void SessionContractLooksTest::evaluationsSeeTheFrame()
{
    const auto session = sessionAt(4,
        {.body = "local up = 'u'\nlocal function f(p)\n  local own = {p}\n  return own, up\nend\nlocal r = "
                 "f(3)\nreturn r",
            .keys = {"k"},
            .argv = {"7"}});
    QCOMPARE(session->evaluate("own[1] + p"), Bytes("6"));
    QCOMPARE(session->evaluate("up"), Bytes("\"u\""));
    QCOMPARE(session->evaluate("KEYS[1] .. ARGV[1]"), Bytes("\"k7\""));
    QCOMPARE(session->evaluate("local x = p * 2 return x"), Bytes("6"));
    QCOMPARE(session->evaluate("up", 1), Bytes("\"u\""));
    QVERIFY(session->evaluate("p", 1).starts_with("error: "));
    QVERIFY(session->evaluate("own(").starts_with("error: "));
    QCOMPARE(session->evaluate("p"), Bytes("3"));
}

void SessionContractLooksTest::evaluationsLeaveTheRunAlone()
{
    const Bytes script = "local a = {}\nlocal b = tostring({})\nlocal c = tostring({})\n"
                         "return {b, c, redis.call('GET', 'k') or 'none', math.random(1000000)}";
    engine::Reply expected;
    {
        const auto plain = contractSession({.body = script});
        plain->start();
        expected = plain->end().reply;
    }
    const auto session = sessionAt(2, {.body = script});
    QCOMPARE(session->evaluate("redis.call('SET', 'k', 'v') and redis.call('GET', 'k')"), Bytes("\"v\""));
    QCOMPARE(session->evaluate("redis.call('EXISTS', 'k')"), Bytes("0"));
    QCOMPARE(session->evaluate("math.random() >= 0"), Bytes("true"));
    QVERIFY(session->evaluate("nosuch.field").starts_with("error: "));
    // Under address sanitizer Lua's memory is not put back.
    const std::vector<const char*> disturbing{"a.x = 1", "a = nil", "redis.call('FLUSHALL')", "redis.setresp(3)",
        "math.randomseed(1)", "redis.set_repl(redis.REPL_NONE)", "coroutine.wrap(function() a[1] = 1 end)()",
        "redis.breakpoint()"};
    for (std::size_t i = 0; test::kAddressesRepeat && i < disturbing.size(); ++i)
        session->evaluate(disturbing[i]);
    QCOMPARE(session->evaluate("a"), Bytes("{}"));
    const Place end = session->end();
    QCOMPARE(end.reply.elements.size(), 4U);
    QCOMPARE(end.reply.elements[2].text, Bytes("none"));
    if (test::kAddressesRepeat)
        QVERIFY(end.reply == expected);
    QCOMPARE(end.effects, 0U);
}

void SessionContractLooksTest::evaluationsSeeTheDataOfTheirMoment()
{
    const auto session = contractSession(
        {.body = "redis.call('SET', 'k', 'one')\nredis.call('SET', 'k', 'two')\nredis.call('SELECT', 1)\nreturn 1"});
    session->start();
    session->end();
    session->seek(2);
    QCOMPARE(session->evaluate("redis.call('GET', 'k')"), Bytes("\"one\""));
    session->seek(1);
    QCOMPARE(session->evaluate("redis.call('EXISTS', 'k')"), Bytes("0"));
    session->seek(3);
    QCOMPARE(session->evaluate("redis.call('GET', 'k')"), Bytes("\"two\""));
    session->seek(4);
    QCOMPARE(session->evaluate("redis.call('EXISTS', 'k')"), Bytes("0"));
}

void SessionContractLooksTest::evaluationsAreEndedInTimeAndMemory()
{
    const auto session = sessionAt(2, {.body = "local a = 1\nreturn a"});
    for (const char* code : {"while true do end", "pcall(function() while true do end end)", "string.rep('x', 1e9)",
             "(function() local t = {} while true do t[#t + 1] = {} end end)()",
             "(function() local function f() return f() .. 'x' end return f() end)()"})
        QVERIFY2(session->evaluate(code).starts_with("error: "), code);
    QCOMPARE(session->evaluate("a"), Bytes("1"));
    QCOMPARE(session->end().reply.integer, 1);
}

// G.8.2: watches.
void SessionContractLooksTest::watchesShowAtEveryStop()
{
    const auto session = contractSession(
        {.body = "local total = 0\nfor i = 1, 3 do\n  total = total + i\nend\nreturn total", .keys = {"k"}});
    session->start();
    session->watch({"total * 2", "nosuch()", "redis.call('INCR', KEYS[1])"});
    const Bytes others = "nosuch(): error; redis.call('INCR', KEYS[1]): 1; ";
    QCOMPARE(session->go(Move::Into).watches, "total * 2: 0; " + others);
    session->go(Move::Into);
    QCOMPARE(session->go(Move::Into).watches, "total * 2: 2; " + others);
    QCOMPARE(session->go(Move::Back).watches, "total * 2: 0; " + others);
    QCOMPARE(session->watch({"total"}), Bytes("total: 0; "));
    session->watch({});
    QCOMPARE(session->go(Move::Into).watches, Bytes());
    QCOMPARE(session->end().changes, Bytes());
}

void SessionContractLooksTest::historiesOfVariablesAndKeys()
{
    const auto session = contractSession(
        {.body = "local n = 1\nlocal function add()\n  n = n + 1\nend\nadd()\nredis.call('SET', 'k', n)\n"
                 "n = 10\nredis.call('SET', 'other', n)\nredis.call('DEL', 'k')\nreturn n"});
    session->start();
    session->end();
    const Place stop = session->backTo(7);
    QCOMPARE(session->whoWrote("k"), Bytes("6: SET; 9: DEL; "));
    QCOMPARE(session->whoWrote("nosuch"), Bytes());
    QCOMPARE(session->whenChanged("n"), Bytes("1:  -> 1; 3: 1 -> 2; 7: 2 -> 10; "));
    QCOMPARE(session->whenChanged("nosuch"), Bytes());
    // And the session is where it was.
    QCOMPARE(session->evaluate("n"), Bytes("2"));
    QCOMPARE(session->go(Move::Over).moment, stop.moment + 1);
}

void SessionContractLooksTest::theNextFunctionsVariableOfTheSameNameIsAnother()
{
    const auto session = sessionAt(8,
        {.body = "local function f()\n  local x = 1\n  return x\nend\n"
                 "local function g() local x = 2\n  return x\nend\nlocal sum = f() + g()\nreturn sum"});
    QCOMPARE(session->runTo(3).line, 3);
    QCOMPARE(session->runTo(6).changed, Bytes());
    session->end();
    session->backTo(8);
    QCOMPARE(session->whenChanged("x"), Bytes("2:  -> 1; 5:  -> 2; "));
}

void SessionContractLooksTest::theTimelineHoldsWhatWasRecorded()
{
    const auto session = sessionAt(4,
        {.body = "local n = redis.call('INCR', 'k')\npcall(error, 'boom')\nredis.debug('x')\n"
                 "local g = redis.call('GET', 'k')\nreturn g"});
    const Bytes recorded = "1 2 3 4; INCR wrote; caught boom; said \"x\"";
    QCOMPARE(session->timeline(), recorded);
    // Going back drops nothing of it, going on adds to it, an edit cuts it.
    session->seek(2);
    QCOMPARE(session->timeline(), recorded);
    session->end();
    QCOMPARE(session->timeline(), Bytes("1 2 3 4 5; INCR wrote; GET; caught boom; said \"x\""));
    session->seek(3);
    session->set("n", "5");
    QCOMPARE(session->timeline(), Bytes("1 2 3; INCR wrote; caught boom"));
}

// G.8.2: setting a variable.
void SessionContractLooksTest::anEditIsSeenByTheRun()
{
    const auto session =
        sessionAt(3, {.body = "local a = 1\nlocal function f() return a * 10 end\nlocal b = f()\nreturn b"});
    QCOMPARE(session->set("a", "a + 4"), Bytes("5"));
    QCOMPARE(session->set("a", "(redis.call('SET', 'k', 1) and a + 1)"), Bytes("6"));
    QCOMPARE(session->go(Move::Over).line, 4);
    QCOMPARE(session->evaluate("b"), Bytes("60"));
    const Place end = session->end();
    QCOMPARE(end.reply.integer, 60);
    QCOMPARE(end.changes, Bytes());
}

void SessionContractLooksTest::fieldsUpvaluesAndArgumentsCanBeSet()
{
    const auto session = sessionAt(4, {.body = kTables, .keys = {"k"}});
    QCOMPARE(session->set("t.a.b", "t.a.b+99"), Bytes("100"));
    QCOMPARE(session->set("t[1]", "t.a.b*2"), Bytes("200"));
    QCOMPARE(session->set("t.new", "'x'"), Bytes("\"x\""));
    QCOMPARE(session->evaluate("t.new"), Bytes("\"x\""));
    QCOMPARE(session->set("up", "1000"), Bytes("1000"));
    QCOMPARE(session->set("up", "up + 1", 1), Bytes("1001"));
    QCOMPARE(session->set("KEYS[1]", "'other'"), Bytes("\"other\""));
    const Place end = session->end();
    QCOMPARE(end.reply.elements[0].integer, 1301);
    QCOMPARE(end.reply.elements[1].text, Bytes("other!"));
}

void SessionContractLooksTest::anEditInThePastDropsWhatCameAfter()
{
    const auto session = contractSession({.body = kTables, .keys = {"k"}});
    session->start();
    QCOMPARE(session->end().reply.elements[0].integer, 7);
    const Place there = session->backTo(6);
    session->set("t.a.b", "10");
    const Place same = session->seek(there.moment);
    QCOMPARE(same.furthest, same.moment);
    QCOMPARE(session->seek(there.moment + 1).where(), Bytes("refused"));
    QCOMPARE(session->end().reply.elements[0].integer, 16);
    // Before it, at it, and behind it.
    session->seek(there.moment - 1);
    QCOMPARE(session->evaluate("t.a.b"), Bytes("1"));
    session->seek(there.moment);
    QCOMPARE(session->evaluate("t.a.b"), Bytes("10"));
    session->go(Move::Into);
    QCOMPARE(session->evaluate("t.a.b"), Bytes("10"));
    QCOMPARE(session->end().reply.elements[0].integer, 16);
    // An earlier one drops a later one.
    session->seek(there.moment - 1);
    session->set("up", "100");
    QCOMPARE(session->end().reply.elements[0].integer, 106);
}

void SessionContractLooksTest::whatCannotBeSetSaysWhyAndChangesNothing_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("expression");
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("unknown") << QByteArray("nosuch") << QByteArray("1") << QByteArray("there is no local or upvalue");
    QTest::newRow("field of nothing") << QByteArray("t.x.y") << QByteArray("1") << QByteArray("attempt to index");
    QTest::newRow("call") << QByteArray("sum()") << QByteArray("1") << QByteArray("is no variable, and no field");
    QTest::newRow("half") << QByteArray("t.") << QByteArray("1") << QByteArray("is no variable, and no field");
    QTest::newRow("expression") << QByteArray("t[1]") << QByteArray("1 +") << QByteArray("unexpected symbol");
    QTest::newRow("raises") << QByteArray("t[1]") << QByteArray("error('no')") << QByteArray("no");
    QTest::newRow("read-only") << QByteArray("string.rep") << QByteArray("1") << QByteArray("readonly table");
    QTest::newRow("never ends") << QByteArray("t[1]") << QByteArray("(function() while true do end end)()")
                                << QByteArray("was ended");
}

void SessionContractLooksTest::whatCannotBeSetSaysWhyAndChangesNothing()
{
    QFETCH(const QByteArray, name);
    QFETCH(const QByteArray, expression);
    QFETCH(const QByteArray, reason);
    const auto session = sessionAt(6, {.body = kTables, .keys = {"k"}});
    const Bytes said = session->set(name.toStdString(), expression.toStdString());
    QVERIFY2(said.starts_with("refused: ") && said.find(reason.toStdString()) != Bytes::npos, said.c_str());
    QCOMPARE(session->end().reply.elements[0].integer, 7);
}

QTEST_GUILESS_MAIN(SessionContractLooksTest)
#include "session_contract_looks_test.moc"
