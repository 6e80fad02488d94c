#pragma once

// Bounds of sorted sets: by score, by member bytes, by rank. All come down to a run of ranks.

#include "engine/base/bytes.h"
#include "engine/command/index_range.h"
#include "engine/data/sorted_set_value.h"

#include <optional>

namespace engine {

struct ScoreBound {
    double score = 0;
    bool open = false; // "(5"
};

struct ScoreRange {
    ScoreBound min;
    ScoreBound max;

    IndexRange ranks(const SortedSetValue& set) const;
};

/// Nothing when a bound is not a number. Read as strtod does, so blanks before it and an empty text pass.
std::optional<ScoreRange> parseScoreRange(BytesView min, BytesView max);

struct MemberBound {
    enum class Kind { Lowest, Highest, Closed, Open }; // "-", "+", "[text", "(text"
    Kind kind = Kind::Lowest;
    BytesView member;
};

/// For sets whose scores are all equal; over others the answer means nothing.
struct MemberRange {
    MemberBound min;
    MemberBound max;

    IndexRange ranks(const SortedSetValue& set) const;
};

/// Nothing when a bound has none of the four forms. The views are into the arguments.
std::optional<MemberRange> parseMemberRange(BytesView min, BytesView max);

} // namespace engine
