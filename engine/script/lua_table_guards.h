#pragma once

// The table library's functions whose stock versions can run for long in C, or write and list read-only tables: the
// same results, order of comparisons and errors, in counted steps.

struct lua_State;

namespace engine {

/// Replaces concat, insert, remove, sort, foreach, foreachi and maxn of the table library on top of the stack. [-0, +0]
void guardTableLibrary(lua_State* lua);

} // namespace engine
