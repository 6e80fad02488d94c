// Where breakpoints are put, and when they stop.

#include "debugger/breakpoints.h"

#include <QtTest>

#include <map>

using debugger::Breakpoints;
using debugger::BreakpointSpec;
using engine::Bytes;
using engine::BytesView;
using engine::LuaValue;
using Values = engine::Result<std::vector<LuaValue>>;

namespace {

const std::vector<int> kCode{1, 3, 4, 8};

LuaValue value(engine::LuaKind kind, const Bytes& text, const Bytes& bytes = {})
{
    LuaValue made;
    made.kind = kind;
    made.text = text;
    made.bytes = bytes;
    return made;
}
LuaValue boolean(bool truth)
{
    return value(engine::LuaKind::Boolean, truth ? "true" : "false");
}
LuaValue number(const Bytes& text)
{
    return value(engine::LuaKind::Number, text);
}
LuaValue string(const Bytes& bytes)
{
    return value(engine::LuaKind::String, '"' + bytes + '"', bytes);
}

Values answer(BytesView expression)
{
    if (expression == "yes")
        return std::vector{boolean(true)};
    if (expression == "no")
        return std::vector{boolean(false)};
    if (expression == "zero")
        return std::vector{number("0")};
    if (expression == "name")
        return std::vector{string("a b")};
    if (expression == "two")
        return std::vector{number("1"), string("x")};
    if (expression == "nothing")
        return std::vector<LuaValue>{};
    return engine::Error{"'" + Bytes(expression) + "' is not known"};
}

} // namespace

class BreakpointsTest : public QObject {
    Q_OBJECT

private:
    static Breakpoints with(std::vector<BreakpointSpec> specs)
    {
        Breakpoints breakpoints;
        breakpoints.set(std::move(specs), kCode);
        return breakpoints;
    }

private Q_SLOTS:
    void aLineWithoutCodeBindsToTheNextWithCode()
    {
        const Breakpoints breakpoints = with({{.line = 2}, {.line = 5}, {.line = 9}, {.line = 0}, {.line = -3}});
        std::vector<int> bound;
        for (const auto& state : breakpoints.states())
            bound.push_back(state.boundLine);
        QCOMPARE(bound, (std::vector<int>{3, 8, 0, 0, 0}));
        QVERIFY(breakpoints.on(3));
        QVERIFY(!breakpoints.on(2));
        QVERIFY(!breakpoints.on(1'000'000));
    }
    void aDisabledOneIsNotThere()
    {
        Breakpoints breakpoints = with({{.line = 3, .enabled = false}});
        QVERIFY(!breakpoints.on(3));
        QVERIFY(!breakpoints.reach(3, {}, answer).stoppedBy);
        QCOMPARE(breakpoints.states()[0].hits, 0U);
    }
    void aConditionDecidesAsLuasIfDoes()
    {
        const std::map<Bytes, bool> expected{
            {"yes", true}, {"no", false}, {"zero", true}, {"nothing", false}, {"name", true}};
        for (const auto& [condition, stops] : expected) {
            Breakpoints breakpoints = with({{.line = 3, .condition = condition}});
            QCOMPARE(breakpoints.reach(3, {}, answer).stoppedBy.has_value(), stops);
        }
    }
    void aConditionThatFailsStopsAndSaysWhyOnce()
    {
        Breakpoints breakpoints = with({{.line = 3, .condition = "frob"}});
        const auto first = breakpoints.reach(3, {}, answer);
        QVERIFY(first.stoppedBy);
        QVERIFY(first.problemsChanged);
        QCOMPARE(breakpoints.states()[0].problem, Bytes("'frob' is not known"));
        QVERIFY(!breakpoints.reach(3, {}, answer).problemsChanged);
    }
    void aHitCountStopsFromThatHitOn()
    {
        Breakpoints breakpoints = with({{.line = 3, .hitCount = 3}});
        QVERIFY(!breakpoints.reach(3, {}, answer).stoppedBy);
        QVERIFY(!breakpoints.reach(3, {}, answer).stoppedBy);
        QVERIFY(breakpoints.reach(3, {}, answer).stoppedBy);
        QVERIFY(breakpoints.reach(3, {}, answer).stoppedBy);
        breakpoints.resetHits();
        QVERIFY(!breakpoints.reach(3, {}, answer).stoppedBy);
    }
    void onlyHitsWhoseConditionHoldsCount()
    {
        Breakpoints breakpoints = with({{.line = 3, .condition = "no", .hitCount = 1}});
        breakpoints.reach(3, {}, answer);
        QCOMPARE(breakpoints.states()[0].hits, 0U);
        QVERIFY(!breakpoints.countsConditions());
        QVERIFY(with({{.line = 3, .condition = "yes", .hitCount = 2}}).countsConditions());
    }
    void aLogPointFillsItsTextAndNeverStops()
    {
        Breakpoints breakpoints = with({{.line = 4, .logText = "n={zero} {name} {two} {{x} {frob} {open"}});
        const auto hit = breakpoints.reach(4, {}, answer);
        QVERIFY(!hit.stoppedBy);
        QCOMPARE(hit.logged, std::vector<Bytes>{"n=0 a b 1, x {x} <'frob' is not known> {open"});
        QCOMPARE(breakpoints.stopOn(4, {}), -1);
        QVERIFY(!breakpoints.needsEvaluation());
    }
    void twoOnOneLineAreCountedBothAndTheFirstStops()
    {
        Breakpoints breakpoints = with({{.line = 3, .condition = "no"}, {.line = 3}, {.line = 2}});
        QCOMPARE(breakpoints.reach(3, {}, answer).stoppedBy, std::optional<std::size_t>(1));
        QCOMPARE(breakpoints.states()[2].hits, 1U);
    }
    void wrongCodeIsAProblemBeforeItIsReached()
    {
        Breakpoints breakpoints;
        breakpoints.set({{.line = 1, .condition = "a +"}, {.line = 3, .logText = "{a} {#} {{"},
                            {.line = 4, .condition = "yes", .logText = "{name}"},
                            {.line = 8, .condition = "no", .logText = "{a a}"}},
            kCode);
        QCOMPARE(breakpoints.states()[0].problem, Bytes("evaluated:1: '=' expected near '+'"));
        QCOMPARE(breakpoints.states()[1].problem, Bytes("{#}: evaluated:1: unexpected symbol near '#'"));
        QCOMPARE(breakpoints.states()[2].problem, Bytes());
        QVERIFY(breakpoints.states()[3].problem.starts_with("{a a}: "));
        // Reaching the line makes it no better.
        QVERIFY(!breakpoints.reach(3, {}, answer).problemsChanged);
        QVERIFY(!breakpoints.states()[1].problem.empty());
    }
    void thoseThatStayKeepTheirHits()
    {
        Breakpoints breakpoints;
        const BreakpointSpec counted{.line = 3, .condition = "yes", .hitCount = 3};
        breakpoints.set({counted}, kCode);
        breakpoints.reach(3, {}, answer);
        breakpoints.reach(3, {}, answer);
        breakpoints.set({{.line = 1}, counted}, kCode);
        QCOMPARE(breakpoints.states()[0].hits, 0U);
        QCOMPARE(breakpoints.states()[1].hits, 2U);
        QVERIFY(breakpoints.reach(3, {}, answer).stoppedBy);
    }
};

QTEST_GUILESS_MAIN(BreakpointsTest)
#include "breakpoints_test.moc"
