#pragma once

#include <cstddef>
#include <cstdint>

namespace engine {

/// Positions that a pair of indices means; `count` is 0 when it means none.
struct IndexRange {
    std::size_t first = 0;
    std::size_t count = 0;
};

/// From `start` to `stop`, both included, negative ones from the end (-1 is the last), cut to what is there: LRANGE,
/// LTRIM, GETRANGE, ZRANGE.
constexpr IndexRange indexRange(std::int64_t start, std::int64_t stop, std::size_t size)
{
    const auto length = static_cast<std::int64_t>(size);
    const std::int64_t from = start >= 0 ? start : (start + length > 0 ? start + length : 0);
    const std::int64_t to = stop < 0 ? stop + length : (stop < length ? stop : length - 1);
    if (from > to || from >= length)
        return {};
    return {static_cast<std::size_t>(from), static_cast<std::size_t>(to - from + 1)};
}

} // namespace engine
