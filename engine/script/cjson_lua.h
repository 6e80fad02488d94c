#pragma once

// Private to engine/script: the two halves of cjson.

#include "engine/script/script_input.h"

#include <lua.hpp>

namespace engine {

/// Replaces the value on top of the stack by its JSON text, or raises. [-1, +1]
void encodeJson(lua_State* lua, const CjsonOptions& options);
/// Pushes the value that the text means, or raises. `text` is a Lua string (it ends with a NUL). [-0, +1]
void decodeJson(lua_State* lua, const char* text, const CjsonOptions& options);

} // namespace engine
