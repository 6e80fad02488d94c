#include "engine/script/lua_describe.h"

#include "engine/base/number.h"
#include "engine/script/lua_readonly.h"

#include <lua.hpp>

#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace engine {
namespace {

constexpr std::size_t kMostStringText = 256; // of a string's text; its bytes are there beside it
constexpr std::size_t kMostStringBytes = 64 * 1024;
constexpr std::size_t kMostTableText = 80;
constexpr char kEllipsis[] = "…";

constexpr const char* kKeywords[] = {"and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if",
    "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while"};

bool isName(BytesView text)
{
    if (text.empty() || (std::isalpha(static_cast<unsigned char>(text[0])) == 0 && text[0] != '_'))
        return false;
    for (const char c : text) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_')
            return false;
    }
    for (const char* keyword : kKeywords) {
        if (text == keyword)
            return false;
    }
    return true;
}

BytesView stringAt(lua_State* state, int index)
{
    std::size_t size = 0;
    const char* bytes = lua_tolstring(state, index, &size);
    return {bytes, size};
}

Bytes quoted(BytesView value, std::size_t most)
{
    Bytes text = "\"";
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (text.size() >= most)
            return text + "\"" + kEllipsis;
        const char c = value[i];
        switch (c) {
        case '\\':
            text += "\\\\";
            break;
        case '"':
            text += "\\\"";
            break;
        case '\n':
            text += "\\n";
            break;
        case '\r':
            text += "\\r";
            break;
        case '\t':
            text += "\\t";
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
                char decimal[8];
                std::snprintf(decimal, sizeof decimal, "\\%03d", static_cast<unsigned char>(c));
                text += decimal;
            } else {
                text += c;
            }
        }
    }
    return text + "\"";
}

Bytes numberText(double number)
{
    if (std::isnan(number))
        return "0/0";
    if (std::isinf(number))
        return number > 0 ? "1/0" : "-1/0";
    return formatDouble(number);
}

// By kind and where it is written, never by address: the same in every replay. [0]
Bytes functionText(lua_State* state, int index)
{
    lua_Debug info;
    lua_pushvalue(state, index);
    lua_getinfo(state, ">S", &info);
    if (std::strcmp(info.what, "C") == 0)
        return "function (built in)";
    return "function (" + Bytes(info.short_src) + ":" + std::to_string(info.linedefined) + ")";
}

// [0]
bool isEmpty(lua_State* state, int index)
{
    if (!lua_checkstack(state, 8))
        return true;
    lua_pushvalue(state, index);
    pushTableContents(state, -1);
    lua_pushnil(state);
    const bool any = lua_next(state, -2) != 0;
    lua_pop(state, any ? 4 : 2);
    return !any;
}

// A table in a table is only hinted at.
Bytes scalarText(lua_State* state, int index, std::size_t mostString)
{
    switch (lua_type(state, index)) {
    case LUA_TNIL:
        return "nil";
    case LUA_TBOOLEAN:
        return lua_toboolean(state, index) != 0 ? "true" : "false";
    case LUA_TNUMBER:
        return numberText(lua_tonumber(state, index));
    case LUA_TSTRING:
        return quoted(stringAt(state, index), mostString);
    case LUA_TFUNCTION:
        return functionText(state, index);
    case LUA_TTHREAD:
        return "thread";
    case LUA_TLIGHTUSERDATA:
        return lua_touserdata(state, index) ? "userdata" : "cjson.null";
    case LUA_TTABLE:
        return isEmpty(state, index) ? Bytes("{}") : Bytes("{") + kEllipsis + "}";
    default:
        return "userdata";
    }
}

LuaKind kindOf(int type)
{
    switch (type) {
    case LUA_TBOOLEAN:
        return LuaKind::Boolean;
    case LUA_TNUMBER:
        return LuaKind::Number;
    case LUA_TSTRING:
        return LuaKind::String;
    case LUA_TTABLE:
        return LuaKind::Table;
    case LUA_TFUNCTION:
        return LuaKind::Function;
    case LUA_TTHREAD:
        return LuaKind::Thread;
    case LUA_TUSERDATA:
    case LUA_TLIGHTUSERDATA:
        return LuaKind::Userdata;
    default:
        return LuaKind::Nil;
    }
}

// 1 … n without a hole. [0]: of the table on top.
int arrayLength(lua_State* state)
{
    for (int n = 1;; ++n) {
        lua_rawgeti(state, -1, n);
        const bool ends = lua_isnil(state, -1);
        lua_pop(state, 1);
        if (ends)
            return n - 1;
    }
}

// Whether the key at -2 is one of 1 … n.
bool isInArray(lua_State* state, int length)
{
    if (lua_type(state, -2) != LUA_TNUMBER)
        return false;
    const double key = lua_tonumber(state, -2);
    return key >= 1 && key <= length && key == std::floor(key);
}

// The text and number of entries of the table on top. [0]
void describeTable(lua_State* state, LuaValue& value)
{
    bool full = false;
    const int length = arrayLength(state);
    value.text = "{";
    visitEntries(state, 0, [&](std::size_t ordinal) {
        ++value.size;
        if (full)
            return true;
        Bytes part = ordinal == 0 ? "" : ", ";
        if (!isInArray(state, length)) {
            lua_pushvalue(state, -2);
            part += keyText(state) + " = ";
            lua_pop(state, 1);
        }
        part += scalarText(state, -1, 32);
        full = value.text.size() + part.size() > kMostTableText;
        value.text += full ? Bytes(ordinal == 0 ? "" : ", ") + kEllipsis : part;
        return true;
    });
    value.text += "}";
}

} // namespace

LuaValue describe(lua_State* state, int index)
{
    LuaValue value;
    const int type = lua_type(state, index);
    value.kind = kindOf(type);
    if (!lua_checkstack(state, 8))
        return value;
    if (type == LUA_TTABLE) {
        lua_pushvalue(state, index);
        pushTableContents(state, -1);
        describeTable(state, value);
        lua_pop(state, 2);
        return value;
    }
    value.text = scalarText(state, index, kMostStringText);
    if (type == LUA_TNUMBER)
        value.number = lua_tonumber(state, index);
    if (type == LUA_TSTRING) {
        const BytesView bytes = stringAt(state, index);
        value.size = bytes.size();
        value.bytes = bytes.substr(0, kMostStringBytes);
    }
    return value;
}

Bytes keyText(lua_State* state)
{
    if (lua_type(state, -1) == LUA_TSTRING && isName(stringAt(state, -1)))
        return Bytes(stringAt(state, -1));
    return "[" + scalarText(state, -1, kMostStringText) + "]";
}

void visitEntries(lua_State* state, std::size_t first, const std::function<bool(std::size_t ordinal)>& visit)
{
    const int length = arrayLength(state);
    for (std::size_t i = first; i < static_cast<std::size_t>(length); ++i) {
        lua_pushinteger(state, static_cast<lua_Integer>(i) + 1);
        lua_rawgeti(state, -2, static_cast<int>(i) + 1);
        const bool more = visit(i);
        lua_pop(state, 2);
        if (!more)
            return;
    }
    std::size_t ordinal = static_cast<std::size_t>(length);
    lua_pushnil(state);
    while (lua_next(state, -2) != 0) {
        if (!isInArray(state, length)) {
            if (ordinal >= first && !visit(ordinal)) {
                lua_pop(state, 2);
                return;
            }
            ++ordinal;
        }
        lua_pop(state, 1);
    }
}

} // namespace engine
