#pragma once

// One live run of a script, watched: its reply beside the value that became it, the commands it called, what it
// changed. For the window's Run; the listener's EVAL goes without a probe.

#include "debugger/session_event.h"
#include "engine/resp/reply.h"
#include "engine/script/conversion_losses.h"
#include "engine/server/engine.h"

#include <chrono>
#include <vector>

namespace debugger {

struct RunRequest {
    Bytes body;
    Bytes function = {}; // of the body, which is then a library
    std::vector<Bytes> keys;
    std::vector<Bytes> argv;
    int database = 0;
    engine::Protocol protocol = engine::Protocol::Resp2;
    bool keepWrites = true; // false: the run works on a snapshot that is thrown away
    std::chrono::milliseconds timeLimit{10'000}; // 0: none
};

struct RunReport {
    engine::Reply reply;
    engine::LuaTree returned;
    std::size_t returnedValues = 0;
    std::vector<engine::ConversionLoss> losses;
    std::vector<RecordedCall> calls; // the first kMaxRunCalls
    std::size_t callsLeftOut = 0;
    engine::KeyspaceDiff changes;
    std::vector<engine::ScriptLogLine> log; // bounded as the calls are
    std::chrono::microseconds took{};
    int errorLine = 0; // 0: no error, or none known
    Bytes sha; // of a script
    /// The library that the run has loaded into the engine, in place of any of its name; empty: none, or as it was.
    Bytes loadedLibrary;
};

// What a report keeps of a run's commands and log lines, in number and in bytes: a script may make millions.
constexpr std::size_t kMaxRunCalls = 10'000;
constexpr std::size_t kMaxRunBytes = std::size_t(64) << 20;

/// Runs a script as EVAL would, or a library's function as FUNCTION LOAD REPLACE and FCALL would; a library that the
/// engine has already, byte for byte, is called as it is. Thread: the engine's.
RunReport runWatched(engine::Engine& engine, engine::EngineTurn& turn, const RunRequest& request);

} // namespace debugger
