#include "engine/script/lua_sandbox.h"

#include "engine/script/lua_base_guards.h"
#include "engine/script/lua_bit.h"
#include "engine/script/lua_readonly.h"

#include <lua.hpp>

namespace engine {
namespace {

// io, os, package and debug are never opened.
constexpr luaL_Reg kStandardLibraries[] = {
    {"", luaopen_base},
    {LUA_TABLIBNAME, luaopen_table},
    {LUA_STRLIBNAME, luaopen_string},
    {LUA_MATHLIBNAME, luaopen_math},
};

// [0]: `push` leaves the library's table on the stack.
void open(lua_State* state, const char* name, void (*push)(lua_State*))
{
    push(state);
    lua_setglobal(state, name);
}

} // namespace

void openSandbox(lua_State* state)
{
    for (const luaL_Reg& library : kStandardLibraries) {
        lua_pushcfunction(state, library.func);
        lua_pushstring(state, library.name);
        lua_call(state, 1, 0);
    }
    lua_pushvalue(state, LUA_GLOBALSINDEX);
    guardBaseLibrary(state);
    lua_pop(state, 1);
    open(state, "bit", openBit);
    openRandom(state);
    openProtectedCalls(state);
    openRedisApi(state);
    protectLibraries(state);
}

} // namespace engine
