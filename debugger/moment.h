#pragma once

// A moment is the ordinal of a line event in a run: moment 1 is "the first line is about to run". It names the same
// state in the run and in every replay of it.

#include <cstdint>

namespace debugger {

using Moment = std::uint64_t;

/// Before the first line.
inline constexpr Moment kNoMoment = 0;

} // namespace debugger
