#pragma once

// Breakpoints as a person asks for them, and what became of them.

#include "engine/base/bytes.h"

#include <cstdint>

namespace debugger {

using engine::Bytes;
using engine::BytesView;

/// What a breakpoint waits for. All but a line are events within one: the run stops before the line that they happen
/// in.
enum class BreakpointKind : std::uint8_t {
    Line,
    Command, // a command is called; `pattern`: its name ("set", "config|get"), or a category ("@write")
    KeyRead, // a command reads a key that matches the glob in `pattern`
    KeyWritten, // a command may write one
    UndeclaredKey, // a command works on a key that the script was not given
    ErrorReply, // a command answers with an error
    CaughtError, // an error is raised in Lua, and a pcall, xpcall or coroutine.resume catches it
    UncaughtError, // an error ends the run
};

struct BreakpointSpec {
    BreakpointKind kind = BreakpointKind::Line;
    int line = 0; // from 1; Line alone
    Bytes pattern = {}; // of commands or keys
    bool enabled = true;
    Bytes condition = {}; // an expression that sees the locals; empty: always
    /// Stops from this hit on, counted over the run from its start (a hit: the line is reached and the condition
    /// holds); 0 and 1: at the first.
    int hitCount = 0;
    /// Not empty: a log point, which never stops. `{expression}` parts are replaced by their values.
    Bytes logText = {};
    bool operator==(const BreakpointSpec&) const = default;
};

struct BreakpointState {
    BreakpointSpec spec = {};
    /// The line that it holds on: the next one with code; 0 when there is none at or behind it, and for events.
    int boundLine = 0;
    /// Up to the moment shown, with its line: how often the line was reached, or how many commands or errors are meant.
    /// With a condition: those where it held. Of one that was set late: see SetBreakpointsRequest.
    std::uint64_t hits = 0;
    /// What is wrong with its pattern, its condition or its log text as they are written, or what the condition failed
    /// with last; empty: nothing.
    Bytes problem = {};
    bool operator==(const BreakpointState&) const = default;
};

} // namespace debugger
