#pragma once

// Private to engine/script: counts the steps of a long C loop and asks the script's budget now and then.

#include "engine/script/script_budget.h"

#include <lua.hpp>

namespace engine {

class WorkMeter {
public:
    explicit WorkMeter(lua_State* lua) : m_lua(lua) { }

    /// May raise a Lua error: the loop must be ready to be left here.
    void step(std::size_t steps = 1)
    {
        m_done += steps;
        if (m_done >= kBatch)
            report();
    }

private:
    // Some microseconds of work: often enough for a kill to feel instant, seldom enough to cost nothing.
    static constexpr std::size_t kBatch = 4096;

    void report()
    {
        const std::size_t done = m_done;
        m_done = 0;
        if (ScriptBudget* const budget = scriptBudget(m_lua))
            budget->spend(m_lua, done);
    }

    lua_State* m_lua;
    std::size_t m_done = 0;
};

} // namespace engine
