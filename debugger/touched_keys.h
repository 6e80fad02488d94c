#pragma once

// Which keys a run has touched. What a command learns of keys that it does not name (KEYS, SCAN, DBSIZE, SORT … BY) is
// not among them, unless it changes them.

#include "debugger/session_writes.h"
#include "debugger/trace.h"
#include "engine/command/command_table.h"

namespace debugger {

/// Those of the lines before the one of `moment`; behind the last one: of the whole run. Cost: the run's writes.
std::vector<TouchedKey> touchedKeys(const Trace& trace, const engine::CommandTable& commands, Moment moment);

} // namespace debugger
