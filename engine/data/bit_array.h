#pragma once

// Bits of a string, numbered from the highest bit of its first byte on, as the bitmap commands see them. Behind the
// string's end all bits are 0.

#include "engine/base/bytes.h"

#include <cstdint>
#include <optional>

namespace engine {

/// Positions of bits, both included; `first` > `last` means none.
struct BitRange {
    std::int64_t first = 0;
    std::int64_t last = -1;
};

bool bitAt(BytesView bytes, std::uint64_t position);
/// The position lies within the bytes.
void setBit(Bytes& bytes, std::uint64_t position, bool on);

/// How many bits of a range are 1. The range lies within the bytes. O(n) in its length.
std::int64_t countBits(BytesView bytes, BitRange range);
/// The first bit of a range that is `on`. The range lies within the bytes. O(n) in its length.
std::optional<std::int64_t> findBit(BytesView bytes, BitRange range, bool on);

/// An integer of BITFIELD: two's complement or unsigned, of 1 to 64 bits (63 when unsigned).
struct BitInteger {
    bool isSigned = false;
    unsigned bits = 0;
};

/// Reads an integer whose highest bit is at `position`, which may lie behind the end.
std::int64_t readInteger(BytesView bytes, std::uint64_t position, BitInteger type);
/// Writes the low bits of a value; they lie within the bytes.
void writeInteger(Bytes& bytes, std::uint64_t position, BitInteger type, std::int64_t value);

/// What becomes of a value that its bits cannot hold.
enum class Overflow : std::uint8_t { Wrap, Saturate, Fail };

struct FittedInteger {
    std::int64_t value = 0; // wrapped or saturated
    bool overflowed = false;
};

/// `value` + `increment` as an integer of this type holds it; an unsigned type takes `value`'s 64 bits as unsigned.
/// For Overflow::Fail the value means nothing when it has overflowed.
FittedInteger addFitting(std::int64_t value, std::int64_t increment, BitInteger type, Overflow overflow);

} // namespace engine
