#pragma once

// What can be asked of a debug session. See session_event.h for what comes back.

#include "debugger/breakpoint_spec.h"
#include "debugger/moment.h"
#include "engine/data/keyspace.h"
#include "engine/script/lua_view.h"

#include <chrono>
#include <optional>
#include <variant>
#include <vector>

namespace debugger {

using RequestId = std::uint64_t;

enum class StartMode : std::uint8_t { StopAtFirstLine, RunToBreakpoint };

/// Begins the run. Answer: Running, then Stopped or Ended.
struct StartRequest {
    StartMode mode = StartMode::StopAtFirstLine;
};

/// Begins anew and forgets the recording; breakpoints and watches stay. What is given replaces the old.
struct RestartRequest {
    StartMode mode = StartMode::StopAtFirstLine;
    std::optional<Bytes> body = {};
    std::optional<std::vector<Bytes>> keys = {};
    std::optional<std::vector<Bytes>> argv = {};
    std::optional<engine::Keyspace> dataset = {};
    std::optional<engine::UnixMs> now = {}; // by which expiry is judged
};

enum class Move : std::uint8_t {
    Into,
    Over,
    Out,
    Continue, // to the next breakpoint or the end
    Back, // to the line that ran before
    BackOver, // the same, but not into functions it called
    BackOut, // to the line that called this function
    ReverseContinue, // to the last breakpoint before this moment, else the start
    ToStart,
    ToEnd, // to the script's end, past breakpoints
};

/// Travels. Answer: Stopped or Ended; from the start, going back answers Stopped with reason Start.
struct MoveRequest {
    Move move = Move::Into;
};

/// Runs on until a line (or the next one with code) is reached, or goes back to the last time it was; breakpoints on
/// the way on stop it too.
struct RunToLineRequest {
    int line = 0;
    bool back = false;
};

/// To any recorded moment, passing breakpoints.
struct SeekRequest {
    Moment moment = 1;
};

/// Stops a running script at its next line. Answer: Stopped with reason Pause.
struct PauseRequest { };

/// Ends the script. The recording stays and can be travelled. Answer: Ended.
struct StopRequest { };

/// At a stop: an expression, else a statement, in a frame (0 = innermost), on a throw-away snapshot. Answer: Evaluated.
struct EvaluateRequest {
    Bytes code = {};
    int frame = 0;
};

/// At a stop: entries of a table shown at this stop. Answer: Expanded.
struct ExpandRequest {
    engine::LuaRef table = 0;
    std::size_t first = 0;
    std::size_t count = 100;
};

/// At a stop: the variables of a frame. Answer: FrameShown.
struct ShowFrameRequest {
    int frame = 0;
};

/// At a stop: gives a local, an upvalue or a table's field the value of an expression. Later moments of the recording
/// are dropped; replay applies it. Answer: VariableSet, then Stopped at the same moment.
struct SetVariableRequest {
    int frame = 0;
    Bytes name = {}; // `total`, `t.name`, `t[1].x`
    Bytes expression = {};
};

/// Replaces all breakpoints; at any time. Answer: BreakpointsSet. When log points, conditions or hit counts of events
/// are new among them and something is recorded, a replay tells what they would have done: then also Output for each
/// time that one would have logged, and Stopped at the same moment again, or at the end BreakpointsSet, with the hits.
struct SetBreakpointsRequest {
    std::vector<BreakpointSpec> breakpoints = {};
};

/// Replaces the watches, evaluated in the innermost frame at every stop; at any time. Answer: WatchesSet,
/// with values at a stop.
struct SetWatchesRequest {
    std::vector<Bytes> expressions = {};
};

/// What was recorded from `first` to `last` (0: the end of the recording). Answer: TimelineShown.
struct TimelineRequest {
    Moment first = 1;
    Moment last = 0;
    std::size_t maxLines = 10'000;
};

/// "Who wrote this key?" Answer: KeyHistory.
struct KeyHistoryRequest {
    int database = 0;
    Bytes key = {};
};

/// "When did this variable change?", over the whole recording. Answer: VariableHistory, with Progress before if long;
/// then, at a stop, Stopped at the same moment again.
struct VariableHistoryRequest {
    Bytes name = {};
};

/// The recording's limits; raising them lets a run go on that has reached them. No answer.
struct SetLimitsRequest {
    std::uint64_t moments = 10'000'000;
    std::size_t memoryBytes = 512U << 20;
    /// How long a script may go on without a stop; then it ends with an error, and can be travelled. 0: without end.
    std::chrono::milliseconds going{0};
};

/// At a stop or at the end: writes the recording to a file, which `withRecording` opens again. Without a path its bytes
/// are in the answer. Answer: RecordingSaved.
struct SaveRecordingRequest {
    Bytes path = {};
};

/// At a stop or at the end: what the script has written up to there, for `applyWrites`. Answer: WritesTold.
struct WritesRequest { };

using Request = std::variant<StartRequest, RestartRequest, MoveRequest, RunToLineRequest, SeekRequest, PauseRequest,
    StopRequest, EvaluateRequest, ExpandRequest, ShowFrameRequest, SetVariableRequest, SetBreakpointsRequest,
    SetWatchesRequest, TimelineRequest, KeyHistoryRequest, VariableHistoryRequest, SetLimitsRequest,
    SaveRecordingRequest, WritesRequest>;

} // namespace debugger
