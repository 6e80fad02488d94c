#include "engine/command/use_counter.h"

namespace engine {

namespace {

constexpr std::uint32_t kMost = 255;
constexpr std::uint32_t kFirst = 5; // so that a new key is not the first to go
constexpr std::int64_t kMinuteMs = 60'000;

std::uint32_t minuteOf(UnixMs now)
{
    return static_cast<std::uint32_t>(now.value / kMinuteMs) & 0xFFFF;
}

} // namespace

std::uint32_t firstUse(UnixMs now)
{
    return minuteOf(now) << 8 | kFirst;
}

std::uint32_t usesLeft(std::uint32_t word, const Config& config, UnixMs now)
{
    const std::uint32_t counter = word & 0xFF;
    const std::int64_t minutesALoss = config.number(Param::LfuDecayTime);
    if (minutesALoss == 0)
        return counter;
    const std::uint32_t minutes = (minuteOf(now) - (word >> 8)) & 0xFFFF;
    const std::int64_t lost = minutes / minutesALoss;
    return lost >= counter ? 0 : counter - static_cast<std::uint32_t>(lost);
}

std::uint32_t oneMoreUse(std::uint32_t word, const Config& config, UnixMs now, Rng& rng)
{
    std::uint32_t counter = usesLeft(word, config, now);
    if (counter < kMost) {
        const std::uint64_t above = counter > kFirst ? counter - kFirst : 0;
        // One chance in (how far it has grown) x (the factor) + 1.
        if (rng.below(above * static_cast<std::uint64_t>(config.number(Param::LfuLogFactor)) + 1) == 0)
            ++counter;
    }
    return minuteOf(now) << 8 | counter;
}

} // namespace engine
