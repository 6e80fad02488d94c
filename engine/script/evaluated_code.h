#pragma once

// Code that a person wants to be evaluated at a stop, an expression or a statement: how it compiles, and whether it
// does.

#include "engine/base/bytes.h"

struct lua_State;

namespace engine {

/// The name that errors of such code give as its place.
inline constexpr char kEvaluatedChunk[] = "=evaluated";

/// As an expression, else as a statement. False: the statement's message is on the stack. [0, +1]
bool compileEvaluated(lua_State* lua, BytesView code);

/// What is wrong with code, in the words in which evaluating it would say so; empty: it compiles. Thread: any.
Bytes codeProblem(BytesView code);

} // namespace engine
