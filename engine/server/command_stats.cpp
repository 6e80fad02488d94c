#include "engine/server/command_stats.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::size_t kMostCodes = 128;
constexpr std::size_t kLongestCode = 31; // with the space behind it

} // namespace

void CommandStats::ran(std::size_t command, std::chrono::microseconds duration, const ReplyErrors& errors)
{
    ++m_commands[command].calls;
    ++m_totalCalls;
    took(command, duration, errors);
}

void CommandStats::took(std::size_t command, std::chrono::microseconds duration, const ReplyErrors& errors)
{
    CommandCounters& counters = m_commands[command];
    counters.micros += static_cast<std::uint64_t>(duration.count());
    // Redis counts a failure for each error that is known already, and one for all others.
    counters.failed += errors.counted + (errors.fresh.empty() ? 0 : 1);
    for (const Bytes& text : errors.fresh)
        error(text);
}

void CommandStats::error(BytesView text)
{
    ++m_totalErrors;
    const std::size_t space = text.substr(0, kLongestCode).find(' ');
    const BytesView code = space == BytesView::npos ? BytesView("ERR") : text.substr(0, space);
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
