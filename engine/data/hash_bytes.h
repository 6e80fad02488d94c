#pragma once

#include "engine/base/bytes.h"

#include <cstdint>

namespace engine {

/// A keyed hash of 64 well-mixed bits. The seed keeps it from being predicted by whoever chooses the keys; the same
/// seed and bytes give the same hash on every run and machine of little-endian order.
std::uint64_t hashBytes(BytesView bytes, std::uint64_t seed);

/// A dictionary's seed from the 32 bits that a value keeps of it.
constexpr std::uint64_t spreadSeed(std::uint32_t seed)
{
    return (std::uint64_t{seed} + 1) * 0x9e3779b97f4a7c15U;
}

} // namespace engine
