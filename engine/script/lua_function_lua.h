#pragma once

// Private to engine/script: how a C++ function becomes a Lua function.

#include <lua.hpp>

#include <cstdio>
#include <exception>
#include <new>
#include <span>

namespace engine {

/// A Lua function that may throw. Lua swallows C++ exceptions that are not its own, leaving junk for a message, so they
/// become Lua errors here. Lua's own error is no std::exception and passes through.
template <lua_CFunction Function>
int guarded(lua_State* lua)
{
    char message[256];
    try {
        return Function(lua);
    } catch (const std::bad_alloc&) {
        std::snprintf(message, sizeof message, "not enough memory");
    } catch (const std::exception& error) {
        std::snprintf(message, sizeof message, "%s", error.what());
    }
    lua_pushstring(lua, message);
    return lua_error(lua);
}

/// Sets functions as fields of the table on top of the stack. [-0, +0]
inline void setFunctions(lua_State* lua, std::span<const luaL_Reg> functions)
{
    for (const luaL_Reg& row : functions) {
        lua_pushcfunction(lua, row.func);
        lua_setfield(lua, -2, row.name);
    }
}

} // namespace engine
