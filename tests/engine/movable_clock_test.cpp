// A clock that is moved: what it shows, and that an engine follows: expiry, TIME, stream ids, and who waits.

// Qt first: moc 6.4 stumbles over <compare> as the first header of the standard library.
#include <QTest>

#include "engine/acl/access_control.h"
#include "engine/base/movable_clock.h"
#include "engine/server/engine_thread.h"
#include "tests/support/bytes_text.h"
#include "tests/support/resp_connection.h"

using namespace engine;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;
using tests::RespConnection;

namespace {

constexpr UnixMicros kNewYear{1'767'225'600'000'000}; // 2026-01-01

/// An engine whose clock is moved, and a client.
class Served {
public:
    Served()
    {
        ListenOptions options;
        options.port = 0;
        const auto report = thread.listen(options).get();
        if (!report)
            qFatal("%s", report.error().c_str());
        port = report->port;
    }
    void tell()
    {
        thread.ask([](EngineTurn& turn) { turn.engine().clockMoved(turn); }).get();
    }

    MovableClock clock;
    EngineThread thread{clock, 7, Config(), {}};
    quint16 port = 0;
};

} // namespace

class MovableClockTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void goesAsTheSystemDoesUntilItIsMoved();
    void standsStillAndGoesOnFromThere();
    void goesAtASpeed();
    void jumpsAndAdvances();
    void staysWithinItsBounds();
    void durationsAreReal();
    void overAnotherClockItGoesAsThatDoes();
    void anEngineFollows();
    void whoWaitsIsServedWhenTheTimeHasCome();
    void aFastClockEndsWaitsSoon();
    void aFrozenClockLetsThemWait();
};

void MovableClockTest::goesAsTheSystemDoesUntilItIsMoved()
{
    const MovableClock clock;
    const SystemClock system;
    const UnixMicros before = system.now();
    const MovableClock::Setting setting = clock.setting();
    QVERIFY(setting.live && setting.speed == 1 && setting.ahead == microseconds(0));
    const UnixMicros shown = clock.now();
    QVERIFY(setting.now >= before && shown >= setting.now && shown <= system.now());
}

void MovableClockTest::standsStillAndGoesOnFromThere()
{
    MovableClock clock;
    clock.jump(kNewYear);
    clock.setSpeed(0);
    const UnixMicros there = clock.now();
    QVERIFY(there >= kNewYear);
    QTest::qSleep(3);
    QVERIFY(clock.now() == there);
    QVERIFY(!clock.setting().live);
    clock.setSpeed(1);
    QTest::qSleep(3);
    QVERIFY(clock.now() > there);
    clock.goLive();
    QVERIFY(clock.setting().live);
    QVERIFY(clock.now() > there);
}

void MovableClockTest::goesAtASpeed()
{
    MovableClock clock;
    clock.setSpeed(1000);
    const UnixMicros from = clock.now();
    QTest::qSleep(5);
    // Five milliseconds or more, a thousand times.
    QVERIFY(clock.now().value - from.value >= 4'000'000);
}

void MovableClockTest::jumpsAndAdvances()
{
    MovableClock clock;
    clock.setSpeed(0);
    clock.jump(kNewYear);
    QVERIFY(clock.now() == kNewYear);
    clock.advance(hours(1));
    QCOMPARE(clock.now().value - kNewYear.value, std::int64_t(3'600'000'000));
    clock.advance(hours(-2));
    QCOMPARE(clock.now().value - kNewYear.value, std::int64_t(-3'600'000'000));
}

void MovableClockTest::staysWithinItsBounds()
{
    MovableClock clock;
    clock.setSpeed(0);
    clock.advance(microseconds::max());
    QVERIFY(clock.now() == MovableClock::kLast);
    clock.setSpeed(MovableClock::kFastest * 2);
    QCOMPARE(clock.speed(), MovableClock::kFastest);
    QVERIFY(clock.now() == MovableClock::kLast);
    clock.advance(microseconds::min());
    clock.setSpeed(-1);
    QCOMPARE(clock.speed(), 0.0);
    clock.jump({-5});
    QVERIFY(clock.now() == MovableClock::kFirst);
}

void MovableClockTest::durationsAreReal()
{
    MovableClock clock;
    clock.setSpeed(MovableClock::kFastest);
    const auto start = clock.ticks();
    QTest::qSleep(2);
    const auto took = clock.ticks() - start;
    QVERIFY(took >= microseconds(1000) && took < seconds(60));
}

void MovableClockTest::overAnotherClockItGoesAsThatDoes()
{
    ManualClock below(kNewYear.ms());
    MovableClock clock(below);
    QVERIFY(clock.now() == kNewYear);
    QCOMPARE(clock.speed(), 0.0);
    below.advance(seconds(1));
    QCOMPARE(clock.now().value - kNewYear.value, std::int64_t(1'000'000));
    clock.setSpeed(60);
    below.advance(seconds(1));
    QCOMPARE(clock.now().value - kNewYear.value, std::int64_t(61'000'000));
    QCOMPARE(clock.setting().speed, 60.0);
    QCOMPARE(clock.setting().ahead.count(), std::int64_t(59'000'000));
    QVERIFY(clock.ticks() == below.ticks());
    clock.goLive();
    QVERIFY(clock.now() == below.now());
    const Clock& middle = clock;
    MovableClock above(middle);
    clock.setSpeed(0);
    above.advance(seconds(5));
    QCOMPARE(above.now().value - clock.now().value, std::int64_t(5'000'000));
}

void MovableClockTest::anEngineFollows()
{
    Served served;
    served.clock.setSpeed(0);
    served.clock.jump(kNewYear);
    served.tell();
    RespConnection client(served.port);
    QCOMPARE(client.ask({"TIME"})->elements.at(0).text, Bytes("1767225600"));
    QCOMPARE(client.text({"XADD", "stream", "*", "f", "v"}), Bytes("1767225600000-0"));
    client.text({"SET", "k", "v", "EX", "3600"});
    QCOMPARE(client.text({"PTTL", "k"}), Bytes("3600000"));
    served.clock.advance(seconds(3599));
    served.tell();
    QCOMPARE(client.text({"PTTL", "k"}), Bytes("1000"));
    QCOMPARE(client.text({"EVAL", "return redis.call('TIME')[1]", "0"}), Bytes("1767229199"));
    served.clock.advance(seconds(2));
    served.tell();
    QCOMPARE(client.text({"EXISTS", "k"}), Bytes("0"));
}

void MovableClockTest::whoWaitsIsServedWhenTheTimeHasCome()
{
    Served served;
    served.clock.setSpeed(0);
    RespConnection client(served.port);
    client.sendRequest({"BLPOP", "nothing", "3600"});
    RespConnection other(served.port);
    QTRY_VERIFY(Bytes(other.text({"INFO", "clients"})).find("blocked_clients:1") != Bytes::npos);
    served.clock.advance(hours(2));
    served.tell();
    QCOMPARE(client.read()->kind, ReplyKind::NullArray);
}

void MovableClockTest::aFastClockEndsWaitsSoon()
{
    Served served;
    served.clock.setSpeed(100'000);
    served.tell();
    RespConnection client(served.port);
    QCOMPARE(client.ask({"BLPOP", "nothing", "3600"})->kind, ReplyKind::NullArray);
}

void MovableClockTest::aFrozenClockLetsThemWait()
{
    Served served;
    served.clock.setSpeed(0);
    served.tell();
    RespConnection client(served.port);
    client.sendRequest({"BLPOP", "list", "0.001"});
    RespConnection other(served.port);
    QTRY_VERIFY(Bytes(other.text({"INFO", "clients"})).find("blocked_clients:1") != Bytes::npos);
    other.text({"RPUSH", "list", "x"});
    QCOMPARE(client.read()->elements.at(1).text, Bytes("x"));
}

QTEST_GUILESS_MAIN(MovableClockTest)
#include "movable_clock_test.moc"
