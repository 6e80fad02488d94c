#include "engine/script/lua_string_guards.h"

#include "engine/script/lua_bytes_lua.h"
#include "engine/script/lua_function_lua.h"
#include "engine/script/lua_pattern_lua.h"

#include <algorithm>
#include <cstring>

namespace engine {
namespace {

/// A position as scripts give it (from 1, or from the end when negative) as an offset within `length`.
std::size_t offsetOf(std::ptrdiff_t position, std::size_t length)
{
    if (position < 0)
        position += static_cast<std::ptrdiff_t>(length) + 1;
    return std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(position - 1, 0)), length);
}

/// Pushes where `needle` begins and ends, or nil. glibc's memmem is linear at worst, stock Lua's search is not.
int findPlain(lua_State* lua, const char* subject, std::size_t length, std::size_t from, const char* needle,
    std::size_t needleLength)
{
    WorkMeter(lua).step((length - from + needleLength) / 16);
    const void* const found = memmem(subject + from, length - from, needle, needleLength);
    if (!found) {
        lua_pushnil(lua);
        return 1;
    }
    const std::ptrdiff_t start = static_cast<const char*>(found) - subject;
    lua_pushinteger(lua, start + 1);
    lua_pushinteger(lua, start + static_cast<std::ptrdiff_t>(needleLength));
    return 2;
}

enum class Wanted : unsigned char { Positions, Captures };

template <Wanted Want>
int search(lua_State* lua)
{
    std::size_t length = 0;
    std::size_t patternLength = 0;
    const char* const subject = luaL_checklstring(lua, 1, &length);
    const char* pattern = luaL_checklstring(lua, 2, &patternLength);
    const std::size_t from = offsetOf(luaL_optinteger(lua, 3, 1), length);
    if (Want == Wanted::Positions && (lua_toboolean(lua, 4) || !std::strpbrk(pattern, "^$*+?.([%-")))
        return findPlain(lua, subject, length, from, pattern, patternLength);

    const bool anchored = *pattern == '^';
    if (anchored)
        ++pattern;
    const char* const end = subject + length;
    LuaPattern matcher(lua, subject, end);
    for (const char* at = subject + from; at <= end; ++at) {
        if (const char* const matched = matcher.match(at, pattern)) {
            if (Want == Wanted::Captures)
                return matcher.pushCaptures(at, matched);
            lua_pushinteger(lua, at - subject + 1);
            lua_pushinteger(lua, matched - subject);
            return 2 + matcher.pushCaptures(nullptr, nullptr);
        }
        if (anchored)
            break;
    }
    lua_pushnil(lua);
    return 1;
}

// Upvalues: subject, pattern, where to go on.
int nextMatch(lua_State* lua)
{
    std::size_t length = 0;
    const char* const subject = lua_tolstring(lua, lua_upvalueindex(1), &length);
    const char* const pattern = lua_tostring(lua, lua_upvalueindex(2));
    const char* const end = subject + length;
    LuaPattern matcher(lua, subject, end);
    for (const char* at = subject + lua_tointeger(lua, lua_upvalueindex(3)); at <= end; ++at) {
        const char* const matched = matcher.match(at, pattern);
        if (!matched)
            continue;
        // An empty match would be found again for ever.
        lua_pushinteger(lua, matched - subject + (matched == at ? 1 : 0));
        lua_replace(lua, lua_upvalueindex(3));
        return matcher.pushCaptures(at, matched);
    }
    return 0;
}

int gmatch(lua_State* lua)
{
    luaL_checkstring(lua, 1);
    luaL_checkstring(lua, 2);
    lua_settop(lua, 2);
    lua_pushinteger(lua, 0);
    lua_pushcclosure(lua, guarded<nextMatch>, 3);
    return 1;
}

/// Adds the string at the top of the stack. [-1, +0]
void addTop(lua_State* lua, LuaBytes& out)
{
    std::size_t length = 0;
    const char* const text = lua_tolstring(lua, -1, &length);
    out.append(text, length);
    lua_pop(lua, 1);
}

/// gsub with a string: adds argument 3 with its %0 to %9 filled in.
void addTemplate(lua_State* lua, const LuaPattern& matcher, const char* start, const char* end, LuaBytes& out)
{
    std::size_t length = 0;
    const char* const text = lua_tolstring(lua, 3, &length);
    for (std::size_t i = 0; i < length; ++i) {
        if (text[i] != '%') {
            const void* const escape = std::memchr(text + i, '%', length - i);
            const std::size_t plain =
                (escape ? static_cast<std::size_t>(static_cast<const char*>(escape) - text) : length) - i;
            out.append(text + i, plain);
            i += plain - 1;
            continue;
        }
        ++i; // a lone % at the end adds the NUL that follows it, as in stock Lua
        if (text[i] < '0' || text[i] > '9') {
            out.append(text[i]);
        } else if (text[i] == '0') {
            out.append(start, static_cast<std::size_t>(end - start));
        } else {
            matcher.pushCapture(text[i] - '1', start, end);
            addTop(lua, out);
        }
    }
}

/// gsub: adds what replaces a match.
void addReplacement(lua_State* lua, const LuaPattern& matcher, const char* start, const char* end, LuaBytes& out)
{
    switch (lua_type(lua, 3)) {
    case LUA_TFUNCTION:
        lua_pushvalue(lua, 3);
        lua_call(lua, matcher.pushCaptures(start, end), 1);
        break;
    case LUA_TTABLE:
        matcher.pushCapture(0, start, end);
        lua_gettable(lua, 3);
        break;
    default:
        return addTemplate(lua, matcher, start, end, out);
    }
    if (!lua_toboolean(lua, -1)) {
        lua_pop(lua, 1);
        return out.append(start, static_cast<std::size_t>(end - start));
    }
    if (!lua_isstring(lua, -1))
        luaL_error(lua, "invalid replacement value (a %s)", luaL_typename(lua, -1));
    addTop(lua, out);
}

int gsub(lua_State* lua)
{
    std::size_t length = 0;
    const char* at = luaL_checklstring(lua, 1, &length);
    const char* pattern = luaL_checkstring(lua, 2);
    const int type = lua_type(lua, 3);
    const int most = luaL_optint(lua, 4, static_cast<lua_Integer>(length + 1));
    const bool anchored = *pattern == '^';
    if (anchored)
        ++pattern;
    luaL_argcheck(lua, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE, 3,
        "string/function/table expected");

    const char* const end = at + length;
    LuaPattern matcher(lua, at, end);
    LuaBytes out(lua);
    int count = 0;
    while (count < most) {
        const char* const matched = matcher.match(at, pattern);
        if (matched) {
            ++count;
            addReplacement(lua, matcher, at, matched, out);
        }
        if (matched && matched > at)
            at = matched;
        else if (at < end)
            out.append(*at++);
        else
            break;
        if (anchored)
            break;
    }
    out.append(at, static_cast<std::size_t>(end - at));
    out.push();
    lua_pushinteger(lua, count);
    return 2;
}

int rep(lua_State* lua)
{
    std::size_t length = 0;
    const char* const text = luaL_checklstring(lua, 1, &length);
    const int count = luaL_checkint(lua, 2);
    LuaBytes out(lua);
    if (count > 0 && length > 0) {
        if (length > kMaxResultBytes / static_cast<std::size_t>(count))
            return luaL_error(lua, "resulting string too large");
        WorkMeter meter(lua);
        const std::size_t total = length * static_cast<std::size_t>(count);
        char* const bytes = out.extend(total);
        std::memcpy(bytes, text, length);
        // Doubling what is there, by at most a megabyte, so that a kill is seen soon.
        for (std::size_t done = length; done < total;) {
            const std::size_t chunk = std::min({done, total - done, std::max<std::size_t>(1U << 20U, length)});
            std::memcpy(bytes + done, bytes, chunk - chunk % length);
            done += chunk - chunk % length;
            meter.step(1 + chunk / 64);
        }
    }
    out.push();
    return 1;
}

char lowered(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte;
}

char uppered(char byte)
{
    return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - ('a' - 'A')) : byte;
}

/// Stock Lua puts these together from pieces of a kilobyte, which takes twenty times as long.
template <char (*Change)(char)>
int changeCase(lua_State* lua)
{
    std::size_t length = 0;
    const char* const text = luaL_checklstring(lua, 1, &length);
    LuaBytes out(lua);
    WorkMeter(lua).step(length / 16);
    std::transform(text, text + length, out.extend(length), Change);
    out.push();
    return 1;
}

int reverse(lua_State* lua)
{
    std::size_t length = 0;
    const char* const text = luaL_checklstring(lua, 1, &length);
    LuaBytes out(lua);
    WorkMeter(lua).step(length / 16);
    std::reverse_copy(text, text + length, out.extend(length));
    out.push();
    return 1;
}

constexpr luaL_Reg kGuards[] = {
    {"find", guarded<search<Wanted::Positions>>},
    {"match", guarded<search<Wanted::Captures>>},
    {"gmatch", guarded<gmatch>},
    {"gsub", guarded<gsub>},
    {"rep", guarded<rep>},
    {"lower", guarded<changeCase<lowered>>},
    {"upper", guarded<changeCase<uppered>>},
    {"reverse", guarded<reverse>},
};

} // namespace

void guardStringLibrary(lua_State* lua)
{
    luaL_checkstack(lua, 3, "guarding the string library");
    setFunctions(lua, kGuards);
    lua_getfield(lua, -1, "gmatch");
    lua_setfield(lua, -2, "gfind");
}

} // namespace engine
