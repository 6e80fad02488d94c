#pragma once

// Private to engine/script: what a script finds in its globals, and nothing else.

#include <cstdint>

struct lua_State;

namespace engine {

/// Whose redis.* it is: a script's, a library function's, or that of a library while it is being loaded.
enum class RedisApi : std::uint8_t { Script, Function, LibraryLoading };

/// Opens the libraries in a fresh state, takes out what reaches files, the process or bytecode, and makes the rest
/// read-only. The state's memory belongs to a ScriptMachine. Called protected.
void openSandbox(lua_State* state, RedisApi api);

/// redis.*. [0, +1]
void pushRedisApi(lua_State* state, RedisApi api);
/// The nearly empty globals of a library that is being loaded: `redis` alone. [0, +1]
void pushLoadingGlobals(lua_State* state);
/// redis.register_function.
int registerFunction(lua_State* state);
/// pcall, xpcall and coroutine.*: versions that cannot hold a run that is being ended.
/// [0]
void openProtectedCalls(lua_State* state);
/// math.random and math.randomseed on Redis's generator. [0]
void openRandom(lua_State* state);

/// The handler of uncaught errors, for lua_pcall. [0, +1]
void pushErrorHandler(lua_State* state);

/// Pushes {err = text}. `text` has its code. [0, +1]
void pushErrorTable(lua_State* state, const char* text);
/// Raises it.
[[noreturn]] void raiseErrorTable(lua_State* state, const char* text);

} // namespace engine
