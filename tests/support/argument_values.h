#pragma once

// Values for generated arguments: most of them sensible, some of them hostile. All chance comes from the generator
// that is passed in, so that a seed gives the same values again.

#include "engine/base/bytes.h"
#include "engine/base/rng.h"

#include <span>

namespace tests {

/// One of them, each as likely. By value: the list is gone when the expression ends.
template <class T, std::size_t n>
T oneOf(engine::Rng& rng, const T (&values)[n])
{
    return values[rng.below(n)];
}

/// True `percent` times in a hundred.
bool chance(engine::Rng& rng, unsigned percent);

/// The names that all commands share: twenty, among them the empty one, a binary one and a long one.
std::span<const engine::Bytes> sharedKeys();

/// A field, member, element or value from a small pool, so that commands meet the same ones again; now and then one
/// at the edge of an encoding, or a very long one.
engine::Bytes elementText(engine::Rng& rng);

/// An integer at the edge of 64 bits, past it, or no integer at all.
engine::Bytes hostileInteger(engine::Rng& rng);

engine::Bytes smallInteger(engine::Rng& rng, std::int64_t low, std::int64_t high);
/// A score, increment or weight.
engine::Bytes doubleText(engine::Rng& rng);
/// A bound of a range of scores: "(5", "-inf".
engine::Bytes scoreBound(engine::Rng& rng);
/// A bound of a range of texts: "[a", "(b", "-", "+".
engine::Bytes memberBound(engine::Rng& rng);
engine::Bytes patternText(engine::Rng& rng);
/// A pattern of SORT's BY and GET, over the shared keys.
engine::Bytes sortPatternText(engine::Rng& rng);

} // namespace tests
