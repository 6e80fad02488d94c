#pragma once

// The bit library of scripts: operations on 32-bit integers, with the semantics of BitOp 1.0.2.

struct lua_State;

namespace engine {

/// Pushes the library table. [-0, +1]
void openBit(lua_State* lua);

} // namespace engine
