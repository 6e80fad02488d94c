#pragma once

// Breakpoints as a person asks for them, and what became of them.

#include "engine/base/bytes.h"

#include <cstdint>

namespace debugger {

using engine::Bytes;
using engine::BytesView;

struct BreakpointSpec {
    int line = 0; // from 1
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
    /// The line that it holds on: the next one with code; 0 when there is none at or behind it.
    int boundLine = 0;
    std::uint64_t hits = 0; // up to the moment shown; with a condition and no hit count: seen on the way there
    Bytes problem = {}; // what its condition failed with last; empty: nothing
    bool operator==(const BreakpointState&) const = default;
};

} // namespace debugger
