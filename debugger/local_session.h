#pragma once

// A session of the embedded engine: the script runs on a snapshot, on this session's own thread, and harms nothing and
// stops nobody.

#include "debugger/session.h"
#include "engine/script/script_runner.h"

#include <memory>

namespace debugger {

struct LocalSessionOptions {
    /// The dataset in it is a snapshot; the clock, configuration, command table and server view outlive the session.
    engine::ScriptInput input;
    engine::ScriptRunnerOptions runner = {.arenaSlot = engine::ScriptRunnerOptions::kRecorded};
    SetLimitsRequest limits = {};
};

/// Starts the session's thread, which waits for a StartRequest.
std::unique_ptr<Session> makeLocalSession(LocalSessionOptions options, SessionListener listener);

} // namespace debugger
