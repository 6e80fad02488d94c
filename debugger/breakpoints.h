#pragma once

// The breakpoints of one script: bound to lines that have code, asked at every line of a run. Pure: what a condition
// needs is passed in.

#include "debugger/breakpoint_spec.h"
#include "debugger/moment.h"
#include "debugger/run_event.h"
#include "engine/base/result.h"
#include "engine/script/lua_view.h"

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace debugger {

/// Evaluates an expression where the run is.
using Evaluator = std::function<engine::Result<std::vector<engine::LuaValue>>(BytesView expression)>;

/// True for what Lua's `if` takes as true: the first value, unless nil or false.
bool isTruthy(const std::vector<engine::LuaValue>& values);

/// A log point's text with each `{expression}` replaced by its values; `{{` is a brace. A failed one shows its error.
Bytes fillLogText(BytesView text, const Evaluator& evaluate);

class Breakpoints {
public:
    /// `codeLines` in rising order. One that was there before keeps its hits; those of others begin at 0.
    void set(std::vector<BreakpointSpec> specs, const std::vector<int>& codeLines);
    /// What events are judged by; without it none stops.
    void setJudge(const EventJudge& judge) { m_judge = judge; }
    const EventJudge& judge() const { return m_judge; }

    const std::vector<BreakpointState>& states() const { return m_states; }
    /// By number; nothing when there is none of that number.
    std::optional<BreakpointSpec> specOf(int number) const;
    /// The number of one that is the same; -1: there is none.
    int find(const std::optional<BreakpointSpec>& spec) const;

    /// Whether an enabled breakpoint is on this line. Cost: O(1), for every line of a run.
    bool on(int line) const { return static_cast<std::size_t>(line) < m_onLine.size() && m_onLine[line]; }
    /// The same by line, 0 where there is none. Valid until `set`.
    std::span<const char> lines() const { return m_onLine; }

    struct Hit {
        std::optional<std::size_t> stoppedBy;
        std::vector<Bytes> logged;
        bool problemsChanged = false;
    };
    /// Counts a line that is about to run, and what it is known to do, against the breakpoints. A condition that cannot
    /// be evaluated stops, and says why in the state's `problem`. Line 0: the events alone.
    Hit reach(int line, const RunEvents& events, const Evaluator& evaluate, Moment moment = kNoMoment);
    /// Whether some enabled breakpoint waits for events.
    bool watchesEvents() const { return m_watchesEvents; }

    /// Hits begin anew: a run or replay begins.
    void resetHits();
    /// Whether the hits of one that is set when there is a recording can be told by a replay alone.
    static bool isCountedByReplay(const BreakpointSpec& spec);
    /// Some stop depends on the hits before, and those on conditions: a replay must evaluate them on its whole way.
    bool countsConditions() const;
    /// Some enabled breakpoint that stops has a condition or a hit count, so a look at the recording's lines alone does
    /// not tell where it stops.
    bool needsEvaluation() const;
    /// Which enabled breakpoint that can stop is on this line, or waits for one of these events; -1: none.
    int stopOn(int line, const RunEvents& events) const;
    /// The hits up to a moment, whichever way the run came there. `reached(line)` gives how often a line was reached;
    /// `recorded` is all that is known of the run, and only ever grows until cutHitsBehind. Those that are counted on
    /// the way stay as they are: with a hit count, of events or with a condition. Cost: what was recorded since the
    /// call before.
    void countHits(const std::function<std::uint64_t(int line)>& reached, const RunEvents& recorded, Moment upTo);
    /// What was recorded behind this moment is so no more.
    void cutHitsBehind(Moment moment);

private:
    /// How often a line with these events reaches a breakpoint.
    std::uint64_t reaches(const BreakpointState& state, int line, const RunEvents& events) const;

    /// Adds what was recorded since the last time.
    void noteEvents(const RunEvents& recorded);
    /// Its hits cannot be told afterwards, and do not have to be: every pass counts them.
    static bool isCountedOnTheWay(const BreakpointSpec& spec);

    std::vector<BreakpointState> m_states;
    std::vector<Bytes> m_problems; // by breakpoint: of what is written in it
    // By breakpoint: the moments of its events, or of lines where its condition held. In rising order.
    std::vector<std::vector<Moment>> m_hitMoments;
    std::size_t m_callsCounted = 0; // of the recorded ones
    std::size_t m_errorsCounted = 0;
    EventJudge m_judge;
    bool m_watchesEvents = false;
    std::vector<char> m_onLine;
};

} // namespace debugger
