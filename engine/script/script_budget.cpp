#include "engine/script/script_budget.h"

#include <lua.hpp>

namespace engine {
namespace {

// Its address is the registry key.
const char kBudgetKey = 0;

void pushKey(lua_State* lua) // [-0, +1]
{
    lua_pushlightuserdata(lua, const_cast<char*>(&kBudgetKey));
}

} // namespace

void setScriptBudget(lua_State* lua, ScriptBudget* budget)
{
    pushKey(lua);
    if (budget)
        lua_pushlightuserdata(lua, budget);
    else
        lua_pushnil(lua);
    lua_rawset(lua, LUA_REGISTRYINDEX);
}

ScriptBudget* scriptBudget(lua_State* lua)
{
    lua_checkstack(lua, 1); // where it refuses, Lua has five in reserve
    pushKey(lua);
    lua_rawget(lua, LUA_REGISTRYINDEX);
    auto* const budget = static_cast<ScriptBudget*>(lua_touserdata(lua, -1));
    lua_pop(lua, 1);
    return budget;
}

} // namespace engine
