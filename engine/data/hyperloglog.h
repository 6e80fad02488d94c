#pragma once

// HyperLogLog: an estimate of how many different elements were added, in a string of at most 12 KiB. The bytes are
// Redis's, so that GET, SET and RESTORE of such a string mean the same here and there.
//
// Theory: 2^14 registers. 14 bits of an element's hash choose a register, which keeps the longest run of zeros (plus
// one) that the other 50 bits began with. The estimate from their histogram is Otmar Ertl's ("New cardinality
// estimation algorithms for HyperLogLog sketches", 2017), which needs no table of corrections.
//
// Layout: "HYLL", a byte for the form (0 dense, 1 sparse), three of nothing, eight of the estimate as it was when last
// asked for, little-endian, whose highest bit says that it is out of date; then the registers:
//   dense    6 bits each, lowest bit first
//   sparse   runs: 00xxxxxx  x+1 registers of 0; 01xxxxxx yyyyyyyy  xy+1 of them; 1vvvvvxx  x+1 registers of v+1
//
// The text of a sparse one comes from outside and may be anything. What needs all runs to make sense says so.

#include "engine/base/bytes.h"

#include <array>
#include <cstdint>
#include <optional>

namespace engine::hyperloglog {

constexpr std::size_t kRegisters = 16384;
using Registers = std::array<std::uint8_t, kRegisters>;

/// What an element would raise: its register, and to what.
struct Mark {
    std::size_t place;
    std::uint8_t value; // 1 to 51
};

/// Changed; as it was; or the runs make no sense.
enum class Outcome { Changed, Same, Corrupt };

/// The text has the header of one, and the size where its form fixes it.
bool isHyperLogLog(BytesView text);
bool isDense(BytesView text);
/// A sparse one without elements: 18 bytes.
Bytes empty();

Mark markOf(BytesView element);
/// What `raise` would answer. Cost: O(1) dense, O(bytes) sparse.
Outcome wouldRaise(BytesView text, Mark mark);
/// Sets the register unless it is as high already. A sparse one that would grow past `sparseMaxBytes`, or cannot hold
/// the value, becomes dense.
Outcome raise(Bytes& text, Mark mark, std::size_t sparseMaxBytes);
/// Same when it is dense already. A corrupt one is left alone.
Outcome makeDense(Bytes& text);

/// Raises each register to what `text` has there. False, with some of them raised, when that is corrupt.
bool mergeInto(Registers& registers, BytesView text);
/// nullopt when it is corrupt. Cost: O(kRegisters), some microseconds.
std::optional<std::uint64_t> estimate(BytesView text);
std::uint64_t estimate(const Registers& registers);

/// nullopt when it is out of date.
std::optional<std::uint64_t> keptEstimate(BytesView text);
void keepEstimate(Bytes& text, std::uint64_t estimate);
void forgetEstimate(Bytes& text);

/// The runs of a sparse one for people: "Z:1000 v:3,1 z:20".
Bytes describeRuns(BytesView text);

} // namespace engine::hyperloglog
