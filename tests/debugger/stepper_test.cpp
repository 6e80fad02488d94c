// Where steps end, fed with line events.

#include "debugger/stepper.h"

#include "tests/debugger/fake_run.h"

#include <QtTest>

using debugger::ActiveCoroutine;
using debugger::StepKind;
using debugger::Stepper;
using test::firstLine;
using test::line;

class StepperTest : public QObject {
    Q_OBJECT

private:
    static Stepper from(StepKind kind, int depth, int coroutine = 0, std::vector<ActiveCoroutine> waiting = {})
    {
        waiting.insert(waiting.begin(), {.coroutine = coroutine, .depth = depth, .moment = 1});
        return {kind, std::move(waiting)};
    }

private Q_SLOTS:
    void aRunWithoutAStepNeverEndsOne() { QVERIFY(!Stepper().endsAt(line(1))); }

    void intoEndsOnAnyLineOfTheScript()
    {
        QVERIFY(from(StepKind::Into, 1).endsAt(line(7, 5)));
        QVERIFY(from(StepKind::Into, 1).endsAt(line(7, 1, 3)));
    }
    void noStepEndsInAChunkMadeByLoadstring()
    {
        engine::LineEvent elsewhere = line(1, 1);
        elsewhere.inScript = false;
        QVERIFY(!from(StepKind::Into, 1).endsAt(elsewhere));
    }
    void overPassesWhatIsCalledAndEndsOnTheNextLine()
    {
        Stepper over = from(StepKind::Over, 2);
        QVERIFY(!over.endsAt(line(10, 3)));
        QVERIFY(!over.endsAt(line(11, 9)));
        QVERIFY(over.endsAt(line(5, 2)));
    }
    void overEndsWhereAnErrorUnwindsTo() { QVERIFY(from(StepKind::Over, 6).endsAt(line(3, 1))); }
    // As in `return f() + g()`.
    void overPassesWhatTheCallerCallsNext()
    {
        Stepper over = from(StepKind::Over, 3);
        QVERIFY(!over.endsAt(firstLine(20, 3)));
        QVERIFY(!over.endsAt(line(21, 3)));
        QVERIFY(!over.endsAt(firstLine(30, 4)));
        QVERIFY(!over.endsAt(line(22, 3)));
        QVERIFY(over.endsAt(line(10, 2)));
    }
    void overPassesWhatBeginsFurtherOut()
    {
        Stepper over = from(StepKind::Over, 4);
        QVERIFY(!over.endsAt(firstLine(20, 2)));
        QVERIFY(!over.endsAt(firstLine(30, 3)));
        QVERIFY(!over.endsAt(line(21, 2)));
        QVERIFY(over.endsAt(line(10, 1)));
    }
    void overSeesWhatBeginsInAChunkMadeByLoadstring()
    {
        Stepper over = from(StepKind::Over, 3);
        engine::LineEvent elsewhere = firstLine(1, 2);
        elsewhere.inScript = false;
        QVERIFY(!over.endsAt(elsewhere));
        QVERIFY(!over.endsAt(firstLine(20, 3)));
        QVERIFY(!over.endsAt(line(2, 2)));
        QVERIFY(over.endsAt(line(10, 1)));
    }
    void overPassesACoroutineThatIsResumed()
    {
        Stepper over = from(StepKind::Over, 1);
        QVERIFY(!over.endsAt(line(20, 1, 1)));
        QVERIFY(over.endsAt(line(6, 1)));
    }
    void overInACoroutineEndsWhereItsResumerGoesOn()
    {
        Stepper over = from(StepKind::Over, 1, 2, {{.coroutine = 0, .depth = 3, .moment = 1}});
        QVERIFY(over.endsAt(line(8, 3, 0)));
        QVERIFY(!over.endsAt(line(9, 4, 0))); // something the resumer calls first
        QVERIFY(!over.endsAt(line(9, 1, 5))); // another coroutine
        QVERIFY(over.endsAt(line(9, 1, 2)));
    }
    void outPassesTheRestOfTheFunction()
    {
        Stepper out = from(StepKind::Out, 2);
        QVERIFY(!out.endsAt(line(5, 2)));
        QVERIFY(!out.endsAt(line(5, 3)));
        QVERIFY(out.endsAt(line(9, 1)));
    }
    void outPassesWhatTheCallerCallsNext()
    {
        Stepper out = from(StepKind::Out, 3);
        QVERIFY(!out.endsAt(line(5, 3)));
        QVERIFY(!out.endsAt(firstLine(20, 2)));
        QVERIFY(!out.endsAt(line(21, 2)));
        QVERIFY(out.endsAt(line(10, 1)));
    }
    void outOfACoroutinePassesWhatItsResumersCallerCallsNext()
    {
        Stepper out = from(StepKind::Out, 1, 1, {{.coroutine = 0, .depth = 2, .moment = 1}});
        QVERIFY(!out.endsAt(firstLine(20, 2, 0)));
        QVERIFY(!out.endsAt(line(21, 2, 0)));
        QVERIFY(out.endsAt(line(6, 1, 0)));
    }
    void outOfACoroutinesBodyEndsInItsResumer()
    {
        Stepper out = from(StepKind::Out, 1, 1, {{.coroutine = 0, .depth = 1, .moment = 1}});
        QVERIFY(!out.endsAt(line(5, 1, 1)));
        QVERIFY(out.endsAt(line(6, 1, 0)));
    }
};

QTEST_GUILESS_MAIN(StepperTest)
#include "stepper_test.moc"
