#pragma once

// Makes the events that show a stop and an end, from a run that waits and its trace. Remembers what was shown last, so
// that it can say what changed since.

#include "debugger/pass.h"

#include <vector>

namespace debugger {

class StopView {
public:
    /// Watches are left to the caller.
    Stopped stopped(engine::LuaInspect& run, const Trace& trace, const PassStop& stop);
    /// `stoppedBefore`: the moment whose line was not run any more, when a person ended the run.
    Ended ended(const Trace& trace, const engine::ScriptOutcome& outcome, std::optional<Moment> stoppedBefore);

    /// The next stop is compared with nothing.
    void forget() { *this = StopView(); }

private:
    struct ShownFrame {
        int coroutine = 0;
        int depth = 0;
        Moment begin = kNoMoment; // of its activation
        std::vector<engine::LuaVariable> variables;
    };
    std::vector<Bytes> changedVariables(const PassStop& stop, Moment begin, std::vector<engine::LuaVariable> variables);

    Moment m_moment = kNoMoment;
    std::vector<ShownFrame> m_frames;
};

/// The script's line that an error reply names at its end; 0: none.
int errorLineOf(const engine::Reply& reply);

} // namespace debugger
