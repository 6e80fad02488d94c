#include "engine/script/lua_readonly.h"

#include "engine/script/lua_function_lua.h"

#include <string_view>

namespace engine {
namespace {

// Its address is the field of a proxy's metatable that holds the hidden table. Scripts cannot name it.
const char kContentsKey = 0;

void pushContentsKey(lua_State* lua) // [-0, +1]
{
    lua_pushlightuserdata(lua, const_cast<char*>(&kContentsKey));
}

int absoluteIndex(lua_State* lua, int index)
{
    return index > 0 || index <= LUA_REGISTRYINDEX ? index : lua_gettop(lua) + index + 1;
}

/// Pushes the hidden table if there is one. [-0, +(0|1)]
bool pushHidden(lua_State* lua, int index)
{
    if (!lua_istable(lua, index) || !lua_getmetatable(lua, index))
        return false;
    pushContentsKey(lua);
    lua_rawget(lua, -2);
    lua_remove(lua, -2);
    if (lua_istable(lua, -1))
        return true;
    lua_pop(lua, 1);
    return false;
}

// __newindex. Level 1 is whoever assigned: Lua code has a position, a C function has none, as in Redis.
int raiseReadOnly(lua_State* lua)
{
    return luaL_error(lua, "Attempt to modify a readonly table");
}

// __index of a hidden table whose missing names are errors: (table, name).
int raiseMissing(lua_State* lua)
{
    if (!lua_isstring(lua, 2))
        return luaL_error(lua, "Second argument to luaProtectedTableError must be a string or number");
    return luaL_error(lua, "Script attempted to access nonexistent global variable '%s'", lua_tostring(lua, 2));
}

/// Moves all entries of the table at `from` into the table at `to`. [-0, +0]
void moveEntries(lua_State* lua, int from, int to)
{
    lua_pushnil(lua);
    while (lua_next(lua, from)) {
        lua_pushvalue(lua, -2);
        lua_insert(lua, -2); // key, key, value
        lua_rawset(lua, to);
        lua_pushvalue(lua, -1);
        lua_pushnil(lua);
        lua_rawset(lua, from); // giving an existing entry nil is allowed while traversing
    }
}

/// Sets what getmetatable shows: a protected table with one field __index, the value on top of the stack. The
/// metatable is below it. [-1, +0]
void setShownMetatable(lua_State* lua)
{
    lua_createtable(lua, 0, 1);
    lua_insert(lua, -2);
    lua_setfield(lua, -2, "__index");
    protectTable(lua, -1);
    lua_setfield(lua, -2, "__metatable");
}

void raiseWhenMissing(lua_State* lua, int contents)
{
    lua_createtable(lua, 0, 2);
    lua_pushcfunction(lua, guarded<raiseMissing>);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, guarded<raiseMissing>);
    setShownMetatable(lua);
    lua_setmetatable(lua, contents);
}

/// Strings index the hidden table itself: one access less for s:sub() and its like.
void protectStringMetatable(lua_State* lua)
{
    lua_pushliteral(lua, "");
    if (lua_getmetatable(lua, -1)) {
        lua_getfield(lua, -1, "__index");
        if (isReadOnlyTable(lua, -1)) {
            pushTableContents(lua, -1);
            lua_setfield(lua, -3, "__index");
            lua_pushvalue(lua, -1);
            lua_insert(lua, -3); // "", string, metatable, string
            setShownMetatable(lua);
        }
        lua_pop(lua, 2);
    }
    lua_pop(lua, 1);
}

bool isArgumentTable(lua_State* lua, int nameIndex)
{
    if (lua_type(lua, nameIndex) != LUA_TSTRING)
        return false;
    const std::string_view name = lua_tostring(lua, nameIndex);
    return name == "KEYS" || name == "ARGV";
}

} // namespace

void protectTable(lua_State* lua, int index, MissingField missing)
{
    luaL_checkstack(lua, 8, "protecting a table");
    index = absoluteIndex(lua, index);
    if (isReadOnlyTable(lua, index))
        return;
    lua_newtable(lua);
    const int contents = lua_gettop(lua);
    moveEntries(lua, index, contents);
    if (missing == MissingField::Raise)
        raiseWhenMissing(lua, contents);

    lua_createtable(lua, 0, 4);
    pushContentsKey(lua);
    lua_pushvalue(lua, contents);
    lua_rawset(lua, -3);
    lua_pushvalue(lua, contents);
    lua_setfield(lua, -2, "__index");
    lua_pushcfunction(lua, guarded<raiseReadOnly>);
    lua_setfield(lua, -2, "__newindex");
    // For the stock getmetatable and setmetatable, should one be reachable; ours look at the contents first.
    lua_pushboolean(lua, 0);
    lua_setfield(lua, -2, "__metatable");
    lua_setmetatable(lua, index);
    lua_settop(lua, contents - 1);
}

bool isReadOnlyTable(lua_State* lua, int index)
{
    if (!pushHidden(lua, index))
        return false;
    lua_pop(lua, 1);
    return true;
}

void pushTableContents(lua_State* lua, int index)
{
    if (!pushHidden(lua, index))
        lua_pushvalue(lua, index);
}

void showOtherContents(lua_State* lua, int index)
{
    lua_getmetatable(lua, absoluteIndex(lua, index));
    lua_insert(lua, -2);
    lua_setfield(lua, -2, "__index");
    lua_pop(lua, 1);
}

void showOwnContents(lua_State* lua, int index)
{
    index = absoluteIndex(lua, index);
    pushTableContents(lua, index);
    showOtherContents(lua, index);
}

void refuseReadOnlyTable(lua_State* lua, int index)
{
    if (!isReadOnlyTable(lua, index))
        return;
    lua_pushliteral(lua, "Attempt to modify a readonly table");
    lua_error(lua);
}

void protectLibraries(lua_State* lua)
{
    luaL_checkstack(lua, 8, "protecting libraries");
    pushTableContents(lua, LUA_GLOBALSINDEX);
    const int globals = lua_gettop(lua);
    lua_pushnil(lua);
    while (lua_next(lua, globals)) {
        const bool isGlobals = lua_rawequal(lua, -1, LUA_GLOBALSINDEX) != 0;
        if (lua_istable(lua, -1) && !isGlobals && !isArgumentTable(lua, -2))
            protectTable(lua, -1);
        lua_pop(lua, 1);
    }
    lua_settop(lua, globals - 1);
    protectStringMetatable(lua);
    protectTable(lua, LUA_GLOBALSINDEX, MissingField::Raise);
}

} // namespace engine
