#include "engine/script/lua_base_guards.h"

#include "engine/script/lua_bytes_lua.h"
#include "engine/script/lua_function_lua.h"
#include "engine/script/lua_readonly.h"
#include "engine/script/script_budget.h"

#include <chrono>
#include <cstdint>

namespace engine {
namespace {

int unpack(lua_State* lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    const std::int64_t first = luaL_optint(lua, 2, 1);
    const std::int64_t last = luaL_opt(lua, luaL_checkint, 3, static_cast<int>(lua_objlen(lua, 1)));
    if (first > last)
        return 0;
    // Stock Lua counts in int, which overflows; lua_checkstack then lets a huge count through.
    const std::int64_t count = last - first + 1;
    if (count >= LUAI_MAXCSTACK || !lua_checkstack(lua, static_cast<int>(count)))
        return luaL_error(lua, "too many results to unpack");
    for (std::int64_t i = first; i <= last; ++i)
        lua_rawgeti(lua, 1, static_cast<int>(i));
    return static_cast<int>(count);
}

/// After a failed call that was caught: a killed run must not go on.
void passKillOn(lua_State* lua)
{
    if (ScriptBudget* const budget = scriptBudget(lua))
        budget->spend(lua, 1);
}

int loadstring(lua_State* lua)
{
    std::size_t length = 0;
    const char* const source = luaL_checklstring(lua, 1, &length);
    const char* const name = luaL_optstring(lua, 2, source);
    if (loadSource(lua, {source, length}, name) == 0)
        return 1;
    passKillOn(lua);
    lua_pushnil(lua);
    lua_insert(lua, -2);
    return 2;
}

/// Calls the reader at 1 until it has no more, adding its pieces. False: it failed, and the error is pushed.
bool gatherPieces(lua_State* lua, LuaBytes& source)
{
    // Lua looks at the first byte before it begins to read, so that it asks a reader once more that had nothing at
    // first.
    for (bool first = true; source.size() <= kMaxSourceBytes; first = false) {
        lua_pushvalue(lua, 1);
        if (lua_pcall(lua, 0, 1, 0) != 0) {
            passKillOn(lua);
            return false;
        }
        if (!lua_isnil(lua, -1) && !lua_isstring(lua, -1)) {
            luaL_where(lua, 1);
            lua_pushliteral(lua, "reader function must return a string");
            lua_concat(lua, 2);
            return false;
        }
        std::size_t length = 0;
        const char* const piece = lua_tolstring(lua, -1, &length);
        if (length == 0 && !first)
            return true;
        source.append(piece, length);
        lua_pop(lua, 1);
    }
    return true;
}

// Stock Lua parses while it reads, so the reader's Lua code runs, and may collect, while the parser holds strings that
// nothing anchors. Here all is read first.
int load(lua_State* lua)
{
    luaL_checktype(lua, 1, LUA_TFUNCTION);
    const char* const name = luaL_optstring(lua, 2, "=(load)");
    LuaBytes source(lua);
    if (gatherPieces(lua, source) && loadSource(lua, {source.data(), source.size()}, name) == 0)
        return 1;
    passKillOn(lua);
    lua_pushnil(lua);
    lua_insert(lua, -2);
    return 2;
}

int next(lua_State* lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_settop(lua, 2);
    pushTableContents(lua, 1);
    lua_insert(lua, 2);
    if (lua_next(lua, 2))
        return 2;
    lua_pushnil(lua);
    return 1;
}

int pairs(lua_State* lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_pushvalue(lua, 1);
    lua_pushnil(lua);
    return 3;
}

int rawget(lua_State* lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    luaL_checkany(lua, 2);
    lua_settop(lua, 2);
    pushTableContents(lua, 1);
    lua_insert(lua, 2);
    lua_rawget(lua, 2);
    return 1;
}

int rawset(lua_State* lua)
{
    luaL_checktype(lua, 1, LUA_TTABLE);
    luaL_checkany(lua, 2);
    luaL_checkany(lua, 3);
    lua_settop(lua, 3);
    refuseReadOnlyTable(lua, 1);
    lua_rawset(lua, 1);
    return 1;
}

int getmetatable(lua_State* lua)
{
    luaL_checkany(lua, 1);
    pushTableContents(lua, 1);
    if (luaL_getmetafield(lua, -1, "__metatable"))
        return 1;
    if (!lua_getmetatable(lua, -1))
        lua_pushnil(lua);
    return 1;
}

int setmetatable(lua_State* lua)
{
    const int type = lua_type(lua, 2);
    luaL_checktype(lua, 1, LUA_TTABLE);
    luaL_argcheck(lua, type == LUA_TNIL || type == LUA_TTABLE, 2, "nil or table expected");
    refuseReadOnlyTable(lua, 1);
    if (luaL_getmetafield(lua, 1, "__metatable"))
        return luaL_error(lua, "cannot change a protected metatable");
    lua_settop(lua, 2);
    lua_setmetatable(lua, 1);
    return 1;
}

enum class GcOption { Stop, Restart, Collect, Count, Step, SetPause, SetStepMultiplier };

// A script may ask for a collection, but not keep the collector from its work: what would, answers and does nothing.
int collectgarbage(lua_State* lua)
{
    static constexpr const char* kNames[] = {
        "stop", "restart", "collect", "count", "step", "setpause", "setstepmul", nullptr};
    constexpr int kLuaDefault = 200; // LUAI_GCPAUSE and LUAI_GCMUL
    const auto option = static_cast<GcOption>(luaL_checkoption(lua, 1, "collect", kNames));
    const int argument = luaL_optint(lua, 2, 0);
    const int kilobytes = lua_gc(lua, LUA_GCCOUNT, 0);
    if (option == GcOption::Step || option == GcOption::Collect) {
        if (ScriptBudget* const budget = scriptBudget(lua))
            budget->spend(lua, static_cast<std::size_t>(kilobytes) * 16);
    }
    switch (option) {
    case GcOption::Stop:
    case GcOption::Restart:
        lua_pushinteger(lua, 0);
        return 1;
    case GcOption::SetPause:
    case GcOption::SetStepMultiplier:
        lua_pushinteger(lua, kLuaDefault);
        return 1;
    case GcOption::Count:
        lua_pushnumber(lua, kilobytes + lua_gc(lua, LUA_GCCOUNTB, 0) / 1024.0);
        return 1;
    case GcOption::Step:
        lua_pushboolean(lua, lua_gc(lua, LUA_GCSTEP, argument));
        return 1;
    case GcOption::Collect:
        break;
    }
    lua_pushinteger(lua, lua_gc(lua, LUA_GCCOLLECT, 0));
    return 1;
}

constexpr luaL_Reg kGuards[] = {
    {"unpack", guarded<unpack>},
    {"load", guarded<load>},
    {"loadstring", guarded<loadstring>},
    {"next", guarded<next>},
    {"rawget", guarded<rawget>},
    {"rawset", guarded<rawset>},
    {"getmetatable", guarded<getmetatable>},
    {"setmetatable", guarded<setmetatable>},
    {"collectgarbage", guarded<collectgarbage>},
};

// Files, and what CVE-2025-46818 and CVE-2024-46981 are made of.
constexpr const char* kRemoved[] = {
    "getfenv", "setfenv", "newproxy", "dofile", "loadfile", "print", "require", "module"};

/// What Lua's parser reads from, a piece at a time.
struct SourceReader {
    std::string_view rest;
    std::chrono::steady_clock::time_point deadline; // outside of runs
};

constexpr std::size_t kPieceBytes = 4096;
constexpr std::chrono::seconds kLongestParse(5);

const char* readPiece(lua_State* lua, void* data, std::size_t* size)
{
    auto& source = *static_cast<SourceReader*>(data);
    // No piece ends the source: Lua asks once more then.
    if (ScriptBudget* const budget = scriptBudget(lua))
        budget->spend(lua, kPieceBytes);
    if (std::chrono::steady_clock::now() > source.deadline)
        luaL_error(lua, "the source takes longer than %d s to compile", static_cast<int>(kLongestParse.count()));
    const std::string_view piece = source.rest.substr(0, kPieceBytes);
    source.rest.remove_prefix(piece.size());
    *size = piece.size();
    return piece.data();
}

} // namespace

int loadSource(lua_State* lua, std::string_view source, const char* chunkName)
{
    if (source.size() > kMaxSourceBytes) {
        lua_pushfstring(lua, "source of a chunk is longer than %d bytes", static_cast<int>(kMaxSourceBytes));
        return LUA_ERRSYNTAX;
    }
    // Lua knows bytecode by its first byte. Behind a space that byte is an unexpected symbol like any other, reported
    // with the chunk's name and line.
    if (!source.empty() && source.front() == LUA_SIGNATURE[0])
        source = " \x1b";
    SourceReader reader{.rest = source, .deadline = std::chrono::steady_clock::now() + kLongestParse};
    if (ScriptBudget* const budget = scriptBudget(lua))
        budget->codeLoaded();
    return lua_load(lua, readPiece, &reader, chunkName);
}

void guardBaseLibrary(lua_State* lua)
{
    luaL_checkstack(lua, 4, "guarding the base library");
    setFunctions(lua, kGuards);
    lua_getfield(lua, -1, "next");
    lua_pushcclosure(lua, guarded<pairs>, 1);
    lua_setfield(lua, -2, "pairs");
    for (const char* const name : kRemoved) {
        lua_pushnil(lua);
        lua_setfield(lua, -2, name);
    }
}

} // namespace engine
