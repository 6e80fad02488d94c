#pragma once

// The cmsgpack library of scripts: MessagePack as lua-cmsgpack 0.4.0 reads and writes it. msgpack.org describes the
// format; strings are the only bytes, extensions are refused.

struct lua_State;

namespace engine {

/// Pushes the library table. [-0, +1]
void openCmsgpack(lua_State* lua);

} // namespace engine
