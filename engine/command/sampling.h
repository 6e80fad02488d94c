#pragma once

// Elements chosen by chance: HRANDFIELD, SRANDMEMBER, ZRANDMEMBER, SPOP.

#include "engine/base/function_ref.h"
#include "engine/base/rng.h"
#include "engine/command/call.h"

#include <optional>
#include <vector>

namespace engine {

/// A field with its value, a member, or a member with its score.
struct Sample {
    Bytes name;
    Bytes value;
    double score = 0;
};

/// What to sample: one element drawn uniformly, and all of them.
using DrawOne = FunctionRef<Sample(Rng&)>;
using CollectAll = FunctionRef<void(std::vector<Sample>&)>;

/// `count` different elements of `size`, or all when there are no more. Cost: O(count) when that is small beside
/// `size`, else O(size).
std::vector<Sample> sampleDistinct(Rng& rng, std::size_t size, std::size_t count, DrawOne one, CollectAll all);

/// `[count [WITHVALUES]]` of HRANDFIELD and ZRANDMEMBER.
struct SampleArguments {
    std::optional<std::int64_t> count; // negative: the same element may come again
    bool withValues = false;
};
SampleArguments nextSampleArguments(Call& call, BytesView withWord);

/// How many elements a negative count asks for. A reply that would fill the memory fails the call: Redis sets out to
/// write it, and answers nobody meanwhile.
std::size_t repeatsOf(Call& call, std::int64_t negativeCount);

} // namespace engine
