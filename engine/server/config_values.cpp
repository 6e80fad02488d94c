#include "engine/server/config_values.h"

#include "engine/base/number.h"
#include "engine/resp/request_parser.h"

#include <algorithm>
#include <array>
#include <limits>

namespace engine {

namespace {

constexpr BytesView kEventLetters = "g$lshzxetd"; // what 'A' stands for
constexpr BytesView kOtherEventLetters = "KEmn";
constexpr BytesView kClasses[] = {"normal", "slave", "pubsub"};

Bytes listed(std::span<const BytesView> words)
{
    Bytes text;
    for (const BytesView word : words)
        text.append(text.empty() ? "" : ", ").append(word);
    return text;
}

Result<ConfigValue> bounded(const ConfigRow& row, std::int64_t number)
{
    if (row.rule == ConfigRule::Clamped)
        number = std::clamp(number, row.low, row.high);
    if (number < row.low || number > row.high)
        return Error{
            "argument must be between " + std::to_string(row.low) + " and " + std::to_string(row.high) + " inclusive"};
    return ConfigValue{std::to_string(number), number};
}

Result<ConfigValue> parseBoolean(BytesView value)
{
    if (equalsIgnoringCase(value, "yes"))
        return ConfigValue{"yes", 1};
    if (equalsIgnoringCase(value, "no"))
        return ConfigValue{"no", 0};
    return Error{"argument must be 'yes' or 'no'"};
}

Result<ConfigValue> parseWord(const ConfigRow& row, BytesView value)
{
    for (std::size_t i = 0; i < row.words.size(); ++i) {
        if (equalsIgnoringCase(row.words[i], value))
            return ConfigValue{Bytes(row.words[i]), static_cast<std::int64_t>(i)};
    }
    return Error{"argument(s) must be one of the following: " + listed(row.words)};
}

Result<ConfigValue> parseOctal(const ConfigRow& row, BytesView value)
{
    std::int64_t number = 0;
    const bool octal =
        !value.empty() && value.size() < 20 && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '7'; });
    for (const char c : octal ? value : BytesView())
        number = number * 8 + (c - '0');
    if (!octal)
        return Error{"argument couldn't be parsed as an octal number"};
    if (number > row.high)
        return Error{"argument must be between 0 and 777 inclusive"};
    return ConfigValue{Bytes(value), number};
}

// Letters in Redis's order, with 'A' for all ten classes.
Result<ConfigValue> parseEvents(BytesView value)
{
    Bytes letters(value);
    if (letters.find('A') != Bytes::npos)
        letters += kEventLetters;
    for (const char c : value) {
        if (c != 'A' && kEventLetters.find(c) == BytesView::npos && kOtherEventLetters.find(c) == BytesView::npos)
            return Error{"Invalid event class character. Use 'Ag$lshzxeKEtmdn'."};
    }
    const auto given = [&letters](char c) { return letters.find(c) != Bytes::npos; };
    Bytes text;
    if (std::ranges::all_of(kEventLetters, given)) {
        text = "A";
    } else {
        // 'n' is shown only where 'A' does not swallow it, which is how 7.0 prints it.
        for (const char c : BytesView("g$lshzxetdn")) {
            if (given(c))
                text.push_back(c);
        }
    }
    for (const char c : BytesView("KEm")) {
        if (given(c))
            text.push_back(c);
    }
    return ConfigValue{text, 0};
}

std::optional<std::size_t> classNamed(BytesView name)
{
    if (equalsIgnoringCase(name, "replica"))
        name = "slave";
    for (std::size_t i = 0; i < std::size(kClasses); ++i) {
        if (equalsIgnoringCase(kClasses[i], name))
            return i;
    }
    return std::nullopt;
}

Result<ConfigValue> parseOutputLimits(BytesView value, BytesView old)
{
    std::vector<Bytes> words;
    std::vector<Bytes> kept;
    if (!splitQuoted(value, words) || words.empty() || words.size() % 4 != 0)
        return Error{"Wrong number of arguments in buffer limit configuration."};
    splitQuoted(old.empty() ? value : old, kept);
    std::array<Bytes, 3> classes;
    for (const auto* source : {&kept, &words}) {
        for (std::size_t i = 0; i + 3 < source->size(); i += 4) {
            const auto index = classNamed((*source)[i]);
            if (!index)
                return Error{"Invalid client class specified in buffer limit configuration."};
            const auto hard = parseMemory((*source)[i + 1]);
            const auto soft = parseMemory((*source)[i + 2]);
            const auto seconds = parseInteger((*source)[i + 3]);
            if (!hard || !soft || !seconds || *seconds < 0)
                return Error{"Error in hard, soft or soft_seconds setting in buffer limit configuration."};
            classes[*index] = Bytes(kClasses[*index]) + " " + std::to_string(*hard) + " " + std::to_string(*soft) + " "
                + std::to_string(*seconds);
        }
    }
    return ConfigValue{classes[0] + " " + classes[1] + " " + classes[2], 0};
}

Result<ConfigValue> parseByType(const ConfigRow& row, BytesView value, BytesView old)
{
    switch (row.type) {
    case ConfigType::Boolean:
        return parseBoolean(value);
    case ConfigType::Integer: {
        const auto number = parseInteger(value);
        return number ? bounded(row, *number) : Error{"argument couldn't be parsed into an integer"};
    }
    case ConfigType::Memory: {
        const auto number = parseMemory(value);
        return number ? bounded(row, *number) : Error{"argument must be a memory value"};
    }
    case ConfigType::Octal:
        return parseOctal(row, value);
    case ConfigType::Word:
        return parseWord(row, value);
    case ConfigType::Events:
        return parseEvents(value);
    case ConfigType::OutputLimits:
        return parseOutputLimits(value, old);
    case ConfigType::Text:
        break;
    }
    return ConfigValue{Bytes(value), 0};
}

} // namespace

Result<ConfigValue> parseConfigValue(const ConfigRow& row, BytesView value, BytesView old)
{
    auto parsed = parseByType(row, value, old);
    if (parsed.ok() && row.rule == ConfigRule::KeepsDefault && parsed->text != row.initial)
        return Error{"this engine keeps its data in memory only: the value can only be '" + Bytes(row.initial) + "'"};
    return parsed;
}

OutputLimit parseOutputLimit(BytesView text)
{
    std::vector<Bytes> words;
    splitQuoted(text, words);
    CHECK(words.size() >= 4);
    return {.hardBytes = static_cast<std::uint64_t>(*parseInteger(words[1])),
        .softBytes = static_cast<std::uint64_t>(*parseInteger(words[2])),
        .softSeconds = *parseInteger(words[3])};
}

std::optional<std::int64_t> parseMemory(BytesView text)
{
    struct Unit {
        BytesView name;
        std::int64_t bytes;
    };
    constexpr Unit kUnits[] = {{"", 1}, {"b", 1}, {"k", 1000}, {"kb", 1024}, {"m", 1000 * 1000}, {"mb", 1024 * 1024},
        {"g", 1000 * 1000 * 1000}, {"gb", 1024 * 1024 * 1024}};
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto unit = std::ranges::find_if(
        kUnits, [&](const Unit& candidate) { return equalsIgnoringCase(candidate.name, text.substr(digits)); });
    const BytesView number = text.substr(0, digits);
    if (number.empty() || number.size() > 19 || unit == std::end(kUnits))
        return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : number)
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / unit->bytes))
        return std::nullopt;
    return static_cast<std::int64_t>(value) * unit->bytes;
}

} // namespace engine
