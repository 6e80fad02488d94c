#include "engine/base/movable_clock.h"

#include <algorithm>

namespace engine {

UnixMicros MovableClock::now() const
{
    const UnixMicros below = m_below->now();
    if (m_live.load(std::memory_order_acquire))
        return below;
    const std::lock_guard lock(m_mutex);
    return shown(below);
}

double MovableClock::speed() const
{
    if (m_live.load(std::memory_order_acquire))
        return m_below->speed();
    const std::lock_guard lock(m_mutex);
    return m_speed * m_below->speed();
}

MovableClock::Setting MovableClock::setting() const
{
    const UnixMicros below = m_below->now();
    if (m_live.load(std::memory_order_acquire))
        return {.speed = m_below->speed(), .now = below};
    const std::lock_guard lock(m_mutex);
    const UnixMicros moment = shown(below);
    return {
        .live = false, .speed = m_speed, .now = moment, .ahead = std::chrono::microseconds(moment.value - below.value)};
}

void MovableClock::goLive()
{
    const std::lock_guard lock(m_mutex);
    m_speed = 1;
    m_live.store(true, std::memory_order_release);
}

void MovableClock::setSpeed(double speed)
{
    const UnixMicros moment = now();
    const std::lock_guard lock(m_mutex);
    m_speed = std::clamp(speed, 0.0, kFastest);
    anchor(moment);
}

void MovableClock::jump(UnixMicros moment)
{
    const std::lock_guard lock(m_mutex);
    anchor(moment);
}

void MovableClock::advance(std::chrono::microseconds amount)
{
    const std::int64_t from = now().value;
    // Further than from the first to the last moment is as far as that.
    const std::int64_t way = std::clamp(amount.count(), -kLast.value, kLast.value);
    jump({from + way});
}

UnixMicros MovableClock::shown(UnixMicros below) const
{
    const auto passed = static_cast<double>(below.value - m_at.value) * m_speed;
    const auto room = static_cast<double>(kLast.value - m_shown.value);
    const auto back = static_cast<double>(kFirst.value - m_shown.value);
    return {m_shown.value + static_cast<std::int64_t>(std::clamp(passed, back, room))};
}

void MovableClock::anchor(UnixMicros moment)
{
    m_at = m_below->now();
    m_shown = std::clamp(moment, kFirst, kLast);
    m_live.store(false, std::memory_order_release);
}

} // namespace engine
