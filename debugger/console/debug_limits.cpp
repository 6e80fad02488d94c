// The command of the debugger's console that bounds the recording: `limits`.

#include "debugger/console/debug_console.h"
#include "debugger/console/debug_words.h"
#include "engine/server/config_values.h"

#include <algorithm>
#include <array>
#include <limits>

namespace debugger {

namespace {

constexpr std::string_view kUsage =
    "limits takes moments N, memory BYTES and going MILLISECONDS, as in: limits moments 100000 memory 64mb going 2000";

/// What a word of `limits` sets.
struct LimitRow {
    std::string_view word;
    /// False: no number that makes sense.
    bool (*set)(SetLimitsRequest& limits, long long number);
    long long (*of)(const SetLimitsRequest& limits);
};

constexpr std::array kRows{
    LimitRow{"moments",
        [](SetLimitsRequest& limits, long long number) {
            limits.moments = static_cast<std::uint64_t>(number);
            return number >= 1;
        },
        [](const SetLimitsRequest& limits) { return static_cast<long long>(limits.moments); }},
    LimitRow{"memory",
        [](SetLimitsRequest& limits, long long number) {
            limits.memoryBytes = static_cast<std::size_t>(number);
            return number >= 1;
        },
        [](const SetLimitsRequest& limits) { return static_cast<long long>(limits.memoryBytes); }},
    LimitRow{"going",
        [](SetLimitsRequest& limits, long long number) {
            limits.going = std::chrono::milliseconds(number);
            return number >= 0;
        },
        // Without end is longest.
        [](const SetLimitsRequest& limits) {
            return limits.going.count() == 0 ? std::numeric_limits<long long>::max() : limits.going.count();
        }},
};

} // namespace

void DebugConsole::limits(const Words& words)
{
    SetLimitsRequest wanted = m_options.limits;
    const auto& given = words.words;
    for (std::size_t i = 0; i < given.size(); i += 2) {
        const auto row = std::ranges::find(kRows, std::string_view(given[i]), &LimitRow::word);
        const auto number = i + 1 < given.size() ? engine::parseMemory(given[i + 1]) : std::nullopt;
        if (row == kRows.end() || !number || !row->set(wanted, *number))
            return m_output->error(kUsage);
        if (m_options.mostLimits && row->of(wanted) > row->of(*m_options.mostLimits))
            return m_output->error(
                "this server lets " + given[i] + " be " + std::to_string(row->of(*m_options.mostLimits)) + " at most");
    }
    if (!given.empty()) {
        m_options.limits = wanted;
        m_session.tell(wanted);
    }
    m_output->limits(m_options.limits);
}

} // namespace debugger
