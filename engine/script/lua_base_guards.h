#pragma once

// The base library's functions that stock Lua gets wrong for us: unpack overflows, load runs Lua code while it parses
// and takes bytecode, rawset and its like pass read-only tables by, collectgarbage lets a script stop the collector.

#include <cstddef>
#include <string_view>

struct lua_State;

namespace engine {

/// The longest source that is compiled: beyond it the lexer's counters are not to be trusted.
inline constexpr std::size_t kMaxSourceBytes = 8U << 20;

/// Replaces unpack, load, loadstring, next, pairs, rawget, rawset, getmetatable, setmetatable and collectgarbage of
/// the globals table on top of the stack, and takes getfenv, setfenv, newproxy, dofile, loadfile, print, require and
/// module away. [-0, +0]
void guardBaseLibrary(lua_State* lua);

/// Compiles source text and pushes the function, or the error message. Bytecode is a syntax error. `chunkName` as Lua
/// wants it ("@user_script"); it must outlive the call. Some sources take Lua's parser a time that is quadratic in
/// their length: inside a run its limits and a kill end that, outside five seconds do. Returns Lua's status: 0,
/// LUA_ERRSYNTAX, LUA_ERRMEM, or LUA_ERRRUN when the parser was stopped. [-0, +1]
int loadSource(lua_State* lua, std::string_view source, const char* chunkName);

} // namespace engine
