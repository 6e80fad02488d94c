#pragma once

// A session of the embedded engine: the script runs on a snapshot, on this session's own thread, and harms nothing and
// stops nobody.

#include "debugger/recording/recording.h"
#include "debugger/session.h"
#include "engine/script/script_runner.h"

#include <memory>

namespace debugger {

struct LocalSessionOptions {
    /// The dataset in it is a snapshot; the clock, configuration, command table and server view outlive the session.
    engine::ScriptInput input;
    engine::ScriptRunnerOptions runner = {.arenaSlot = engine::ScriptRunnerOptions::kRecorded};
    SetLimitsRequest limits = {};
    /// Shown instead of a new run; `input` and `runner` have been made its own.
    std::optional<Recording> recording = {};
};

/// For a session that shows what `encodeRecording` has written. Its StartRequest plays the recording through, which
/// tells a file that does not fit (Diverged), and stops where it was left. The error says why these bytes cannot be
/// shown.
engine::Result<LocalSessionOptions> withRecording(LocalSessionOptions options, BytesView recording);

/// Starts the session's thread, which waits for a StartRequest. Throws std::runtime_error when a recording's place in
/// memory is taken by another session.
std::unique_ptr<Session> makeLocalSession(LocalSessionOptions options, SessionListener listener);

} // namespace debugger
