#include "engine/script/lua_cjson.h"

#include "engine/script/cjson_lua.h"
#include "engine/script/lua_function_lua.h"

#include <climits>
#include <cstdio>
#include <type_traits>

namespace engine {
namespace {

// Userdata hold them, and nothing destroys those.
static_assert(std::is_trivially_copyable_v<CjsonOptions>);

// Its address is the registry key of the first instance's settings.
const char kOptionsKey = 0;

/// A function's settings are its upvalue.
CjsonOptions& ownOptions(lua_State* lua)
{
    return *static_cast<CjsonOptions*>(lua_touserdata(lua, lua_upvalueindex(1)));
}

/// The start of every settings function: at most `count` arguments; missing ones are nil.
CjsonOptions& takeArguments(lua_State* lua, int count)
{
    luaL_argcheck(lua, lua_gettop(lua) <= count, count + 1, "found too many arguments");
    lua_settop(lua, count);
    return ownOptions(lua);
}

/// Sets an integer unless the argument is nil, and pushes it. The first argument is blamed for every one, as in Redis.
/// [-0, +1]
void integerOption(lua_State* lua, int index, int& setting, int least, int most)
{
    if (!lua_isnil(lua, index)) {
        const auto value = static_cast<int>(luaL_checkinteger(lua, index));
        char expected[64];
        std::snprintf(expected, sizeof expected, "expected integer between %d and %d", least, most);
        luaL_argcheck(lua, least <= value && value <= most, 1, expected);
        setting = value;
    }
    lua_pushinteger(lua, setting);
}

constexpr const char* kOffOn[] = {"off", "on", nullptr};

/// Sets one of the names (or a boolean, for the first two) unless the argument is nil, and pushes it. [-0, +1]
void nameOption(lua_State* lua, int index, int& setting, const char* const* names = kOffOn)
{
    if (lua_isboolean(lua, index))
        setting = lua_toboolean(lua, index);
    else if (!lua_isnil(lua, index))
        setting = luaL_checkoption(lua, index, nullptr, names);
    if (setting <= 1)
        lua_pushboolean(lua, setting);
    else
        lua_pushstring(lua, names[setting]);
}

void booleanOption(lua_State* lua, int index, bool& setting)
{
    int value = setting ? 1 : 0;
    nameOption(lua, index, value);
    setting = value != 0;
}

int encode(lua_State* lua)
{
    luaL_argcheck(lua, lua_gettop(lua) == 1, 1, "expected 1 argument");
    encodeJson(lua, ownOptions(lua));
    return 1;
}

int decode(lua_State* lua)
{
    luaL_argcheck(lua, lua_gettop(lua) == 1, 1, "expected 1 argument");
    std::size_t length = 0;
    const char* const text = luaL_checklstring(lua, 1, &length);
    if (length >= 2 && (text[0] == '\0' || text[1] == '\0'))
        return luaL_error(lua, "JSON parser does not support UTF-16 or UTF-32");
    decodeJson(lua, text, ownOptions(lua));
    return 1;
}

int encodeSparseArray(lua_State* lua)
{
    CjsonOptions& options = takeArguments(lua, 3);
    booleanOption(lua, 1, options.encodeSparseConvert);
    integerOption(lua, 2, options.encodeSparseRatio, 0, INT_MAX);
    integerOption(lua, 3, options.encodeSparseSafe, 0, INT_MAX);
    return 3;
}

int encodeMaxDepth(lua_State* lua)
{
    integerOption(lua, 1, takeArguments(lua, 1).encodeMaxDepth, 1, INT_MAX);
    return 1;
}

int decodeMaxDepth(lua_State* lua)
{
    integerOption(lua, 1, takeArguments(lua, 1).decodeMaxDepth, 1, INT_MAX);
    return 1;
}

int encodeNumberPrecision(lua_State* lua)
{
    integerOption(lua, 1, takeArguments(lua, 1).encodeNumberPrecision, 1, 14);
    return 1;
}

int encodeKeepBuffer(lua_State* lua)
{
    booleanOption(lua, 1, takeArguments(lua, 1).encodeKeepBuffer);
    return 1;
}

int encodeInvalidNumbers(lua_State* lua)
{
    static constexpr const char* kNames[] = {"off", "on", "null", nullptr};
    nameOption(lua, 1, takeArguments(lua, 1).encodeInvalidNumbers, kNames);
    return 1;
}

int decodeInvalidNumbers(lua_State* lua)
{
    booleanOption(lua, 1, takeArguments(lua, 1).decodeInvalidNumbers);
    return 1;
}

int newInstance(lua_State* lua);

constexpr luaL_Reg kFunctions[] = {
    {"encode", guarded<encode>},
    {"decode", guarded<decode>},
    {"encode_sparse_array", guarded<encodeSparseArray>},
    {"encode_max_depth", guarded<encodeMaxDepth>},
    {"decode_max_depth", guarded<decodeMaxDepth>},
    {"encode_number_precision", guarded<encodeNumberPrecision>},
    {"encode_keep_buffer", guarded<encodeKeepBuffer>},
    {"encode_invalid_numbers", guarded<encodeInvalidNumbers>},
    {"decode_invalid_numbers", guarded<decodeInvalidNumbers>},
    {"new", guarded<newInstance>},
};

/// Pushes an instance's table and, above it, its settings. [-0, +2]
void pushInstance(lua_State* lua)
{
    luaL_checkstack(lua, 5, "opening cjson");
    lua_createtable(lua, 0, static_cast<int>(std::size(kFunctions)) + 3);
    *static_cast<CjsonOptions*>(lua_newuserdata(lua, sizeof(CjsonOptions))) = CjsonOptions{};
    for (const luaL_Reg& row : kFunctions) {
        lua_pushvalue(lua, -1);
        lua_pushcclosure(lua, row.func, 1);
        lua_setfield(lua, -3, row.name);
    }
    lua_pushlightuserdata(lua, nullptr);
    lua_setfield(lua, -3, "null");
    lua_pushliteral(lua, "cjson");
    lua_setfield(lua, -3, "_NAME");
    lua_pushliteral(lua, "2.1.0");
    lua_setfield(lua, -3, "_VERSION");
}

int newInstance(lua_State* lua)
{
    pushInstance(lua);
    lua_pop(lua, 1);
    return 1;
}

CjsonOptions& openedOptions(lua_State* lua)
{
    lua_pushlightuserdata(lua, const_cast<char*>(&kOptionsKey));
    lua_rawget(lua, LUA_REGISTRYINDEX);
    auto* const options = static_cast<CjsonOptions*>(lua_touserdata(lua, -1));
    lua_pop(lua, 1);
    if (!options)
        luaL_error(lua, "cjson was not opened");
    return *options;
}

} // namespace

void openCjson(lua_State* lua)
{
    pushInstance(lua);
    lua_pushlightuserdata(lua, const_cast<char*>(&kOptionsKey));
    lua_insert(lua, -2);
    lua_rawset(lua, LUA_REGISTRYINDEX);
}

CjsonOptions cjsonOptions(lua_State* lua)
{
    return openedOptions(lua);
}

void setCjsonOptions(lua_State* lua, const CjsonOptions& options)
{
    openedOptions(lua) = options;
}

} // namespace engine
