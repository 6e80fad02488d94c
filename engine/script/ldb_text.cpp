#include "engine/script/ldb_text.h"

#include "engine/resp/reply_text.h"
#include "engine/script/lua_readonly.h"

#include <lua.hpp>

#include <cstdio>

namespace engine {
namespace {

constexpr int kDeepest = 10;

class Renderer {
public:
    explicit Renderer(lua_State* state) : m_state(state) { }

    // [0]: the value on top.
    void render(Bytes& text, int depth)
    {
        switch (lua_type(m_state, -1)) {
        case LUA_TNIL:
            text += "nil";
            break;
        case LUA_TBOOLEAN:
            text += lua_toboolean(m_state, -1) != 0 ? "true" : "false";
            break;
        case LUA_TNUMBER:
            number(text);
            break;
        case LUA_TSTRING: {
            std::size_t size = 0;
            const char* bytes = lua_tolstring(m_state, -1, &size);
            text += quoted({bytes, size});
            break;
        }
        case LUA_TTABLE:
            table(text, depth);
            break;
        default:
            other(text);
        }
    }

private:
    void number(Bytes& text)
    {
        char digits[40];
        std::snprintf(digits, sizeof digits, "%g", lua_tonumber(m_state, -1));
        text += digits;
    }

    void other(Bytes& text)
    {
        const char* kind = "userdata";
        switch (lua_type(m_state, -1)) {
        case LUA_TFUNCTION:
            kind = "function";
            break;
        case LUA_TTHREAD:
            kind = "thread";
            break;
        case LUA_TLIGHTUSERDATA:
            kind = "light-userdata";
            break;
        default:
            break;
        }
        char place[64];
        std::snprintf(place, sizeof place, "\"%s@%p\"", kind, lua_topointer(m_state, -1));
        text += place;
    }

    // Keys 1 … n in the order of iteration make an array. [0]
    bool isArray()
    {
        double expected = 1;
        lua_pushnil(m_state);
        while (lua_next(m_state, -2) != 0) {
            lua_pop(m_state, 1);
            if (lua_type(m_state, -1) != LUA_TNUMBER || lua_tonumber(m_state, -1) != expected) {
                lua_pop(m_state, 1);
                return false;
            }
            ++expected;
        }
        return true;
    }

    void table(Bytes& text, int depth)
    {
        if (depth >= kDeepest || !lua_checkstack(m_state, 6)) {
            text += "<max recursion level reached! Nested table?>";
            return;
        }
        pushTableContents(m_state, -1);
        const bool array = isArray();
        bool first = true;
        text += '{';
        lua_pushnil(m_state);
        while (lua_next(m_state, -2) != 0) {
            text += first ? "" : "; ";
            first = false;
            if (!array) {
                lua_pushvalue(m_state, -2);
                text += '[';
                render(text, depth + 1);
                text += "]=";
                lua_pop(m_state, 1);
            }
            render(text, depth + 1);
            lua_pop(m_state, 1);
        }
        text += '}';
        lua_pop(m_state, 1);
    }

    lua_State* m_state;
};

} // namespace

Bytes ldbText(lua_State* state, int index)
{
    if (!lua_checkstack(state, 6))
        return "<max recursion level reached! Nested table?>";
    Bytes text;
    lua_pushvalue(state, index);
    Renderer(state).render(text, 0);
    lua_pop(state, 1);
    return text;
}

} // namespace engine
