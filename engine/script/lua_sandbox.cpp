#include "engine/script/lua_sandbox.h"

#include "engine/script/lua_base_guards.h"
#include "engine/script/lua_bit.h"
#include "engine/script/lua_cjson.h"
#include "engine/script/lua_cmsgpack.h"
#include "engine/script/lua_readonly.h"
#include "engine/script/lua_string_guards.h"
#include "engine/script/lua_struct.h"
#include "engine/script/lua_table_guards.h"

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

// [0]: `guarding` works on the library's table on top of the stack.
void guard(lua_State* state, const char* name, void (*guarding)(lua_State*))
{
    lua_getglobal(state, name);
    guarding(state);
    lua_pop(state, 1);
}

// [0]: `push` leaves the library's table on the stack.
void open(lua_State* state, const char* name, void (*push)(lua_State*))
{
    push(state);
    lua_setglobal(state, name);
}

} // namespace

void openSandbox(lua_State* state, RedisApi api)
{
    for (const luaL_Reg& library : kStandardLibraries) {
        lua_pushcfunction(state, library.func);
        lua_pushstring(state, library.name);
        lua_call(state, 1, 0);
    }
    guard(state, "_G", guardBaseLibrary);
    guard(state, LUA_STRLIBNAME, guardStringLibrary);
    guard(state, LUA_TABLIBNAME, guardTableLibrary);
    open(state, "bit", openBit);
    open(state, "cjson", openCjson);
    open(state, "cmsgpack", openCmsgpack);
    open(state, "struct", openStruct);
    openRandom(state);
    openProtectedCalls(state);
    if (api == RedisApi::Script) {
        pushErrorHandler(state);
        lua_setglobal(state, "__redis__err__handler");
    }
    pushRedisApi(state, api);
    lua_setglobal(state, "redis");
    protectLibraries(state);
}

} // namespace engine
