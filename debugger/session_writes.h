#pragma once

// What the script of a session has written to its snapshot, with all that is needed to write it to live data.

#include "engine/data/keyspace.h"
#include "engine/script/script_input.h"

#include <vector>

namespace debugger {

/// A key that a run named in a command, or changed.
struct TouchedKey {
    int database = 0;
    engine::Bytes key = {};
    bool written = false; // else it was looked at
    bool operator==(const TouchedKey&) const = default;
};

struct SessionWrites {
    engine::Keyspace start{0}; // before the first line
    engine::UnixMs now{}; // of the run, by which expiry was judged
    engine::Keyspace dataset{0}; // after the writes
    std::vector<engine::ScriptEffect> effects = {}; // in order
    std::vector<TouchedKey> touched = {}; // by database, then key
};

} // namespace debugger
