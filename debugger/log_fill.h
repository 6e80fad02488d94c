#pragma once

// Log points that were set when a part of the run was over: what they would have logged in it, found by a replay.
// Pure: it is shown the recording's lines and says what to print.

#include "debugger/breakpoints.h"
#include "debugger/trace.h"

namespace debugger {

class LogFill {
public:
    /// Notes which log points of `now` were not among those of `before`, and forgets those that have gone.
    void noteNew(const std::vector<BreakpointState>& before, const std::vector<BreakpointSpec>& now);
    /// Something waits to be filled in.
    bool isWanted() const { return !m_wanted.empty(); }

    /// Before the replay's first line; nothing waits any more. False when the recording comes by none of them, so that
    /// there is nothing to replay for. Cost: the recording's lines.
    bool begin(const Trace& trace, const EventJudge& judge, const std::vector<int>& codeLines);
    /// What is logged before a line; it is in the trace then. What the trace has already is not logged again.
    std::vector<Output> onLine(Trace& trace, Moment moment, int line, const Evaluator& evaluate);

private:
    std::vector<BreakpointSpec> m_wanted;
    Breakpoints m_logPoints;
    std::size_t m_logged = 0;
};

} // namespace debugger
