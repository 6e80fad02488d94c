#include "engine/base/number.h"

#include <cctype>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace engine {

namespace {

// strtod and strtold stop at NUL and skip blanks; Redis refuses both, so the text is judged before and after.
template <class Number, class Parse>
std::optional<Number> parseWhole(BytesView text, Parse parse)
{
    constexpr std::size_t kLongest = 5 * 1024;
    if (text.empty() || text.size() >= kLongest || std::isspace(static_cast<unsigned char>(text.front())))
        return std::nullopt;
    const Bytes terminated(text);
    char* end = nullptr;
    errno = 0;
    const Number value = parse(terminated.c_str(), &end);
    if (end != terminated.c_str() + terminated.size() || std::isnan(value))
        return std::nullopt;
    // Too large is refused, and so is a number so small that it vanished.
    if (errno == ERANGE && (std::isinf(value) || value == 0))
        return std::nullopt;
    return value;
}

} // namespace

std::optional<std::int64_t> parseInteger(BytesView text)
{
    // Most texts are none by their first character.
    const bool begins = !text.empty() && ((text.front() >= '0' && text.front() <= '9') || text.front() == '-');
    if (!begins || text.size() > 20)
        return std::nullopt;
    const BytesView digits = text.front() == '-' ? text.substr(1) : text;
    if (digits.empty() || (digits.front() == '0' && text.size() > 1))
        return std::nullopt;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::optional<double> parseDouble(BytesView text)
{
    return parseWhole<double>(text, [](const char* from, char** end) { return std::strtod(from, end); });
}

std::optional<long double> parseLongDouble(BytesView text)
{
    return parseWhole<long double>(text, [](const char* from, char** end) { return std::strtold(from, end); });
}

Bytes formatDouble(double value)
{
    if (std::isnan(value))
        return std::signbit(value) ? "-nan" : "nan"; // as printf has it
    if (std::isinf(value))
        return value > 0 ? "inf" : "-inf";
    if (value == 0)
        return std::signbit(value) ? "-0" : "0";
    // Within 2^52 an integral double prints as an integer with all its digits, as Redis does.
    constexpr double kExact = 4503599627370496.0;
    if (value > -kExact && value < kExact && value == std::trunc(value))
        return Bytes(IntegerText(static_cast<std::int64_t>(value)).view());
    char text[40];
    const int size = std::snprintf(text, sizeof text, "%.17g", value);
    return {text, static_cast<std::size_t>(size)};
}

Bytes formatLongDouble(long double value)
{
    if (std::isinf(value))
        return value > 0 ? "inf" : "-inf";
    // 4,933 digits before the point is the most that 80 bits hold.
    char text[5 * 1024];
    auto size = static_cast<std::size_t>(std::snprintf(text, sizeof text, "%.17Lf", value));
    BytesView view(text, size);
    if (view.find('.') != BytesView::npos) {
        while (view.ends_with('0'))
            view.remove_suffix(1);
        if (view.ends_with('.'))
            view.remove_suffix(1);
    }
    return view == "-0" ? Bytes("0") : Bytes(view);
}

IntegerText::IntegerText(std::int64_t value)
{
    m_size = static_cast<std::size_t>(std::to_chars(m_digits, m_digits + sizeof m_digits, value).ptr - m_digits);
}

} // namespace engine
