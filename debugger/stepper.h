#pragma once

// When a step is done: a pure state machine over line events. Depth decides, per coroutine: a step over ends on a line
// of the same activation or of one that waits for it, an error that unwinds included. A coroutine that yields or ends
// goes back to the one that resumed it, so that one's lines end a step over or out as a caller's do.

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
    /// `active`: the running coroutine first, then those that wait, innermost first. `activations` counts the frames of
    /// the running one with those that tail calls replaced.
    Stepper(StepKind kind, std::vector<ActiveCoroutine> active, int activations);

    /// True when the step could end at this line. A tail call keeps the depth, so a step over asks in addition whether
    /// a frame has been replaced since: see endsAmong.
    bool endsAt(const engine::LineEvent& event) const;
    /// Whether the step ends here, in a coroutine that has this many activations now. Only after endsAt.
    bool endsAmong(const engine::LineEvent& event, int activations) const;

private:
    StepKind m_kind = StepKind::None;
    std::vector<ActiveCoroutine> m_active;
    int m_activations = 0;
};

} // namespace debugger
