#pragma once

// What leaves a Lua state: frames, variables and values as plain values. No Lua type and no pointer into a state.

#include "engine/base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace engine {

enum class LuaKind : std::uint8_t { Nil, Boolean, Number, String, Table, Function, Thread, Userdata };

/// Names a table (or function) of a paused state, so that its contents can be asked for. 0: none. It holds for one stop
/// only.
using LuaRef = std::uint32_t;

struct LuaValue {
    LuaKind kind = LuaKind::Nil;
    /// As Lua source would write it: `nil`, `true`, `"text\n"`, `1`, `0.10000000000000001`; tables shortened:
    /// `{1, "two", …}` up to some 80 bytes; functions and threads by kind and number, never by address.
    Bytes text;
    Bytes bytes; // a string's own bytes, up to the limit asked for
    double number = 0;
    std::size_t size = 0; // a string's bytes, a table's entries
    LuaRef ref = 0; // tables: ask for the entries with it
    bool operator==(const LuaValue&) const = default;
};

enum class LuaScope : std::uint8_t { Local, Upvalue, Argument, Global, Entry };

struct LuaVariable {
    Bytes name; // for a table's entries the key as Lua writes it: `[1]`, `name`, `["a b"]`
    LuaScope scope = LuaScope::Local;
    LuaValue value;
    bool operator==(const LuaVariable&) const = default;
};

/// One activation, innermost first.
struct LuaFrame {
    Bytes name; // function's name; "top level" for the script's own chunk
    Bytes chunk; // "user_script" or "user_function"; else the name of a chunk made by loadstring
    bool inScript = false; // a line of the script, or of the function's library
    int line = 0; // 0 in C functions
    bool isC = false;
    bool isTailCall = false; // a frame that a tail call replaced
    bool operator==(const LuaFrame&) const = default;
};

/// A whole value with everything in it, as a tree: what a script returned.
struct LuaTree {
    LuaValue key; // under which the parent table holds it; Nil at the root
    LuaValue value;
    std::vector<LuaTree> entries; // a table's, array part in order first
    std::size_t entriesLeftOut = 0; // beyond the limits of size and depth
    bool operator==(const LuaTree&) const = default;
};

} // namespace engine
