#pragma once

// The string library's functions whose stock versions recurse on C's stack or run for ever with nobody asking: the
// same results and errors, from our own pattern matcher and in counted steps.

struct lua_State;

namespace engine {

/// Replaces find, match, gmatch, gfind, gsub, rep, lower, upper and reverse of the string table on top of the stack.
/// [-0, +0]
void guardStringLibrary(lua_State* lua);

} // namespace engine
