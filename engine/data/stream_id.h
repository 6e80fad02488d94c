#pragma once

// StreamId: the name of a stream's entry, a moment and a number within it, ordered.

#include "engine/base/bytes.h"

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>

namespace engine {

struct StreamId {
    std::uint64_t ms = 0;
    std::uint64_t seq = 0;

    auto operator<=>(const StreamId&) const = default;

    static constexpr StreamId largest()
    {
        return {std::numeric_limits<std::uint64_t>::max(), std::numeric_limits<std::uint64_t>::max()};
    }
    constexpr bool isZero() const { return ms == 0 && seq == 0; }
    /// The one right after or before; none past the ends.
    constexpr std::optional<StreamId> next() const
    {
        if (*this == largest())
            return std::nullopt;
        const std::uint64_t seqAfter = seq + 1;
        return StreamId{seqAfter == 0 ? ms + 1 : ms, seqAfter};
    }
    constexpr std::optional<StreamId> previous() const
    {
        if (isZero())
            return std::nullopt;
        return StreamId{seq == 0 ? ms - 1 : ms, seq - 1};
    }
    /// "ms-seq".
    Bytes text() const;
};

} // namespace engine
