#pragma once

// How long the runs of a command took: counts in buckets of two significant digits, the buckets of HdrHistogram as
// Redis sets it up (1 ns to 1 s, values in nanoseconds), so that percentiles come out as Redis's do. It holds only as
// many buckets as its longest duration needs. Source: http://hdrhistogram.org

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <vector>

namespace engine {

/// A value. Thread: one at a time.
class LatencyHistogram {
public:
    /// Cost: some nanoseconds.
    void add(std::chrono::microseconds took)
    {
        // Most take less than a microsecond.
        const std::size_t bucket =
            took.count() == 0 ? 1 : bucketOf(std::clamp<std::int64_t>(took.count() * 1000, 1, kLongestNanos));
        if (bucket >= m_counts.size())
            m_counts.resize(bucket + 1);
        ++m_counts[bucket];
        ++m_total;
    }

    std::uint64_t count() const { return m_total; }
    /// The duration that so many of a hundred did not pass, in microseconds.
    double percentile(double percent) const;

    struct Step {
        std::int64_t micros = 0;
        std::uint64_t count = 0; // of those that took no longer
    };
    /// Cumulative counts at 1.024 µs and its doubles, where they grow.
    std::vector<Step> steps() const;

private:
    static constexpr std::int64_t kLongestNanos = 1'000'000'000;
    static constexpr int kHalfBits = 7; // 256 buckets in the first octaves, 128 in each later one

    static std::size_t bucketOf(std::int64_t nanos)
    {
        const auto value = static_cast<std::uint64_t>(nanos);
        const int octave = static_cast<int>(std::bit_width(value | 255)) - kHalfBits - 1;
        return (static_cast<std::size_t>(octave) << kHalfBits) + static_cast<std::size_t>(value >> octave);
    }
    static std::int64_t lowest(std::size_t bucket);
    static std::int64_t highest(std::size_t bucket);

    std::vector<std::uint32_t> m_counts;
    std::uint64_t m_total = 0;
};

} // namespace engine
