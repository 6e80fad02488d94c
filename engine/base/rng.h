#pragma once

// The engine's own chance: RANDOMKEY, SPOP, sampling. A value, seeded from outside, so that a run can be repeated.
// Scripts have a generator of their own, which follows Redis bit for bit (engine/script).

#include <cstdint>

namespace engine {

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
class Rng {
    __extension__ using Wide = unsigned __int128;

public:
    explicit Rng(std::uint64_t seed) : m_state(seed) { }
    /// The seed of a generator that goes on as this one.
    std::uint64_t state() const { return m_state; }

    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9e3779b97f4a7c15U);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }

    /// Uniform in [0, bound). `bound` is at least 1.
    std::uint64_t below(std::uint64_t bound)
    {
        return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
    }

private:
    std::uint64_t m_state;
};

} // namespace engine
