// redis.register_function, and how a library is loaded. Texts and misuse are Redis 7.0's.
// Source: https://redis.io/docs/manual/programmability/lua-api/ (redis.register_function).

#include "engine/script/lua_base_guards.h"
#include "engine/script/lua_function_lua.h"
#include "engine/script/lua_readonly.h"
#include "engine/script/lua_sandbox.h"
#include "engine/script/script_machine.h"

#include <lua.hpp>

#include <algorithm>

namespace engine {
namespace {

// Numbers pass as their text; the value itself is not changed, which `lua_next` would not forgive of a key.
Bytes textAt(lua_State* state, int index)
{
    lua_pushvalue(state, index);
    std::size_t size = 0;
    const char* text = lua_tolstring(state, -1, &size);
    Bytes copy(text, size);
    lua_pop(state, 1);
    return copy;
}

// What the arguments say, before it is judged as a whole.
struct Registration {
    LibraryFunction function;
    bool named = false;
    int callback = 0; // index on the stack
};

const char* readFlags(lua_State* state, int index, ScriptFlags& flags)
{
    if (!lua_istable(state, index))
        return "ERR flags argument to redis.register_function must be a table representing function flags";
    for (int i = 1;; ++i) {
        lua_rawgeti(state, index, i);
        if (lua_isnil(state, -1))
            break;
        const Bytes word = lua_type(state, -1) == LUA_TSTRING ? textAt(state, -1) : Bytes();
        const auto row = std::ranges::find_if(
            kScriptFlagWords, [&word](const ScriptFlagWord& one) { return equalsIgnoringCase(one.word, word); });
        if (row == std::end(kScriptFlagWords))
            return "ERR unknown flag given";
        flags.*row->flag = true;
        lua_pop(state, 1);
    }
    lua_pop(state, 1);
    return nullptr;
}

// The field whose name is at -2 and whose value is on top. Null, or the error.
const char* readField(lua_State* state, Registration& registration)
{
    const int value = lua_gettop(state);
    if (!lua_isstring(state, -2))
        return "ERR named argument key given to redis.register_function is not a string";
    const Bytes name = textAt(state, -2);
    if (equalsIgnoringCase(name, "function_name")) {
        if (!lua_isstring(state, value))
            return "ERR function_name argument given to redis.register_function must be a string";
        registration.function.name = textAt(state, value);
        registration.named = true;
        return nullptr;
    }
    if (equalsIgnoringCase(name, "description")) {
        if (!lua_isstring(state, value))
            return "ERR description argument given to redis.register_function must be a string";
        registration.function.description = textAt(state, value);
        return nullptr;
    }
    if (equalsIgnoringCase(name, "callback")) {
        if (!lua_isfunction(state, value))
            return "ERR callback argument given to redis.register_function must be a function";
        lua_pushvalue(state, value);
        lua_replace(state, registration.callback);
        return nullptr;
    }
    if (equalsIgnoringCase(name, "flags"))
        return readFlags(state, value, registration.function.flags);
    return "ERR unknown argument given to redis.register_function";
}

const char* readTable(lua_State* state, Registration& registration)
{
    if (!lua_istable(state, 1))
        return "ERR calling redis.register_function with a single argument is only applicable to Lua table "
               "(representing named arguments).";
    lua_pushnil(state);
    registration.callback = lua_gettop(state);
    pushTableContents(state, 1);
    const int table = lua_gettop(state);
    lua_pushnil(state);
    while (lua_next(state, table) != 0) {
        if (const char* error = readField(state, registration))
            return error;
        lua_pop(state, 1);
    }
    if (!registration.named)
        return "ERR redis.register_function must get a function name argument";
    if (lua_isnil(state, registration.callback))
        return "ERR redis.register_function must get a callback argument";
    return nullptr;
}

const char* readPair(lua_State* state, Registration& registration)
{
    if (!lua_isstring(state, 1))
        return "ERR first argument to redis.register_function must be a string";
    if (!lua_isfunction(state, 2))
        return "ERR second argument to redis.register_function must be a function";
    registration.function.name = textAt(state, 1);
    registration.callback = 2;
    return nullptr;
}

const char* readArguments(lua_State* state, Registration& registration)
{
    const int count = lua_gettop(state);
    if (count == 1)
        return readTable(state, registration);
    return count == 2 ? readPair(state, registration) : "ERR wrong number of arguments to redis.register_function";
}

const char* enter(lua_State* state, std::vector<LibraryFunction>& registered)
{
    Registration registration;
    registration.function.flags.declared = true;
    if (const char* error = readArguments(state, registration))
        return error;
    LibraryFunction& function = registration.function;
    if (!isFunctionName(function.name))
        return "ERR Library names can only contain letters, numbers, or underscores(_) and must be at least one "
               "character long";
    if (std::ranges::find(registered, function.name, &LibraryFunction::name) != registered.end())
        return "ERR Function already exists in the library";
    lua_pushvalue(state, registration.callback);
    function.callback = luaL_ref(state, LUA_REGISTRYINDEX);
    registered.push_back(std::move(function));
    return nullptr;
}

} // namespace

int registerFunction(lua_State* state)
{
    auto* const registered = ScriptMachine::of(state).registered();
    // A library may keep the function; once it is loaded there is nothing to register with.
    const char* const error = registered ? enter(state, *registered)
                                         : "ERR redis.register_function can only be called on FUNCTION LOAD command";
    if (error)
        raiseErrorTable(state, error);
    return 0;
}

void pushLoadingGlobals(lua_State* state)
{
    lua_createtable(state, 0, 1);
    pushRedisApi(state, RedisApi::LibraryLoading);
    protectTable(state, -1, MissingField::Raise);
    lua_setfield(state, -2, "redis");
    protectTable(state, -1, MissingField::Raise);
}

Result<std::vector<LibraryFunction>> ScriptMachine::loadLibrary(BytesView code, std::chrono::milliseconds limit)
{
    CHECK(!running());
    lua_State* const lua = state();
    if (loadOwn(code) != 0) {
        Error error{"ERR Error compiling function: " + textAt(lua, -1)};
        lua_settop(lua, kFixedSlots);
        return error;
    }
    m_arena->setOverdraft(true);
    if (m_loadingGlobalsRef == 0) {
        pushLoadingGlobals(lua);
        m_loadingGlobalsRef = luaL_ref(lua, LUA_REGISTRYINDEX);
    }
    lua_rawgeti(lua, LUA_REGISTRYINDEX, m_loadingGlobalsRef);
    showOtherContents(lua, LUA_GLOBALSINDEX);
    m_arena->setOverdraft(false);

    std::vector<LibraryFunction> functions;
    m_registered = &functions;
    m_killRequested.store(false, std::memory_order_relaxed);
    m_spent = 0;
    if (limit.count() > 0)
        m_run.deadline = std::chrono::steady_clock::now() + limit;
    setHooks(false);
    const int status = lua_pcall(lua, 0, 0, 0);
    m_arena->setOverdraft(true);
    showOwnContents(lua, LUA_GLOBALSINDEX);
    m_registered = nullptr;
    Bytes error = status == 0 && !stopping() ? Bytes() : "ERR Error registering functions: " + loadingError();
    finishRun();
    if (error.empty())
        return functions;
    forget(functions);
    return Error{std::move(error)};
}

// Of what is on top of the stack.
Bytes ScriptMachine::loadingError()
{
    switch (m_run.stop) {
    case StopCause::TimeUp:
        return "ERR FUNCTION LOAD timeout";
    case StopCause::None:
        break;
    case StopCause::OutOfMemory:
        return "ERR not enough memory";
    default:
        return "ERR Script killed by user with SCRIPT KILL...";
    }
    if (lua_isstring(m_state, -1))
        return "ERR " + textAt(m_state, -1);
    if (!lua_istable(m_state, -1))
        return "ERR the error is neither a string nor a table";
    lua_pushliteral(m_state, "err");
    lua_rawget(m_state, -2);
    return lua_isstring(m_state, -1) ? textAt(m_state, -1) : Bytes("ERR the error is a table without an 'err' string");
}

void ScriptMachine::forget(const std::vector<LibraryFunction>& functions)
{
    for (const LibraryFunction& function : functions)
        luaL_unref(m_state, LUA_REGISTRYINDEX, function.callback);
}

} // namespace engine
