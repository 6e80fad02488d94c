#pragma once

// How long loops in C let themselves be stopped. Lua's hooks do not run inside a C function, so a pattern, a sort or an
// encoder that works for seconds asks here, and the script runtime answers.

#include <cstddef>

struct lua_State;

namespace engine {

/// Asked by long C loops (patterns, sort, rep, concat, encode): has the run been told to stop? And told of code that
/// they compile.
class ScriptBudget {
public:
    virtual ~ScriptBudget() = default;

    /// Counts `steps` of work, each about as long as a few instructions of Lua. Raises a Lua error (through
    /// lua_error) when the run has been killed or is over its limit, and goes on raising it at every later call.
    /// Called at most once in some thousand steps. Thread: the run's.
    virtual void spend(lua_State* lua, std::size_t steps) = 0;
    /// Code has been compiled that scripts may call from now on. Thread: the run's.
    virtual void codeLoaded() { }
};

/// Gives a Lua state the budget that its libraries ask; nullptr takes it away. Not owned. [-0, +0]
void setScriptBudget(lua_State* lua, ScriptBudget* budget);
/// nullptr when none was set. Cost: one table access. [-0, +0]
ScriptBudget* scriptBudget(lua_State* lua);

} // namespace engine
