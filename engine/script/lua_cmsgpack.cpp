#include "engine/script/lua_cmsgpack.h"

#include "engine/script/lua_bytes_lua.h"
#include "engine/script/lua_function_lua.h"
#include "engine/script/lua_readonly.h"
#include "engine/script/work_meter_lua.h"

#include <bit>
#include <climits>
#include <cmath>
#include <cstdint>

namespace engine {
namespace {

// What is nested deeper is written as nil.
constexpr int kMaxNesting = 16;

class Packer {
public:
    explicit Packer(lua_State* lua) : m_lua(lua), m_out(lua), m_meter(lua) { }

    /// Adds the value on top of the stack. [-1, +0]
    void add(int level = 0)
    {
        m_meter.step();
        luaL_checkstack(m_lua, 4, "too many nested tables to pack");
        switch (lua_type(m_lua, -1)) {
        case LUA_TSTRING:
            addString();
            break;
        case LUA_TBOOLEAN:
            addByte(lua_toboolean(m_lua, -1) ? 0xc3 : 0xc2);
            break;
        case LUA_TNUMBER:
            addNumber(lua_tonumber(m_lua, -1));
            break;
        case LUA_TTABLE:
            if (level < kMaxNesting) {
                addTable(level);
                break;
            }
            [[fallthrough]];
        default:
            addByte(0xc0);
        }
        lua_pop(m_lua, 1);
    }
    const LuaBytes& bytes() const { return m_out; }

private:
    void addByte(unsigned byte) { m_out.append(static_cast<char>(byte)); }
    /// A tag and a big-endian number of `size` bytes.
    void addTagged(unsigned tag, std::uint64_t value, int size)
    {
        addByte(tag);
        for (int shift = size * 8 - 8; shift >= 0; shift -= 8)
            addByte(static_cast<unsigned>(value >> static_cast<unsigned>(shift)) & 0xFFU);
    }

    void addString()
    {
        std::size_t length = 0;
        const char* const text = lua_tolstring(m_lua, -1, &length);
        if (length < 32)
            addByte(0xa0U | static_cast<unsigned>(length));
        else if (length <= 0xff)
            addTagged(0xd9, length, 1);
        else if (length <= 0xffff)
            addTagged(0xda, length, 2);
        else
            addTagged(0xdb, length, 4);
        m_out.append(text, length);
        m_meter.step(length / 64);
    }

    void addNumber(double number)
    {
        // 2^63 is one too many for an int64_t, so it is written as a float like all that follow.
        if (number >= -9223372036854775808.0 && number < 9223372036854775808.0 && number == std::trunc(number))
            return addInteger(static_cast<std::int64_t>(number));
        const auto narrow = static_cast<float>(number);
        if (static_cast<double>(narrow) == number)
            addTagged(0xca, std::bit_cast<std::uint32_t>(narrow), 4);
        else
            addTagged(0xcb, std::bit_cast<std::uint64_t>(number), 8);
    }

    void addInteger(std::int64_t number)
    {
        const auto bits = static_cast<std::uint64_t>(number);
        if (number >= -32 && number <= 127)
            addByte(static_cast<unsigned>(bits & 0xFFU));
        else if (number >= 0)
            number <= 0xff             ? addTagged(0xcc, bits, 1)
                : number <= 0xffff     ? addTagged(0xcd, bits, 2)
                : number <= 0xffffffff ? addTagged(0xce, bits, 4)
                                       : addTagged(0xcf, bits, 8);
        else
            number >= INT8_MIN        ? addTagged(0xd0, bits, 1)
                : number >= INT16_MIN ? addTagged(0xd1, bits, 2)
                : number >= INT32_MIN ? addTagged(0xd2, bits, 4)
                                      : addTagged(0xd3, bits, 8);
    }

    /// True when the keys of the table on top are exactly 1 to n; `count` is the number of entries until it was clear.
    bool isArray(std::uint64_t& count)
    {
        double highest = 0;
        count = 0;
        lua_pushnil(m_lua);
        while (lua_next(m_lua, -2)) {
            lua_pop(m_lua, 1);
            m_meter.step();
            const double key = lua_type(m_lua, -1) == LUA_TNUMBER ? lua_tonumber(m_lua, -1) : 0;
            if (!(key > 0) || key > INT_MAX || key != std::trunc(key)) {
                lua_pop(m_lua, 1);
                return false;
            }
            highest = std::max(highest, key);
            ++count;
        }
        return highest == static_cast<double>(count);
    }

    void addTable(int level)
    {
        pushTableContents(m_lua, -1);
        lua_replace(m_lua, -2);
        std::uint64_t count = 0;
        if (!isArray(count))
            return addMap(level);
        if (count < 16)
            addByte(0x90U | static_cast<unsigned>(count));
        else if (count <= 0xffff)
            addTagged(0xdc, count, 2);
        else
            addTagged(0xdd, count, 4);
        for (std::uint64_t i = 1; i <= count; ++i) {
            lua_rawgeti(m_lua, -1, static_cast<int>(i));
            add(level + 1);
        }
    }

    void addMap(int level)
    {
        std::uint64_t count = 0;
        lua_pushnil(m_lua);
        for (; lua_next(m_lua, -2); ++count)
            lua_pop(m_lua, 1);
        m_meter.step(count);
        if (count < 16)
            addByte(0x80U | static_cast<unsigned>(count));
        else if (count <= 0xffff)
            addTagged(0xde, count, 2);
        else
            addTagged(0xdf, count, 4);
        lua_pushnil(m_lua);
        while (lua_next(m_lua, -2)) {
            lua_pushvalue(m_lua, -2);
            add(level + 1);
            add(level + 1);
        }
    }

    lua_State* m_lua;
    LuaBytes m_out;
    WorkMeter m_meter;
};

class Unpacker {
public:
    Unpacker(lua_State* lua, const char* data, std::size_t length)
        : m_lua(lua), m_data(data), m_left(length), m_meter(lua)
    {
    }

    std::size_t left() const { return m_left; }

    /// Reads one value and pushes it, or raises. [-0, +1]
    void read() // NOLINT(misc-no-recursion): every level takes a slot of Lua's stack, which is bounded
    {
        m_meter.step();
        luaL_checkstack(m_lua, 1, "too many return values at once; use unpack_one or unpack_limit instead.");
        const auto tag = static_cast<unsigned char>(*take(1));
        if (tag <= 0x7f || tag >= 0xe0)
            lua_pushnumber(m_lua, static_cast<signed char>(tag));
        else if (tag <= 0x8f)
            readMap(tag & 0x0fU);
        else if (tag <= 0x9f)
            readArray(tag & 0x0fU);
        else if (tag <= 0xbf)
            readString(tag & 0x1fU);
        else
            readTagged(tag);
    }

private:
    const char* take(std::uint64_t count)
    {
        if (count > m_left)
            luaL_error(m_lua, "Missing bytes in input.");
        const char* const start = m_data;
        m_data += count;
        m_left -= count;
        return start;
    }

    std::uint64_t takeNumber(unsigned size)
    {
        const char* const bytes = take(size);
        std::uint64_t number = 0;
        for (unsigned i = 0; i < size; ++i)
            number = (number << 8U) | static_cast<unsigned char>(bytes[i]);
        return number;
    }

    void readTagged(unsigned tag)
    {
        switch (tag) {
        case 0xc0:
            return lua_pushnil(m_lua);
        case 0xc2:
        case 0xc3:
            return lua_pushboolean(m_lua, tag == 0xc3);
        case 0xca:
            return lua_pushnumber(m_lua, std::bit_cast<float>(static_cast<std::uint32_t>(takeNumber(4))));
        case 0xcb:
            return lua_pushnumber(m_lua, std::bit_cast<double>(takeNumber(8)));
        case 0xcc:
        case 0xcd:
        case 0xce:
        case 0xcf:
        case 0xd0:
        case 0xd1:
        case 0xd2:
        case 0xd3:
            return readInteger(tag);
        case 0xd9:
        case 0xda:
        case 0xdb:
            return readString(takeNumber(1U << (tag - 0xd9U)));
        case 0xdc:
        case 0xdd:
            return readArray(takeNumber(2U << (tag - 0xdcU)));
        case 0xde:
        case 0xdf:
            return readMap(takeNumber(2U << (tag - 0xdeU)));
        default:
            luaL_error(m_lua, "Bad data format in input.");
        }
    }

    void readInteger(unsigned tag)
    {
        const unsigned size = 1U << ((tag - 0xccU) & 3U);
        const std::uint64_t bits = takeNumber(size);
        // Signed ones are brought to the top and back. Unsigned ones of 8 bytes come out signed too, as in Redis.
        const unsigned unused = tag >= 0xd0 ? 64 - size * 8 : 0;
        lua_pushnumber(m_lua, static_cast<double>(static_cast<std::int64_t>(bits << unused) >> unused));
    }

    void readString(std::uint64_t length)
    {
        lua_pushlstring(m_lua, take(length), length);
        m_meter.step(length / 64);
    }

    void readArray(std::uint64_t count)
    {
        lua_newtable(m_lua);
        luaL_checkstack(m_lua, 1, "in function mp_decode_to_lua_array");
        for (std::uint64_t i = 1; i <= count; ++i) {
            read();
            lua_rawseti(m_lua, -2, static_cast<int>(i));
        }
    }

    void readMap(std::uint64_t count)
    {
        lua_newtable(m_lua);
        for (std::uint64_t i = 0; i < count; ++i) {
            read();
            read();
            lua_rawset(m_lua, -3);
        }
    }

    lua_State* m_lua;
    const char* m_data;
    std::size_t m_left;
    WorkMeter m_meter;
};

int pack(lua_State* lua)
{
    const int count = lua_gettop(lua);
    if (count == 0)
        return luaL_argerror(lua, 0, "MessagePack pack needs input.");
    luaL_checkstack(lua, 1, "Too many arguments for MessagePack pack.");
    Packer packer(lua);
    for (int i = 1; i <= count; ++i) {
        lua_pushvalue(lua, i);
        packer.add();
    }
    packer.bytes().push();
    return 1;
}

/// Reads at most `limit` values from `offset` on. Limit 0 at offset 0 reads all, and then no offset is returned.
int unpackFrom(lua_State* lua, std::int64_t limit, std::int64_t offset)
{
    std::size_t length = 0;
    const char* const data = luaL_checklstring(lua, 1, &length);
    const bool all = limit == 0 && offset == 0;
    // The number after "limit of" is the length: so says Redis.
    if (offset < 0 || limit < 0)
        return luaL_error(lua, "Invalid request to unpack with offset of %d and limit of %d.", static_cast<int>(offset),
            static_cast<int>(length));
    if (static_cast<std::uint64_t>(offset) > length)
        return luaL_error(
            lua, "Start offset %d greater than input length %d.", static_cast<int>(offset), static_cast<int>(length));
    lua_settop(lua, 1);
    const auto start = static_cast<std::size_t>(offset);
    Unpacker unpacker(lua, data + start, length - start);
    int count = 0;
    for (; unpacker.left() > 0 && (all || count < limit); ++count)
        unpacker.read();
    if (all)
        return count;
    luaL_checkstack(lua, 1, "in function mp_unpack_full");
    lua_pushnumber(lua, unpacker.left() == 0 ? -1 : static_cast<double>(length - unpacker.left()));
    lua_insert(lua, 2);
    return count + 1;
}

int unpack(lua_State* lua)
{
    return unpackFrom(lua, 0, 0);
}

// Numbers pass through a C int, as there.
int unpackOne(lua_State* lua)
{
    return unpackFrom(lua, 1, luaL_optint(lua, 2, 0));
}

int unpackLimit(lua_State* lua)
{
    const int limit = luaL_checkint(lua, 2);
    return unpackFrom(lua, limit, luaL_optint(lua, 3, 0));
}

constexpr luaL_Reg kFunctions[] = {
    {"pack", guarded<pack>},
    {"unpack", guarded<unpack>},
    {"unpack_one", guarded<unpackOne>},
    {"unpack_limit", guarded<unpackLimit>},
};

constexpr const char* kNames[][2] = {
    {"_NAME", "cmsgpack"},
    {"_VERSION", "lua-cmsgpack 0.4.0"},
    {"_COPYRIGHT", "Copyright (C) 2012, Salvatore Sanfilippo"},
    {"_DESCRIPTION", "MessagePack C implementation for Lua"},
};

} // namespace

void openCmsgpack(lua_State* lua)
{
    luaL_checkstack(lua, 3, "opening cmsgpack");
    lua_createtable(lua, 0, static_cast<int>(std::size(kFunctions) + std::size(kNames)));
    setFunctions(lua, kFunctions);
    for (const auto& [name, text] : kNames) {
        lua_pushstring(lua, text);
        lua_setfield(lua, -2, name);
    }
}

} // namespace engine
