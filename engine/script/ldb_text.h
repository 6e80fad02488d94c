#pragma once

// Private to engine/script: a Lua value as Redis's debugger writes it.
// Source: https://redis.io/docs/manual/programmability/lua-debugging/

#include "engine/base/bytes.h"

struct lua_State;

namespace engine {

/// Ten levels deep; neither metatables nor the value itself are touched. [0]
Bytes ldbText(lua_State* state, int index);

} // namespace engine
