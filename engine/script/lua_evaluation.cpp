// Evaluating code at a stop, and giving variables other values. The code runs on a coroutine of its own with a hook of
// its own: inside the hook that paused the run no hook would fire, so a loop could not be ended.

#include "engine/command/client_state.h"
#include "engine/command/dispatcher.h"
#include "engine/command/silent_changes.h"
#include "engine/script/evaluated_code.h"
#include "engine/script/lua_base_guards.h"
#include "engine/script/lua_describe.h"
#include "engine/script/lua_inspector.h"
#include "engine/script/lua_function_lua.h"
#include "engine/script/lua_readonly.h"
#include "engine/script/muted_commands.h"
#include "engine/script/script_machine.h"

#include <lua.hpp>

namespace engine {
namespace {

constexpr std::chrono::milliseconds kTimeLimit(1000);
constexpr std::size_t kMemoryLimitBytes = std::size_t(32) << 20;
constexpr std::size_t kMostValues = 100;

/// A world like the run's that is thrown away.
struct ThrowAwayWorld {
    explicit ThrowAwayWorld(CommandContext& run)
        : data(run.data.snapshot()), client(run.client), rng(run.rng), context{.data = data,
                                                                           .client = client,
                                                                           .commands = run.commands,
                                                                           .dispatcher = dispatcher,
                                                                           .config = run.config,
                                                                           .clock = run.clock,
                                                                           .rng = rng,
                                                                           .changes = changes,
                                                                           .server = run.server,
                                                                           .now = run.now,
                                                                           .limits = run.limits,
                                                                           .outOfMemory = false,
                                                                           .busyReply = {}}
    {
    }

    Keyspace data;
    ClientState client;
    Rng rng;
    Dispatcher dispatcher;
    SilentChanges changes;
    CommandContext context;
};

/// Where the names of evaluated code are looked up. Lives in a userdata's place on the C++ stack.
struct Scope {
    lua_State* state = nullptr; // the paused coroutine
    lua_Debug activation = {};
    bool hasFrame = false;
};

Scope& scopeOf(lua_State* state)
{
    return *static_cast<Scope*>(lua_touserdata(state, lua_upvalueindex(1)));
}

// The last local of this name is the visible one; 0: none. [0]
int findLocal(Scope& scope, const char* name)
{
    int found = 0;
    if (!scope.hasFrame)
        return 0;
    for (int i = 1; const char* local = lua_getlocal(scope.state, &scope.activation, i); ++i) {
        lua_pop(scope.state, 1);
        if (BytesView(local) == name)
            found = i;
    }
    return found;
}

// [0, or +1: the function]: leaves the function on the stack when it has the upvalue.
int findUpvalue(Scope& scope, const char* name)
{
    if (!scope.hasFrame || lua_getinfo(scope.state, "f", &scope.activation) == 0)
        return 0;
    if (!lua_iscfunction(scope.state, -1)) {
        for (int i = 1; const char* upvalue = lua_getupvalue(scope.state, -1, i); ++i) {
            lua_pop(scope.state, 1);
            if (BytesView(upvalue) == name)
                return i;
        }
    }
    lua_pop(scope.state, 1);
    return 0;
}

bool knows(Scope& scope, const Bytes& name)
{
    if (findLocal(scope, name.c_str()) != 0)
        return true;
    const bool upvalue = findUpvalue(scope, name.c_str()) != 0;
    if (upvalue)
        lua_pop(scope.state, 1);
    return upvalue;
}

bool isName(BytesView text)
{
    constexpr BytesView kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    return text.find_first_not_of(kLetters) == BytesView::npos;
}

int readName(lua_State* state)
{
    Scope& scope = scopeOf(state);
    if (lua_type(state, 2) == LUA_TSTRING) {
        const char* name = lua_tostring(state, 2);
        if (const int local = findLocal(scope, name); local != 0) {
            lua_getlocal(scope.state, &scope.activation, local);
            lua_xmove(scope.state, state, 1);
            return 1;
        }
        if (const int upvalue = findUpvalue(scope, name); upvalue != 0) {
            lua_getupvalue(scope.state, -1, upvalue);
            lua_xmove(scope.state, state, 1);
            lua_pop(scope.state, 1);
            return 1;
        }
    }
    lua_settop(state, 2);
    lua_gettable(state, LUA_GLOBALSINDEX);
    return 1;
}

int writeName(lua_State* state)
{
    Scope& scope = scopeOf(state);
    if (lua_type(state, 2) == LUA_TSTRING) {
        const char* name = lua_tostring(state, 2);
        if (const int local = findLocal(scope, name); local != 0) {
            lua_xmove(state, scope.state, 1);
            lua_setlocal(scope.state, &scope.activation, local);
            return 0;
        }
        if (const int upvalue = findUpvalue(scope, name); upvalue != 0) {
            lua_xmove(state, scope.state, 1);
            lua_setupvalue(scope.state, -2, upvalue);
            lua_pop(scope.state, 1);
            return 0;
        }
    }
    lua_settop(state, 3);
    lua_settable(state, LUA_GLOBALSINDEX);
    return 0;
}

// The environment of evaluated code. [0, +1]
void pushScopeTable(lua_State* state, Scope& scope)
{
    lua_createtable(state, 0, 0);
    lua_createtable(state, 0, 3);
    lua_pushlightuserdata(state, &scope);
    lua_pushcclosure(state, guarded<readName>, 1);
    lua_setfield(state, -2, "__index");
    lua_pushlightuserdata(state, &scope);
    lua_pushcclosure(state, guarded<writeName>, 1);
    lua_setfield(state, -2, "__newindex");
    lua_pushboolean(state, 0);
    lua_setfield(state, -2, "__metatable");
    lua_setmetatable(state, -2);
}

LuaValue nilValue()
{
    LuaValue nil;
    nil.text = "nil";
    return nil;
}

Bytes messageOnTop(lua_State* state)
{
    if (lua_istable(state, -1)) {
        lua_pushliteral(state, "err");
        lua_rawget(state, -2);
        lua_remove(state, -2);
    }
    std::size_t size = 0;
    const char* text = lua_tolstring(state, -1, &size);
    return text ? Bytes(text, size) : "an error that is no text: " + describe(state, -1).text;
}

} // namespace

struct LuaInspector::Evaluation {
    ScriptMachine& machine;
    BytesView code;
    BytesView target; // the variable, or field of a table, that gets the value; empty: none
    Scope scope;
    std::vector<LuaValue> values;
    Bytes error;
};

// On the paused coroutine, protected; the evaluation is light userdata at 1.
int LuaInspector::runEvaluation(lua_State* state)
{
    auto& evaluation = *static_cast<Evaluation*>(lua_touserdata(state, 1));
    lua_State* own = lua_newthread(state);
    // A coroutine made inside a hook inherits that hook, which would pause in here.
    ScriptMachine& machine = ScriptMachine::of(state);
    lua_sethook(own, &ScriptMachine::hook, LUA_MASKCOUNT, machine.tickInterval());
    const ScriptMachine::Entered entered(machine, own);
    if (!compileEvaluated(own, evaluation.code)) {
        evaluation.error = messageOnTop(own);
        return 0;
    }
    pushScopeTable(own, evaluation.scope);
    lua_setfenv(own, -2);
    if (const int status = lua_pcall(own, 0, LUA_MULTRET, 0); status != 0) {
        if (status == LUA_ERRMEM)
            evaluation.machine.run().stop = StopCause::OutOfMemory;
        if (!evaluation.machine.stopping())
            evaluation.error = messageOnTop(own);
        return 0;
    }
    const auto count = std::min(static_cast<std::size_t>(lua_gettop(own)), kMostValues);
    for (std::size_t i = 1; i <= count; ++i)
        evaluation.values.push_back(describe(own, static_cast<int>(i)));
    if (evaluation.target.empty())
        return 0;
    lua_settop(own, 1);
    // What is compiled is given the value as its `...`.
    const Bytes assignment = Bytes(evaluation.target) + " = ...";
    if (loadSource(own, assignment, kEvaluatedChunk) != 0) {
        evaluation.error = "'" + Bytes(evaluation.target) + "' is no variable, and no field such as t.name or t[1]";
        return 0;
    }
    pushScopeTable(own, evaluation.scope);
    lua_setfenv(own, -2);
    lua_pushvalue(own, 1);
    if (lua_pcall(own, 1, 0, 0) != 0 && !evaluation.machine.stopping())
        evaluation.error = messageOnTop(own);
    return 0;
}

Result<std::vector<LuaValue>> LuaInspector::evaluateIn(Evaluation& evaluation)
{
    LuaArena& arena = *m_machine.m_arena;
    ThrowAwayWorld world(*m_machine.m_run.context);
    std::vector<ScriptLogLine> unheard;
    ActiveRun run;
    run.context = &world.context;
    run.name = m_machine.m_run.name;
    run.protocol = m_machine.m_run.protocol;
    run.log = &unheard;
    run.timeLimit = kTimeLimit;
    run.deadline = std::chrono::steady_clock::now() + kTimeLimit;
    std::swap(run, m_machine.m_run);
    std::unique_ptr<MutedCommands> muted = std::move(m_machine.m_muted);
    // Of the command in whose midst this may be.
    std::vector<BytesView> words = std::move(m_machine.m_words);
    std::vector<char> numberText = std::move(m_machine.m_numberText);
    const PrngState prng = m_machine.prng;
    const CjsonOptions options = m_machine.cjsonOptions();
    const std::size_t limit = arena.limitBytes();
    arena.setLimit(arena.usedBytes() + kMemoryLimitBytes);

    const int status = lua_cpcall(m_state, runEvaluation, &evaluation);
    if (status != 0) {
        if (!m_machine.stopping())
            evaluation.error = messageOnTop(m_state);
        lua_pop(m_state, 1);
    }
    const StopCause cause = m_machine.m_run.stop;

    arena.setOverdraft(false);
    arena.setLimit(limit);
    arena.forgive();
    m_machine.prng = prng;
    m_machine.setCjsonOptions(options);
    m_machine.m_muted = std::move(muted);
    m_machine.m_words = std::move(words);
    m_machine.m_numberText = std::move(numberText);
    std::swap(run, m_machine.m_run);
    if (cause == StopCause::TimeUp)
        return Error{"took longer than " + std::to_string(kTimeLimit.count()) + " ms and was ended"};
    if (cause == StopCause::OutOfMemory)
        return Error{"needed more than " + std::to_string(kMemoryLimitBytes >> 20) + " MiB and was ended"};
    if (cause != StopCause::None)
        return Error{"was ended"};
    if (!evaluation.error.empty())
        return Error{evaluation.error};
    return std::move(evaluation.values);
}

Result<std::vector<LuaValue>> LuaInspector::evaluate(int frame, BytesView code)
{
    Evaluation evaluation{.machine = m_machine, .code = code, .target = {}, .scope = {}, .values = {}, .error = {}};
    evaluation.scope.state = m_state;
    const LuaArena::Saved saved = m_machine.m_arena->save();
    evaluation.scope.hasFrame = lua_getstack(m_state, frame, &evaluation.scope.activation) != 0;
    m_machine.keepCoroutines();
    auto values = evaluateIn(evaluation);
    m_machine.endKeeping(m_machine.m_arena->restore(saved));
    return values;
}

Result<LuaValue> LuaInspector::set(int frame, BytesView name, BytesView expression)
{
    Evaluation evaluation{
        .machine = m_machine, .code = expression, .target = name, .scope = {}, .values = {}, .error = {}};
    evaluation.scope.state = m_state;
    const LuaArena::Saved saved = m_machine.m_arena->save();
    evaluation.scope.hasFrame = lua_getstack(m_state, frame, &evaluation.scope.activation) != 0;
    if (isName(name) && !knows(evaluation.scope, Bytes(name)))
        return Error{"there is no local or upvalue '" + Bytes(name) + "' in this frame"};
    m_machine.keepCoroutines();
    auto values = evaluateIn(evaluation);
    m_machine.endKeeping(!values && m_machine.m_arena->restore(saved));
    if (!values)
        return Error{values.error()};
    return values->empty() ? nilValue() : values->front();
}

} // namespace engine
