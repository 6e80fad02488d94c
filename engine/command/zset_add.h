#pragma once

// What ZADD does once its words are read, for every command that gives members scores.

#include "engine/base/bytes.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace engine {

class Call;

struct ZaddOptions {
    bool ifMissing = false; // NX
    bool ifPresent = false; // XX
    bool ifGreater = false; // GT
    bool ifLess = false; // LT
    bool countChanged = false; // CH
    bool increment = false; // INCR
};

struct ScoredArgument {
    double score = 0;
    BytesView member;
};

struct ZaddOutcome {
    std::int64_t added = 0;
    std::int64_t updated = 0;
    std::optional<double> score; // of the last member that the conditions let through
};

/// Gives the members their scores as far as the options let it, and tells the change. The call fails on a value of
/// another type, and when an increment has no sum.
ZaddOutcome addMembers(
    Call& call, BytesView key, const ZaddOptions& options, const std::vector<ScoredArgument>& members);

} // namespace engine
