#pragma once

// A debug session as bytes: the input, every line, every command with its reply, the data that they touched, edits and
// log points. Whoever opens it, in another process too, comes to the same moments, for a replay follows it and is
// compared with it as with one of its own.
//
// A file is somebody else's bytes: whatever they are, opening ends with a recording or with the reason why not.

#include "debugger/trace.h"
#include "engine/base/result.h"
#include "engine/script/script_input.h"

namespace debugger {

/// Where a recording was left.
struct RecordingPlace {
    Moment shown = kNoMoment; // behind the last one: the end
    bool whole = false; // the run had ended by itself
    std::uint64_t replyChecksum = 0; // of a whole one
};

struct Recording {
    engine::ScriptInput input; // clock, configuration, commands and server are whoever opens it's
    Trace trace;
    RecordingPlace place;
    int arenaSlot = 0; // where the Lua state lay; negative: in no place that can be had again
    std::size_t memoryLimitBytes = 0; // of Lua
};

struct EncodedRecording {
    Bytes bytes;
    std::size_t keys = 0; // whose values are in it
};

/// By which two replies are told apart.
std::uint64_t checksumOf(const engine::Reply& reply);

/// What of a session makes a recording.
struct RecordingSource {
    const engine::ScriptInput& input;
    const Trace& trace;
    const RecordingPlace& place;
    int arenaSlot = 0;
    std::size_t memoryLimitBytes = 0;
};

/// Cost: what was recorded; of the dataset the keys that were touched.
EncodedRecording encodeRecording(const RecordingSource& source);

/// Clock, configuration, commands and server of the result are `world`'s. The error says what is wrong with the bytes.
engine::Result<Recording> decodeRecording(BytesView bytes, const engine::ScriptInput& world);

} // namespace debugger
