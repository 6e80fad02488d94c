#include "debugger/console/moment_text.h"

#include "engine/base/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace debugger {

namespace {

using engine::UnixMs;

// Seconds that a 64-bit count of microseconds holds.
constexpr double kMostSeconds = 9.2e12;

std::optional<int> takeNumber(std::string_view& text, std::size_t digits)
{
    if (text.size() < digits)
        return std::nullopt;
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
    if (error != std::errc() || end != text.data() + digits || text.front() == '-')
        return std::nullopt;
    text.remove_prefix(digits);
    return number;
}

bool takeAnyOf(std::string_view& text, std::string_view wanted)
{
    if (text.empty() || wanted.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

/// ".250": whatever number of digits, to milliseconds.
std::optional<int> takeFraction(std::string_view& text)
{
    int millis = 0;
    int scale = 100;
    bool any = false;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        millis += (text.front() - '0') * scale;
        scale /= 10;
        any = true;
        text.remove_prefix(1);
    }
    return any ? std::optional(millis) : std::nullopt;
}

std::optional<std::chrono::milliseconds> parseTimeOfDay(std::string_view& text)
{
    const auto hour = takeNumber(text, 2);
    if (!hour || *hour > 23 || !takeAnyOf(text, ":"))
        return std::nullopt;
    const auto minute = takeNumber(text, 2);
    if (!minute || *minute > 59)
        return std::nullopt;
    std::chrono::milliseconds time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    if (!takeAnyOf(text, ":"))
        return time;
    const auto second = takeNumber(text, 2);
    if (!second || *second > 59)
        return std::nullopt;
    time += std::chrono::seconds(*second);
    if (!takeAnyOf(text, "."))
        return time;
    const auto millis = takeFraction(text);
    return millis ? std::optional(time + std::chrono::milliseconds(*millis)) : std::nullopt;
}

std::optional<UnixMs> parseIso(std::string_view text)
{
    const auto year = takeNumber(text, 4);
    if (!year || !takeAnyOf(text, "-"))
        return std::nullopt;
    const auto month = takeNumber(text, 2);
    if (!month || !takeAnyOf(text, "-"))
        return std::nullopt;
    const auto day = takeNumber(text, 2);
    if (!day)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
        std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok())
        return std::nullopt;
    std::chrono::milliseconds time = std::chrono::sys_days(date).time_since_epoch();
    if (takeAnyOf(text, "T ")) {
        const auto timeOfDay = parseTimeOfDay(text);
        if (!timeOfDay)
            return std::nullopt;
        time += *timeOfDay;
    }
    takeAnyOf(text, "Z");
    return text.empty() ? std::optional(UnixMs{time.count()}) : std::nullopt;
}

std::optional<UnixMs> parseSeconds(const std::string& text)
{
    if (text.empty() || text.find_first_not_of("0123456789.-") != std::string::npos)
        return std::nullopt;
    char* end = nullptr;
    const double seconds = std::strtod(text.c_str(), &end);
    if (*end != '\0' || !std::isfinite(seconds) || std::fabs(seconds) > kMostSeconds)
        return std::nullopt;
    return UnixMs{std::llround(seconds * 1000)};
}

} // namespace

engine::Result<UnixMs> parseMoment(const std::string& text)
{
    if (const auto moment = parseIso(text))
        return *moment;
    if (const auto moment = parseSeconds(text))
        return *moment;
    return engine::Error{"'" + text + "' is no moment: give seconds since 1970, or UTC such as 2024-05-01T12:30:00"};
}

engine::Result<std::chrono::milliseconds> parseSpan(std::string_view text)
{
    struct Unit {
        std::string_view name;
        double milliseconds;
    };
    constexpr std::array kUnits{
        Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};
    const std::size_t digits = text.find_last_of("0123456789.");
    const std::string_view unit = digits == std::string_view::npos ? text : text.substr(digits + 1);
    const auto found = std::ranges::find(kUnits, unit, &Unit::name);
    const auto number = engine::parseDouble(text.substr(0, text.size() - unit.size()));
    if (found == kUnits.end() || !number || !(std::fabs(*number * found->milliseconds) <= kMostSeconds * 1000))
        return engine::Error{
            "'" + std::string(text) + "' is no span of time: give one such as 250ms, 90s, -5m, 2h, 1d"};
    return std::chrono::milliseconds(std::llround(*number * found->milliseconds));
}

std::string momentText(UnixMs moment)
{
    const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(moment.value)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    char text[64];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
        static_cast<int>(clock.subseconds().count()));
    return text;
}

} // namespace debugger
