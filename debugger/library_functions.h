#pragma once

// Which functions a library registers: found as Redis finds them, by loading it. It is loaded into a state of its own,
// so that nobody else sees it.

#include "engine/base/bytes.h"

#include <vector>

namespace debugger {

struct LibraryListing {
    std::vector<engine::Bytes> functions = {}; // as they were registered
    engine::Bytes error = {}; // of loading; empty: it loads
    int errorLine = 0; // 0: none known
};

/// Whether a script is a library: its first line names one.
bool isLibrary(engine::BytesView code);
/// Runs the library's own code, for half a second at most.
LibraryListing listFunctions(engine::BytesView code);

} // namespace debugger
