// What a probe may ask of a paused run: frames, variables, tables, evaluating and setting.

#include "tests/support/script_ground.h"

#include <QtTest>

using namespace engine;
using tests::FunctionProbe;
using tests::ScriptGround;

class ScriptInspectTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void framesNameFunctionsInnermostFirst();
    void localsAndUpvaluesAreShownAsLuaWritesThem();
    void aShadowedNameIsThereTwiceTheVisibleOneLast();
    void tablesUnfoldLazilyByReference();
    void argumentsAreKeysAndArgv();
    void evaluationSeesLocalsAndChangesNothing();
    void evaluationIsEndedInTimeAndMemory();
    void evaluationErrorsAreTold();
    void evaluatedCommandsWorkOnACopy();
    void setChangesLocalsAndUpvaluesForTheRun();
    void setOfAnUnknownNameIsRefused();
    void dataCanBeReplacedAndEffectsRead();
    void theReturnedValueIsATree();
    void lookingSetsOffNoCollection();

private:
    /// Runs `body` and calls `look` before line `line`, the first time.
    static ScriptOutcome at(ScriptGround& ground, int line, const Bytes& body,
        const std::function<void(LuaInspect&)>& look, std::vector<Bytes> keys = {}, std::vector<Bytes> argv = {})
    {
        FunctionProbe probe;
        bool done = false;
        probe.line = [&](LuaInspect& run, const LineEvent& event) {
            if (event.line == line && !done) {
                done = true;
                look(run);
            }
            return ProbeVerdict::Continue;
        };
        ScriptOutcome outcome = ground.run(body, std::move(keys), std::move(argv), &probe);
        if (!done)
            qWarning("the line was not reached: %s", outcome.reply.text.c_str());
        return outcome;
    }
    static Bytes shown(const std::vector<LuaVariable>& variables)
    {
        Bytes text;
        for (const LuaVariable& variable : variables)
            text += variable.name + " = " + variable.value.text + "; ";
        return text;
    }
    static Bytes evaluated(LuaInspect& run, BytesView code)
    {
        const auto values = run.evaluate(0, code);
        if (!values)
            return "error: " + values.error();
        Bytes text;
        for (const LuaValue& value : *values)
            text += value.text + " ";
        return text;
    }
};

void ScriptInspectTest::framesNameFunctionsInnermostFirst()
{
    ScriptGround ground;
    const Bytes body = "local function inner(n)\n"
                       "  local x = n\n"
                       "  return x\n"
                       "end\n"
                       "local function outer()\n"
                       "  local y = inner(1)\n"
                       "  return y\n"
                       "end\n"
                       "return outer() + 0\n";
    bool looked = false;
    at(ground, 2, body, [&](LuaInspect& run) {
        looked = true;
        const auto frames = run.frames();
        QCOMPARE(frames.size(), std::size_t(3));
        QCOMPARE(frames[0].name, Bytes("inner"));
        QCOMPARE(frames[0].line, 2);
        QCOMPARE(frames[0].chunk, Bytes("user_script"));
        QCOMPARE(frames[1].name, Bytes("outer"));
        QCOMPARE(frames[1].line, 6);
        QCOMPARE(frames[2].name, Bytes("top level"));
        QCOMPARE(frames[2].line, 9);
        QCOMPARE(run.depth(), 3);
        QCOMPARE(shown(run.locals(1)), Bytes(""));
        QCOMPARE(shown(run.locals(0)), Bytes("n = 1; "));
    });
    QVERIFY(looked);
}

void ScriptInspectTest::localsAndUpvaluesAreShownAsLuaWritesThem()
{
    ScriptGround ground;
    const Bytes body = "local a, b, c, d, e = nil, true, 'x\\n\\0y', 0.1, -3\n"
                       "local f = function() return a end\n"
                       "local t = {1, 'two', {3}, name = 'n', [true] = 1}\n"
                       "local g = function()\n"
                       "  local own = t\n"
                       "  return own, b\n"
                       "end\n"
                       "for i = 1, 1 do\n"
                       "  g()\n"
                       "end\n";
    at(ground, 6, body, [&](LuaInspect& run) {
        QCOMPARE(shown(run.upvalues(0)), Bytes("t = {1, \"two\", {…}, name = \"n\", [true] = 1}; b = true; "));
        const auto locals = run.locals(1);
        QCOMPARE(locals.size(), std::size_t(9)); // loop internals are left out
        QCOMPARE(shown({locals.begin(), locals.begin() + 6}),
            Bytes("a = nil; b = true; c = \"x\\n\\000y\"; d = 0.10000000000000001; e = -3; "
                  "f = function (user_script:2); "));
        QCOMPARE(locals[2].value.bytes, Bytes("x\n\0y", 4));
        QCOMPARE(locals[6].value.size, std::size_t(5));
        QCOMPARE(locals[8].name, Bytes("i"));
    });
}

void ScriptInspectTest::aShadowedNameIsThereTwiceTheVisibleOneLast()
{
    ScriptGround ground;
    at(ground, 3, "local x = 1\nlocal x = 2\nreturn x", [&](LuaInspect& run) {
        QCOMPARE(shown(run.locals(0)), Bytes("x = 1; x = 2; "));
        QCOMPARE(evaluated(run, "x"), Bytes("2 "));
    });
}

void ScriptInspectTest::tablesUnfoldLazilyByReference()
{
    ScriptGround ground;
    const Bytes body = "local t = {}\n"
                       "for i = 1, 1000 do t[i] = i * 2 end\n"
                       "t.deep = {inner = {'found'}}\n"
                       "return 1";
    at(ground, 4, body, [&](LuaInspect& run) {
        const auto locals = run.locals(0);
        const LuaRef table = locals.at(0).value.ref;
        QVERIFY(table != 0);
        QCOMPARE(shown(run.entries(table, 997, 3)), Bytes("[998] = 1996; [999] = 1998; [1000] = 2000; "));
        const auto last = run.entries(table, 1000, 10);
        QCOMPARE(shown(last), Bytes("deep = {inner = {…}}; "));
        const auto inner = run.entries(last.at(0).value.ref, 0, 10);
        QCOMPARE(shown(run.entries(inner.at(0).value.ref, 0, 10)), Bytes("[1] = \"found\"; "));
        QCOMPARE(run.entries(table, 5000, 10).size(), std::size_t(0));
        QCOMPARE(run.entries(999'999, 0, 10).size(), std::size_t(0));
    });
}

void ScriptInspectTest::argumentsAreKeysAndArgv()
{
    ScriptGround ground;
    at(ground, 1, "return 1",
        [&](LuaInspect& run) {
            const auto arguments = run.arguments();
            QCOMPARE(shown(arguments), Bytes("KEYS = {\"k\"}; ARGV = {\"a\", \"b\"}; "));
            QCOMPARE(shown(run.entries(arguments.at(1).value.ref, 1, 5)), Bytes("[2] = \"b\"; "));
        },
        {"k"}, {"a", "b"});
}

void ScriptInspectTest::evaluationSeesLocalsAndChangesNothing()
{
    ScriptGround ground;
    const Bytes body = "local n, t = 5, {1}\n"
                       "local function f()\n"
                       "  local m = n\n"
                       "  return m + #t\n"
                       "end\n"
                       "return {f(), math.random() * 0, #t, n}";
    const ScriptOutcome outcome = at(ground, 4, body, [&](LuaInspect& run) {
        QCOMPARE(evaluated(run, "m + n, #KEYS"), Bytes("10 0 "));
        QCOMPARE(evaluated(run, "local q = m * 2 return q"), Bytes("10 "));
        // Where memory is malloc's, what an evaluation assigns is not put back.
#if !defined(__SANITIZE_ADDRESS__)
        QCOMPARE(evaluated(run, "m = 100"), Bytes(""));
        const std::size_t memory = run.memoryBytes();
        QCOMPARE(
            evaluated(run, "(function() n = 7 table.insert(t, 2) math.random() return n + #t end)()"), Bytes("9 "));
        QCOMPARE(run.memoryBytes(), memory);
#endif
    });
    QCOMPARE(outcome.reply.elements.at(0).integer, 6);
    QCOMPARE(outcome.reply.elements.at(2).integer, 1);
    QCOMPARE(outcome.reply.elements.at(3).integer, 5);
}

void ScriptInspectTest::evaluationIsEndedInTimeAndMemory()
{
    ScriptGround ground;
    const ScriptOutcome outcome = at(ground, 2, "local x = 1\nreturn 'went on'", [&](LuaInspect& run) {
        QVERIFY2(evaluated(run, "while true do end").starts_with("error: took longer"), "a loop");
        QVERIFY2(evaluated(run, "(function() while true do pcall(function() while true do end end) end end)()")
                     .starts_with("error: took longer"),
            "a loop in pcall");
        QVERIFY2(evaluated(run, "(function() local s = 'x' while true do s = s .. s end end)()")
                     .starts_with("error: needed more"),
            "memory");
        QCOMPARE(evaluated(run, "x"), Bytes("1 "));
    });
    QCOMPARE(outcome.reply.text, Bytes("went on"));
}

void ScriptInspectTest::evaluationErrorsAreTold()
{
    ScriptGround ground;
    at(ground, 1, "return 1", [&](LuaInspect& run) {
        QCOMPARE(
            evaluated(run, "nosuch"), Bytes("error: Script attempted to access nonexistent global variable 'nosuch'"));
        QVERIFY(evaluated(run, "1 +").starts_with("error: evaluated:1: "));
        QCOMPARE(evaluated(run, "redis.call('nosuch')"), Bytes("error: ERR Unknown Redis command called from script"));
        QCOMPARE(evaluated(run, "error({})"), Bytes("error: an error that is no text: nil"));
        QCOMPARE(evaluated(run, "redis = 1"), Bytes("error: Attempt to modify a readonly table"));
    });
}

void ScriptInspectTest::evaluatedCommandsWorkOnACopy()
{
    ScriptGround ground;
    ground.dataset.database(0).setString("k", "v");
    const ScriptOutcome outcome = at(ground, 2, "local x = 1\nreturn redis.call('dbsize')", [&](LuaInspect& run) {
        QCOMPARE(evaluated(run, "redis.call('flushall').ok, redis.call('dbsize')"), Bytes("\"OK\" 0 "));
        QCOMPARE(run.dataset().database(0).size(), std::size_t(1));
    });
    QCOMPARE(outcome.reply.integer, 1);
    QVERIFY(outcome.effects.empty());
}

void ScriptInspectTest::setChangesLocalsAndUpvaluesForTheRun()
{
    ScriptGround ground;
    const Bytes body = "local up = 1\n"
                       "local function f()\n"
                       "  local own = 2\n"
                       "  return own + up\n"
                       "end\n"
                       "return f() * up\n";
    const ScriptOutcome outcome = at(ground, 4, body, [&](LuaInspect& run) {
        const auto own = run.set(0, "own", "own * 10");
        QVERIFY(own);
        QCOMPARE(own->text, Bytes("20"));
        QVERIFY(run.set(0, "up", "3"));
        QCOMPARE(shown(run.locals(0)), Bytes("own = 20; "));
    });
    QCOMPARE(outcome.reply.integer, 69);
}

void ScriptInspectTest::setOfAnUnknownNameIsRefused()
{
    ScriptGround ground;
    const ScriptOutcome outcome = at(ground, 2, "local x = 1\nreturn x", [&](LuaInspect& run) {
        QCOMPARE(run.set(0, "nosuch", "1").error(), std::string("there is no local or upvalue 'nosuch' in this frame"));
        QVERIFY(!run.set(0, "x", "error('no')"));
        QVERIFY(!run.set(0, "x", "1 +"));
        QVERIFY(!run.set(9, "x", "1"));
    });
    QCOMPARE(outcome.reply.integer, 1);
}

void ScriptInspectTest::dataCanBeReplacedAndEffectsRead()
{
    ScriptGround ground;
    ground.dataset.database(0).setString("k", "v");
    const ScriptOutcome outcome =
        at(ground, 2, "redis.call('flushall')\nreturn redis.call('dbsize')", [&](LuaInspect& run) {
            QCOMPARE(run.effects().size(), std::size_t(1));
            QCOMPARE(run.effects()[0].argv, std::vector<Bytes>{"flushall"});
            RunData data = run.data();
            data.dataset.database(3).setString("a", "1");
            data.dataset.database(3).setString("b", "2");
            data.database = 3;
            run.setData(std::move(data));
            QCOMPARE(run.database(), 3);
        });
    QCOMPARE(outcome.reply.integer, 2);
    QCOMPARE(outcome.database, 3);
    QCOMPARE(outcome.dataset.database(0).size(), std::size_t(0));
}

void ScriptInspectTest::theReturnedValueIsATree()
{
    ScriptGround ground;
    const ScriptOutcome outcome = ground.run("local t = {1.5, nil, 'x', k = {true}} return t, 2, 3");
    QCOMPARE(outcome.returnedValues, std::size_t(3));
    QCOMPARE(outcome.reply.elements.size(), std::size_t(1));
    const LuaTree& tree = outcome.returned;
    QCOMPARE(tree.entries.size(), std::size_t(3));
    QCOMPARE(tree.entries[0].value.text, Bytes("1.5"));
    QCOMPARE(tree.entries[1].key.text, Bytes("3"));
    QCOMPARE(tree.entries[2].key.text, Bytes("\"k\""));
    QCOMPARE(tree.entries[2].entries.at(0).value.text, Bytes("true"));

    const ScriptOutcome cyclic = ground.run("local t = {} t.t = t return t");
    QCOMPARE(cyclic.returned.value.kind, LuaKind::Table);
    const ScriptOutcome failed = ground.run("error('x')");
    QCOMPARE(failed.returnedValues, std::size_t(0));
    QCOMPARE(failed.returned.value.kind, LuaKind::Nil);
}

// Memory that is collected earlier or later gives later tables other addresses.
void ScriptInspectTest::lookingSetsOffNoCollection()
{
    const Bytes body = "local t = {}\n"
                       "for i = 1, 2000 do\n"
                       "  t[i] = i % 2 == 0 and {i}\n" // growing asks for no collection itself
                       "  t[-i] = i\n"
                       "  KEYS[1] = tostring(i)\n"
                       "end\n";
    const auto memory = [&body](bool looks) {
        ScriptGround ground;
        FunctionProbe probe;
        std::vector<std::size_t> bytes;
        int random = 1;
        probe.line = [&](LuaInspect& run, const LineEvent&) {
            bytes.push_back(run.memoryBytes());
            random = random * 75 % 65537;
            if (!looks || random % 3 == 0)
                return ProbeVerdict::Continue;
            for (const auto& variables : {run.arguments(), run.locals(0)}) {
                for (const LuaVariable& each : variables)
                    run.entries(each.value.ref, 0, 10);
            }
            return ProbeVerdict::Continue;
        };
        ground.run(body, {"k"}, {}, &probe);
        return bytes;
    };
    QVERIFY(memory(true) == memory(false));
}

QTEST_GUILESS_MAIN(ScriptInspectTest)
#include "script_inspect_test.moc"
