#pragma once

// The debugger's output for programs: one JSON object a line.

#include "debugger/console/debug_output.h"

namespace debugger {

std::unique_ptr<DebugOutput> makeDebugJson(LineSink print);

} // namespace debugger
