#include "engine/script/lua_sort_lua.h"

#include "engine/script/lua_readonly.h"
#include "engine/script/work_meter_lua.h"

namespace engine {
namespace {

constexpr int kTable = 1;
constexpr int kComparison = 2;

class TableSort {
public:
    explicit TableSort(lua_State* lua) : m_lua(lua), m_compare(!lua_isnil(lua, kComparison)), m_meter(lua) { }

    /// Sorts the elements from `low` to `high`. The smaller part is sorted by recursion, so that log2(n) levels do.
    void sort(int low, int high) // NOLINT(misc-no-recursion)
    {
        while (low < high) {
            orderPair(low, high);
            if (high - low == 1)
                return;
            // Not std::midpoint: ends are positive and below the limit of an int, and stock Lua rounds so.
            const int middle = static_cast<int>((static_cast<long>(low) + high) / 2);
            if (!orderPair(low, middle))
                orderPair(middle, high);
            if (high - low == 2)
                return;
            const int pivot = partition(low, middle, high);
            if (pivot - low < high - pivot) {
                sort(low, pivot - 1);
                low = pivot + 1;
            } else {
                sort(pivot + 1, high);
                high = pivot - 1;
            }
        }
    }

private:
    /// Exchanges two elements when the second is less than the first. True when it did.
    bool orderPair(int first, int second)
    {
        lua_rawgeti(m_lua, kTable, first);
        lua_rawgeti(m_lua, kTable, second);
        const bool exchange = less(-1, -2);
        if (exchange)
            store(first, second);
        else
            lua_pop(m_lua, 2);
        return exchange;
    }

    /// Puts the median of the ends and the middle where it belongs, with nothing greater before and nothing less after
    /// it, and gives its place.
    int partition(int low, int middle, int high)
    {
        lua_rawgeti(m_lua, kTable, middle);
        const int pivot = lua_gettop(m_lua);
        lua_pushvalue(m_lua, pivot);
        lua_rawgeti(m_lua, kTable, high - 1);
        store(middle, high - 1);
        int left = low;
        int right = high - 1;
        for (;;) {
            for (;;) {
                lua_rawgeti(m_lua, kTable, ++left);
                if (!less(-1, pivot))
                    break;
                if (left > high)
                    raiseInvalidOrder();
                lua_pop(m_lua, 1);
            }
            for (;;) {
                lua_rawgeti(m_lua, kTable, --right);
                if (!less(pivot, -1))
                    break;
                if (right < low)
                    raiseInvalidOrder();
                lua_pop(m_lua, 1);
            }
            if (right < left)
                break;
            store(left, right);
        }
        lua_settop(m_lua, pivot - 1);
        lua_rawgeti(m_lua, kTable, high - 1);
        lua_rawgeti(m_lua, kTable, left);
        store(high - 1, left);
        return left;
    }

    void raiseInvalidOrder() { luaL_error(m_lua, "invalid order function for sorting"); }

    /// Stores the top of the stack at `first` and what is below it at `second`. [-2, +0]
    void store(int first, int second)
    {
        lua_rawseti(m_lua, kTable, first);
        lua_rawseti(m_lua, kTable, second);
    }

    bool less(int a, int b)
    {
        m_meter.step(4);
        if (!m_compare)
            return lua_lessthan(m_lua, a, b) != 0;
        lua_pushvalue(m_lua, kComparison);
        lua_pushvalue(m_lua, a < 0 ? a - 1 : a);
        lua_pushvalue(m_lua, b < 0 ? b - 2 : b);
        lua_call(m_lua, 2, 1);
        const bool result = lua_toboolean(m_lua, -1) != 0;
        lua_pop(m_lua, 1);
        return result;
    }

    lua_State* m_lua;
    bool m_compare;
    WorkMeter m_meter;
};

} // namespace

int sortTable(lua_State* lua)
{
    luaL_checktype(lua, kTable, LUA_TTABLE);
    const auto count = static_cast<int>(lua_objlen(lua, kTable));
    luaL_checkstack(lua, 40 + 2 * 32, "");
    if (!lua_isnoneornil(lua, kComparison))
        luaL_checktype(lua, kComparison, LUA_TFUNCTION);
    lua_settop(lua, kComparison);
    TableSort(lua).sort(1, count);
    return 0;
}

} // namespace engine
