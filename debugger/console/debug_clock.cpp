// The command of the debugger's console that moves the session's clock: `clock`.

#include "debugger/console/debug_console.h"
#include "debugger/console/moment_text.h"
#include "engine/base/number.h"

#include <algorithm>
#include <array>

namespace debugger {

namespace {

using engine::MovableClock;
using engine::Result;

constexpr const char* kUsage =
    "clock takes nothing, live, freeze, speed FACTOR, step SPAN or jump MOMENT, as in: clock step 90s";

/// A word of `clock`, and what it does with the one behind it.
struct ClockRow {
    std::string_view word;
    bool takesMore;
    Result<void> (*move)(MovableClock& clock, const std::string& more);
};

Result<void> setSpeed(MovableClock& clock, const std::string& factor)
{
    const auto speed = engine::parseDouble(factor);
    if (!speed || *speed < 0 || *speed > MovableClock::kFastest)
        return engine::Error{"clock speed wants a factor from 0 to 1000000, as in: clock speed 60"};
    clock.setSpeed(*speed);
    return {};
}

Result<void> step(MovableClock& clock, const std::string& more)
{
    const auto span = parseSpan(more);
    if (!span)
        return engine::Error{span.error()};
    clock.advance(*span);
    return {};
}

Result<void> jump(MovableClock& clock, const std::string& more)
{
    const auto moment = parseMoment(more);
    if (!moment)
        return engine::Error{moment.error()};
    if (moment->value < 0 || moment->value > MovableClock::kLast.ms().value)
        return engine::Error{"clock jump goes to moments from 1970 to 9999"};
    clock.jump({moment->value * 1000});
    return {};
}

constexpr std::array kRows{
    ClockRow{"live", false,
        [](MovableClock& clock, const std::string&) {
            clock.goLive();
            return Result<void>();
        }},
    ClockRow{"freeze", false,
        [](MovableClock& clock, const std::string&) {
            clock.setSpeed(0);
            return Result<void>();
        }},
    ClockRow{"speed", true, setSpeed},
    ClockRow{"step", true, step},
    ClockRow{"jump", true, jump},
};

} // namespace

void DebugConsole::clock(const Words& words)
{
    MovableClock& clock = *m_options.clock;
    if (!words.words.empty()) {
        std::string more;
        for (std::size_t i = 1; i < words.words.size(); ++i)
            more += (i > 1 ? " " : "") + words.words[i];
        const auto row = std::ranges::find(kRows, std::string_view(words.words.front()), &ClockRow::word);
        if (row == kRows.end() || row->takesMore == more.empty())
            return m_output->error(kUsage);
        if (m_options.live && m_options.live->holds())
            return m_output->error("the clock cannot be moved in a sync session, whose writes stay: 'quit' ends it");
        if (const auto moved = row->move(clock, more); !moved)
            return m_output->error(moved.error());
        m_clockWasMoved = m_clockWasMoved || !clock.setting().live;
    }
    m_output->clock(clock.setting());
}

} // namespace debugger
