// A replay compares itself with its recording: planted differences are found at their moment, and told.

#include "debugger/pass.h"

#include "engine/script/script_runner.h"
#include "engine/server/engine.h"

#include "tests/debugger/fake_run.h"

#include <QtTest>

using namespace debugger;
using engine::ProbeVerdict;

namespace {

class NobodyWatches final : public PassWatcher {
public:
    ProbeVerdict onStop(Pass& pass, engine::LuaInspect&, const PassStop& stop) override
    {
        lastStop = stop.moment;
        pass.setCourse({.target = kToTheEnd});
        return ProbeVerdict::Continue;
    }
    ProbeVerdict onAttention(Pass&) override { return ProbeVerdict::Continue; }
    void onOutput(const Output& output) override { printed.push_back(output.text); }
    void onBreakpointProblem() override { }
    void onProgress(Moment, Moment) override { ++progress; }
    void onTimeUp() override { }

    Moment lastStop = kNoMoment;
    int progress = 0;
    std::vector<Bytes> printed;
};

} // namespace

class ReplayTest : public QObject {
    Q_OBJECT

private:
    struct Played {
        std::optional<Pass::Divergence> divergence;
        engine::Reply reply;
    };
    Played play(const Bytes& body, std::vector<Bytes> argv = {}, Course course = {.target = kToTheEnd})
    {
        engine::EngineTurn turn = m_engine.beginTurn();
        Pass pass({.trace = m_trace,
                      .breakpoints = m_breakpoints,
                      .watcher = m_watcher,
                      .limits = m_limits,
                      .commands = m_engine.commands(),
                      .attention = m_attention},
            std::move(course));
        const engine::ScriptOutcome outcome = m_runner.run({.dataset = m_engine.snapshot(turn),
                                                               .body = body,
                                                               .argv = std::move(argv),
                                                               .clock = &m_clock,
                                                               .now = turn.now(),
                                                               .rngSeed = 1,
                                                               .config = &m_engine.config(),
                                                               .commands = &m_engine.commands(),
                                                               .server = &m_server},
            &pass);
        pass.finish();
        if (!m_trace.outcome() && !pass.divergence())
            m_trace.end(outcome);
        return {.divergence = pass.divergence(), .reply = outcome.reply};
    }
    /// Records one script and replays another.
    std::optional<Pass::Divergence> differ(const Bytes& recorded, const Bytes& replayed)
    {
        m_trace = Trace();
        play(recorded);
        return play(replayed).divergence;
    }

private Q_SLOTS:
    void theSameRunDoesNotDiverge()
    {
        if (!test::kAddressesRepeat)
            QSKIP("addresses do not repeat under address sanitizer");
        const Bytes body = "local t = {}\nfor i = 1, 3 do\n  t[{}] = tostring({})\nend\nlocal s = ''\n"
                           "for k, v in pairs(t) do\n  s = s .. v\nend\nreturn {s, redis.call('TIME')}";
        const Played first = play(body);
        m_clock.advance(std::chrono::seconds(5));
        const Played second = play(body);
        QVERIFY(!second.divergence);
        QVERIFY(first.reply == second.reply);
        QCOMPARE(first.reply.elements.size(), 2U);
    }
    void anotherLineIsToldWithItsMoment()
    {
        const auto divergence = differ("local a = 1\nif a == 1 then\n  a = 2\nend\nreturn a",
            "local a = 2\nif a == 1 then\n  a = 2\nend\nreturn a");
        QVERIFY(divergence);
        QCOMPARE(divergence->moment, 3U);
        QCOMPARE(divergence->text, Bytes("line 3 was recorded here, and now it is line 5"));
    }
    void anotherDepthIsToldThoughTheLineIsTheSame()
    {
        const Bytes head = "local function f(n) return n > 0 and ";
        QVERIFY(differ(head + "f(n - 1) end\nlocal a = f(2)\nreturn a", head + "n end\nlocal a = f(2)\nreturn a"));
    }
    void anotherCommandIsTold()
    {
        const auto divergence =
            differ("local a = redis.call('PING')\nreturn a", "local a = redis.call('TIME')\nreturn a");
        QVERIFY(divergence);
        QCOMPARE(divergence->moment, 1U);
        QVERIFY(divergence->text.find("TIME") != Bytes::npos);
    }
    void aCommandThatIsMissingOrNewIsTold()
    {
        const Bytes with = "local a = 1 if a then redis.call('PING') end\nreturn a";
        const Bytes without = "local a = 1 if a then tostring('PING') end\nreturn a";
        QVERIFY(differ(with, without));
        QVERIFY(differ(without, with));
        // In the last line no other line follows.
        QVERIFY(differ("return redis.call('PING')", "return 1"));
        QVERIFY(differ("return 1", "return redis.call('PING')"));
    }
    void aShorterOrLongerRunIsTold()
    {
        QVERIFY(differ("local a = 1\nlocal b = 2\nreturn b", "local a = 1"));
        QVERIFY(differ("local a = 1", "local a = 1\nlocal b = 2\nreturn b"));
    }
    void anotherOutputIsTold() { QVERIFY(differ("redis.log(2, 'a')\nreturn 1", "redis.log(2, 'b')\nreturn 1")); }
    void aRefusedCommandIsRefusedAgain()
    {
        const Bytes body = "local a = redis.pcall('NOSUCH')\nlocal b = redis.pcall('TIME', 'x')\n"
                           "return {a.err, b.err}";
        const Played first = play(body);
        const Played second = play(body);
        QVERIFY(!second.divergence);
        QVERIFY(first.reply == second.reply);
        QCOMPARE(m_trace.calls().size(), 2U);
    }
    void nothingIsPrintedAgain()
    {
        const Bytes body = "redis.log(2, 'a')\nredis.debug(1)\nreturn 1";
        play(body);
        play(body);
        QVERIFY(m_watcher.printed == (std::vector<Bytes>{"a", "1"}));
    }
    void aTargetIsReachedAndNothingElseStops()
    {
        const Bytes body = "local n = 0\nfor i = 1, 100 do\n  n = n + i\nend\nreturn n";
        m_breakpoints.set({{.line = 3}}, {1, 2, 3, 5});
        play(body);
        m_watcher.lastStop = kNoMoment;
        play(body, {}, {.target = 57});
        QCOMPARE(m_watcher.lastStop, 57U);
    }
    void aLongWayTellsItsProgress()
    {
        const Bytes body = "local n = 0\nfor i = 1, 700000 do\n  n = n + i\nend\nreturn n";
        play(body);
        m_watcher.progress = 0;
        QVERIFY(!play(body).divergence);
        QCOMPARE(m_watcher.progress, 1);
    }

    void init()
    {
        m_trace = Trace();
        m_breakpoints.set({}, {});
        m_watcher = NobodyWatches();
    }

private:
    engine::ManualClock m_clock;
    engine::Engine m_engine{m_clock, 7};
    engine::FrozenServerView m_server{m_engine};
    engine::ScriptRunner m_runner{{.arenaSlot = engine::ScriptRunnerOptions::kRecorded}};
    Trace m_trace;
    Breakpoints m_breakpoints;
    NobodyWatches m_watcher;
    SetLimitsRequest m_limits;
    std::atomic<bool> m_attention{false};
};

QTEST_GUILESS_MAIN(ReplayTest)
#include "replay_test.moc"
