#pragma once

// Private to engine/script: Lua values as plain values. Nothing is made in Lua's memory and no metamethod is asked.

#include "engine/script/lua_view.h"

#include <functional>

struct lua_State;

namespace engine {

/// The value at `index`, without a reference. [0]
LuaValue describe(lua_State* state, int index);

/// How the key on top of the stack is written as an entry's name: `name`, `[1]`, `["a b"]`. [0]
Bytes keyText(lua_State* state);

/// Visits entries of the table on top, from the `first` on: 1 … n in order, then the rest in `next`'s order. The key
/// is at -2, the value at -1; `visit` leaves them there and gives false to end. [0]
void visitEntries(lua_State* state, std::size_t first, const std::function<bool(std::size_t ordinal)>& visit);

} // namespace engine
