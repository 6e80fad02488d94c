#include "engine/script/evaluated_code.h"

#include "engine/script/lua_base_guards.h"

#include <lua.hpp>

#include <memory>

namespace engine {

bool compileEvaluated(lua_State* lua, BytesView code)
{
    const Bytes expression = "return " + Bytes(code);
    if (loadSource(lua, expression, kEvaluatedChunk) == 0)
        return true;
    lua_pop(lua, 1);
    return loadSource(lua, code, kEvaluatedChunk) == 0;
}

Bytes codeProblem(BytesView code)
{
    const std::unique_ptr<lua_State, decltype(&lua_close)> lua(luaL_newstate(), &lua_close);
    if (!lua)
        return "not enough memory";
    if (compileEvaluated(lua.get(), code))
        return {};
    std::size_t size = 0;
    const char* text = lua_tolstring(lua.get(), -1, &size);
    return text ? Bytes(text, size) : Bytes("it does not compile");
}

} // namespace engine
