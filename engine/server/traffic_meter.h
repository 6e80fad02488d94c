#pragma once

// Counts connections, bytes and commands, and how many a second over the last moments: INFO clients and stats.

#include <array>
#include <chrono>
#include <cstdint>

namespace engine {

/// Thread: the engine's.
class TrafficMeter {
public:
    void connectionAccepted() { ++m_totals.connections; }
    void connectionRejected() { ++m_totals.rejected; }
    void received(std::uint64_t bytes) { m_totals.input += bytes; }
    void sent(std::uint64_t bytes) { m_totals.output += bytes; }

    /// Takes a reading at `now` (a steady clock): call it several times a second. `commands` is the total so far.
    void sample(std::chrono::microseconds now, std::uint64_t commands);
    /// Back to zero: CONFIG RESETSTAT.
    void reset() { *this = {}; }

    std::uint64_t connections() const { return m_totals.connections; }
    std::uint64_t rejected() const { return m_totals.rejected; }
    std::uint64_t inputBytes() const { return m_totals.input; }
    std::uint64_t outputBytes() const { return m_totals.output; }
    std::uint64_t commandsPerSecond() const { return static_cast<std::uint64_t>(mean(&Rates::commands)); }
    double inputKbps() const { return mean(&Rates::input) / 1024; }
    double outputKbps() const { return mean(&Rates::output) / 1024; }

private:
    struct Totals {
        std::uint64_t connections = 0;
        std::uint64_t rejected = 0;
        std::uint64_t input = 0;
        std::uint64_t output = 0;
    };
    struct Rates {
        double commands = 0;
        double input = 0;
        double output = 0;
    };
    double mean(double Rates::*rate) const;

    static constexpr std::size_t kSamples = 16;
    Totals m_totals;
    Totals m_last;
    std::uint64_t m_lastCommands = 0;
    std::chrono::microseconds m_lastAt{};
    std::array<Rates, kSamples> m_samples{};
    std::size_t m_next = 0;
};

} // namespace engine
