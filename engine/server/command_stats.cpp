#include "engine/server/command_stats.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::size_t kMostCodes = 128;
constexpr std::size_t kLongestCode = 30; // Redis looks for its end in 32 bytes, the protocol's '-' and a space included

// The first word, where others follow. Line ends are spaces in a reply, and nothing at its end.
BytesView codeOf(BytesView text)
{
    const BytesView line = text.substr(0, text.find_last_not_of("\r\n") + 1);
    const std::size_t size = line.find_first_of(" \r\n");
    return size > kLongestCode ? BytesView("ERR") : line.substr(0, size);
}

} // namespace

void CommandStats::failed(std::size_t command, const CallErrors& errors)
{
    m_commands[command].failed += errors.failures();
    if (!errors.own.empty() && errors.ownCount == ErrorCount::Counts)
        error(errors.own);
    for (const Bytes& text : errors.within)
        error(text);
}

void CommandStats::error(BytesView text)
{
    ++m_totalErrors;
    const BytesView code = codeOf(text);
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
