#pragma once

// Breakpoints as they are kept in a file. What makes no sense there counts as absent.

#include "debugger/breakpoint_spec.h"

#include <QJsonArray>

#include <vector>

namespace app {

QJsonArray breakpointsToJson(const std::vector<debugger::BreakpointSpec>& specs);
/// Of lines alone, or of events alone. A bare number is a breakpoint on that line.
std::vector<debugger::BreakpointSpec> lineBreakpointsFrom(const QJsonArray& array);
std::vector<debugger::BreakpointSpec> eventBreakpointsFrom(const QJsonArray& array);

} // namespace app
