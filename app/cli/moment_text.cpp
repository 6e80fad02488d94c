#include "app/cli/moment_text.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace app {

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

} // namespace app
