#pragma once

// When a step is done: a pure state machine over line events. A step over ends on a line of the same activation or of
// one that waits for it, an error that unwinds included; and on no line of one that began later, be it as deep, as when
// the caller calls two functions in a statement. So of each coroutine it knows how many of the activations that there
// were when the step began may still be there: one that begins takes a place that must have become free. A coroutine
// that yields or ends goes back to the one that resumed it, so that one's lines end a step over or out as a caller's
// do.

#include "debugger/session_request.h"
#include "engine/script/script_probe.h"

#include <vector>

namespace debugger {

/// A coroutine that runs or waits for one that it resumed, and how deep it is.
struct ActiveCoroutine {
    int coroutine = 0;
    int depth = 0;
    Moment moment = kNoMoment; // its last line event
    bool operator==(const ActiveCoroutine&) const = default;
};

enum class StepKind : std::uint8_t {
    None, // run on until something else stops the run
    Into,
    Over,
    Out,
};

class Stepper {
public:
    Stepper() = default;
    /// `active`: the running coroutine first, then those that wait, innermost first.
    Stepper(StepKind kind, std::vector<ActiveCoroutine> active);

    /// True when the step ends at this line. Sees every line from the step's beginning on. A function that replaces
    /// another by a tail call counts as deeper.
    bool endsAt(const engine::LineEvent& event);
    /// Whether there is a line that it ends at.
    bool mayEnd() const { return m_kind != StepKind::None; }

private:
    StepKind m_kind = StepKind::None;
    std::vector<ActiveCoroutine> m_active; // as deep as their lines may be to end the step
};

} // namespace debugger
