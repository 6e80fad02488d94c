#pragma once

// Where a pass of the script is to go, and why: the plans that requests are turned into. Pure.

#include "debugger/pass.h"

namespace debugger {

/// What a pass is for, beyond reaching its target.
enum class Errand : std::uint8_t {
    Travel, // to stop there
    FindStop, // to go on to the last stop it passed
    FindChanges, // of a variable, and to go back
    FillIn, // what breakpoints would have counted and logged that were set late, and to go back
    Verify, // a recording that was opened, then to where it was left
};

struct Journey {
    Course course;
    Errand errand = Errand::Travel;
    Moment returnTo = kNoMoment; // FindChanges, FillIn; kNoMoment: the end
    StopReason returnReason = StopReason::Arrived;
    int returnBreakpoint = -1;
};

Journey journeyTo(Moment target, StopReason reason, int breakpoint = -1);

/// To a stop that was passed, or the start when there was none.
Journey journeyToFound(const std::optional<PassStop>& found);

/// The way of a move back. `from` may be behind the last moment: the end. The trace is not empty.
Journey journeyBack(const Trace& trace, const Breakpoints& breakpoints, Move way, Moment from);

} // namespace debugger
