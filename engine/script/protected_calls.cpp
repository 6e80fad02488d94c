// pcall, xpcall, coroutine.* and the handler of uncaught errors. Each behaves as Redis's, but none can hold an error
// that ends the run (killed, out of memory): it is raised again, and no handler of the script's runs for it.

#include "engine/script/lua_sandbox.h"

#include "engine/script/lua_function_lua.h"
#include "engine/script/lua_readonly.h"
#include "engine/script/script_machine.h"

#include <cstdlib>
#include <cstring>

namespace engine {
namespace {

// A caught error unwinds activations whose returns no hook has seen.
class DepthKeeper {
public:
    DepthKeeper(ScriptMachine& machine, lua_State* state)
        : m_record(machine.watched() ? &machine.coroutine(state) : nullptr),
          m_depth(m_record ? m_record->activations.all() : 0)
    {
    }
    void unwound() const
    {
        if (m_record)
            m_record->activations.unwindTo(m_depth);
    }

private:
    CoroutineRecord* m_record;
    int m_depth;
};

int protectedCall(lua_State* state)
{
    // Without a function Redis calls the place holder of its result.
    if (lua_gettop(state) == 0) {
        lua_pushboolean(state, 0);
        lua_pushliteral(state, "attempt to call a boolean value");
        return 2;
    }
    ScriptMachine& machine = ScriptMachine::of(state);
    const DepthKeeper depth(machine, state);
    lua_pushboolean(state, 1);
    lua_insert(state, 1);
    const int status = lua_pcall(state, lua_gettop(state) - 2, LUA_MULTRET, 0);
    if (status == 0)
        return lua_gettop(state);

    depth.unwound();
    machine.keepStopping(state, status);
    machine.errorRaised(state, true);
    lua_remove(state, 1);
    // Redis gives an error table's text, and when it has none the table with what stood in its place.
    if (lua_istable(state, -1)) {
        lua_getfield(state, -1, "err");
        if (lua_isstring(state, -1))
            lua_replace(state, -2);
    }
    lua_pushboolean(state, 0);
    lua_insert(state, 1);
    return lua_gettop(state);
}

// The script's own handler is upvalue 1; upvalue 2 is true while it runs.
int callHandler(lua_State* state)
{
    // In a run that is being ended hooks may be off, so that a handler that loops could not be ended.
    if (ScriptMachine::of(state).stopping())
        return 1;
    // An error in the handler comes here again. Lua would go on so until C's stack has no room and then say this.
    if (lua_toboolean(state, lua_upvalueindex(2)) != 0) {
        lua_pushliteral(state, "error in error handling");
        return 1;
    }
    lua_pushboolean(state, 1);
    lua_replace(state, lua_upvalueindex(2));
    lua_settop(state, 1);
    ScriptMachine::of(state).errorRaised(state, true);
    lua_pushvalue(state, lua_upvalueindex(1));
    lua_insert(state, 1);
    lua_call(state, 1, 1);
    lua_pushboolean(state, 0);
    lua_replace(state, lua_upvalueindex(2));
    return 1;
}

int protectedCallWithHandler(lua_State* state)
{
    luaL_checkany(state, 2);
    ScriptMachine& machine = ScriptMachine::of(state);
    const DepthKeeper depth(machine, state);
    lua_settop(state, 2);
    lua_pushboolean(state, 0);
    lua_pushcclosure(state, guarded<callHandler>, 2);
    lua_insert(state, 1);
    // What it answers first lies there before: behind all results there may be no room for it.
    lua_pushboolean(state, 1);
    lua_insert(state, 1);
    const int status = lua_pcall(state, 0, LUA_MULTRET, 2);
    lua_remove(state, 2);
    if (status != 0) {
        depth.unwound();
        machine.keepStopping(state, status);
        lua_pushboolean(state, 0);
        lua_replace(state, 1);
    }
    return lua_gettop(state);
}

int createCoroutine(lua_State* state)
{
    luaL_argcheck(state, lua_isfunction(state, 1) && !lua_iscfunction(state, 1), 1, "Lua function expected");
    lua_State* coroutine = lua_newthread(state);
    ScriptMachine::of(state).coroutineCreated(coroutine);
    lua_pushvalue(state, 1);
    lua_xmove(state, coroutine, 1);
    return 1;
}

enum class Condition { Suspended, Running, Normal, Dead };

Condition conditionOf(lua_State* state, lua_State* coroutine)
{
    if (state == coroutine)
        return Condition::Running;
    switch (lua_status(coroutine)) {
    case LUA_YIELD:
        return Condition::Suspended;
    case 0: {
        lua_Debug activation;
        if (lua_getstack(coroutine, 0, &activation) != 0)
            return Condition::Normal;
        return lua_gettop(coroutine) == 0 ? Condition::Dead : Condition::Suspended;
    }
    default:
        return Condition::Dead;
    }
}

const char* nameOf(Condition condition)
{
    switch (condition) {
    case Condition::Suspended:
        return "suspended";
    case Condition::Running:
        return "running";
    case Condition::Normal:
        return "normal";
    case Condition::Dead:
        return "dead";
    }
    return "";
}

constexpr int kFailed = -1;

// Resumes with the topmost `count` values. [-count, +n]: what it yielded or returned; kFailed: an error is on top.
int resumeWith(lua_State* state, lua_State* coroutine, int count)
{
    if (!lua_checkstack(coroutine, count))
        luaL_error(state, "too many arguments to resume");
    if (const Condition condition = conditionOf(state, coroutine); condition != Condition::Suspended) {
        lua_pushfstring(state, "cannot resume %s coroutine", nameOf(condition));
        return kFailed;
    }
    lua_xmove(state, coroutine, count);
    lua_setlevel(state, coroutine);
    const int status = [&] {
        const ScriptMachine::Entered entered(ScriptMachine::of(state), coroutine);
        return lua_resume(coroutine, count);
    }();
    if (status == 0 || status == LUA_YIELD) {
        const int results = lua_gettop(coroutine);
        if (!lua_checkstack(state, results + 1))
            luaL_error(state, "too many results to resume");
        lua_xmove(coroutine, state, results);
        return results;
    }
    lua_xmove(coroutine, state, 1);
    ScriptMachine::of(state).keepStopping(state, status);
    ScriptMachine::of(state).errorRaised(state, true);
    return kFailed;
}

int resumeCoroutine(lua_State* state)
{
    lua_State* coroutine = lua_tothread(state, 1);
    luaL_argcheck(state, coroutine, 1, "coroutine expected");
    const int results = resumeWith(state, coroutine, lua_gettop(state) - 1);
    lua_pushboolean(state, results == kFailed ? 0 : 1);
    lua_insert(state, results == kFailed ? -2 : -(results + 1));
    return results == kFailed ? 2 : results + 1;
}

int resumeWrapped(lua_State* state)
{
    lua_State* coroutine = lua_tothread(state, lua_upvalueindex(1));
    const int results = resumeWith(state, coroutine, lua_gettop(state));
    if (results != kFailed)
        return results;
    if (lua_isstring(state, -1)) {
        luaL_where(state, 1);
        lua_insert(state, -2);
        lua_concat(state, 2);
    }
    return lua_error(state);
}

int wrapCoroutine(lua_State* state)
{
    createCoroutine(state);
    lua_pushcclosure(state, guarded<resumeWrapped>, 1);
    return 1;
}

// The place of the error: the function that raised it, or its caller when that is a C function such as `error`.
bool findPlace(lua_State* state, lua_Debug& place)
{
    if (lua_getstack(state, 1, &place) == 0 || lua_getinfo(state, "Sl", &place) == 0)
        return false;
    if (std::strcmp(place.what, "C") != 0)
        return true;
    return lua_getstack(state, 2, &place) != 0 && lua_getinfo(state, "Sl", &place) != 0;
}

// [0]: sets err, source and line of the table on top.
void setPlace(lua_State* state, const char* source, int line)
{
    lua_pushliteral(state, "source");
    lua_pushstring(state, source);
    lua_rawset(state, -3);
    lua_pushliteral(state, "line");
    lua_pushinteger(state, line);
    lua_rawset(state, -3);
}

// __redis__err__handler: makes every error a table {err, source, line}.
int handleError(lua_State* state)
{
    ScriptMachine& machine = ScriptMachine::of(state);
    if (!machine.stopping() && machine.hasRunOutOfMemory(state))
        machine.run().stop = StopCause::OutOfMemory;
    if (machine.stopping())
        return 1;
    lua_settop(state, 1);
    machine.errorRaised(state, false);
    lua_Debug place;
    const bool placed = findPlace(state, place);
    if (!lua_istable(state, 1)) {
        lua_createtable(state, 0, 3);
        lua_pushliteral(state, "ERR ");
        lua_getglobal(state, "tostring");
        lua_pushvalue(state, 1);
        lua_call(state, 1, 1);
        lua_concat(state, 2);
        lua_setfield(state, -2, "err");
    } else if (isReadOnlyTable(state, 1)) {
        // Redis's handler fails here itself, at this line of its own chunk.
        pushErrorTable(state, "ERR err_handler_def:10: Attempt to modify a readonly table");
        setPlace(state, "@err_handler_def", 10);
        return 1;
    }
    if (placed)
        setPlace(state, place.source, place.currentline);
    return 1;
}

constexpr luaL_Reg kCoroutineFunctions[] = {
    {"create", guarded<createCoroutine>},
    {"resume", guarded<resumeCoroutine>},
    {"wrap", guarded<wrapCoroutine>},
};

} // namespace

void pushErrorHandler(lua_State* state)
{
    lua_pushcfunction(state, guarded<handleError>);
}

void pushErrorTable(lua_State* state, const char* text)
{
    lua_createtable(state, 0, 3);
    lua_pushstring(state, text);
    lua_setfield(state, -2, "err");
}

void raiseErrorTable(lua_State* state, const char* text)
{
    pushErrorTable(state, text);
    lua_error(state);
    std::abort(); // lua_error does not return, but is not declared so
}

void openProtectedCalls(lua_State* state)
{
    lua_pushcfunction(state, guarded<protectedCall>);
    lua_setglobal(state, "pcall");
    lua_pushcfunction(state, guarded<protectedCallWithHandler>);
    lua_setglobal(state, "xpcall");
    lua_getglobal(state, "coroutine");
    setFunctions(state, kCoroutineFunctions);
    lua_pop(state, 1);
}

} // namespace engine
