#pragma once

// What a debug session tells, as values that stay true after the session has moved on.

#include "debugger/breakpoint_spec.h"
#include "debugger/moment.h"
#include "debugger/session_request.h"
#include "debugger/session_writes.h"
#include "engine/data/keyspace_diff.h"
#include "engine/resp/reply.h"
#include "engine/script/lua_view.h"
#include "engine/script/script_input.h"

#include <chrono>
#include <optional>
#include <variant>
#include <vector>

namespace debugger {

/// The script runs; until the next Stopped or Ended there is nothing to look at.
struct Running { };

enum class StopReason : std::uint8_t {
    Entry, // the first line, as asked
    Step,
    Breakpoint,
    BreakpointCall, // redis.breakpoint()
    Pause,
    Arrived, // at the moment or line that was asked for
    Start, // going back reached the start of the run
    LimitReached, // the recording is full; see LimitReached
};

/// One redis.call as it was recorded.
struct RecordedCall {
    Moment moment = kNoMoment; // the line that made it was about to run
    int line = 0;
    std::vector<Bytes> argv = {};
    std::optional<engine::Reply> reply = {}; // none: refused before it ran, or still running
    bool wrote = false; // a writing command that succeeded
    std::chrono::nanoseconds duration{0}; // when it was first run; a replay runs none
    bool operator==(const RecordedCall&) const = default;
};

/// An error as it was raised.
struct RecordedError {
    Moment moment = kNoMoment; // the line that raised it was about to run
    int line = 0;
    Bytes text = {};
    bool caught = false; // by the script; else the run ended with it
    bool operator==(const RecordedError&) const = default;
};

struct WatchValue {
    Bytes expression = {};
    std::vector<engine::LuaValue> values = {};
    Bytes error = {}; // empty: it could be evaluated
    bool operator==(const WatchValue&) const = default;
};

/// The script waits before a line. Table references hold until the next Stopped.
struct Stopped {
    Moment moment = kNoMoment;
    Moment furthest = kNoMoment; // the last moment recorded
    int line = 0;
    StopReason reason = StopReason::Step;
    int breakpoint = -1; // which one of those set, when that is the reason
    Bytes event = {}; // what this line is about to do, when it is that which the breakpoint waits for: "SET k v"
    int coroutine = 0;
    std::vector<engine::LuaFrame> frames = {}; // innermost first
    std::vector<engine::LuaVariable> locals = {}; // of the innermost frame
    std::vector<engine::LuaVariable> upvalues = {};
    std::vector<engine::LuaVariable> arguments = {}; // KEYS, ARGV
    /// Names among locals and upvalues whose value differs from the last stop in the same frame.
    std::vector<Bytes> changedVariables = {};
    std::vector<WatchValue> watches = {};
    std::vector<BreakpointState> breakpoints = {}; // in the order given, with their hits up to here
    engine::KeyspaceDiff changes = {}; // against the start of the run
    engine::KeyspaceDiff stepChanges = {}; // between the moment before and this one
    std::vector<RecordedCall> stepCalls = {}; // commands that the line before called
    engine::Keyspace dataset{0}; // as it is at this moment
    int database = 0;
    std::size_t memoryBytes = 0; // of Lua
};

/// The script is over. The session stays: it can go back, or restart.
struct Ended {
    Moment furthest = kNoMoment;
    engine::Reply reply = {};
    engine::LuaTree returned = {};
    std::size_t returnedValues = 0;
    int errorLine = 0; // of the script; 0: no error, or none known
    bool stopped = false; // because a person asked: data and effects are those of where the run was then
    std::vector<BreakpointState> breakpoints = {}; // in the order given, with the hits of the whole run
    engine::KeyspaceDiff changes = {}; // against the start of the run
    engine::Keyspace dataset{0};
    int database = 0;
    std::vector<engine::ScriptEffect> effects = {};
    std::vector<engine::ScriptLogLine> log = {};
};

enum class OutputKind : std::uint8_t { Log, Debug, LogPoint };

/// redis.log, redis.debug, or a log point. Told once, when first recorded; a replay repeats nothing. A log point that
/// is set when there is a recording tells what it would have logged in it.
struct Output {
    OutputKind kind = OutputKind::Log;
    int level = 0; // Log: 0 debug … 3 warning
    Moment moment = kNoMoment;
    int line = 0;
    Bytes text = {};
    bool operator==(const Output&) const = default;
};

struct Evaluated {
    Bytes code = {};
    std::vector<engine::LuaValue> values = {};
    Bytes error = {}; // empty: it worked
};

struct Expanded {
    engine::LuaRef table = 0;
    std::size_t first = 0;
    std::vector<engine::LuaVariable> entries = {};
};

struct FrameShown {
    int frame = 0;
    std::vector<engine::LuaVariable> locals = {};
    std::vector<engine::LuaVariable> upvalues = {};
};

struct VariableSet {
    Bytes name = {};
    engine::LuaValue value = {};
};

struct BreakpointsSet {
    std::vector<BreakpointState> breakpoints = {}; // in the order given
};

struct WatchesSet {
    std::vector<WatchValue> watches = {};
};

struct TimelineLine {
    Moment moment = kNoMoment;
    int line = 0;
    int depth = 0;
    int coroutine = 0;
    bool operator==(const TimelineLine&) const = default;
};

struct TimelineShown {
    Moment furthest = kNoMoment;
    std::vector<TimelineLine> lines = {};
    std::size_t linesLeftOut = 0; // behind the last one given
    std::vector<RecordedCall> calls = {};
    std::vector<RecordedError> errors = {};
    std::vector<Output> outputs = {};
};

struct KeyWrite {
    RecordedCall call = {};
    engine::KeyChange change = {};
};

struct KeyHistory {
    int database = 0;
    Bytes key = {};
    std::vector<KeyWrite> writes = {}; // in order of time
};

struct VariableChange {
    Moment moment = kNoMoment; // the line that made the change was about to run
    int line = 0;
    Bytes before = {}; // empty: it came into being
    Bytes after = {};
    bool operator==(const VariableChange&) const = default;
};

struct VariableHistory {
    Bytes name = {};
    std::vector<VariableChange> changes = {}; // in order of time
};

/// A replay came to another place than the recording. Nothing is shown as if it were true: the session can restart, or
/// travel to before that moment.
struct Diverged {
    Moment moment = kNoMoment;
    Bytes text = {};
};

/// The recording is full: the script waits, and can be looked at and travelled; SetLimits lets it go on.
struct LimitReached {
    std::uint64_t moments = 0;
    std::size_t memoryBytes = 0;
    Bytes text = {};
};

struct RecordingSaved {
    Bytes path = {};
    std::size_t bytes = 0;
    std::size_t keys = 0; // whose values are in it: those that the run touched
    Bytes content = {}; // when no path was given
};

struct WritesTold {
    SessionWrites writes = {};
};

/// Of a long journey: where it is and where it goes.
struct Progress {
    Moment moment = kNoMoment;
    Moment target = kNoMoment;
};

/// The request could not be done, and changed nothing; `text` says what was tried and what to do.
struct Failed {
    Bytes text = {};
};

using SessionEventBody = std::variant<Running, Stopped, Ended, Output, Evaluated, Expanded, FrameShown, VariableSet,
    BreakpointsSet, WatchesSet, TimelineShown, KeyHistory, VariableHistory, Diverged, LimitReached, RecordingSaved,
    WritesTold, Progress, Failed>;

struct SessionEvent {
    RequestId cause = 0; // the request last taken up when it happened; 0: none
    SessionEventBody body = {};
};

} // namespace debugger
