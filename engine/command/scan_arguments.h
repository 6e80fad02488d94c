#pragma once

// What SCAN, HSCAN, SSCAN and ZSCAN have in common: the cursor, the options, the shape of the answer.

#include "engine/base/glob.h"
#include "engine/command/call.h"

#include <optional>
#include <vector>

namespace engine {

struct ScanOptions {
    std::optional<BytesView> pattern;
    std::optional<BytesView> type; // of SCAN alone
    std::size_t count = 10; // how many to look at, about

    bool wants(BytesView name) const { return !pattern || globMatches(*pattern, name); }
};

/// Read as strtoul does: a sign and the empty text pass, blanks do not.
std::uint64_t nextScanCursor(Call& call);

enum class ScanOf { Database, Value };

/// MATCH, COUNT, and TYPE where a database is scanned; until the end of the arguments.
ScanOptions nextScanOptions(Call& call, ScanOf what);

/// The next cursor, and what this step has found.
void replyScan(Call& call, std::uint64_t cursor, const std::vector<Bytes>& found);

} // namespace engine
