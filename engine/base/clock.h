#pragma once

// Time is passed in. Nothing below `app` asks the system for it but SystemClock, so that a run can be repeated and an
// hour can pass in a millisecond.

#include <atomic>
#include <chrono>
#include <compare>
#include <cstdint>

namespace engine {

/// A moment on the wall clock, in milliseconds since 1970. Negative values are before 1970.
struct UnixMs {
    std::int64_t value = 0;
    auto operator<=>(const UnixMs&) const = default;
};

/// A moment on the wall clock, in microseconds since 1970.
struct UnixMicros {
    std::int64_t value = 0;
    auto operator<=>(const UnixMicros&) const = default;

    UnixMs ms() const { return {value / 1000}; }
};

/// Where time comes from. Thread: any.
class Clock {
public:
    virtual ~Clock() = default;
    virtual UnixMicros now() const = 0;
    /// A steady reading for durations, from an arbitrary start. It never runs backwards.
    virtual std::chrono::microseconds ticks() const = 0;
    /// How fast `now` goes beside `ticks`. 0: it stands still.
    virtual double speed() const { return 1; }
};

/// `ticks` is asked twice a command, so it reads the processor's cycle counter where that runs steadily: a third of the
/// cost of the system call's fast path. The counter is measured against the system's clock during the first moments.
class SystemClock final : public Clock {
public:
    SystemClock();
    UnixMicros now() const override;
    std::chrono::microseconds ticks() const override;

private:
    std::uint64_t m_firstCycles = 0;
    std::int64_t m_firstNanos = 0;
    bool m_steadyCounter = false;
    // Nanoseconds in 2^32 cycles; 0 until measured.
    mutable std::atomic<std::uint64_t> m_scale{0};
};

/// The processor's cycle counter: for "not long since" within a thread, at a tenth of a clock's cost. 0 where there is
/// none.
std::uint64_t processorCycles();

/// A clock that stands still until it is moved.
class ManualClock final : public Clock {
public:
    explicit ManualClock(UnixMs start = {1'000'000'000'000}) : m_micros(start.value * 1000) { }

    UnixMicros now() const override { return {m_micros.load(std::memory_order_relaxed)}; }
    std::chrono::microseconds ticks() const override
    {
        return std::chrono::microseconds(m_micros.load(std::memory_order_relaxed));
    }
    double speed() const override { return 0; }

    void set(UnixMs moment) { m_micros.store(moment.value * 1000, std::memory_order_relaxed); }
    void advance(std::chrono::microseconds amount) { m_micros.fetch_add(amount.count(), std::memory_order_relaxed); }

private:
    std::atomic<std::int64_t> m_micros;
};

} // namespace engine
