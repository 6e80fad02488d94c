#include "engine/server/latency_histogram.h"

namespace engine {

namespace {

// The first 256 buckets are of one nanosecond; from then on each 128 are twice as wide as those before.
std::size_t octaveOf(std::size_t bucket)
{
    return bucket < 256 ? 0 : (bucket >> 7) - 1;
}

} // namespace

std::int64_t LatencyHistogram::lowest(std::size_t bucket)
{
    const std::size_t octave = octaveOf(bucket);
    return static_cast<std::int64_t>((bucket - (octave << kHalfBits)) << octave);
}

std::int64_t LatencyHistogram::highest(std::size_t bucket)
{
    return lowest(bucket) + (std::int64_t{1} << octaveOf(bucket)) - 1;
}

double LatencyHistogram::percentile(double percent) const
{
    const auto wanted =
        std::max<std::uint64_t>(static_cast<std::uint64_t>(percent / 100 * static_cast<double>(m_total) + 0.5), 1);
    std::uint64_t passed = 0;
    for (std::size_t bucket = 0; bucket < m_counts.size(); ++bucket) {
        passed += m_counts[bucket];
        if (passed >= wanted)
            return static_cast<double>(percent == 0 ? lowest(bucket) : highest(bucket)) / 1000;
    }
    return 0;
}

std::vector<LatencyHistogram::Step> LatencyHistogram::steps() const
{
    std::vector<Step> steps;
    std::uint64_t passed = 0;
    std::uint64_t shown = 0;
    std::int64_t level = 1024;
    for (std::size_t bucket = 0; shown < m_total; ++bucket) {
        passed += bucket < m_counts.size() ? m_counts[bucket] : 0;
        if (lowest(bucket) < lowest(bucketOf(level)))
            continue;
        if (passed > shown)
            steps.push_back({highest(bucket) / 1000, passed});
        shown = passed;
        level *= 2;
    }
    return steps;
}

} // namespace engine
