#pragma once

// Breakpoints as they are kept in a file. What makes no sense there counts as absent.

#include "debugger/breakpoint_spec.h"

#include <QJsonArray>
#include <QString>

#include <vector>

namespace app {

/// Those of a script's file, open or not.
struct FileBreakpoints {
    QString path = {};
    std::vector<debugger::BreakpointSpec> lines = {};
    bool operator==(const FileBreakpoints&) const = default;
};

QJsonArray breakpointsToJson(const std::vector<debugger::BreakpointSpec>& specs);
/// Of lines alone, or of events alone. A bare number is a breakpoint on that line.
std::vector<debugger::BreakpointSpec> lineBreakpointsFrom(const QJsonArray& array);
std::vector<debugger::BreakpointSpec> eventBreakpointsFrom(const QJsonArray& array);

QJsonArray fileBreakpointsToJson(const std::vector<FileBreakpoints>& files);
std::vector<FileBreakpoints> fileBreakpointsFrom(const QJsonArray& array);

} // namespace app
