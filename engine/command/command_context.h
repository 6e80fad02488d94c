#pragma once

// The world a command runs in. All of it is passed in, so that the same handler serves the live engine, a run on a
// snapshot and a test.

#include "engine/base/clock.h"
#include "engine/base/rng.h"
#include "engine/data/keyspace.h"

#include <cstdint>
#include <optional>

namespace engine {

class ChangeSink;
class Config;
class CommandTable;
class Dispatcher;
class ServerView;
struct ClientState;

/// What CLIENT PAUSE holds back.
enum class PausedCommands : std::uint8_t { None, Writes, All };

struct CommandContext {
    Keyspace& data;
    ClientState& client;
    const CommandTable& commands;
    const Dispatcher& dispatcher; // for EXEC and scripts, whose inner commands pass through it too
    const Config& config;
    const Clock& clock; // readings: TIME, PTTL. Logical expiry goes by `now`
    Rng& rng;
    ChangeSink& changes;
    /// What is beside the data: clients, counters, slow log, scripts, shutting down. Never null; a run on a snapshot
    /// has one that answers from values taken when it began.
    ServerView& server;

    UnixMs now; // frozen while a command, a transaction or a script runs
    const EncodingLimits& limits; // config's
    std::uint64_t dirty = 0; // changes so far
    std::uint64_t hits = 0; // keys that reads found
    std::uint64_t misses = 0;
    std::uint64_t expired = 0; // keys removed because their time had come
    /// The clock's ticks when the client's command before this one, in the same turn, ended: this one began then. Set
    /// to the end of this one, if its time was taken.
    std::optional<std::chrono::microseconds> endedAt = {};
    PausedCommands paused = PausedCommands::None;
    bool insideExec = false; // nobody waits there
    std::optional<BytesView> readyKey = {}; // a waiting command is run again, for this key alone
    bool outOfMemory = false; // sampled once, when the outer command began
    BytesView busyReply = {}; // set while a script keeps others waiting: what they are told
};

} // namespace engine
