// What a recording keeps, and what can be asked of it.

#include "debugger/timeline.h"
#include "debugger/trace.h"

#include "tests/debugger/fake_run.h"

#include <QtTest>

#include <map>

using namespace debugger;
using test::FakeRun;
using test::line;

namespace {

/// Lines as `{line, depth, coroutine}`; a line 0 stands for one outside the script. One that is deeper than the line
/// of its coroutine before it begins an activation, and so does a negative one.
Trace recorded(std::initializer_list<std::array<int, 3>> lines)
{
    Trace trace;
    trace.begin({.dataset = engine::Keyspace(1), .database = 0, .rng = engine::Rng(1)});
    std::map<int, int> depths; // of coroutines
    for (const auto& [number, depth, coroutine] : lines) {
        engine::LineEvent event = line(std::abs(number), depth, coroutine);
        event.inScript = number != 0;
        event.begins = number < 0 || depth > depths[coroutine];
        depths[coroutine] = depth;
        trace.addLine(LineRecord(event));
    }
    return trace;
}

void call(Trace& trace, FakeRun& run, Moment moment, std::vector<BytesView> argv, bool writes)
{
    trace.beginCall(moment, 1, argv);
    const std::size_t before = run.effects().size();
    if (writes) {
        run.now.dataset.database(0).setString(argv[1], std::to_string(moment));
        run.written.push_back({.database = 0, .argv = {argv.begin(), argv.end()}});
    }
    engine::Reply ok;
    ok.text = "OK";
    trace.endCall(run, ok, before, writes);
}

Bytes valueAt(const Trace& trace, Moment moment, BytesView key)
{
    const engine::Keyspace dataset = trace.dataAt(moment).dataset;
    const engine::Entry* entry = dataset.database(0).find(key);
    return entry ? Bytes(entry->string().view()) : Bytes("missing");
}

} // namespace

class TraceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLineKeepsItsPlaceInEightBytes()
    {
        const LineRecord record(line(70'000, 200'000, 500'000));
        QCOMPARE(record.line(), 70'000);
        QCOMPARE(record.depth(), 200'000);
        QCOMPARE(record.coroutine(), 500'000);
        QVERIFY(record.inScript());
        QVERIFY(!record.begins());
        QVERIFY(LineRecord(test::firstLine(1)).begins());
        QCOMPARE(sizeof(record), 8U);
        QVERIFY(!(record == LineRecord(line(70'000, 200'000, 499'999))));
    }
    void linesAreTheSameWrittenOneByOneAndByTheRoom()
    {
        LineLog one;
        LineLog many;
        for (int i = 1; i <= 20'000; ++i)
            one.add(LineRecord(line(i, 1)));
        while (many.size() < 20'000) {
            const auto room = many.room();
            if (room.empty()) {
                many.add(LineRecord(line(static_cast<int>(many.size()) + 1, 1)));
                continue;
            }
            const auto written = std::min<std::size_t>(room.size(), 777);
            for (std::size_t i = 0; i < written; ++i)
                room[i] = LineRecord(line(static_cast<int>(many.size() + i) + 1, 1));
            many.wrote(written);
        }
        many.cut(20'000);
        QCOMPARE(many.size(), one.size());
        for (Moment moment = 1; moment <= one.size(); ++moment)
            QVERIFY(one.at(moment) == many.at(moment));

        std::size_t together = 0;
        for (auto some = one.from(5); !some.empty(); some = one.from(5 + together)) {
            QCOMPARE(some.front().line(), static_cast<int>(5 + together));
            together += some.size();
        }
        QCOMPARE(together, 19'996U);
    }
    void aCutLogGoesOnWhereItWasCut()
    {
        LineLog log;
        for (const Moment cut : {Moment(3), Moment(0), Moment(8192), Moment(8193)}) {
            for (int i = 1; i <= 10'000; ++i)
                log.add(LineRecord(line(i, 1)));
            log.cut(cut);
            QCOMPARE(log.size(), cut);
            log.add(LineRecord(line(77, 1)));
            QCOMPARE(log.at(cut + 1).line(), 77);
            log.cut(0);
            QCOMPARE(log.size(), 0U);
            QVERIFY(log.from(1).empty());
        }
    }
    void dataAtAMomentIsWhatEarlierLinesLeft()
    {
        Trace trace = recorded({{1, 1, 0}, {2, 1, 0}, {3, 1, 0}});
        FakeRun run;
        call(trace, run, 1, {"SET", "a"}, true);
        call(trace, run, 1, {"GET", "a"}, false);
        call(trace, run, 2, {"SET", "a"}, true);
        QCOMPARE(valueAt(trace, 1, "a"), Bytes("missing"));
        QCOMPARE(valueAt(trace, 2, "a"), Bytes("1"));
        QCOMPARE(valueAt(trace, 3, "a"), Bytes("2"));
        QCOMPARE(trace.marks().size(), 2U);
        QCOMPARE(trace.effects().size(), 2U);
    }
    void aCutForgetsWhatLaterLinesDid()
    {
        Trace trace = recorded({{1, 1, 0}, {2, 1, 0}, {3, 1, 0}});
        FakeRun run;
        call(trace, run, 1, {"SET", "a"}, true);
        call(trace, run, 2, {"SET", "b"}, true);
        trace.addOutput({.moment = 1, .text = "one"});
        trace.addOutput({.moment = 2, .text = "two"});
        trace.addForcedStop(3);
        trace.end({.reply = {},
            .returned = {},
            .dataset = engine::Keyspace(1),
            .effects = {},
            .log = {},
            .prng = {},
            .cjson = {}});
        trace.addInput({.moment = 2, .frame = 0, .name = "x", .expression = "1"});
        QCOMPARE(trace.furthest(), 2U);
        QCOMPARE(trace.calls().size(), 1U);
        QCOMPARE(trace.effects().size(), 1U);
        QCOMPARE(trace.outputs().size(), 1U);
        QVERIFY(!trace.forcedStop(3));
        QVERIFY(!trace.outcome());
        QCOMPARE(trace.inputs().size(), 1U);
        QCOMPARE(valueAt(trace, 9, "b"), Bytes("missing"));
        QCOMPARE(valueAt(trace, 9, "a"), Bytes("1"));
    }
    void callsBetweenMomentsTakeTheLastOnes()
    {
        Trace trace = recorded({{1, 1, 0}, {2, 1, 0}, {3, 1, 0}});
        FakeRun run;
        call(trace, run, 1, {"PING"}, false);
        call(trace, run, 2, {"TIME"}, false);
        call(trace, run, 2, {"INFO"}, false);
        QCOMPARE(callsBetween(trace, 1, 3, 2).size(), 2U);
        QCOMPARE(callsBetween(trace, 1, 2, 9).front().argv, std::vector<Bytes>{"PING"});
        QVERIFY(callsBetween(trace, 3, 9, 9).empty());
    }
    void backSkipsLinesOutsideTheScript()
    {
        const Trace trace = recorded({{1, 1, 0}, {0, 2, 0}, {0, 2, 0}, {2, 1, 0}});
        QCOMPARE(momentBefore(trace, 4), 1U);
        QCOMPARE(momentBefore(trace, 1), kNoMoment);
        QCOMPARE(momentBefore(trace, 5), 4U);
    }
    void backOverPassesWhatWasCalledAndBackOutGoesToTheCall()
    {
        //                              1          2          3          4          5
        const Trace trace = recorded({{5, 1, 0}, {1, 2, 0}, {9, 3, 0}, {2, 2, 0}, {6, 1, 0}});
        QCOMPARE(momentBeforeOver(trace, 5), 1U);
        QCOMPARE(momentBeforeOver(trace, 4), 2U);
        QCOMPARE(momentBeforeOver(trace, 2), 1U);
        QCOMPARE(momentBeforeOver(trace, 1), kNoMoment);
        QCOMPARE(momentBeforeOut(trace, 4), 1U);
        QCOMPARE(momentBeforeOut(trace, 3), 2U);
        QCOMPARE(momentBeforeOut(trace, 5), kNoMoment);
        QCOMPARE(momentBeforeOver(trace, 6), 5U);
    }
    void backOverAndBackOutPassWhatTheCallerCalledBefore()
    {
        //                              1          2          3           4          5           6
        const Trace trace = recorded({{5, 1, 0}, {1, 2, 0}, {2, 2, 0}, {-8, 2, 0}, {9, 2, 0}, {-30, 3, 0}});
        QCOMPARE(momentBeforeOver(trace, 5), 4U);
        QCOMPARE(momentBeforeOver(trace, 4), 1U);
        QCOMPARE(momentBeforeOut(trace, 5), 1U);
        QCOMPARE(momentBeforeOver(trace, 6), 5U);
        QCOMPARE(momentBeforeOver(trace, 3), 2U);
    }
    void anActivationBeginsAtItsFirstLine()
    {
        //                              1          2          3          4           5           6          7
        const Trace trace = recorded({{5, 1, 0}, {1, 2, 0}, {9, 3, 0}, {-9, 3, 0}, {11, 1, 1}, {2, 2, 0}, {6, 1, 0}});
        QCOMPARE(beginOfActivation(trace, 6), 2U);
        QCOMPARE(beginOfActivation(trace, 4), 4U);
        QCOMPARE(beginOfActivation(trace, 5), 5U);
        QCOMPARE(beginOfActivation(trace, 7), 1U);
        QCOMPARE(beginOfActivation(trace, 1), 1U);
    }
    void backOverSeesWhatBeganOutsideTheScript()
    {
        //                              1          2          3          4
        const Trace trace = recorded({{5, 1, 0}, {1, 2, 0}, {0, 1, 0}, {0, 2, 0}, {2, 3, 0}});
        QCOMPARE(momentBeforeOver(trace, 5), 1U);
        QCOMPARE(momentBeforeOut(trace, 5), 1U);
    }
    void fromTheEndBackOverPassesTheLastCall()
    {
        const Trace trace = recorded({{5, 1, 0}, {6, 1, 0}, {1, 2, 0}, {20, 1, 1}});
        QCOMPARE(momentBeforeOver(trace, 5), 2U);
        QCOMPARE(momentBefore(trace, 5), 4U);
    }
    void coroutinesWaitForThoseTheyResumed()
    {
        //                              1          2          3           4           5          6
        const Trace trace = recorded({{5, 1, 0}, {1, 1, 1}, {11, 1, 2}, {12, 2, 2}, {2, 1, 1}, {6, 1, 0}});
        const auto active = activeCoroutines(trace, 4);
        QCOMPARE(active.size(), 3U);
        QCOMPARE(active[0], (ActiveCoroutine{.coroutine = 2, .depth = 2, .moment = 4}));
        QCOMPARE(active[1], (ActiveCoroutine{.coroutine = 1, .depth = 1, .moment = 2}));
        QCOMPARE(active[2], (ActiveCoroutine{.coroutine = 0, .depth = 1, .moment = 1}));
        QCOMPARE(activeCoroutines(trace, 5).size(), 2U);
        QCOMPARE(activeCoroutines(trace, 6).size(), 1U);
        QCOMPARE(momentBeforeOut(trace, 3), 2U);
        QCOMPARE(momentBeforeOver(trace, 3), 2U);
        QCOMPARE(momentBeforeOver(trace, 5), 2U);
        QCOMPARE(momentBeforeOver(trace, 6), 1U);
    }
    void theStopBeforeIsABreakpointOrACall()
    {
        Trace trace = recorded({{1, 1, 0}, {2, 1, 0}, {3, 1, 0}, {2, 1, 0}, {4, 1, 0}});
        Breakpoints breakpoints;
        breakpoints.set({{.line = 2}, {.line = 4, .logText = "x"}}, {1, 2, 3, 4});
        QCOMPARE(stopBefore(trace, breakpoints, 6), 4U);
        QCOMPARE(stopBefore(trace, breakpoints, 4), 2U);
        QCOMPARE(stopBefore(trace, breakpoints, 2), kNoMoment);
        trace.addForcedStop(3);
        QCOMPARE(stopBefore(trace, breakpoints, 4), 3U);
    }
    void reachesAreCountedForwardsAndBackwards()
    {
        const Trace trace = recorded({{1, 1, 0}, {2, 1, 0}, {0, 1, 0}, {2, 1, 0}});
        ReachCounts counts;
        counts.goTo(trace, 4);
        QCOMPARE(counts.of(2), 2U);
        counts.goTo(trace, 1);
        QCOMPARE(counts.of(2), 0U);
        QCOMPARE(counts.of(1), 1U);
        QCOMPARE(counts.of(0), 0U);
        QCOMPARE(counts.of(99), 0U);
    }
    void writesOfAKeyNameTheCallsThatMadeThem()
    {
        Trace trace = recorded({{1, 1, 0}, {2, 1, 0}, {3, 1, 0}});
        FakeRun run;
        call(trace, run, 1, {"SET", "a"}, true);
        call(trace, run, 2, {"SET", "b"}, true);
        call(trace, run, 3, {"SET", "a"}, true);
        const auto writes = writesOf(trace, 0, "a");
        QCOMPARE(writes.size(), 2U);
        QCOMPARE(writes[0].call.moment, 1U);
        QVERIFY(writes[0].change.kind == engine::ChangeKind::Added);
        QCOMPARE(writes[1].call.moment, 3U);
        QVERIFY(writes[1].change.kind == engine::ChangeKind::Changed);
        QVERIFY(writesOf(trace, 1, "a").empty());
    }
    void aTimelineStopsAtItsLimitAndSaysSo()
    {
        const Trace trace = recorded({{1, 1, 0}, {2, 1, 0}, {3, 1, 0}});
        const TimelineShown shown = timelineOf(trace, {.first = 0, .last = 99, .maxLines = 2});
        QCOMPARE(shown.lines.size(), 2U);
        QCOMPARE(shown.linesLeftOut, 1U);
        QCOMPARE(shown.furthest, 3U);
    }
};

QTEST_GUILESS_MAIN(TraceTest)
#include "trace_test.moc"
