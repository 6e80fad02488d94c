#pragma once

// Questions to a recording: where a step back ends, who waits for whom, who wrote a key. Pure.

#include "debugger/breakpoints.h"
#include "debugger/stepper.h"
#include "debugger/trace.h"

namespace debugger {

/// The running coroutine at a moment, then those that wait for it, innermost first. Cost: O(1) in the main chunk alone,
/// else O(moment).
std::vector<ActiveCoroutine> activeCoroutines(const Trace& trace, Moment moment);

/// The first line of the activation that a moment's line is of. Cost: O(1) in the main chunk itself, else the lines
/// since.
Moment beginOfActivation(const Trace& trace, Moment moment);

/// Where each move back ends; kNoMoment when there is nothing before. `moment` may be behind the last one: the end.
Moment momentBefore(const Trace& trace, Moment moment);
Moment momentBeforeOver(const Trace& trace, Moment moment);
Moment momentBeforeOut(const Trace& trace, Moment moment);

/// The last moment before `moment` where a breakpoint without condition or hit count, or redis.breakpoint(), stops.
Moment stopBefore(const Trace& trace, const Breakpoints& breakpoints, Moment moment);

/// How often each line was reached up to and with a moment. Keeps its place, so a look costs the way from the last one.
class ReachCounts {
public:
    /// Moves to a moment; those in between are still in the trace.
    void goTo(const Trace& trace, Moment moment);
    std::uint64_t of(int line) const;

private:
    Moment m_moment = kNoMoment;
    std::vector<std::uint64_t> m_counts; // by line
};

/// Commands made by the lines from `from` up to, not with, `to`; the last `limit` of them.
std::vector<RecordedCall> callsBetween(const Trace& trace, Moment from, Moment to, std::size_t limit);

/// The calls that changed a key, each with what it changed.
std::vector<KeyWrite> writesOf(const Trace& trace, int database, BytesView key);

TimelineShown timelineOf(const Trace& trace, const TimelineRequest& request);

} // namespace debugger
