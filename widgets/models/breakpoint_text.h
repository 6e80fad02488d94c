#pragma once

// Breakpoints in words: what they wait for, and how they are told apart at a glance. Pure.

#include "debugger/breakpoint_spec.h"

#include <QString>

#include <span>

namespace widgets {

/// How a breakpoint is drawn.
enum class BreakpointShape {
    Plain, // always stops
    Conditional, // stops when a condition holds, or from a hit on
    LogPoint, // prints and goes on
};
BreakpointShape shapeOf(const debugger::BreakpointSpec& spec);

/// A kind of event, a row each.
struct EventKind {
    debugger::BreakpointKind kind;
    const char* name; // in files
    const char* menuText;
    const char* where; // %1: the pattern
    const char* patternHint; // empty: it has no pattern
};
/// In the order in which they are offered. All kinds but Line.
std::span<const EventKind> eventKinds();
/// Null for Line.
const EventKind* findEventKind(debugger::BreakpointKind kind);

/// "limiter.lua:12 → 14", "calls @write", "an error reply".
QString whereText(const debugger::BreakpointState& state, const QString& title);
/// What is wrong with it; empty: nothing.
QString problemText(const debugger::BreakpointState& state);

} // namespace widgets
