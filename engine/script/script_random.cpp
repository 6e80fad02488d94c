// math.random and math.randomseed as Redis has them: a 48-bit linear congruential generator, whose state is a value.

#include "engine/script/lua_sandbox.h"

#include "engine/script/lua_function_lua.h"
#include "engine/script/script_machine.h"

#include <cmath>
#include <limits>

namespace engine {
namespace {

constexpr std::uint64_t kMask = (1ULL << 48) - 1;
constexpr std::int32_t kMostRandom = 0x7FFFFFFF;

std::int32_t nextRandom(PrngState& state)
{
    state.x = (0x5DEECE66DULL * state.x + 0xB) & kMask;
    return static_cast<std::int32_t>(state.x >> 17);
}

// Redis casts to int; here the cast is defined for every number.
std::int32_t intOf(double number)
{
    if (!(number > -9.2e18 && number < 9.2e18))
        return std::isnan(number) || std::isinf(number) || number < 0 ? std::numeric_limits<std::int32_t>::min() : 0;
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::int64_t>(number)));
}

int random(lua_State* state)
{
    const double r =
        static_cast<double>(nextRandom(ScriptMachine::of(state).prng) % kMostRandom) / static_cast<double>(kMostRandom);
    switch (lua_gettop(state)) {
    case 0:
        lua_pushnumber(state, r);
        return 1;
    case 1: {
        const int upper = intOf(luaL_checknumber(state, 1));
        luaL_argcheck(state, 1 <= upper, 1, "interval is empty");
        lua_pushnumber(state, std::floor(r * upper) + 1);
        return 1;
    }
    case 2: {
        const int lower = intOf(luaL_checknumber(state, 1));
        const int upper = intOf(luaL_checknumber(state, 2));
        luaL_argcheck(state, lower <= upper, 2, "interval is empty");
        // The width wraps as 32 bits do.
        const auto width =
            static_cast<std::int32_t>(static_cast<std::uint32_t>(upper) - static_cast<std::uint32_t>(lower) + 1U);
        lua_pushnumber(state, std::floor(r * width) + lower);
        return 1;
    }
    default:
        return luaL_error(state, "wrong number of arguments");
    }
}

int randomSeed(lua_State* state)
{
    const auto seed = static_cast<std::uint32_t>(intOf(luaL_checknumber(state, 1)));
    ScriptMachine::of(state).prng.x = (static_cast<std::uint64_t>(seed) << 16) | 0x330E;
    return 0;
}

} // namespace

void openRandom(lua_State* state)
{
    lua_getglobal(state, "math");
    lua_pushcfunction(state, guarded<random>);
    lua_setfield(state, -2, "random");
    lua_pushcfunction(state, guarded<randomSeed>);
    lua_setfield(state, -2, "randomseed");
    lua_pop(state, 1);
}

} // namespace engine
