#include "engine/server/traffic_meter.h"

namespace engine {

void TrafficMeter::sample(std::chrono::microseconds now, std::uint64_t commands)
{
    const double seconds = std::chrono::duration<double>(now - m_lastAt).count();
    if (seconds <= 0)
        return;
    // CONFIG RESETSTAT sets the commands back: the sample after it has none.
    const std::uint64_t ran = commands >= m_lastCommands ? commands - m_lastCommands : 0;
    m_samples[m_next] = {.commands = static_cast<double>(ran) / seconds,
        .input = static_cast<double>(m_totals.input - m_last.input) / seconds,
        .output = static_cast<double>(m_totals.output - m_last.output) / seconds};
    m_next = (m_next + 1) % kSamples;
    m_last = m_totals;
    m_lastCommands = commands;
    m_lastAt = now;
}

double TrafficMeter::mean(double Rates::*rate) const
{
    double sum = 0;
    for (const Rates& sample : m_samples)
        sum += sample.*rate;
    return sum / kSamples;
}

} // namespace engine
