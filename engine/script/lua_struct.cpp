#include "engine/script/lua_struct.h"

#include "engine/script/lua_bytes_lua.h"
#include "engine/script/lua_function_lua.h"
#include "engine/script/work_meter_lua.h"

#include <algorithm>
#include <bit>
#include <climits>
#include <cstdint>

namespace engine {
namespace {

constexpr int kMaxIntegerBytes = 32;
constexpr int kNativeAlignment = 8;

bool isDigit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool isLetterOrDigit(char byte)
{
    return isDigit(byte) || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

/// Reads a format string option by option, and keeps what `>`, `<` and `!` have set.
class Format {
public:
    Format(lua_State* lua, const char* text) : m_lua(lua), m_rest(text), m_meter(lua) { }

    /// False at the end; else `option` and `size` (0: none, or not known yet) are of the next one.
    bool next()
    {
        if (*m_rest == '\0')
            return false;
        m_meter.step();
        option = *m_rest++;
        size = readSize();
        return true;
    }
    /// Bytes to skip before the current option so that it is aligned `at` this offset.
    std::size_t padding(std::size_t at) const
    {
        if (size == 0 || option == 'c')
            return 0;
        const std::size_t unit = std::min(size, static_cast<std::size_t>(m_alignment));
        return (unit - (at & (unit - 1))) & (unit - 1);
    }
    /// Applies an option that moves no data, or raises.
    void control()
    {
        switch (option) {
        case ' ':
            return;
        case '>':
            m_big = true;
            return;
        case '<':
            m_big = false;
            return;
        case '!':
            m_alignment = readNumber(kNativeAlignment);
            if (m_alignment <= 0 || !std::has_single_bit(static_cast<unsigned>(m_alignment)))
                luaL_error(m_lua, "alignment %d is not a power of 2", m_alignment);
            return;
        default:
            luaL_argerror(m_lua, 1, lua_pushfstring(m_lua, "invalid format option '%c'", option));
        }
    }
    bool bigEndian() const { return m_big; }

    char option = 0;
    std::size_t size = 0;

private:
    int readNumber(int fallback)
    {
        if (!isDigit(*m_rest))
            return fallback;
        int number = 0;
        for (; isDigit(*m_rest); ++m_rest) {
            const int digit = *m_rest - '0';
            if (number > (INT_MAX - digit) / 10)
                luaL_error(m_lua, "integral size overflow");
            number = number * 10 + digit;
        }
        return number;
    }

    std::size_t readSize()
    {
        switch (option) {
        case 'b':
        case 'B':
        case 'x':
            return 1;
        case 'h':
        case 'H':
            return sizeof(short);
        case 'l':
        case 'L':
            return sizeof(long);
        case 'T':
            return sizeof(std::size_t);
        case 'f':
            return sizeof(float);
        case 'd':
            return sizeof(double);
        case 'c':
            return static_cast<std::size_t>(readNumber(1));
        case 'i':
        case 'I': {
            const int bytes = readNumber(sizeof(int));
            if (bytes > kMaxIntegerBytes)
                luaL_error(m_lua, "integral size %d is larger than limit of %d", bytes, kMaxIntegerBytes);
            return static_cast<std::size_t>(bytes);
        }
        default:
            return 0;
        }
    }

    lua_State* m_lua;
    const char* m_rest;
    WorkMeter m_meter;
    int m_alignment = 1;
    bool m_big = std::endian::native == std::endian::big;
};

bool isInteger(char option)
{
    return option != '\0' && std::string_view("bBhHlLTiI").find(option) != std::string_view::npos;
}

bool isSigned(char option)
{
    return option >= 'a';
}

/// What x86 makes of a double that an int64_t cannot hold, said without undefined behaviour.
std::int64_t truncated(double number)
{
    constexpr double kLimit = 9223372036854775808.0;
    return number >= -kLimit && number < kLimit ? static_cast<std::int64_t>(number) : INT64_MIN;
}

/// The same for uint64_t: beyond it 0, and NaN is the top bit alone.
std::uint64_t truncatedUnsigned(double number)
{
    constexpr double kTop = 9223372036854775808.0;
    if (number >= kTop)
        return static_cast<std::uint64_t>(truncated(number - kTop)) ^ (1ULL << 63U);
    return static_cast<std::uint64_t>(truncated(number));
}

void packInteger(LuaBytes& out, std::uint64_t value, const Format& format)
{
    // Bytes beyond the eighth are 0, of negative numbers too: so it is in Redis.
    char* const bytes = out.extend(format.size);
    for (std::size_t i = 0; i < format.size; ++i) {
        bytes[format.bigEndian() ? format.size - 1 - i : i] = static_cast<char>(value & 0xFFU);
        value >>= 8U;
    }
}

double unpackInteger(const char* bytes, const Format& format)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < format.size; ++i) {
        const std::size_t at = format.bigEndian() ? i : format.size - 1 - i;
        value = (value << 8U) | static_cast<unsigned char>(bytes[at]);
    }
    if (!isSigned(format.option))
        return static_cast<double>(value);
    // The shift counts modulo 64, as the processor does it, which shows where the size is more than 8 bytes.
    const std::uint64_t sign = ~0ULL << ((format.size * 8 - 1) & 63U);
    if (value & sign)
        value |= sign;
    return static_cast<double>(static_cast<std::int64_t>(value));
}

template <class Number, class Bits>
void packFloat(LuaBytes& out, double value, const Format& format)
{
    packInteger(out, std::bit_cast<Bits>(static_cast<Number>(value)), format);
}

template <class Number, class Bits>
double unpackFloat(const char* bytes, const Format& format)
{
    Bits bits = 0;
    for (std::size_t i = 0; i < sizeof(Bits); ++i) {
        const std::size_t at = format.bigEndian() ? i : sizeof(Bits) - 1 - i;
        bits = static_cast<Bits>(bits << 8U) | static_cast<unsigned char>(bytes[at]);
    }
    return std::bit_cast<Number>(bits);
}

/// Packs argument `argument` by the current option, which takes one.
void packArgument(lua_State* lua, int argument, Format& format, LuaBytes& out)
{
    switch (format.option) {
    case 'f':
        return packFloat<float, std::uint32_t>(out, luaL_checknumber(lua, argument), format);
    case 'd':
        return packFloat<double, std::uint64_t>(out, luaL_checknumber(lua, argument), format);
    case 'c':
    case 's': {
        std::size_t length = 0;
        const char* const text = luaL_checklstring(lua, argument, &length);
        if (format.size == 0)
            format.size = length;
        // The argument after the faulty one is blamed, as in Redis.
        luaL_argcheck(lua, length >= format.size, argument + 1, "string too short");
        out.append(text, format.size);
        if (format.option == 's')
            out.append('\0');
        return;
    }
    default: {
        const double number = luaL_checknumber(lua, argument);
        packInteger(
            out, number < 0 ? static_cast<std::uint64_t>(truncated(number)) : truncatedUnsigned(number), format);
    }
    }
}

bool takesArgument(char option)
{
    return isInteger(option) || option == 'f' || option == 'd' || option == 'c' || option == 's';
}

int pack(lua_State* lua)
{
    Format format(lua, luaL_checkstring(lua, 1));
    LuaBytes out(lua);
    lua_pushnil(lua); // a missing argument is nil, not absent, in the errors of Redis
    int argument = 2;
    while (format.next()) {
        for (std::size_t padding = format.padding(out.size()); padding > 0; --padding)
            out.append('\0');
        if (takesArgument(format.option))
            packArgument(lua, argument++, format, out);
        else if (format.option == 'x')
            out.append('\0');
        else
            format.control();
    }
    out.push();
    return 1;
}

/// What unpack works on: the data, where it is, how many values it has pushed.
struct Unpacking {
    lua_State* lua;
    const char* data;
    std::size_t length;
    std::size_t position;
    int count = 0;

    void require(std::size_t size) const
    {
        luaL_argcheck(lua, size <= length && position <= length - size, 2, "data string too short");
    }
};

void unpackString(Unpacking& in, Format& format)
{
    if (format.option == 's') {
        const char* const start = in.data + in.position;
        const void* const end = std::memchr(start, '\0', in.length - in.position);
        if (!end)
            luaL_error(in.lua, "unfinished string in data");
        format.size = static_cast<std::size_t>(static_cast<const char*>(end) - start) + 1;
        lua_pushlstring(in.lua, start, format.size - 1);
        return;
    }
    if (format.size == 0) {
        if (in.count == 0 || !lua_isnumber(in.lua, -1))
            luaL_error(in.lua, "format 'c0' needs a previous size");
        format.size = truncatedUnsigned(lua_tonumber(in.lua, -1));
        lua_pop(in.lua, 1);
        --in.count;
        in.require(format.size);
    }
    lua_pushlstring(in.lua, in.data + in.position, format.size);
}

void unpackOption(Unpacking& in, Format& format)
{
    const char* const bytes = in.data + in.position;
    if (isInteger(format.option))
        lua_pushnumber(in.lua, unpackInteger(bytes, format));
    else if (format.option == 'f')
        lua_pushnumber(in.lua, unpackFloat<float, std::uint32_t>(bytes, format));
    else if (format.option == 'd')
        lua_pushnumber(in.lua, unpackFloat<double, std::uint64_t>(bytes, format));
    else if (format.option == 'c' || format.option == 's')
        unpackString(in, format);
    else if (format.option == 'x')
        return;
    else
        return format.control();
    ++in.count;
}

int unpack(lua_State* lua)
{
    Format format(lua, luaL_checkstring(lua, 1));
    std::size_t length = 0;
    const char* const data = luaL_checklstring(lua, 2, &length);
    // A negative position is a huge one, past every end.
    const auto position = static_cast<std::size_t>(luaL_optinteger(lua, 3, 1));
    luaL_argcheck(lua, position > 0, 3, "offset must be 1 or greater");
    lua_settop(lua, 2);
    Unpacking in{lua, data, length, position - 1};
    while (format.next()) {
        in.position += format.padding(in.position);
        in.require(format.size);
        luaL_checkstack(lua, 2, "too many results");
        unpackOption(in, format);
        in.position += format.size;
    }
    lua_pushnumber(lua, static_cast<double>(in.position + 1));
    return in.count + 1;
}

int size(lua_State* lua)
{
    Format format(lua, luaL_checkstring(lua, 1));
    std::size_t bytes = 0;
    while (format.next()) {
        bytes += format.padding(bytes);
        luaL_argcheck(lua, format.option != 's', 1, "option 's' has no fixed size");
        luaL_argcheck(lua, format.option != 'c' || format.size > 0, 1, "option 'c0' has no fixed size");
        if (!isLetterOrDigit(format.option))
            format.control();
        bytes += format.size;
    }
    lua_pushnumber(lua, static_cast<double>(bytes));
    return 1;
}

constexpr luaL_Reg kFunctions[] = {
    {"pack", guarded<pack>},
    {"unpack", guarded<unpack>},
    {"size", guarded<size>},
};

} // namespace

void openStruct(lua_State* lua)
{
    luaL_checkstack(lua, 3, "opening struct");
    lua_createtable(lua, 0, static_cast<int>(std::size(kFunctions)));
    setFunctions(lua, kFunctions);
}

} // namespace engine
