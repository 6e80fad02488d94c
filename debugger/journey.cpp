#include "debugger/journey.h"

#include "debugger/timeline.h"

#include <algorithm>

namespace debugger {

namespace {

Moment endOfMoveBack(const Trace& trace, Move way, Moment from)
{
    switch (way) {
    case Move::Back:
        return momentBefore(trace, from);
    case Move::BackOver:
        return momentBeforeOver(trace, from);
    case Move::BackOut:
        return momentBeforeOut(trace, from);
    default:
        return kNoMoment;
    }
}

Journey journeyToStopBefore(const Trace& trace, const Breakpoints& breakpoints, Moment from)
{
    if (breakpoints.needsEvaluation())
        return {.course = {.target = std::min(from, trace.furthest()), .remembersBefore = from},
            .errand = Errand::FindStop};
    const Moment target = stopBefore(trace, breakpoints, from);
    if (target == kNoMoment)
        return journeyTo(1, StopReason::Start);
    if (trace.forcedStop(target))
        return journeyTo(target, StopReason::BreakpointCall);
    return journeyTo(
        target, StopReason::Breakpoint, breakpoints.stopOn(trace.line(target).line(), trace.eventsAt(target)));
}

} // namespace

Journey journeyTo(Moment target, StopReason reason, int breakpoint)
{
    return {.course = {.target = target, .arrival = reason, .arrivalBreakpoint = breakpoint}};
}

Journey journeyToFound(const std::optional<PassStop>& found)
{
    return found ? journeyTo(found->moment, found->reason, found->breakpoint) : journeyTo(1, StopReason::Start);
}

Journey journeyBack(const Trace& trace, const Breakpoints& breakpoints, Move way, Moment from)
{
    if (way == Move::ReverseContinue)
        return journeyToStopBefore(trace, breakpoints, from);
    const Moment target = endOfMoveBack(trace, way, from);
    return target == kNoMoment ? journeyTo(1, StopReason::Start) : journeyTo(target, StopReason::Step);
}

} // namespace debugger
