#pragma once

// What a client waits for when a command found nothing: keys that come to hold a value, replicas, the end of a pause.

#include "engine/base/bytes.h"
#include "engine/base/clock.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace engine {

struct Command;

enum class WaitFor : std::uint8_t {
    List,
    SortedSet,
    Stream,
    Replicas, // which never come: for its time only
    PauseEnd, // the request itself is still to be run
};

struct ClientWait {
    WaitFor what = WaitFor::PauseEnd;
    int database = 0;
    std::vector<Bytes> keys;
    std::optional<UnixMs> until; // none: for ever
    bool needsKey = false; // XREADGROUP: ends with an error when its key is gone, or no stream any more
    // The command to be run again for a key that is ready.
    const Command* command = nullptr;
    std::vector<Bytes> argv;
};

} // namespace engine
