#pragma once

// Private to engine/script: what a script finds in its globals, and nothing else.

struct lua_State;

namespace engine {

/// Opens the libraries in a fresh state, takes out what reaches files, the process or bytecode, and makes the rest
/// read-only. The state's memory belongs to a ScriptMachine. Called protected.
void openSandbox(lua_State* state);

/// redis.*; leaves the table in the globals. [0]
void openRedisApi(lua_State* state);
/// pcall, xpcall, coroutine.* and the handler of uncaught errors: versions that cannot hold a run that is being ended.
/// [0]
void openProtectedCalls(lua_State* state);
/// math.random and math.randomseed on Redis's generator. [0]
void openRandom(lua_State* state);

/// The handler of uncaught errors, for lua_pcall. [0, +1]
void pushErrorHandler(lua_State* state);

/// Pushes {err = text}. `text` has its code. [0, +1]
void pushErrorTable(lua_State* state, const char* text);

} // namespace engine
