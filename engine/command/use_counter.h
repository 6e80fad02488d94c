#pragma once

// How often a key is used, for the LFU policies of maxmemory: Redis's counter of eight bits, which grows the more
// slowly the larger it is and shrinks with the minutes, beside the minute it was last brought up to date. Both lie in
// the word of an entry that holds the second of the last use under the other policies.

#include "engine/base/clock.h"
#include "engine/base/rng.h"
#include "engine/server/config.h"

#include <cstdint>

namespace engine {

/// Whether the policy in force counts uses.
inline bool countsUses(const Config& config)
{
    // The places of volatile-lfu and allkeys-lfu among the words of the parameter.
    constexpr std::int64_t kVolatileLfu = 1;
    constexpr std::int64_t kAllkeysLfu = 5;
    const std::int64_t policy = config.number(Param::MaxmemoryPolicy);
    return policy == kVolatileLfu || policy == kAllkeysLfu;
}

/// The word of a key that is created now.
std::uint32_t firstUse(UnixMs now);
/// The word after one more use. Draws from `rng`.
std::uint32_t oneMoreUse(std::uint32_t word, const Config& config, UnixMs now, Rng& rng);
/// The counter, 0 to 255, less what the minutes since have taken.
std::uint32_t usesLeft(std::uint32_t word, const Config& config, UnixMs now);

} // namespace engine
