// What a session has written, done on the live data: all or nothing, told to everybody, never over what somebody else
// has written since, and taken back under the same condition.

#include "debugger/apply_writes.h"
#include "engine/command/client_port.h"
#include "engine/resp/reply_text.h"
#include "tests/debugger/session_rig.h"

#include <QtTest>

using namespace debugger;
using test::SessionRig;
using Words = std::vector<Bytes>;

namespace {

const Bytes kTransfer = "local amount = tonumber(redis.call('GET', 'price'))\n"
                        "redis.call('INCRBY', 'account', amount)\n"
                        "redis.call('RPUSH', 'journal', 'paid')\n"
                        "redis.call('EXPIRE', 'account', 100)\n"
                        "redis.call('SELECT', 3)\n"
                        "redis.call('SET', 'last', amount)\n"
                        "return amount\n";
const std::vector<Words> kGiven = {{"SET", "price", "7"}, {"SET", "account", "10", "EX", "500"}, {"SET", "other", "x"}};

/// A connection that can wait, and never hears.
class DeafPort final : public engine::ClientPort {
public:
    engine::ReplySink& sink() override { return m_unread; }
    engine::ReplySink& sinkBehindReply() override { return m_unread; }
    engine::ReplySink& beginReply() override { return m_unread; }
    void endReply() override { }
    void flush() override { }
    void disconnect() override { }

private:
    engine::ReplyTreeSink m_unread;
};

class Bench {
public:
    explicit Bench(Bytes body, std::vector<Words> given = kGiven)
        : rig({.body = std::move(body), .given = std::move(given)})
    {
    }

    engine::Engine& engine() { return rig.engine(); }
    SessionWrites writesAtEnd()
    {
        rig.send(StartRequest{StartMode::RunToBreakpoint});
        rig.wait<Ended>();
        return rig.ask<WritesTold>(WritesRequest()).writes;
    }
    Bytes run(const Words& command, int database = 0)
    {
        engine::ClientState client;
        client.database = database;
        return runFor(client, command);
    }
    Bytes runFor(engine::ClientState& client, const Words& command)
    {
        auto turn = engine().beginTurn();
        const std::vector<BytesView> words(command.begin(), command.end());
        engine::ReplyTreeSink sink(engine::Protocol::Resp2);
        engine().execute(turn, client, words, sink);
        return sink.complete() ? engine::formatReplyForPeople(sink.take()) : Bytes("waits");
    }
    ApplyReport apply(const SessionWrites& writes, OnConflict onConflict = OnConflict::Refuse)
    {
        auto turn = engine().beginTurn();
        return applyWrites(engine(), turn, writes, onConflict);
    }
    ApplyReport undo(const AppliedWrites& applied, OnConflict onConflict = OnConflict::Refuse)
    {
        auto turn = engine().beginTurn();
        return undoWrites(engine(), turn, applied, onConflict);
    }

    SessionRig rig;
};

/// "changed account, created journal (read)"
Bytes conflictsText(const ApplyReport& report)
{
    constexpr const char* kFates[] = {"created ", "removed ", "expired ", "changed ", "retimed "};
    Bytes text;
    for (const KeyConflict& each : report.conflicts)
        text += (text.empty() ? "" : ", ") + Bytes(kFates[static_cast<int>(each.fate)]) + each.key
            + (each.written ? "" : " (read)");
    return text;
}

} // namespace

class ApplyWritesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatAScriptWroteIsWrittenToTheLiveData();
    void untilItIsAppliedTheLiveDataAreAsTheyWere();
    void atAStopThereIsWhatHasBeenWrittenSoFar();
    void aKeyThatSomebodyHasChangedRefusesAll_data();
    void aKeyThatSomebodyHasChangedRefusesAll();
    void aKeyThatWasWrittenAsItWasIsNoConflict();
    void aKeyWhoseTimeHasComeCountsAsChanged();
    void writingAnywayIsAskedFor();
    void aCommandThatCannotSucceedLeavesEverythingAsItWas();
    void aFlushMeetsTheKeysThatItDoesNotName();
    void thoseWhoWaitAreServedWhenAllIsWritten();
    void thoseWhoWatchAreTold();
    void whatIsHiddenFromPropagationIsTold();
    void whileAnotherSessionHoldsTheDataNothingIsWritten();
    void undoingPutsBackValuesAndTimesToLive();
    void undoingSparesWhatOthersHaveWrittenSince();
};

void ApplyWritesTest::whatAScriptWroteIsWrittenToTheLiveData()
{
    Bench bench(kTransfer);
    const SessionWrites writes = bench.writesAtEnd();
    // An unrelated key may have changed meanwhile.
    bench.run({"SET", "other", "y"});

    const ApplyReport report = bench.apply(writes);

    QVERIFY(report.outcome == ApplyOutcome::Done);
    QCOMPARE(report.commands, 4U);
    QVERIFY(report.different.empty());
    QCOMPARE(bench.run({"GET", "account"}), Bytes("\"17\""));
    QCOMPARE(bench.run({"TTL", "account"}), Bytes("(integer) 100"));
    QCOMPARE(bench.run({"LRANGE", "journal", "0", "-1"}), Bytes("1) \"paid\""));
    QCOMPARE(bench.run({"GET", "last"}, 3), Bytes("\"7\""));
    QCOMPARE(bench.run({"GET", "other"}), Bytes("\"y\""));
}

void ApplyWritesTest::untilItIsAppliedTheLiveDataAreAsTheyWere()
{
    Bench bench(kTransfer);
    bench.writesAtEnd();
    QCOMPARE(bench.run({"GET", "account"}), Bytes("\"10\""));
    QCOMPARE(bench.run({"EXISTS", "journal"}), Bytes("(integer) 0"));
}

void ApplyWritesTest::atAStopThereIsWhatHasBeenWrittenSoFar()
{
    Bench bench(kTransfer);
    bench.rig.start();
    bench.rig.go(Move::Over);
    bench.rig.go(Move::Over);
    const SessionWrites writes = bench.rig.ask<WritesTold>(WritesRequest()).writes;
    const std::vector<TouchedKey> touched{{0, "account", true}, {0, "price", false}};
    QVERIFY(writes.touched == touched);

    QVERIFY(bench.apply(writes).outcome == ApplyOutcome::Done);

    QCOMPARE(bench.run({"GET", "account"}), Bytes("\"17\""));
    QCOMPARE(bench.run({"TTL", "account"}), Bytes("(integer) 500"));
    QCOMPARE(bench.run({"EXISTS", "journal"}), Bytes("(integer) 0"));
}

void ApplyWritesTest::aKeyThatSomebodyHasChangedRefusesAll_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QByteArray>("conflict");
    QTest::newRow("a value") << QByteArray("INCR account") << QByteArray("changed account");
    QTest::newRow("a key that was looked at") << QByteArray("SET price 8") << QByteArray("changed price (read)");
    QTest::newRow("a key that came to be") << QByteArray("LPUSH journal x") << QByteArray("created journal");
    QTest::newRow("a key that is gone") << QByteArray("DEL account") << QByteArray("removed account");
    QTest::newRow("a time to live") << QByteArray("EXPIRE account 900") << QByteArray("retimed account");
    QTest::newRow("none any more") << QByteArray("PERSIST account") << QByteArray("retimed account");
    QTest::newRow("another type") << QByteArray("RPUSH journal x") << QByteArray("created journal");
}

void ApplyWritesTest::aKeyThatSomebodyHasChangedRefusesAll()
{
    QFETCH(const QByteArray, command);
    QFETCH(const QByteArray, conflict);
    Bench bench(kTransfer);
    const SessionWrites writes = bench.writesAtEnd();
    Words words;
    for (const QByteArray& word : command.split(' '))
        words.push_back(word.toStdString());
    bench.run(words);

    const ApplyReport report = bench.apply(writes);

    QVERIFY(report.outcome == ApplyOutcome::Conflict);
    QCOMPARE(conflictsText(report), conflict.toStdString());
    QCOMPARE(bench.run({"EXISTS", "last"}, 3), Bytes("(integer) 0"));
}

void ApplyWritesTest::aKeyThatWasWrittenAsItWasIsNoConflict()
{
    Bench bench(kTransfer);
    const SessionWrites writes = bench.writesAtEnd();
    bench.run({"INCR", "price"});
    bench.run({"SET", "price", "7"});
    bench.run({"RPUSH", "journal", "x"});
    bench.run({"DEL", "journal"});
    QVERIFY(bench.apply(writes).outcome == ApplyOutcome::Done);
}

void ApplyWritesTest::aKeyWhoseTimeHasComeCountsAsChanged()
{
    Bench bench(kTransfer);
    const SessionWrites writes = bench.writesAtEnd();
    bench.rig.clock.advance(std::chrono::seconds(501));
    const ApplyReport report = bench.apply(writes);
    QVERIFY(report.outcome == ApplyOutcome::Conflict);
    QCOMPARE(conflictsText(report), Bytes("expired account"));
}

void ApplyWritesTest::writingAnywayIsAskedFor()
{
    Bench bench(kTransfer);
    const SessionWrites writes = bench.writesAtEnd();
    bench.run({"SET", "account", "100"});
    const ApplyReport report = bench.apply(writes, OnConflict::WriteAnyway);
    QVERIFY(report.outcome == ApplyOutcome::Done);
    QCOMPARE(conflictsText(report), Bytes("changed account"));
    // The commands are done, not the values copied: the other's 100 is added to, and it is said that this differs.
    QCOMPARE(bench.run({"GET", "account"}), Bytes("\"107\""));
    QCOMPARE(report.different.size(), 1U);
    QCOMPARE(report.different.front().key, Bytes("account"));
}

void ApplyWritesTest::aCommandThatCannotSucceedLeavesEverythingAsItWas()
{
    Bench bench(kTransfer);
    const SessionWrites writes = bench.writesAtEnd();
    bench.run({"SET", "journal", "no list"});
    const ApplyReport report = bench.apply(writes, OnConflict::WriteAnyway);
    QVERIFY(report.outcome == ApplyOutcome::Refused);
    QVERIFY(report.refused == Words({"RPUSH", "journal", "paid"}));
    QVERIFY(report.refusal.starts_with("WRONGTYPE"));
    QCOMPARE(bench.run({"GET", "account"}), Bytes("\"10\""));
}

void ApplyWritesTest::aFlushMeetsTheKeysThatItDoesNotName()
{
    Bench bench("redis.call('FLUSHDB')");
    const SessionWrites writes = bench.writesAtEnd();
    bench.run({"SET", "new", "1"});
    const ApplyReport refused = bench.apply(writes);
    QCOMPARE(conflictsText(refused), Bytes("created new"));
    QCOMPARE(bench.run({"DBSIZE"}), Bytes("(integer) 4"));
    bench.run({"DEL", "new"});
    const ApplyReport done = bench.apply(writes);
    QVERIFY(done.outcome == ApplyOutcome::Done);
    QCOMPARE(bench.run({"DBSIZE"}), Bytes("(integer) 0"));
    QVERIFY(bench.undo(done.applied).outcome == ApplyOutcome::Done);
    QCOMPARE(bench.run({"DBSIZE"}), Bytes("(integer) 3"));
}

void ApplyWritesTest::thoseWhoWaitAreServedWhenAllIsWritten()
{
    Bench bench("redis.call('RPUSH', 'queue', 'a')\nredis.call('RPUSH', 'queue', 'b')\nredis.call('LPOP', 'queue')");
    DeafPort port;
    engine::ClientState waiting;
    waiting.port = &port;
    {
        auto turn = bench.engine().beginTurn();
        bench.engine().join(turn, waiting);
    }
    const SessionWrites writes = bench.writesAtEnd();
    QCOMPARE(bench.runFor(waiting, {"BLMOVE", "queue", "taken", "LEFT", "LEFT", "0"}), Bytes("waits"));
    QVERIFY(bench.apply(writes).outcome == ApplyOutcome::Done);
    // Had the first push been seen alone, it would be "a".
    QCOMPARE(bench.run({"LRANGE", "taken", "0", "-1"}), Bytes("1) \"b\""));
    auto turn = bench.engine().beginTurn();
    bench.engine().leave(turn, waiting);
}

void ApplyWritesTest::thoseWhoWatchAreTold()
{
    Bench bench(kTransfer);
    engine::ClientState watching;
    bench.runFor(watching, {"WATCH", "account"});
    const SessionWrites writes = bench.writesAtEnd();
    QVERIFY(!watching.watchedKeyChanged);
    const ApplyReport report = bench.apply(writes);
    QVERIFY(watching.watchedKeyChanged);
    bench.runFor(watching, {"UNWATCH"});
    bench.runFor(watching, {"WATCH", "account"});
    bench.undo(report.applied);
    QVERIFY(watching.watchedKeyChanged);
    bench.runFor(watching, {"UNWATCH"});
}

void ApplyWritesTest::whatIsHiddenFromPropagationIsTold()
{
    Bench bench("redis.set_repl(redis.REPL_NONE)\nredis.call('SET', 'hidden', 1)\n"
                "redis.set_repl(redis.REPL_ALL)\nredis.call('SET', 'seen', 1)");
    const SessionWrites writes = bench.writesAtEnd();
    const ApplyReport report = bench.apply(writes);
    QVERIFY(report.outcome == ApplyOutcome::Done);
    QCOMPARE(report.different.size(), 1U);
    QCOMPARE(report.different.front().key, Bytes("hidden"));
    QCOMPARE(bench.run({"EXISTS", "hidden", "seen"}), Bytes("(integer) 1"));
}

void ApplyWritesTest::whileAnotherSessionHoldsTheDataNothingIsWritten()
{
    Bench bench(kTransfer);
    const SessionWrites writes = bench.writesAtEnd();
    bench.engine().hold();
    QVERIFY(bench.apply(writes).outcome == ApplyOutcome::Held);
    bench.engine().release();
    QCOMPARE(bench.run({"GET", "account"}), Bytes("\"10\""));
}

void ApplyWritesTest::undoingPutsBackValuesAndTimesToLive()
{
    Bench bench(kTransfer);
    const SessionWrites writes = bench.writesAtEnd();
    const ApplyReport applied = bench.apply(writes);
    bench.run({"SET", "other", "written since"});

    const ApplyReport undone = bench.undo(applied.applied);

    QVERIFY(undone.outcome == ApplyOutcome::Done);
    QCOMPARE(undone.commands, 3U);
    QCOMPARE(bench.run({"GET", "account"}), Bytes("\"10\""));
    QCOMPARE(bench.run({"TTL", "account"}), Bytes("(integer) 500"));
    QCOMPARE(bench.run({"EXISTS", "journal"}), Bytes("(integer) 0"));
    QCOMPARE(bench.run({"EXISTS", "last"}, 3), Bytes("(integer) 0"));
    QCOMPARE(bench.run({"GET", "other"}), Bytes("\"written since\""));
    // And then it can be applied once more.
    QVERIFY(bench.apply(writes).outcome == ApplyOutcome::Done);
}

void ApplyWritesTest::undoingSparesWhatOthersHaveWrittenSince()
{
    Bench bench(kTransfer);
    const ApplyReport applied = bench.apply(bench.writesAtEnd());
    bench.run({"RPUSH", "journal", "somebody else's"});

    const ApplyReport refused = bench.undo(applied.applied);

    QVERIFY(refused.outcome == ApplyOutcome::Conflict);
    QCOMPARE(conflictsText(refused), Bytes("changed journal"));
    QCOMPARE(bench.run({"GET", "account"}), Bytes("\"17\""));
    QVERIFY(bench.undo(applied.applied, OnConflict::WriteAnyway).outcome == ApplyOutcome::Done);
    QCOMPARE(bench.run({"EXISTS", "journal"}), Bytes("(integer) 0"));
}

QTEST_APPLESS_MAIN(ApplyWritesTest)
#include "apply_writes_test.moc"
