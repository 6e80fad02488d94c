#pragma once

// Where this engine's answers may differ from redis-server 7.0.15's, and why. The differential test compares every
// other answer to the byte.

#include "engine/base/bytes.h"

#include <span>

namespace tests {

enum class Comparison {
    Exact,
    Unordered, // the same elements; in the same order too while the value is kept compactly
    UnorderedPairs, // the same pairs, likewise
    Near, // numbers read from two clocks
    Shape, // the same kind and number of elements
    Kind, // any text or elements of the same kind
    Walk, // SCAN: all that whole walks give
    Sample, // as many elements, all of them in the value
    Pop, // likewise; the test then makes both values equal again
    AnyKey, // any of the keys
    EqualScores, // sent only where all scores are equal
    Sorted, // the same elements, where ties come in the order of a hash table; not sent where only some are asked for
};

struct AcceptedDeviation {
    engine::BytesView command; // "object|help", or with an option word: "zrange bylex"
    Comparison how = Comparison::Exact;
    engine::BytesView reason;
};

std::span<const AcceptedDeviation> acceptedDeviations();

/// How the answers of a command are compared, by its full name.
Comparison comparisonOf(engine::BytesView command);

} // namespace tests
