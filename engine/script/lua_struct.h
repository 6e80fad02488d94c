#pragma once

// The struct library of scripts: numbers and strings packed as C lays them out.

struct lua_State;

namespace engine {

/// Pushes the library table. [-0, +1]
void openStruct(lua_State* lua);

} // namespace engine
