// The system's clock: its ticks go on, at the system's pace.

// Qt first: moc 6.4 stumbles over <compare> as the first header of the standard library.
#include <QTest>

#include "engine/base/clock.h"

#include <thread>

using namespace engine;
using std::chrono::microseconds;

class ClockTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ticksNeverRunBackwards();
    void ticksFollowTheSystemsClock();
    void aManualClockStandsStill();
};

void ClockTest::ticksNeverRunBackwards()
{
    const SystemClock clock;
    const auto follow = [&clock](bool& fine) {
        auto last = clock.ticks();
        const auto end = last + microseconds(60'000);
        while (last < end) {
            const auto next = clock.ticks();
            fine = fine && next >= last;
            last = next;
        }
    };
    bool here = true;
    bool there = true;
    std::thread other(follow, std::ref(there));
    follow(here);
    other.join();
    QVERIFY(here && there);
}

void ClockTest::ticksFollowTheSystemsClock()
{
    const SystemClock clock;
    const auto steady = [] { return duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch()); };
    // Past the time in which the counter is measured, and well into that in which it is trusted.
    const auto end = steady() + microseconds(300'000);
    while (steady() < end)
        clock.ticks();
    const auto before = steady();
    const auto ticks = clock.ticks();
    const auto after = steady();
    // However long this thread was held up between the readings, the ticks lie between them, but for the error of the
    // scale.
    QVERIFY(ticks >= before - microseconds(300));
    QVERIFY(ticks <= after + microseconds(300));
}

void ClockTest::aManualClockStandsStill()
{
    ManualClock clock(UnixMs{5});
    QCOMPARE(clock.now().value, 5000);
    clock.advance(microseconds(7));
    QCOMPARE(clock.now().value, 5007);
    QCOMPARE(clock.ticks().count(), 5007);
    clock.set(UnixMs{1});
    QCOMPARE(clock.now().ms().value, 1);
}

QTEST_GUILESS_MAIN(ClockTest)
#include "clock_test.moc"
