#pragma once

// Where functions of a variable number of arguments are: each has `...` among its parameters.

#include "engine/base/bytes.h"

#include <vector>

namespace engine {

/// The lines that have `...`, in code, a text or a comment, in rising order; numbered as Lua does.
std::vector<int> varargLines(BytesView source);

} // namespace engine
