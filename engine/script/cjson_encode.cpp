#include "engine/script/cjson_lua.h"

#include "engine/script/lua_bytes_lua.h"
#include "engine/script/lua_readonly.h"
#include "engine/script/work_meter_lua.h"

#include <charconv>
#include <climits>
#include <cmath>
#include <string_view>

namespace engine {
namespace {

class JsonEncoder {
public:
    JsonEncoder(lua_State* lua, const CjsonOptions& options) : m_lua(lua), m_options(options), m_out(lua), m_meter(lua)
    {
    }

    /// Adds the value on top of the stack. [-1, +0]
    void add(int depth = 0) // NOLINT(misc-no-recursion): checkDepth and Lua's stack bound it
    {
        m_meter.step();
        switch (lua_type(m_lua, -1)) {
        case LUA_TSTRING:
            addString();
            break;
        case LUA_TNUMBER:
            addNumber();
            break;
        case LUA_TBOOLEAN:
            m_out.append(lua_toboolean(m_lua, -1) ? "true" : "false");
            break;
        case LUA_TTABLE:
            addTable(depth + 1);
            break;
        case LUA_TNIL:
            m_out.append("null");
            break;
        case LUA_TLIGHTUSERDATA:
            if (lua_touserdata(m_lua, -1) == nullptr) {
                m_out.append("null");
                break;
            }
            [[fallthrough]];
        default:
            fail(-1, "type not supported");
        }
        lua_pop(m_lua, 1);
    }
    const LuaBytes& bytes() const { return m_out; }

private:
    void fail(int index, const char* why)
    {
        luaL_error(m_lua, "Cannot serialise %s: %s", luaL_typename(m_lua, index), why);
    }

    void addString()
    {
        std::size_t length = 0;
        const char* const text = lua_tolstring(m_lua, -1, &length);
        m_meter.step(length / 16);
        m_out.append('"');
        std::size_t plain = 0; // start of the bytes that need no escape
        for (std::size_t i = 0; i < length; ++i) {
            char escape[6];
            const std::size_t escapeLength = escaped(text[i], escape);
            if (escapeLength == 0)
                continue;
            m_out.append(text + plain, i - plain);
            m_out.append(escape, escapeLength);
            plain = i + 1;
        }
        m_out.append(text + plain, length - plain);
        m_out.append('"');
    }

    /// Writes the escape of a byte and gives its length: 0 when it needs none.
    static std::size_t escaped(char byte, char* out)
    {
        constexpr std::string_view kNamed = "\"\\/\b\f\n\r\t";
        constexpr std::string_view kNames = "\"\\/bfnrt";
        const auto code = static_cast<unsigned char>(byte);
        if (code >= 0x20 && byte != '"' && byte != '\\' && byte != '/' && code != 0x7f)
            return 0;
        out[0] = '\\';
        if (const std::size_t at = kNamed.find(byte); at != std::string_view::npos) {
            out[1] = kNames[at];
            return 2;
        }
        constexpr std::string_view kDigits = "0123456789abcdef";
        out[1] = 'u';
        out[2] = out[3] = '0';
        out[4] = kDigits[code >> 4U];
        out[5] = kDigits[code & 15U];
        return 6;
    }

    void addNumber()
    {
        const double number = lua_tonumber(m_lua, -1);
        if (!std::isfinite(number) && m_options.encodeInvalidNumbers == 0)
            fail(-1, "must not be NaN or Inf");
        if (!std::isfinite(number) && m_options.encodeInvalidNumbers == 2)
            return m_out.append("null");
        if (std::isnan(number)) // without the sign that printf shows
            return m_out.append("nan");
        char text[32];
        const auto end = std::to_chars(
            text, text + sizeof text, number, std::chars_format::general, m_options.encodeNumberPrecision);
        m_out.append(text, static_cast<std::size_t>(end.ptr - text));
    }

    void checkDepth(int depth)
    {
        if (depth > m_options.encodeMaxDepth || !lua_checkstack(m_lua, 3))
            luaL_error(m_lua, "Cannot serialise, excessive nesting (%d)", depth);
    }

    void addTable(int depth) // NOLINT(misc-no-recursion)
    {
        checkDepth(depth);
        if (isReadOnlyTable(m_lua, -1)) {
            pushTableContents(m_lua, -1);
            lua_replace(m_lua, -2);
        }
        if (const int length = arrayLength(); length > 0)
            addArray(length, depth);
        else
            addObject(depth);
    }

    /// The highest index when all keys are positive integers (holes allowed), else at most 0. Raises for an array with
    /// too many holes.
    int arrayLength()
    {
        int highest = 0;
        std::int64_t items = 0;
        lua_pushnil(m_lua);
        while (lua_next(m_lua, -2)) {
            m_meter.step();
            const double key = lua_type(m_lua, -2) == LUA_TNUMBER ? lua_tonumber(m_lua, -2) : 0;
            if (!(key >= 1) || key != std::floor(key)) {
                lua_pop(m_lua, 2);
                return -1;
            }
            // Beyond an int the processor's conversion gives the least one, and so it comes out in Redis as well: such
            // an index alone makes an object, and is lost beside lower ones.
            if (key > highest)
                highest = key > INT_MAX ? INT_MIN : static_cast<int>(key);
            ++items;
            lua_pop(m_lua, 1);
        }
        const bool sparse = m_options.encodeSparseRatio > 0 && highest > items * m_options.encodeSparseRatio
            && highest > m_options.encodeSparseSafe;
        if (sparse && !m_options.encodeSparseConvert)
            fail(-1, "excessively sparse array");
        return sparse ? -1 : highest;
    }

    void addArray(int length, int depth) // NOLINT(misc-no-recursion)
    {
        m_out.append('[');
        for (int i = 1;; ++i) {
            lua_rawgeti(m_lua, -1, i);
            add(depth);
            if (i == length)
                break;
            m_out.append(',');
        }
        m_out.append(']');
    }

    void addObject(int depth) // NOLINT(misc-no-recursion)
    {
        m_out.append('{');
        bool comma = false;
        lua_pushnil(m_lua);
        while (lua_next(m_lua, -2)) {
            if (comma)
                m_out.append(',');
            comma = true;
            addKey();
            add(depth);
        }
        m_out.append('}');
    }

    /// The key is below the top. [-0, +0]
    void addKey()
    {
        const int type = lua_type(m_lua, -2);
        if (type != LUA_TNUMBER && type != LUA_TSTRING)
            fail(-2, "table key must be a number or string");
        lua_pushvalue(m_lua, -2);
        if (type == LUA_TSTRING) {
            addString();
        } else {
            m_out.append('"');
            addNumber();
            m_out.append('"');
        }
        m_out.append(':');
        lua_pop(m_lua, 1);
    }

    lua_State* m_lua;
    const CjsonOptions& m_options;
    LuaBytes m_out;
    WorkMeter m_meter;
};

} // namespace

void encodeJson(lua_State* lua, const CjsonOptions& options)
{
    JsonEncoder encoder(lua, options);
    encoder.add();
    encoder.bytes().push();
}

} // namespace engine
