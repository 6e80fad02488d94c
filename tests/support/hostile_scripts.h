#pragma once

// Scripts that try to break their host: each takes down, hangs or fills a real server or a stock Lua. A row is
// statements of Lua that may be put anywhere; `hostileScripts` puts each bare, under pcall, into an xpcall handler and
// into a coroutine, in a loop, so that no error of its own ends it.
//
// Whoever runs them (in process, over the wire, from the command line, in the window) must see each end with an error,
// inside its limits of time and memory, and `return 1` work afterwards.

#include "engine/base/bytes.h"

#include <vector>

namespace tests {

struct HostileScript {
    engine::Bytes name; // "exponential pattern, in pcall"
    engine::Bytes body;
};

/// Every row in every wrapping.
std::vector<HostileScript> hostileScripts();

} // namespace tests
