#pragma once

// Replies of two servers to one command, compared as the table of accepted deviations says.

#include "engine/resp/reply.h"
#include "tests/support/side.h"

#include <optional>

namespace tests {

/// Equal in kind, value and order; doubles to the bit.
bool sameReply(const engine::Reply& a, const engine::Reply& b);
/// The same elements in any order; `together` at a time (2: pairs of an array or a map).
bool sameElements(const engine::Reply& a, const engine::Reply& b, std::size_t together);
/// The same kinds all the way down, and as many elements.
bool sameShape(const engine::Reply& a, const engine::Reply& b);
/// Integers that differ by at most `tolerance`; negative ones not at all.
bool nearlySame(const engine::Reply& a, const engine::Reply& b, std::int64_t tolerance);

/// All strings and numbers in it, in order, as text.
Words flattened(const engine::Reply& reply);
/// The same, joined so many at a time, sorted, each once.
Words groups(const Words& flat, std::size_t together);

/// For people, cut where it gets long.
engine::Bytes describe(const engine::Reply& reply);
/// Both for people, from the first line on in which they differ.
engine::Bytes describeDifference(const engine::Reply& ours, const engine::Reply& theirs);
/// As typed into redis-cli; the middle of very long words is left out.
engine::Bytes commandLine(const Words& argv);

} // namespace tests
