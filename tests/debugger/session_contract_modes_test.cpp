// What every way of having a session promises of the live data: a snapshot session leaves them and everybody alone
// until its writes are applied; a sync session has them to itself, and its writes stay. And of the clock that it goes
// by.

#include "tests/debugger/session_contract.h"
#include "tests/support/bytes_text.h"

using namespace debugger;
using test::contractSession;
using test::Place;

namespace {

const Bytes kTransfer = "local amount = tonumber(redis.call('GET', 'price'))\n"
                        "redis.call('INCRBY', 'account', amount)\n"
                        "redis.call('RPUSH', 'journal', 'paid')\n"
                        "redis.call('PEXPIREAT', 'account', 4000000000000)\n"
                        "return amount\n";

test::SessionGround::Script transfer()
{
    return {.body = kTransfer, .given = {{"SET", "price", "7"}, {"SET", "account", "10", "PXAT", "5000000000000"}}};
}

/// A session of that, at the script's end.
std::unique_ptr<test::ContractSession> transferred()
{
    auto session = contractSession(transfer());
    session->start();
    if (session->end().reply.integer != 7)
        qWarning("the script did not come to its end");
    return session;
}

} // namespace

class SessionContractModesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data() { test::addContractBackEnds(); }

    void untilTheyAreAppliedWritesAreOnTheSnapshotAlone();
    void appliedWritesAreTakenBackWithTheirTimesToLive();
    void atAStopWhatIsWrittenSoFarIsApplied();
    void aKeyThatSomebodyElseHasChangedRefusesAll_data();
    void aKeyThatSomebodyElseHasChangedRefusesAll();
    void whatCannotSucceedLeavesEverythingAsItWas();
    void takingBackSparesWhatOthersHaveWrittenSince();
    void whatEndsASessionLeavesTheLiveDataAlone_data();
    void whatEndsASessionLeavesTheLiveDataAlone();
    void othersAreServedWhileASessionWaits();
    void aRestartSeesTheDataAsTheyAreNow();
    void severalSessionsGoOnAtOnce();

    void aSyncSessionsWritesStayAndEverybodyWaits();
    void aSyncSessionThatIsLeftKeepsWhatItHasWrittenUpToThere();
    void aSyncSessionMayBeDiscarded();
    void oneSessionHasTheDataToItself();

    void theClockIsFrozenSteppedAndJumped();
    void theClockGoesAtASpeed();
    void whatIsWrittenGoesByTheMovedClock();
    void aRestartJudgesExpiryByTheMovedClock();
    void timesToLiveAreChangesOfTheirStep();
};

void SessionContractModesTest::untilTheyAreAppliedWritesAreOnTheSnapshotAlone()
{
    const auto session = transferred();
    QCOMPARE(session->live({"GET", "account"}), Bytes("\"10\""));
    QCOMPARE(session->live({"EXISTS", "journal"}), Bytes("(integer) 0"));
    QVERIFY(session->takeBack().starts_with("refused: "));
    // An unrelated key may change meanwhile.
    session->live({"SET", "other", "y"});
    QCOMPARE(session->apply(), Bytes("done"));
    QCOMPARE(session->live({"GET", "account"}), Bytes("\"17\""));
    QCOMPARE(session->live({"PEXPIRETIME", "account"}), Bytes("(integer) 4000000000000"));
    QCOMPARE(session->live({"LRANGE", "journal", "0", "-1"}), Bytes("1) \"paid\""));
    QCOMPARE(session->live({"GET", "other"}), Bytes("\"y\""));
    // Twice would pay twice.
    QCOMPARE(session->apply(), Bytes("conflict: changed account, created journal"));
    // The session can still be gone back in.
    QCOMPARE(session->go(Move::Back).line, 5);
}

void SessionContractModesTest::appliedWritesAreTakenBackWithTheirTimesToLive()
{
    const auto session = transferred();
    QCOMPARE(session->apply(), Bytes("done"));
    session->live({"SET", "other", "written since"});
    QCOMPARE(session->takeBack(), Bytes("done"));
    QCOMPARE(session->live({"GET", "account"}), Bytes("\"10\""));
    QCOMPARE(session->live({"PEXPIRETIME", "account"}), Bytes("(integer) 5000000000000"));
    QCOMPARE(session->live({"EXISTS", "journal"}), Bytes("(integer) 0"));
    QCOMPARE(session->live({"GET", "other"}), Bytes("\"written since\""));
    QVERIFY(session->takeBack().starts_with("refused: "));
    QCOMPARE(session->apply(), Bytes("done"));
}

void SessionContractModesTest::atAStopWhatIsWrittenSoFarIsApplied()
{
    const auto session = transferred();
    session->backTo(3);
    QCOMPARE(session->apply(), Bytes("done"));
    QCOMPARE(session->live({"GET", "account"}), Bytes("\"17\""));
    QCOMPARE(session->live({"PEXPIRETIME", "account"}), Bytes("(integer) 5000000000000"));
    QCOMPARE(session->live({"EXISTS", "journal"}), Bytes("(integer) 0"));
}

void SessionContractModesTest::aKeyThatSomebodyElseHasChangedRefusesAll_data()
{
    QTest::addColumn<QByteArray>("command");
    QTest::addColumn<QByteArray>("conflict");
    QTest::addColumn<QByteArray>("account"); // when it is applied anyway
    const auto row = [](const char* command, const char* conflict, const char* account) {
        QTest::newRow(command) << QByteArray(command) << QByteArray("conflict: ").append(conflict)
                               << QByteArray(account);
    };
    row("INCR account", "changed account", "\"18\"");
    row("SET price 8", "changed price (read)", "\"17\"");
    row("LPUSH journal x", "created journal", "\"17\"");
    row("DEL account", "removed account", "\"7\"");
    row("PERSIST account", "retimed account", "\"17\"");
}

void SessionContractModesTest::aKeyThatSomebodyElseHasChangedRefusesAll()
{
    QFETCH(const QByteArray, command);
    QFETCH(const QByteArray, conflict);
    QFETCH(const QByteArray, account);
    const auto session = transferred();
    std::vector<Bytes> words;
    for (const QByteArray& word : command.split(' '))
        words.push_back(word.toStdString());
    session->live(words);
    const Bytes before = session->live({"GET", "account"});

    QCOMPARE(session->apply(), conflict.toStdString());

    QCOMPARE(session->live({"GET", "account"}), before);
    QCOMPARE(session->apply(OnConflict::WriteAnyway), Bytes("done"));
    QCOMPARE(session->live({"GET", "account"}), account.toStdString());
}

void SessionContractModesTest::whatCannotSucceedLeavesEverythingAsItWas()
{
    const auto session = transferred();
    session->live({"SET", "journal", "no list"});
    QCOMPARE(session->apply(OnConflict::WriteAnyway), Bytes("refused: RPUSH journal paid"));
    QCOMPARE(session->live({"GET", "account"}), Bytes("\"10\""));
}

void SessionContractModesTest::takingBackSparesWhatOthersHaveWrittenSince()
{
    const auto session = transferred();
    session->apply();
    session->live({"RPUSH", "journal", "somebody else's"});
    QCOMPARE(session->takeBack(), Bytes("conflict: changed journal"));
    QCOMPARE(session->live({"GET", "account"}), Bytes("\"17\""));
    QCOMPARE(session->takeBack(OnConflict::WriteAnyway), Bytes("done"));
    QCOMPARE(session->live({"EXISTS", "journal"}), Bytes("(integer) 0"));
}

void SessionContractModesTest::whatEndsASessionLeavesTheLiveDataAlone_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("way");
    const QByteArray writes = "redis.call('FLUSHALL')\nredis.call('SET', 'price', 1)\n";
    for (const char* way : {"stopped", "discarded", "left"})
        QTest::newRow(way) << writes + "return 1" << QByteArray(way);
    QTest::newRow("an error") << writes + "error('boom')" << QByteArray("ended");
    QTest::newRow("no memory") << writes + "local s = 'x' while true do s = s .. s end" << QByteArray("ended");
    QTest::newRow("too deep") << writes + "local function f() return 1 + f() end f()" << QByteArray("ended");
}

void SessionContractModesTest::whatEndsASessionLeavesTheLiveDataAlone()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, way);
    test::SessionGround::Script script = transfer();
    script.body = body.toStdString();
    const auto session = contractSession(script);
    session->start();
    QCOMPARE(session->runTo(3).line, 3);
    if (way == "stopped")
        QVERIFY(session->ask(StopRequest{}).stopped);
    else if (way == "discarded")
        session->discard();
    else if (way == "left")
        session->leave();
    else
        QVERIFY(session->end().reply.isError());
    QCOMPARE(session->live({"GET", "price"}), Bytes("\"7\""));
    QCOMPARE(session->live({"DBSIZE"}), Bytes("(integer) 2"));
}

// The listener's other clients are never stopped, and the session does not see what they write.
void SessionContractModesTest::othersAreServedWhileASessionWaits()
{
    const auto session = contractSession(
        {.body = "local a = redis.call('GET', 'k')\nreturn redis.call('GET', 'k')", .given = {{"SET", "k", "before"}}});
    session->start();
    QCOMPARE(session->live({"SET", "k", "other"}), Bytes("OK"));
    QCOMPARE(session->go(Move::Over).locals, Bytes("a = \"before\"; "));
    QCOMPARE(session->live({"GET", "k"}), Bytes("\"other\""));
    QCOMPARE(session->end().reply.text, Bytes("before"));
}

void SessionContractModesTest::aRestartSeesTheDataAsTheyAreNow()
{
    const auto session = transferred();
    session->live({"INCR", "account"});
    QCOMPARE(session->apply(), Bytes("conflict: changed account"));
    QCOMPARE(session->ask(RestartRequest{}).line, 1);
    QCOMPARE(session->end().reply.integer, 7);
    QCOMPARE(session->apply(), Bytes("done"));
    QCOMPARE(session->live({"GET", "account"}), Bytes("\"18\""));
}

void SessionContractModesTest::severalSessionsGoOnAtOnce()
{
    const auto script = [](const char* value) {
        return test::SessionGround::Script{.body = "local seen = tostring({})\nredis.call('SET', 'k', '" + Bytes(value)
                + "')\nlocal v = redis.call('GET', 'k')\nreturn v"};
    };
    std::vector<std::unique_ptr<test::ContractSession>> sessions;
    for (const char* value : {"one", "two", "three"}) {
        sessions.push_back(contractSession(script(value)));
        sessions.back()->start();
    }
    for (int line = 2; line <= 4; ++line) {
        for (const auto& session : sessions)
            QCOMPARE(session->go(Move::Over).line, line);
    }
    QCOMPARE(sessions[1]->go(Move::Back).line, 3);
    QCOMPARE(sessions[0]->evaluate("v"), Bytes("\"one\""));
    QCOMPARE(sessions[2]->evaluate("v"), Bytes("\"three\""));
    sessions[0].reset();
    QCOMPARE(sessions[1]->end().reply.text, Bytes("two"));
    QCOMPARE(sessions[2]->end().reply.text, Bytes("three"));
}

void SessionContractModesTest::aSyncSessionsWritesStayAndEverybodyWaits()
{
    const auto session = contractSession(transfer());
    session->start();
    session->live({"SET", "price", "5"});
    const Place begun = session->sync();
    QCOMPARE(begun.line, 1);
    QCOMPARE(session->live({"GET", "account"}), Bytes("waits"));
    QVERIFY(session->go(Move::Over).locals.starts_with("amount = 5; "));
    QCOMPARE(session->end().reply.integer, 5);
    // It can be gone back in, and is kept as a whole.
    QCOMPARE(session->backTo(2).line, 2);
    QVERIFY(session->end().ended);
    session->leave();
    QCOMPARE(session->live({"GET", "account"}), Bytes("\"15\""));
    QCOMPARE(session->live({"PEXPIRETIME", "account"}), Bytes("(integer) 4000000000000"));
    QCOMPARE(session->live({"LRANGE", "journal", "0", "-1"}), Bytes("1) \"paid\""));
}

void SessionContractModesTest::aSyncSessionThatIsLeftKeepsWhatItHasWrittenUpToThere()
{
    const auto session = contractSession(transfer());
    session->start();
    session->sync();
    session->end();
    session->backTo(3);
    session->leave();
    QCOMPARE(session->live({"GET", "account"}), Bytes("\"17\""));
    QCOMPARE(session->live({"EXISTS", "journal"}), Bytes("(integer) 0"));
}

void SessionContractModesTest::aSyncSessionMayBeDiscarded()
{
    const auto session = contractSession(transfer());
    session->start();
    session->sync();
    session->end();
    session->discard();
    QCOMPARE(session->live({"GET", "account"}), Bytes("\"10\""));
    QCOMPARE(session->live({"EXISTS", "journal"}), Bytes("(integer) 0"));
}

void SessionContractModesTest::oneSessionHasTheDataToItself()
{
    const auto session = transferred();
    session->holdElsewhere();
    QCOMPARE(session->sync().where(), Bytes("refused"));
    QCOMPARE(session->apply(), Bytes("held"));
    QCOMPARE(session->live({"GET", "account"}), Bytes("waits"));
    // Which loses nothing of this one.
    QCOMPARE(session->go(Move::Back).line, 5);
}

void SessionContractModesTest::theClockIsFrozenSteppedAndJumped()
{
    const auto session = contractSession({.body = "local a = redis.call('TIME')\nlocal b = redis.call('TIME')\n"
                                                  "local c = redis.call('TIME')\nlocal d = redis.call('TIME')\n"
                                                  "return {a[1], b[1], c[1], d[1]}"});
    session->start();
    session->clock("freeze");
    session->clock("jump 4000000000");
    session->go(Move::Over);
    session->letTimePass(std::chrono::seconds(5));
    const Place second = session->go(Move::Over);
    QCOMPARE(session->evaluate("a[1]"), Bytes("\"4000000000\""));
    QCOMPARE(session->evaluate("a[2] == b[2]"), Bytes("true"));
    session->clock("step 90s");
    session->go(Move::Over);
    QCOMPARE(session->evaluate("c[1]"), Bytes("\"4000000090\""));
    session->clock("live");
    session->go(Move::Over);
    QCOMPARE(session->evaluate("tonumber(d[1]) < 4000000000"), Bytes("true"));
    // The past stays what it was, whatever the clock is now.
    session->seek(second.moment);
    QCOMPARE(session->evaluate("b[1]"), Bytes("\"4000000000\""));
    session->clock("jump 5000000000");
    const Place end = session->end();
    QCOMPARE(end.reply.elements[2].text, Bytes("4000000090"));
}

void SessionContractModesTest::theClockGoesAtASpeed()
{
    const auto session = contractSession({.body = "local a = redis.call('TIME')[1]\nlocal b = redis.call('TIME')[1]\n"
                                                  "return b - a"});
    session->start();
    session->clock("jump 4000000000");
    session->clock("speed 1000000");
    session->go(Move::Over);
    session->letTimePass(std::chrono::milliseconds(1));
    // Between two commands is more than a microsecond, over the wire too.
    QVERIFY(session->end().reply.integer >= 1);
}

void SessionContractModesTest::whatIsWrittenGoesByTheMovedClock()
{
    const auto session = contractSession({.body = "redis.call('SET', 'k', 'v', 'EX', 5)\n"
                                                  "local expires = redis.call('PEXPIRETIME', 'k')\n"
                                                  "local id = redis.call('XADD', 'log', '*', 'a', '1')\n"
                                                  "return {expires, id, redis.call('XPENDING', 'log', 'g')}",
        .given = {{"XGROUP", "CREATE", "log", "g", "$", "MKSTREAM"}}});
    session->start();
    session->clock("freeze");
    session->clock("jump 4000000000");
    session->ask(RestartRequest{});
    session->go(Move::Over);
    session->go(Move::Over);
    QCOMPARE(session->evaluate("expires"), Bytes("4000000005000"));
    // Within a script there is one time.
    session->clock("step 1h");
    session->go(Move::Over);
    QCOMPARE(session->evaluate("id"), Bytes("\"4000003600000-0\""));
    QCOMPARE(session->end().reply.elements[1].text, Bytes("4000003600000-0"));
}

void SessionContractModesTest::aRestartJudgesExpiryByTheMovedClock()
{
    const auto session = contractSession(
        {.body = "return redis.call('EXISTS', 'k')", .given = {{"SET", "k", "v", "PXAT", "4000000000000"}}});
    session->start();
    QCOMPARE(session->end().reply.integer, 1);
    session->clock("jump 4000000001");
    session->ask(RestartRequest{});
    QCOMPARE(session->end().reply.integer, 0);
    session->clock("live");
    session->ask(RestartRequest{});
    QCOMPARE(session->end().reply.integer, 1);
}

void SessionContractModesTest::timesToLiveAreChangesOfTheirStep()
{
    const auto session = contractSession({.body = "redis.call('SET', 'k', 'v')\nredis.call('EXPIRE', 'k', 100)\n"
                                                  "redis.call('PEXPIREAT', 'k', 4000000500000)\n"
                                                  "redis.call('PERSIST', 'k')\nreturn 1"});
    session->start();
    session->clock("freeze");
    session->clock("jump 4000000000");
    session->ask(RestartRequest{});
    QCOMPARE(session->go(Move::Over).stepExpiries, Bytes());
    const Place expires = session->go(Move::Over);
    QCOMPARE(expires.stepExpiries, Bytes("k: none -> 4000000100000; "));
    QCOMPARE(expires.stepChanges, Bytes("changed k"));
    QCOMPARE(session->go(Move::Over).stepExpiries, Bytes("k: 4000000100000 -> 4000000500000; "));
    QCOMPARE(session->go(Move::Over).stepExpiries, Bytes("k: 4000000500000 -> none; "));
    // At any moment.
    QCOMPARE(session->seek(expires.moment).stepExpiries, Bytes("k: none -> 4000000100000; "));
}

QTEST_GUILESS_MAIN(SessionContractModesTest)
#include "session_contract_modes_test.moc"
