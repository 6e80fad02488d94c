#pragma once

// A clock that a person moves: it goes as the one below does, mostly the system's, stands still, goes at another speed,
// or has been put to another moment. Durations (`ticks`) are always real.

#include "engine/base/clock.h"

#include <mutex>

namespace engine {

class MovableClock final : public Clock {
public:
    /// Moments beyond these are not taken: 1970 to 9999.
    static constexpr UnixMicros kFirst{0};
    static constexpr UnixMicros kLast{253'402'300'799'999'000};
    static constexpr double kFastest = 1'000'000;

    MovableClock() = default;
    /// Over another clock, which outlives this one.
    explicit MovableClock(const Clock& below) : m_below(&below) { }

    struct Setting {
        bool live = true; // nobody has moved it
        double speed = 1; // 0: it stands still
        UnixMicros now;
        std::chrono::microseconds ahead{0}; // of the one below
    };

    UnixMicros now() const override;
    std::chrono::microseconds ticks() const override { return m_below->ticks(); }
    double speed() const override;
    Setting setting() const;

    // --- Moving it. Whoever waits for a moment is told by Engine::clockMoved. Thread: any.

    void goLive();
    /// From the moment that it shows: 0 stands still, up to kFastest.
    void setSpeed(double speed);
    /// At the speed that it has.
    void jump(UnixMicros moment);
    void advance(std::chrono::microseconds amount);

private:
    UnixMicros shown(UnixMicros below) const;
    void anchor(UnixMicros moment);

    SystemClock m_system;
    const Clock* m_below = &m_system;
    std::atomic<bool> m_live{true};
    mutable std::mutex m_mutex; // protects the members of this block
    UnixMicros m_at; // of the clock below, when it showed m_shown
    UnixMicros m_shown;
    double m_speed = 1;
};

} // namespace engine
