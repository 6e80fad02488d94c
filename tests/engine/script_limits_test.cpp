// What a run may take beyond time and memory of Lua: the size of its reply, the writes that are kept of it, the time of
// the parser; and that few instructions that work for long do not put its end off.

#include "engine/resp/reply_tree_sink.h"
#include "tests/support/embedded_server.h"
#include "tests/support/script_ground.h"

#include <QTest>

using namespace engine;

class ScriptLimitsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aReplyLargerThanMemoryIsTakenBack_data();
    void aReplyLargerThanMemoryIsTakenBack();
    void aReplyOfATransactionIsTakenBackAlone();
    void whatIsTakenBackLeavesTheSinkAsItWas();
    void aRunThatWritesTooMuchEnds();
    void whatAScriptReturnsIsShownInBounds();
    void ticksAreCloserWhereInstructionsAreLong();
    void aCoroutineThatWasMadeBeforeTicksAsOften();
    void aParserThatTakesTooLongIsStopped();
};

namespace {

constexpr const char* kLargeReplies[][2] = {
    {"one string many times", "local s, t = ('x'):rep(2^20), {} for i = 1, 1000 do t[i] = s end return t"},
    {"a cycle with two ways on", "local t = {} t[1] = t t[2] = t return t"},
    {"a map of one string",
        "redis.setresp(3) local s, m = ('x'):rep(2^20), {} for i = 1, 1000 do m[i] = s end "
        "return {map = m}"},
    {"statuses", "local s, t = {ok = ('x'):rep(2^20)}, {} for i = 1, 1000 do t[i] = s end return t"},
    {"errors", "local s, t = {err = ('x'):rep(2^20)}, {} for i = 1, 1000 do t[i] = s end return t"},
    {"verbatim strings",
        "local s, t = {verbatim_string = {format = 'txt', string = ('x'):rep(2^20)}}, {} "
        "for i = 1, 1000 do t[i] = s end return t"},
    {"big numbers", "local s, t = {big_number = ('1'):rep(2^20)}, {} for i = 1, 1000 do t[i] = s end return t"},
};

ScriptRunnerOptions smallOptions()
{
    return {.memoryLimitBytes = std::size_t(64) << 20, .arenaSlot = ScriptRunnerOptions::kRecorded};
}

int ticksOf(tests::ScriptGround& ground, const Bytes& body)
{
    int ticks = 0;
    tests::FunctionProbe probe;
    probe.tick = [&ticks](LuaInspect&) {
        ++ticks;
        return ProbeVerdict::Continue;
    };
    ground.run(body, {}, {}, &probe);
    return ticks;
}

} // namespace

void ScriptLimitsTest::aReplyLargerThanMemoryIsTakenBack_data()
{
    QTest::addColumn<Bytes>("body");
    for (const auto& [name, body] : kLargeReplies)
        QTest::newRow(name) << Bytes(body);
}

void ScriptLimitsTest::aReplyLargerThanMemoryIsTakenBack()
{
    QFETCH(Bytes, body);
    tests::ScriptGround ground(smallOptions());
    const ScriptOutcome outcome = ground.run(body);
    QVERIFY2(outcome.reply.text.ends_with(", its reply is larger than half the memory it may have, 33554432 bytes"),
        outcome.reply.text.substr(0, 200).c_str());
    QCOMPARE(outcome.returned, LuaTree());
    QCOMPARE(ground.text("return {1, {2}}"), Bytes("1) (integer) 1\n2) 1) (integer) 2"));

    tests::EmbeddedServer server;
    QCOMPARE(server.run("CONFIG SET lua-memory-limit 64mb"), Bytes("OK"));
    const Reply reply = server.reply(std::vector<Bytes>{"EVAL", body, "0"});
    QVERIFY2(reply.isError(), reply.text.substr(0, 200).c_str());
    QCOMPARE(server.run("EVAL 'return 1' 0"), Bytes("(integer) 1"));
}

void ScriptLimitsTest::aReplyOfATransactionIsTakenBackAlone()
{
    tests::EmbeddedServer server;
    server.run("MULTI");
    server.run("SET a 1");
    server.reply(std::vector<Bytes>{"EVAL", kLargeReplies[1][1], "0"});
    server.run("GET a");
    const Reply reply = server.reply(std::vector<Bytes>{"EXEC"});
    QCOMPARE(reply.elements.size(), 3U);
    QVERIFY(reply.elements[1].isError());
    QCOMPARE(reply.elements[2].text, Bytes("1"));
}

// Inside an aggregate of either sort, with a value before it.
void ScriptLimitsTest::whatIsTakenBackLeavesTheSinkAsItWas()
{
    const auto write = [](ReplySink& sink) {
        sink.beginArray();
        sink.integer(1);
        sink.array(2);
        sink.integer(2);
        const ReplySink::Mark mark = sink.mark();
        sink.array(2);
        sink.map(1);
        sink.bulk("key");
        sink.takeBack(mark);
        sink.integer(3);
        sink.end();
    };
    Bytes bytes;
    RespSink text(bytes, Protocol::Resp2);
    write(text);
    QCOMPARE(bytes, Bytes("*2\r\n:1\r\n*2\r\n:2\r\n:3\r\n"));
    ReplyTreeSink tree;
    write(tree);
    const Reply reply = tree.take();
    QCOMPARE(reply.elements.size(), 2U);
    QCOMPARE(reply.elements[1].elements.size(), 2U);
    QCOMPARE(reply.elements[1].elements[1].integer, 3);

    ReplyTreeSink alone;
    const ReplySink::Mark start = alone.mark();
    alone.array(1);
    alone.takeBack(start);
    alone.status("fine");
    QCOMPARE(alone.take().text, Bytes("fine"));
}

void ScriptLimitsTest::aRunThatWritesTooMuchEnds()
{
    tests::ScriptGround ground;
    const ScriptOutcome outcome = ground.run(
        "local s = ('x'):rep(2^22) for i = 1, 1000 do pcall(redis.call, 'set', 'k', s) end return 'all written'");
    QVERIFY2(
        outcome.reply.text.starts_with("ERR the script's writes are larger than its memory may be, 268435456 bytes"),
        outcome.reply.text.c_str());
    QVERIFY(outcome.effects.size() < 70);
}

void ScriptLimitsTest::whatAScriptReturnsIsShownInBounds()
{
    tests::ScriptGround ground;
    const ScriptOutcome outcome =
        ground.run("local s, t = ('x'):rep(60000), {} for i = 1, 2000 do t[i] = s end return t");
    QCOMPARE(outcome.reply.elements.size(), 2000U);
    QVERIFY(outcome.returned.entries.size() < 300);
    QCOMPARE(outcome.returned.entries.size() + outcome.returned.entriesLeftOut, 2000U);
}

void ScriptLimitsTest::ticksAreCloserWhereInstructionsAreLong()
{
    // Two strings that differ at their ends.
    constexpr const char* kBody = "local s = ('x'):rep(%1) local a, b = s .. 'a', s .. 'b' "
                                  "for i = 1, 100 do local c = a < b end";
    tests::ScriptGround ground;
    const int few = ticksOf(ground, QString(kBody).arg(100).toStdString());
    const int many = ticksOf(ground, QString(kBody).arg(1 << 24).toStdString());
    QVERIFY2(few <= 1 && many > 15, qPrintable(QString("%1, %2").arg(few).arg(many)));
    // The next run has them as they were.
    QVERIFY(ticksOf(ground, QString(kBody).arg(100).toStdString()) <= 1);
}

void ScriptLimitsTest::aCoroutineThatWasMadeBeforeTicksAsOften()
{
    constexpr const char* kBody = "local a, b local loop = coroutine.wrap(function() for i = 1, 100 do "
                                  "local c = a < b end end) local s = ('x'):rep(%1) a, b = s .. 'a', s .. 'b' loop()";
    tests::ScriptGround ground;
    const int few = ticksOf(ground, QString(kBody).arg(100).toStdString());
    const int many = ticksOf(ground, QString(kBody).arg(1 << 24).toStdString());
    QVERIFY2(few <= 1 && many > 15, qPrintable(QString("%1, %2").arg(few).arg(many)));
}

void ScriptLimitsTest::aParserThatTakesTooLongIsStopped()
{
    // Each `break` is put at the end of a list that is walked from its start.
    const Bytes source = "loadstring('while true do ' .. ('if x then break end '):rep(4e5) .. ' end') return 'parsed'";
    tests::ScriptGround ground;
    ScriptInput input = ground.input(source);
    input.limits.time = std::chrono::milliseconds(20);
    const ScriptOutcome outcome = ground.runner.run(std::move(input));
    QVERIFY2(
        outcome.reply.text.starts_with("ERR Script ran longer than its limit of 20 ms"), outcome.reply.text.c_str());
}

QTEST_GUILESS_MAIN(ScriptLimitsTest)
#include "script_limits_test.moc"
