// A sync session's hold on the live data: one at a time, given up once, with its writes or without.

#include "debugger/sync_hold.h"
#include "tests/debugger/session_rig.h"
#include "engine/command/client_state.h"
#include "engine/resp/reply_text.h"

#include <QtTest>

using namespace debugger;
using test::SessionRig;
using Words = std::vector<Bytes>;

namespace {

const Bytes kScript = "redis.call('INCRBY', 'stock', 5)\n"
                      "redis.call('RPUSH', 'journal', 'added')\n"
                      "redis.call('INCRBY', 'journal', 1)\n";

/// The end of a run, as what is kept of it.
SessionWrites writesOf(const Ended& end)
{
    SessionWrites writes{.dataset = end.dataset, .effects = end.effects};
    for (const engine::KeyChange& change : end.changes.keys)
        writes.touched.push_back({.database = change.database, .key = change.key, .written = true});
    return writes;
}

Bytes run(engine::Engine& engine, const Words& command)
{
    engine::ClientState client;
    auto turn = engine.beginTurn();
    const std::vector<BytesView> words(command.begin(), command.end());
    engine::ReplyTreeSink sink(engine::Protocol::Resp2);
    engine.execute(turn, client, words, sink);
    return engine::formatReplyForPeople(sink.take());
}

ApplyReport keep(SyncHold& hold, engine::Engine& engine, const SessionWrites& writes)
{
    auto turn = engine.beginTurn();
    return hold.keep(engine, turn, {}, writes);
}

} // namespace

class SyncHoldTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatWasWrittenBeforeAnErrorIsKept();
    void aSessionThatIsStoppedKeepsWhatItHasWrittenUpToThere();
    void theDataAreHeldByOneSessionAtATime();
    void droppingWritesNothingAndFreesOnce();
    void withoutTheHoldNothingIsKept();
    void whatComesOutOtherwiseIsTold();
};

void SyncHoldTest::whatWasWrittenBeforeAnErrorIsKept()
{
    SessionRig rig(kScript);
    SyncHold hold;
    QVERIFY(hold.take(rig.engine()));
    rig.send(StartRequest{StartMode::RunToBreakpoint});
    const auto end = rig.wait<Ended>();
    QVERIFY(end.reply.isError());

    const ApplyReport report = keep(hold, rig.engine(), writesOf(end));

    QVERIFY(report.outcome == ApplyOutcome::Done);
    QCOMPARE(report.applied.keys.size(), std::size_t(2));
    QVERIFY(report.different.empty());
    QVERIFY(!rig.engine().isHeld());
    QCOMPARE(run(rig.engine(), {"GET", "stock"}), Bytes("\"5\""));
    QCOMPARE(run(rig.engine(), {"LRANGE", "journal", "0", "-1"}), Bytes("1) \"added\""));
}

void SyncHoldTest::aSessionThatIsStoppedKeepsWhatItHasWrittenUpToThere()
{
    SessionRig rig(kScript);
    SyncHold hold;
    QVERIFY(hold.take(rig.engine()));
    rig.send(StartRequest{});
    rig.wait<Stopped>();
    for (int line = 2; line <= 3; ++line) {
        rig.send(MoveRequest{Move::Over});
        QCOMPARE(rig.wait<Stopped>().line, line);
    }
    rig.send(MoveRequest{Move::Back});
    QCOMPARE(rig.wait<Stopped>().line, 2);
    rig.send(StopRequest{});

    QVERIFY(keep(hold, rig.engine(), writesOf(rig.wait<Ended>())).outcome == ApplyOutcome::Done);

    QCOMPARE(run(rig.engine(), {"GET", "stock"}), Bytes("\"5\""));
    QCOMPARE(run(rig.engine(), {"EXISTS", "journal"}), Bytes("(integer) 0"));
}

void SyncHoldTest::theDataAreHeldByOneSessionAtATime()
{
    SessionRig rig(kScript);
    SyncHold hold;
    SyncHold other;
    QVERIFY(hold.holder(rig.engine()) == Holder::Nobody);
    QVERIFY(hold.take(rig.engine()));
    QVERIFY(!other.take(rig.engine()));
    QVERIFY(!hold.take(rig.engine()));
    QVERIFY(hold.holder(rig.engine()) == Holder::ThisSession);
    QVERIFY(other.holder(rig.engine()) == Holder::OtherSession);
    hold.drop(rig.engine());
    QVERIFY(other.take(rig.engine()));
}

void SyncHoldTest::droppingWritesNothingAndFreesOnce()
{
    SessionRig rig(kScript);
    SyncHold hold;
    SyncHold other;
    QVERIFY(hold.take(rig.engine()));
    hold.drop(rig.engine());
    QVERIFY(!rig.engine().isHeld());
    QCOMPARE(run(rig.engine(), {"DBSIZE"}), Bytes("(integer) 0"));
    // Who lets go a second time does not free the data of another.
    QVERIFY(other.take(rig.engine()));
    hold.drop(rig.engine());
    QVERIFY(rig.engine().isHeld());
}

void SyncHoldTest::withoutTheHoldNothingIsKept()
{
    SessionRig rig(kScript);
    rig.send(StartRequest{StartMode::RunToBreakpoint});
    const SessionWrites writes = writesOf(rig.wait<Ended>());
    SyncHold hold;
    SyncHold other;
    QVERIFY(other.take(rig.engine()));
    QVERIFY(keep(hold, rig.engine(), writes).outcome == ApplyOutcome::Held);
    QVERIFY(rig.engine().isHeld());
    QCOMPARE(run(rig.engine(), {"DBSIZE"}), Bytes("(integer) 0"));
}

void SyncHoldTest::whatComesOutOtherwiseIsTold()
{
    SessionRig rig("redis.set_repl(redis.REPL_NONE)\nredis.call('SET', 'hidden', 1)\n"
                   "redis.set_repl(redis.REPL_ALL)\nredis.call('SET', 'seen', 1)");
    SyncHold hold;
    QVERIFY(hold.take(rig.engine()));
    rig.send(StartRequest{StartMode::RunToBreakpoint});
    const ApplyReport report = keep(hold, rig.engine(), writesOf(rig.wait<Ended>()));
    QVERIFY(report.outcome == ApplyOutcome::Done);
    QCOMPARE(report.different.size(), std::size_t(1));
    QCOMPARE(report.different.front().key, Bytes("hidden"));
}

QTEST_GUILESS_MAIN(SyncHoldTest)
#include "sync_hold_test.moc"
