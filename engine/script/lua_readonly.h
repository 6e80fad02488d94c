#pragma once

// Read-only tables on a Lua that has none. A protected table keeps its identity but is emptied: what it held moves
// behind a metatable, where scripts read it and cannot change it. Functions that bypass metatables (rawset, next,
// table.insert …) ask here; guardBaseLibrary and guardTableLibrary install versions that do.
//
// Reading costs one more table access; nothing is called.

#include <cstdint>

struct lua_State;

namespace engine {

/// What reading a name that a protected table does not have gives.
enum class MissingField : std::uint8_t {
    Nil,
    Raise, // "Script attempted to access nonexistent global variable 'name'"
};

/// Makes the table at `index` read-only for scripts, in place. Nothing happens to one that is already. [-0, +0]
void protectTable(lua_State* lua, int index, MissingField missing = MissingField::Nil);
/// False for what is no table. [-0, +0]
bool isReadOnlyTable(lua_State* lua, int index);
/// Pushes the table that really holds the entries: the hidden one of a protected table, else the table itself. Hosts
/// write through it (lua_rawset: KEYS and ARGV of a run); it must never reach a script. [-0, +1]
void pushTableContents(lua_State* lua, int index);
/// What reading the protected table at `index` shows: the table on top of the stack instead of its own contents, or
/// those again. [-1, +0] and [-0, +0]
void showOtherContents(lua_State* lua, int index);
void showOwnContents(lua_State* lua, int index);
/// Raises "Attempt to modify a readonly table", without a position as C functions do, when the table is protected.
void refuseReadOnlyTable(lua_State* lua, int index);

/// Protects every library table in the globals (not KEYS and ARGV), the metatable of strings, and last the globals
/// themselves, whose missing names raise. Called once, when everything is open and guarded; may be called again after
/// a library was added. [-0, +0]
void protectLibraries(lua_State* lua);

} // namespace engine
