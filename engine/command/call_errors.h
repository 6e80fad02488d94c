#pragma once

// The error replies of one call, as INFO counts them.

#include "engine/base/bytes.h"

#include <cstdint>
#include <vector>

namespace engine {

/// Whether an error counts under its code. A script that passes on the error of a command has it counted already.
enum class ErrorCount : std::uint8_t { Counts, CountedBefore };

struct CallErrors {
    Bytes own; // ended the call, and is its reply; empty: none
    ErrorCount ownCount = ErrorCount::Counts;
    std::vector<Bytes> within; // of a reply that the handler wrote by itself, a script's; those that count
    std::uint64_t countedBefore = 0; // how many others there are within it

    bool none() const { return own.empty() && within.empty() && countedBefore == 0; }
    /// What INFO's failed_calls grows by: one for all that count, and one for each that has been counted before.
    std::uint64_t failures() const
    {
        const bool ownCounts = !own.empty() && ownCount == ErrorCount::Counts;
        const bool ownCounted = !own.empty() && !ownCounts;
        return countedBefore + (ownCounted ? 1 : 0) + (ownCounts || !within.empty() ? 1 : 0);
    }
};

} // namespace engine
