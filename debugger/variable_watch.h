#pragma once

// "When did this variable change?": looks at a variable by name on every line of a replay and notes its changes.
// A variable is told apart by coroutine and activation; a function that sees it as an upvalue sees the same one.

#include "debugger/session_event.h"
#include "engine/script/lua_inspect.h"
#include "engine/script/script_probe.h"

#include <vector>

namespace debugger {

class VariableWatch {
public:
    explicit VariableWatch(Bytes name);

    /// Before each line of the script, in order of time.
    void onLine(engine::LuaInspect& run, const engine::LineEvent& event, Moment moment);

    VariableHistory history() const { return m_history; }

private:
    /// One variable of that name, in an activation that is still there.
    struct Sighting {
        int coroutine = 0;
        int depth = 0;
        Bytes text;
        Moment moment = kNoMoment; // the last line from which it was seen
        int line = 0;
    };
    /// The last line of an activation, seen or not: what brought a variable into being.
    struct Activation {
        int coroutine = 0;
        int depth = 0;
        Moment moment = kNoMoment;
        int line = 0;
    };

    Activation enter(const engine::LineEvent& event, Moment moment);
    Sighting* find(const engine::LineEvent& event, engine::LuaScope scope);

    VariableHistory m_history;
    std::vector<Sighting> m_sightings;
    std::vector<Activation> m_activations;
};

} // namespace debugger
