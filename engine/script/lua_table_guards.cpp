#include "engine/script/lua_table_guards.h"

#include "engine/script/lua_bytes_lua.h"
#include "engine/script/lua_function_lua.h"
#include "engine/script/lua_readonly.h"
#include "engine/script/lua_sort_lua.h"
#include "engine/script/work_meter_lua.h"

#include <algorithm>

namespace engine {
namespace {

int lengthOf(lua_State* lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    return static_cast<int>(lua_objlen(lua, 1));
}

int concat(lua_State* lua)
{
    std::size_t separatorLength = 0;
    const char* const separator = luaL_optlstring(lua, 2, "", &separatorLength);
    const int length = lengthOf(lua);
    const long first = luaL_optint(lua, 3, 1);
    const long last = luaL_opt(lua, luaL_checkint, 4, length);
    LuaBytes out(lua);
    WorkMeter meter(lua);
    for (long i = first; i <= last; ++i) {
        lua_rawgeti(lua, 1, static_cast<int>(i));
        if (!lua_isstring(lua, -1))
            return luaL_error(lua, "invalid value (%s) at index %d in table for " LUA_QL("concat"),
                luaL_typename(lua, -1), static_cast<int>(i));
        std::size_t size = 0;
        const char* const text = lua_tolstring(lua, -1, &size);
        out.append(text, size);
        if (i != last)
            out.append(separator, separatorLength);
        meter.step(1 + (size + separatorLength) / 64);
        lua_pop(lua, 1);
    }
    out.push();
    return 1;
}

int insert(lua_State* lua)
{
    long end = static_cast<long>(lengthOf(lua)) + 1;
    long position = end;
    if (lua_gettop(lua) == 3) {
        position = luaL_checkint(lua, 2);
        end = std::max(end, position);
    } else if (lua_gettop(lua) != 2) {
        return luaL_error(lua, "wrong number of arguments to " LUA_QL("insert"));
    }
    refuseReadOnlyTable(lua, 1);
    WorkMeter meter(lua);
    for (long i = end; i > position; --i) {
        lua_rawgeti(lua, 1, static_cast<int>(i - 1));
        lua_rawseti(lua, 1, static_cast<int>(i));
        meter.step();
    }
    lua_rawseti(lua, 1, static_cast<int>(position));
    return 0;
}

int remove(lua_State* lua)
{
    const int end = lengthOf(lua);
    int position = luaL_optint(lua, 2, end);
    if (position < 1 || position > end)
        return 0;
    refuseReadOnlyTable(lua, 1);
    WorkMeter meter(lua);
    lua_rawgeti(lua, 1, position);
    for (; position < end; ++position) {
        lua_rawgeti(lua, 1, position + 1);
        lua_rawseti(lua, 1, position);
        meter.step();
    }
    lua_pushnil(lua);
    lua_rawseti(lua, 1, end);
    return 1;
}

int foreach (lua_State* lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    luaL_checktype(lua, 2, LUA_TFUNCTION);
    lua_settop(lua, 2);
    pushTableContents(lua, 1);
    WorkMeter meter(lua);
    lua_pushnil(lua);
    while (lua_next(lua, 3)) {
        lua_pushvalue(lua, 2);
        lua_pushvalue(lua, -3);
        lua_pushvalue(lua, -3);
        lua_call(lua, 2, 1);
        if (!lua_isnil(lua, -1))
            return 1;
        lua_pop(lua, 2);
        meter.step();
    }
    return 0;
}

int foreachi(lua_State* lua)
{
    const int length = lengthOf(lua);
    luaL_checktype(lua, 2, LUA_TFUNCTION);
    WorkMeter meter(lua);
    for (int i = 1; i <= length; ++i) {
        lua_pushvalue(lua, 2);
        lua_pushinteger(lua, i);
        lua_rawgeti(lua, 1, i);
        lua_call(lua, 2, 1);
        if (!lua_isnil(lua, -1))
            return 1;
        lua_pop(lua, 1);
        meter.step();
    }
    return 0;
}

int maxn(lua_State* lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_settop(lua, 1);
    WorkMeter meter(lua);
    double highest = 0;
    lua_pushnil(lua);
    while (lua_next(lua, 1)) {
        lua_pop(lua, 1);
        if (lua_type(lua, -1) == LUA_TNUMBER)
            highest = std::max(highest, lua_tonumber(lua, -1));
        meter.step();
    }
    lua_pushnumber(lua, highest);
    return 1;
}

constexpr luaL_Reg kGuards[] = {
    {"concat", guarded<concat>},
    {"insert", guarded<insert>},
    {"remove", guarded<remove>},
    {"sort", guarded<sortTable>},
    {"foreach", guarded<foreach>},
    {"foreachi", guarded<foreachi>},
    {"maxn", guarded<maxn>},
};

} // namespace

void guardTableLibrary(lua_State* lua)
{
    luaL_checkstack(lua, 3, "guarding the table library");
    setFunctions(lua, kGuards);
}

} // namespace engine
