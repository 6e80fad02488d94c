#pragma once

// A Lua state with the script engine's libraries and nothing else of the engine, for the tests of those libraries.
// What scripts print is collected; a budget and a memory limit can be set.

#include "engine/script/lua_base_guards.h"
#include "engine/script/lua_bit.h"
#include "engine/script/lua_cjson.h"
#include "engine/script/lua_cmsgpack.h"
#include "engine/script/lua_readonly.h"
#include "engine/script/lua_string_guards.h"
#include "engine/script/lua_struct.h"
#include "engine/script/lua_table_guards.h"
#include "engine/script/script_budget.h"

#include <lua5.1/lua.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

namespace tests {

/// Allows `limit` steps, then ends every run that goes on.
class CountingBudget : public engine::ScriptBudget {
public:
    explicit CountingBudget(std::size_t limit) : m_left(limit) { }
    void spend(lua_State* lua, std::size_t steps) override
    {
        spent += steps;
        if (steps > m_left) {
            m_left = 0;
            tripped = true;
            lua_pushliteral(lua, "out of steps");
            lua_error(lua);
        }
        m_left -= steps;
    }
    std::size_t spent = 0;
    bool tripped = false;

private:
    std::size_t m_left;
};

class LuaVm {
public:
    /// The libraries as a script sees them. `protect` false leaves the tables writable.
    enum class Protection { Off, On };

    explicit LuaVm(Protection protection = Protection::On, std::size_t limitBytes = SIZE_MAX)
        : m_limitBytes(limitBytes), m_lua(lua_newstate(&LuaVm::allocate, this))
    {
        for (const lua_CFunction open : {luaopen_base, luaopen_table, luaopen_string, luaopen_math}) {
            lua_pushcfunction(m_lua, open);
            lua_call(m_lua, 0, 0);
        }
        openLibraries();
        if (protection == Protection::On)
            engine::protectLibraries(m_lua);
    }
    ~LuaVm() { lua_close(m_lua); }
    LuaVm(const LuaVm&) = delete;
    LuaVm& operator=(const LuaVm&) = delete;

    lua_State* lua() const { return m_lua; }
    std::size_t usedBytes() const { return m_usedBytes; }
    void setLimit(std::size_t bytes) { m_limitBytes = bytes; }

    /// What the script returns, as tostring shows it, values separated by a space; of a failure "error: " and the
    /// message.
    std::string run(std::string_view script)
    {
        const int base = lua_gettop(m_lua);
        std::string text;
        if (engine::loadSource(m_lua, script, "@user_script") != 0 || lua_pcall(m_lua, 0, LUA_MULTRET, 0) != 0)
            text = "error: ";
        for (int i = base + 1; i <= lua_gettop(m_lua); ++i)
            text += (i > base + 1 ? " " : "") + show(i);
        lua_settop(m_lua, base);
        return text;
    }

private:
    void openLibraries();

    std::string show(int index)
    {
        switch (lua_type(m_lua, index)) {
        case LUA_TSTRING:
        case LUA_TNUMBER: {
            lua_pushvalue(m_lua, index);
            std::size_t length = 0;
            const char* const bytes = lua_tolstring(m_lua, -1, &length);
            std::string text(bytes, length);
            lua_pop(m_lua, 1);
            return text;
        }
        case LUA_TBOOLEAN:
            return lua_toboolean(m_lua, index) ? "true" : "false";
        default:
            return lua_typename(m_lua, lua_type(m_lua, index));
        }
    }

    static void* allocate(void* self, void* block, std::size_t oldBytes, std::size_t newBytes)
    {
        auto& vm = *static_cast<LuaVm*>(self);
        if (!block)
            oldBytes = 0;
        if (newBytes > oldBytes && newBytes - oldBytes > vm.m_limitBytes - std::min(vm.m_usedBytes, vm.m_limitBytes))
            return nullptr;
        void* moved = nullptr;
        if (newBytes == 0)
            std::free(block);
        else if (!(moved = std::realloc(block, newBytes)))
            return nullptr;
        vm.m_usedBytes += newBytes - oldBytes;
        return moved;
    }

    std::size_t m_usedBytes = 0;
    std::size_t m_limitBytes;
    lua_State* m_lua;
};

inline void LuaVm::openLibraries()
{
    constexpr std::pair<const char*, void (*)(lua_State*)> kOpened[] = {{"bit", engine::openBit},
        {"cjson", engine::openCjson}, {"cmsgpack", engine::openCmsgpack}, {"struct", engine::openStruct}};
    for (const auto& [name, open] : kOpened) {
        open(m_lua);
        lua_setglobal(m_lua, name);
    }
    constexpr std::pair<const char*, void (*)(lua_State*)> kGuarded[] = {
        {"_G", engine::guardBaseLibrary}, {"string", engine::guardStringLibrary}, {"table", engine::guardTableLibrary}};
    for (const auto& [name, guard] : kGuarded) {
        lua_getglobal(m_lua, name);
        guard(m_lua);
        lua_pop(m_lua, 1);
    }
}

} // namespace tests
