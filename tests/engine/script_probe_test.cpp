// What a probe is told of a run: lines, coroutines, depths, commands, output; and what it may decide.

#include "tests/support/script_ground.h"

#include <QtTest>

using namespace engine;
using tests::FunctionProbe;
using tests::ScriptGround;

class ScriptProbeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesComeInTheOrderInWhichTheyRun();
    void depthCountsActivationsAndErrorsGiveThemBack();
    void theFirstLineOfAnActivationSaysSo_data();
    void theFirstLineOfAnActivationSaysSo();
    void coroutinesAreNumberedAndStepped();
    void chunksOfOtherNamesAreNotInTheScript();
    void aVerdictEndsTheRunThroughPcall();
    void ticksComeInALoopOnOneLine();
    void commandsAreShownWithTheirReplies();
    void aRecordedReplyIsUsedInsteadOfRunning();
    void outputIsTold();
    void theSameInputGivesTheSameTraceAndAddresses();
    void aProbedRunGivesWhatAnUnprobedOneGives();

private:
    static std::vector<LineEvent> linesOf(ScriptGround& ground, const Bytes& body)
    {
        std::vector<LineEvent> lines;
        FunctionProbe probe;
        probe.line = [&](LuaInspect&, const LineEvent& event) {
            lines.push_back(event);
            return ProbeVerdict::Continue;
        };
        ground.run(body, {}, {}, &probe);
        return lines;
    }
    static std::vector<int> numbersOf(const std::vector<LineEvent>& lines)
    {
        std::vector<int> numbers;
        for (const LineEvent& line : lines)
            numbers.push_back(line.line);
        return numbers;
    }
};

void ScriptProbeTest::linesComeInTheOrderInWhichTheyRun()
{
    ScriptGround ground;
    QCOMPARE(numbersOf(linesOf(ground, "local x = 1\nfor i = 1, 2 do\n  x = x + i\nend\nreturn x")),
        (std::vector<int>{1, 2, 3, 2, 3, 2, 5}));
    // A function's definition stops at its `end`, where the closure is made.
    QCOMPARE(
        numbersOf(linesOf(ground, "local function f()\n  return 1\nend\nreturn f()")), (std::vector<int>{3, 4, 2}));
}

void ScriptProbeTest::depthCountsActivationsAndErrorsGiveThemBack()
{
    ScriptGround ground;
    const auto lines = linesOf(ground,
        "local function fail()\n"
        "  error('x')\n"
        "end\n"
        "local function outer()\n"
        "  pcall(fail)\n"
        "  return 1\n"
        "end\n"
        "outer()\n"
        "return 2\n");
    std::map<int, int> depths;
    for (const LineEvent& event : lines)
        depths[event.line] = event.depth;
    QCOMPARE(depths.at(8), 1);
    QCOMPARE(depths.at(5), 2);
    QCOMPARE(depths.at(2), 3); // pcall itself, which has no lines, is between
    QCOMPARE(depths.at(6), 2);
    QCOMPARE(depths.at(9), 1);
}

void ScriptProbeTest::theFirstLineOfAnActivationSaysSo_data()
{
    QTest::addColumn<QByteArray>("call");
    QTest::addColumn<QByteArray>("expected"); // from the call on: line, depth, and a mark where an activation begins
    QTest::newRow("two calls") << QByteArray("f() f()") << QByteArray("10:1 2:2* 3:2 2:2* 3:2 11:1 ");
    QTest::newRow("tail calls") << QByteArray("t() f()") << QByteArray("10:1 6:2* 2:3* 3:3 2:2* 3:2 11:1 ");
    QTest::newRow("in C") << QByteArray("pcall(f) f()") << QByteArray("10:1 2:2* 3:2 2:2* 3:2 11:1 ");
    QTest::newRow("behind an error") << QByteArray("pcall(pcall, error) f()") << QByteArray("10:1 2:2* 3:2 11:1 ");
    QTest::newRow("an error in depth") << QByteArray("pcall(string.gsub, 'a', 'a', function() f() error() end) f()")
                                       << QByteArray("10:1 10:2* 2:3* 3:3 2:2* 3:2 11:1 ");
    QTest::newRow("a handler") << QByteArray("xpcall(error, f) f()") << QByteArray("10:1 2:2* 3:2 2:2* 3:2 11:1 ");
    QTest::newRow("for each match") << QByteArray("local s = ('ab'):gsub('%w', f)")
                                    << QByteArray("10:1 2:2* 3:2 2:2* 3:2 11:1 ");
    QTest::newRow("metamethods") << QByteArray("local a = m.a == m.b") << QByteArray("10:1 2:2* 3:2 2:2* 3:2 11:1 ");
    QTest::newRow("a coroutine") << QByteArray("coroutine.wrap(t)() f()")
                                 << QByteArray("10:1 6:1* 2:2* 3:2 2:2* 3:2 11:1 ");
    QTest::newRow("a yield") << QByteArray("local y = coroutine.wrap(function() coroutine.yield() end) y() y() f()")
                             << QByteArray("10:1 10:1* 2:2* 3:2 11:1 ");
}

void ScriptProbeTest::theFirstLineOfAnActivationSaysSo()
{
    QFETCH(const QByteArray, call);
    QFETCH(const QByteArray, expected);
    ScriptGround ground;
    const auto lines = linesOf(ground,
        "local function f()\n"
        "  local a = 1\n"
        "  return a\n"
        "end\n"
        "local function t()\n"
        "  return f()\n"
        "end\n"
        "local m = setmetatable({}, {__index = f})\n"
        "local n\n"
            + call.toStdString() + "\nreturn 1");
    Bytes told;
    for (const LineEvent& event : lines) {
        if (told.empty() && event.line != 10)
            continue;
        told += std::to_string(event.line) + ":" + std::to_string(event.depth) + (event.begins ? "* " : " ");
    }
    QCOMPARE(told, expected.toStdString());
    QVERIFY(lines.front().begins);
}

void ScriptProbeTest::coroutinesAreNumberedAndStepped()
{
    ScriptGround ground;
    const auto lines = linesOf(ground,
        "local a = coroutine.create(function()\n"
        "  coroutine.yield(1)\n"
        "  return 2\n"
        "end)\n"
        "coroutine.resume(a)\n"
        "local b = coroutine.wrap(function()\n"
        "  return 3\n"
        "end)\n"
        "b()\n"
        "coroutine.resume(a)\n"
        "return 4");
    std::map<int, int> coroutines;
    std::map<int, int> depths;
    for (const LineEvent& event : lines) {
        coroutines[event.line] = event.coroutine;
        depths[event.line] = event.depth;
    }
    QCOMPARE(coroutines.at(2), 1);
    QCOMPARE(coroutines.at(7), 2);
    QCOMPARE(coroutines.at(3), 1);
    QCOMPARE(coroutines.at(11), 0);
    QCOMPARE(depths.at(2), 1);
    QCOMPARE(depths.at(3), 1);
    QCOMPARE(depths.at(11), 1);
}

void ScriptProbeTest::chunksOfOtherNamesAreNotInTheScript()
{
    ScriptGround ground;
    const auto lines = linesOf(ground, "local f = loadstring('return 1', 'other')\nreturn f()");
    QCOMPARE(lines.size(), std::size_t(3));
    QVERIFY(lines[1].inScript);
    QVERIFY(!lines[2].inScript);
}

void ScriptProbeTest::aVerdictEndsTheRunThroughPcall()
{
    ScriptGround ground;
    FunctionProbe probe;
    probe.line = [](LuaInspect&, const LineEvent& event) {
        return event.line == 3 ? ProbeVerdict::Abort : ProbeVerdict::Continue;
    };
    const ScriptOutcome outcome =
        ground.run("while true do\n  pcall(function()\n    local x = 1\n  end)\nend", {}, {}, &probe);
    QVERIFY(outcome.reply.isError());
    QVERIFY2(
        outcome.reply.text.starts_with("ERR script aborted for user request script: "), outcome.reply.text.c_str());
    QVERIFY2(outcome.reply.text.ends_with(", on @user_script:3."), outcome.reply.text.c_str());
}

void ScriptProbeTest::ticksComeInALoopOnOneLine()
{
    ScriptGround ground;
    FunctionProbe probe;
    int ticks = 0;
    probe.tick = [&](LuaInspect& run) {
        if (run.frames().front().line != 1)
            return ProbeVerdict::Abort;
        return ++ticks == 3 ? ProbeVerdict::Abort : ProbeVerdict::Continue;
    };
    const ScriptOutcome outcome = ground.run("while true do end", {}, {}, &probe);
    QVERIFY(outcome.reply.isError());
    QCOMPARE(ticks, 3);
}

void ScriptProbeTest::commandsAreShownWithTheirReplies()
{
    ScriptGround ground;
    FunctionProbe probe;
    std::vector<Bytes> seen;
    probe.command = [&](LuaInspect& run, Argv argv) -> const Reply* {
        Bytes words;
        for (const BytesView word : argv)
            words += Bytes(word) + " ";
        seen.push_back(words + "at " + std::to_string(run.frames().at(1).line));
        return nullptr;
    };
    probe.reply = [&](LuaInspect&, Argv, const Reply& reply) { seen.push_back(reply.text); };
    ground.run("redis.call('echo', 1.5)\nredis.pcall('nosuch')\nredis.pcall('echo', {})", {}, {}, &probe);
    // What never becomes a command is not shown.
    QCOMPARE(seen,
        (std::vector<Bytes>{"echo 1.5 at 1", "1.5", "nosuch at 2", "ERR Unknown Redis command called from script"}));
}

void ScriptProbeTest::aRecordedReplyIsUsedInsteadOfRunning()
{
    ScriptGround ground;
    FunctionProbe probe;
    Reply recorded;
    recorded.kind = ReplyKind::Array;
    recorded.elements.resize(2);
    recorded.elements[0].kind = ReplyKind::Bulk;
    recorded.elements[0].text = "from the tape";
    probe.command = [&](LuaInspect&, Argv) { return &recorded; };
    const ScriptOutcome outcome =
        ground.run("local r = redis.call('nosuch') return {r[1], tostring(r[2])}", {}, {}, &probe);
    QCOMPARE(outcome.reply.elements.at(0).text, Bytes("from the tape"));
    QCOMPARE(outcome.reply.elements.at(1).text, Bytes("false"));
}

void ScriptProbeTest::outputIsTold()
{
    ScriptGround ground;
    FunctionProbe probe;
    probe.stopsAtBreakpoints = true;
    const ScriptOutcome outcome = ground.run("redis.log(redis.LOG_WARNING, 'a', 1, {}, 'b')\n"
                                             "redis.debug('x\\n', 1.5, {1, {a = true}}, nil)\n"
                                             "return tostring(redis.breakpoint())",
        {}, {}, &probe);
    QCOMPARE(probe.logged, std::vector<Bytes>{"3 a 1 b"});
    QCOMPARE(probe.debugged, std::vector<Bytes>{"2 \"x\\n\", 1.5, {1; {[\"a\"]=true}}, nil"});
    QCOMPARE(outcome.reply.text, Bytes("true"));
    QCOMPARE(outcome.log.size(), std::size_t(1));
    QCOMPARE(outcome.log.at(0).text, Bytes("a 1 b"));
}

void ScriptProbeTest::theSameInputGivesTheSameTraceAndAddresses()
{
    ScriptGround ground;
    const Bytes body = "local seen = {}\n"
                       "for i = 1, 300 do seen[{}] = i end\n"
                       "local order = {}\n"
                       "for k, v in pairs(seen) do order[#order + 1] = v end\n"
                       "return {tostring({}), tostring(function() end), table.concat(order, ' '),\n"
                       "  tostring(coroutine.create(function() end)), tostring(math.random())}";
    std::vector<int> first;
    std::vector<int> second;
    FunctionProbe probe;
    probe.line = [&](LuaInspect&, const LineEvent& event) {
        first.push_back(event.line);
        return ProbeVerdict::Continue;
    };
    const ScriptOutcome one = ground.run(body, {}, {}, &probe);
    probe.line = [&](LuaInspect& run, const LineEvent& event) {
        // Looking on changes nothing.
        run.locals(0);
        run.upvalues(0);
        run.frames();
        if (event.line == 4)
            (void)run.evaluate(0, "(function() local t = {} for i = 1, 1000 do t[i] = {} end return #t end)()");
        second.push_back(event.line);
        return ProbeVerdict::Continue;
    };
    const ScriptOutcome two = ground.run(body, {}, {}, &probe);
    QCOMPARE(one.reply.elements.size(), std::size_t(5));
    QCOMPARE(first, second);
#if defined(__SANITIZE_ADDRESS__)
    QSKIP("memory is malloc's under address sanitizer: addresses do not repeat");
#endif
    QVERIFY(one.reply == two.reply);
}

void ScriptProbeTest::aProbedRunGivesWhatAnUnprobedOneGives()
{
    ScriptGround ground;
    const Bytes body = "local t = redis.call('command', 'count')\n"
                       "return {type(t), redis.call('echo', 'x'), redis.pcall('nosuch').err, #KEYS, ARGV[2]}";
    FunctionProbe probe;
    const ScriptOutcome with = ground.run(body, {"a", "b"}, {"1", "2"}, &probe);
    const ScriptOutcome without = ground.run(body, {"a", "b"}, {"1", "2"});
    QVERIFY(with.reply == without.reply);
    QCOMPARE(with.reply.elements.at(3).integer, 2);
}

QTEST_GUILESS_MAIN(ScriptProbeTest)
#include "script_probe_test.moc"
