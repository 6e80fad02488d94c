#include "engine/server/latency_monitor.h"

#include <algorithm>

namespace engine {

void LatencyMonitor::add(BytesView event, UnixMs at, std::chrono::microseconds took)
{
    LatencyEvent& kept = m_events[Bytes(event)];
    const LatencySample sample{at.value / 1000, took.count() / 1000};
    kept.worst = std::max(kept.worst, sample.millis);
    if (!kept.samples.empty() && kept.samples.back().second == sample.second) {
        kept.samples.back().millis = std::max(kept.samples.back().millis, sample.millis);
        return;
    }
    kept.samples.push_back(sample);
    if (kept.samples.size() > kMostSamples)
        kept.samples.pop_front();
}

bool LatencyMonitor::forget(BytesView event)
{
    const auto found = m_events.find(event);
    if (found == m_events.end())
        return false;
    m_events.erase(found);
    return true;
}

} // namespace engine
