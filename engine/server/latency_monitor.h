#pragma once

// The latency monitor: for each kind of event, the moments of the last 160 seconds in which one took longer than
// `latency-monitor-threshold`, and how long the worst of each second took. Source:
// https://redis.io/topics/latency-monitor

#include "engine/base/bytes.h"
#include "engine/base/clock.h"

#include <chrono>
#include <deque>
#include <map>

namespace engine {

struct LatencySample {
    std::int64_t second = 0; // since 1970
    std::int64_t millis = 0;
};

struct LatencyEvent {
    std::deque<LatencySample> samples; // oldest first, one a second
    std::int64_t worst = 0; // of all times
};

/// A value. Thread: one at a time.
class LatencyMonitor {
public:
    /// 0: nothing is kept.
    void setThreshold(std::chrono::milliseconds threshold) { m_threshold = threshold; }
    bool enabled() const { return m_threshold.count() != 0; }
    bool reached(std::chrono::microseconds took) const
    {
        // The threshold may be too large to be told in microseconds.
        return enabled() && std::chrono::floor<std::chrono::milliseconds>(took) >= m_threshold;
    }
    void add(BytesView event, UnixMs at, std::chrono::microseconds took);
    bool forget(BytesView event);

    const std::map<Bytes, LatencyEvent, std::less<>>& events() const { return m_events; }

    static constexpr std::size_t kMostSamples = 160;

private:
    std::chrono::milliseconds m_threshold{};
    std::map<Bytes, LatencyEvent, std::less<>> m_events;
};

} // namespace engine
