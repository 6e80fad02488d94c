#pragma once

// Private to engine/script: a growing run of bytes in Lua's own memory, so that what a library builds counts against
// the limit of the Lua state. Freed by its destructor: Lua's errors are exceptions here.

#include <lua.hpp>

#include <cstddef>
#include <cstring>
#include <string_view>

namespace engine {

/// The longest string that a library function makes; the longest that a client may send, too.
inline constexpr std::size_t kMaxResultBytes = 512U << 20;

/// Memory from Lua's allocator, or a Lua error "not enough memory" once a full collection has not helped.
/// `oldBytes` 0 with nullptr allocates.
inline void* reallocateLuaMemory(lua_State* lua, void* old, std::size_t oldBytes, std::size_t newBytes)
{
    void* user = nullptr;
    const lua_Alloc allocate = lua_getallocf(lua, &user);
    void* block = allocate(user, old, oldBytes, newBytes);
    if (!block) {
        lua_gc(lua, LUA_GCCOLLECT, 0);
        block = allocate(user, old, oldBytes, newBytes);
    }
    if (!block) {
        // Lua keeps this very text interned, so pushing it takes no memory.
        lua_pushliteral(lua, "not enough memory");
        lua_error(lua);
    }
    return block;
}

inline void freeLuaMemory(lua_State* lua, void* block, std::size_t bytes)
{
    void* user = nullptr;
    lua_getallocf(lua, &user)(user, block, bytes, 0);
}

class LuaBytes {
public:
    explicit LuaBytes(lua_State* lua) : m_lua(lua) { }
    ~LuaBytes()
    {
        if (m_data != m_inline)
            freeLuaMemory(m_lua, m_data, m_capacity);
    }
    LuaBytes(const LuaBytes&) = delete;
    LuaBytes& operator=(const LuaBytes&) = delete;

    std::size_t size() const { return m_size; }
    const char* data() const { return m_data; }
    void clear() { m_size = 0; }

    void append(char byte)
    {
        if (m_size == m_capacity)
            grow(1);
        m_data[m_size++] = byte;
    }
    void append(const char* bytes, std::size_t count)
    {
        if (count == 0)
            return;
        std::memcpy(extend(count), bytes, count);
    }
    void append(std::string_view bytes) { append(bytes.data(), bytes.size()); }
    /// Room for `count` more bytes, which the caller fills.
    char* extend(std::size_t count)
    {
        if (count > m_capacity - m_size)
            grow(count);
        char* const start = m_data + m_size;
        m_size += count;
        return start;
    }
    /// Pushes the bytes as a Lua string. [-0, +1]
    void push() const { lua_pushlstring(m_lua, m_data, m_size); }

private:
    void grow(std::size_t count)
    {
        if (count > kMaxResultBytes - m_size)
            luaL_error(m_lua, "resulting string too large");
        std::size_t capacity = m_capacity * 2;
        if (capacity < m_size + count)
            capacity = m_size + count;
        const bool wasInline = m_data == m_inline;
        auto* const block = static_cast<char*>(
            reallocateLuaMemory(m_lua, wasInline ? nullptr : m_data, wasInline ? 0 : m_capacity, capacity));
        if (wasInline)
            std::memcpy(block, m_inline, m_size);
        m_data = block;
        m_capacity = capacity;
    }

    lua_State* m_lua;
    char* m_data = m_inline;
    std::size_t m_size = 0;
    std::size_t m_capacity = sizeof m_inline;
    char m_inline[256];
};

} // namespace engine
