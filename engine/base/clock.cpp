#include "engine/base/clock.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

namespace engine {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::nanoseconds;

namespace {

__extension__ using Wide = unsigned __int128;

// Both readings are off by less than 0.1 µs, so this makes the scale right to some millionths.
constexpr std::int64_t kMeasuredNanos = 20'000'000;

std::int64_t steadyNanos()
{
    return duration_cast<nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

#if defined(__x86_64__)
std::uint64_t cycles()
{
    return __rdtsc();
}

// The counter runs at one rate, whatever the processor does: "invariant TSC".
bool countsSteadily()
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __get_cpuid(0x80000007U, &a, &b, &c, &d) != 0 && (d & (1U << 8)) != 0;
}
#else
std::uint64_t cycles()
{
    return 0;
}

bool countsSteadily()
{
    return false;
}
#endif

struct Reading {
    std::uint64_t cycles = 0;
    std::int64_t nanos = 0;
    bool atOnce = false; // nothing held the thread up between the two
};

// A thread that is put aside between the readings would make a scale that is wrong for ever.
Reading readBoth()
{
    constexpr std::uint64_t kMostCyclesBetween = 5'000;
    const std::uint64_t before = cycles();
    const std::int64_t nanos = steadyNanos();
    return {.cycles = before, .nanos = nanos, .atOnce = cycles() - before < kMostCyclesBetween};
}

// A process's first reading brings pages in and is never at once.
Reading readBothAtOnce()
{
    constexpr int kMostTries = 10;
    Reading reading = readBoth();
    for (int i = 1; i < kMostTries && !reading.atOnce; ++i)
        reading = readBoth();
    return reading;
}

} // namespace

SystemClock::SystemClock()
{
    const Reading first = readBothAtOnce();
    m_firstCycles = first.cycles;
    m_firstNanos = first.nanos;
    m_steadyCounter = first.atOnce && countsSteadily();
}

std::uint64_t processorCycles()
{
    return cycles();
}

UnixMicros SystemClock::now() const
{
    return {duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch()).count()};
}

microseconds SystemClock::ticks() const
{
    if (const std::uint64_t scale = m_scale.load(std::memory_order_relaxed); scale != 0) {
        const std::uint64_t passedCycles = cycles() - m_firstCycles;
        const auto passed = static_cast<std::int64_t>((static_cast<Wide>(passedCycles) * scale) >> 32);
        return microseconds((m_firstNanos + passed) / 1000);
    }
    const Reading reading = readBoth();
    const std::int64_t passed = reading.nanos - m_firstNanos;
    if (m_steadyCounter && reading.atOnce && passed > kMeasuredNanos) {
        // The first thread to measure decides; a second scale would let the clock step back.
        std::uint64_t unmeasured = 0;
        const auto scale =
            static_cast<std::uint64_t>((static_cast<Wide>(passed) << 32) / (reading.cycles - m_firstCycles));
        m_scale.compare_exchange_strong(unmeasured, scale, std::memory_order_relaxed);
    }
    return microseconds(reading.nanos / 1000);
}

} // namespace engine
