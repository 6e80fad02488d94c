#pragma once

// Counters by command and by error code: INFO commandstats and errorstats.

#include "engine/command/call_errors.h"
#include "engine/server/latency_histogram.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

namespace engine {

struct CommandCounters {
    std::uint64_t calls = 0;
    std::uint64_t micros = 0;
    std::uint64_t rejected = 0;
    std::uint64_t failed = 0;
};

/// A value. Thread: one at a time.
class CommandStats {
public:
    explicit CommandStats(std::size_t commands) : m_commands(commands), m_latencies(commands) { }

    void ran(std::size_t command, std::chrono::microseconds duration, const CallErrors& errors)
    {
        ++m_commands[command].calls;
        ++m_totalCalls;
        took(command, duration, errors);
    }
    /// As `ran`, for one that has been counted already.
    void took(std::size_t command, std::chrono::microseconds duration, const CallErrors& errors)
    {
        m_commands[command].micros += static_cast<std::uint64_t>(duration.count());
        if (!errors.none()) [[unlikely]]
            failed(command, errors);
    }
    /// One more duration for LATENCY HISTOGRAM and INFO latencystats.
    void tookThatLong(std::size_t command, std::chrono::microseconds took) { m_latencies[command].add(took); }
    void rejected(std::size_t command) { ++m_commands[command].rejected; }
    /// Counts an error reply under its code. At most 128 codes are kept; later ones are dropped.
    void error(BytesView text);
    void reset();

    const CommandCounters& of(std::size_t command) const { return m_commands[command]; }
    const LatencyHistogram& latencies(std::size_t command) const { return m_latencies[command]; }
    const std::map<Bytes, std::uint64_t, std::less<>>& errors() const { return m_errors; }
    std::uint64_t totalCalls() const { return m_totalCalls; }
    std::uint64_t totalErrors() const { return m_totalErrors; }

private:
    void failed(std::size_t command, const CallErrors& errors);

    std::vector<CommandCounters> m_commands;
    std::vector<LatencyHistogram> m_latencies;
    std::map<Bytes, std::uint64_t, std::less<>> m_errors;
    std::uint64_t m_totalCalls = 0;
    std::uint64_t m_totalErrors = 0;
};

} // namespace engine
