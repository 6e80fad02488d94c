#pragma once

// Which lines of a script have code, so that a breakpoint can be put where a run can stop.

#include "engine/base/bytes.h"

#include <vector>

namespace engine {

/// In rising order, of all functions in the script; a shebang line counts as a line. Empty when it does not compile.
/// Cost: a compilation. Thread: any.
std::vector<int> codeLines(BytesView body);

} // namespace engine
