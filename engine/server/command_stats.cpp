#include "engine/server/command_stats.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::size_t kMostCodes = 128;

}

void CommandStats::ran(std::size_t command, std::chrono::microseconds duration, bool failed)
{
    ++m_commands[command].calls;
    ++m_totalCalls;
    took(command, duration, failed);
}

void CommandStats::took(std::size_t command, std::chrono::microseconds duration, bool failed)
{
    CommandCounters& counters = m_commands[command];
    counters.micros += static_cast<std::uint64_t>(duration.count());
    if (failed)
        ++counters.failed;
}

void CommandStats::error(BytesView text)
{
    ++m_totalErrors;
    const BytesView code = text.substr(0, std::min(text.find(' '), text.size()));
    const auto known = m_errors.find(code);
    if (known != m_errors.end())
        ++known->second;
    else if (m_errors.size() < kMostCodes)
        m_errors.emplace(code, 1);
}

void CommandStats::reset()
{
    std::ranges::fill(m_commands, CommandCounters());
    std::ranges::fill(m_latencies, LatencyHistogram());
    m_errors.clear();
    m_totalCalls = 0;
    m_totalErrors = 0;
}

} // namespace engine
