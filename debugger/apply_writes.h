#pragma once

// A session's writes on the live data, as one turn: only where nobody has changed the keys that the script touched,
// unless that is what a person wants; all of the writes or none; and back again under the same condition.
//
// What is compared are the keys that the script named or changed (touched_keys.h). Who watches, waits or listens is
// told as by any write; waiting clients are served when all has been written. Messages that the script published are
// not sent.
// Thread: the engine's.

#include "debugger/session_writes.h"
#include "engine/data/entry.h"
#include "engine/server/engine.h"

#include <optional>
#include <vector>

namespace debugger {

/// What has happened to a key since.
enum class KeyFate : std::uint8_t {
    Created,
    Removed,
    Expired,
    Changed,
    Retimed, // the same value, with another time to live
};

struct KeyConflict {
    int database = 0;
    engine::Bytes key = {};
    KeyFate fate = KeyFate::Changed;
    bool written = false; // by the script; else it looked at it
    bool operator==(const KeyConflict&) const = default;
};

/// The keys that changed, each as it was and as it became. Holds these entries alone, not the dataset.
struct AppliedWrites {
    struct Key {
        int database = 0;
        engine::Bytes key = {};
        engine::EntryRef before = {}; // null: it was missing
        engine::EntryRef after = {}; // null: it is gone
    };
    engine::UnixMs now{}; // when they were applied
    std::vector<Key> keys = {};
};

enum class OnConflict : std::uint8_t { Refuse, WriteAnyway };

enum class ApplyOutcome : std::uint8_t {
    Done,
    Conflict, // see conflicts; nothing was written
    Held, // another session has the data to itself; nothing was written
    Refused, // a command did not succeed on the data as they are now; nothing was written
};

struct ApplyReport {
    ApplyOutcome outcome = ApplyOutcome::Done;
    std::vector<KeyConflict> conflicts = {}; // the first kMostConflicts
    std::size_t conflictsLeftOut = 0;
    std::vector<engine::Bytes> refused = {}; // the command
    engine::Bytes refusal = {}; // its error
    std::size_t commands = 0; // that were run
    /// Keys that came out otherwise than the session had them: its writes hid from propagation (redis.set_repl), or
    /// the data were others.
    std::vector<TouchedKey> different = {};
    AppliedWrites applied = {}; // for undoWrites
};

constexpr std::size_t kMostConflicts = 100;

/// Runs a script's effects on live data. Cost: theirs.
void runEffects(engine::Engine& engine, engine::EngineTurn& turn, const std::vector<engine::ScriptEffect>& effects);

ApplyReport applyWrites(
    engine::Engine& engine, engine::EngineTurn& turn, const SessionWrites& writes, OnConflict onConflict);

/// The writes of a session that has held everybody else since its snapshot: nobody can have come between, so nothing is
/// compared or tried, and a command that fails now keeps none of the others away. As applyWrites otherwise; Done.
ApplyReport keepWrites(engine::Engine& engine, engine::EngineTurn& turn, const SessionWrites& writes);

/// Puts the keys back that applyWrites has changed, with the times to live that they had. `applied` of what it gives is
/// empty: there is no way forward again but the session.
ApplyReport undoWrites(
    engine::Engine& engine, engine::EngineTurn& turn, const AppliedWrites& applied, OnConflict onConflict);

} // namespace debugger
