#pragma once

// The debugger's output for programs: one JSON object a line.

#include "debugger/console/debug_output.h"

#include <ostream>

namespace app {

/// `out` outlives it.
std::unique_ptr<debugger::DebugOutput> makeDebugJson(std::ostream& out);

} // namespace app
