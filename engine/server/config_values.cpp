#include "engine/server/config_values.h"

#include "engine/base/number.h"
#include "engine/resp/request_parser.h"

#include <algorithm>
#include <array>
#include <cstdio>
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

Error outOfBounds(const ConfigRow& row)
{
    return {"argument must be between " + std::to_string(row.low) + " and " + std::to_string(row.high) + " inclusive"};
}

// A size that is well written and larger than any that is kept.
bool tooManyBytes(BytesView value)
{
    const std::size_t digits = std::min(value.find_first_not_of("0123456789"), value.size());
    return digits != 0 && !parseMemory(value) && parseMemory("0" + Bytes(value.substr(digits)));
}

Result<ConfigValue> bounded(const ConfigRow& row, std::int64_t number)
{
    if (row.rule == ConfigRule::Clamped)
        number = std::clamp(number, row.low, row.high);
    if (number < row.low || number > row.high)
        return outOfBounds(row);
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

Result<ConfigValue> parseMemoryOrPercent(BytesView value)
{
    const auto percent = value.ends_with('%') ? parseInteger(value.substr(0, value.size() - 1)) : std::nullopt;
    if (percent && *percent > 100)
        return Error{"percentage argument must be less or equal to 100"};
    if (percent && *percent >= 0)
        return ConfigValue{std::to_string(*percent) + "%", *percent};
    const auto bytes = parseMemory(value);
    // Redis keeps percents as negative numbers, and takes a size of more than 63 bits for one.
    if (tooManyBytes(value))
        return Error{"percentage argument must be less or equal to 100"};
    return bytes ? Result<ConfigValue>(ConfigValue{std::to_string(*bytes), *bytes})
                 : Error{"argument must be a memory or percent value"};
}

// "default", or several of the others; the number has a bit a word.
Result<ConfigValue> parseShutdownWords(BytesView value)
{
    constexpr BytesView kWords[] = {"default", "save", "nosave", "now", "force"};
    std::vector<Bytes> words;
    splitQuoted(value, words);
    std::int64_t chosen = 0;
    for (const Bytes& word : words) {
        const auto known =
            std::ranges::find_if(kWords, [&word](BytesView candidate) { return equalsIgnoringCase(candidate, word); });
        if (known == std::end(kWords))
            return Error{"argument(s) must be one of the following: " + listed(kWords)};
        chosen |= std::int64_t{1} << (known - std::begin(kWords)) >> 1;
    }
    if (words.empty())
        return Error{"argument(s) must be one of the following: " + listed(kWords)};
    if ((chosen & 3) == 3)
        return Error{"shutdown options SAVE and NOSAVE can't be used simultaneously"};
    Bytes text;
    for (std::size_t i = 1; i < std::size(kWords); ++i) {
        if ((chosen >> (i - 1) & 1) != 0)
            text.append(text.empty() ? "" : " ").append(kWords[i]);
    }
    return ConfigValue{text.empty() ? "default" : text, chosen};
}

Result<ConfigValue> parseHostname(BytesView value)
{
    constexpr std::size_t kLongest = 256;
    if (value.size() >= kLongest)
        return Error{"Hostnames must be less than 256 characters"};
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    if (!std::ranges::all_of(value, allowed))
        return Error{"Hostnames may only contain alphanumeric characters, hyphens or dots"};
    return ConfigValue{Bytes(value), 0};
}

// Text that may name these in braces, and is not empty.
Result<ConfigValue> parseTitleTemplate(BytesView value)
{
    constexpr BytesView kNames[] = {
        "title", "listen-addr", "server-mode", "port", "tls-port", "unixsocket", "config-file"};
    bool valid = !value.empty();
    for (std::size_t open = value.find('{'); valid && open != BytesView::npos; open = value.find('{', open + 1)) {
        const std::size_t close = value.find('}', open);
        valid = close != BytesView::npos
            && std::ranges::find(kNames, value.substr(open + 1, close - open - 1)) != std::end(kNames);
    }
    if (!valid)
        return Error{"template format is invalid or contains unknown variables"};
    return ConfigValue{Bytes(value), 0};
}

// Three numbers; Redis warns of descending ones and takes them.
Result<ConfigValue> parseOomScores(BytesView value)
{
    constexpr std::int64_t kMost = 2000;
    std::vector<Bytes> words;
    splitQuoted(value, words);
    if (words.size() != 3)
        return Error{"wrong number of arguments"};
    Bytes text;
    for (const Bytes& word : words) {
        const auto number = parseInteger(word);
        if (!number || *number < -kMost || *number > kMost)
            return Error{"Invalid oom-score-adj-values, elements must be between -2000 and 2000."};
        text.append(text.empty() ? "" : " ").append(std::to_string(*number));
    }
    return ConfigValue{text, 0};
}

Result<ConfigValue> parsePercentiles(BytesView value)
{
    Bytes text;
    // Between single blanks: a blank too many is an empty number.
    for (std::size_t from = 0; !value.empty() && from <= value.size();) {
        const std::size_t behind = std::min(value.find(' ', from), value.size());
        const BytesView word = value.substr(from, behind - from);
        from = behind + 1;
        const auto percent = parseDouble(word);
        if (!percent)
            return Error{"Invalid latency-tracking-info-percentiles parameters"};
        if (*percent < 0 || *percent > 100)
            return Error{"latency-tracking-info-percentiles parameters should sit between [0.0,100.0]"};
        char shown[32];
        std::snprintf(shown, sizeof shown, "%.10g", *percent);
        text.append(text.empty() ? "" : " ").append(shown);
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
        if (!number && tooManyBytes(value))
            return outOfBounds(row);
        return number ? bounded(row, *number) : Error{"argument must be a memory value"};
    }
    case ConfigType::MemoryOrPercent:
        return parseMemoryOrPercent(value);
    case ConfigType::ShutdownWords:
        return parseShutdownWords(value);
    case ConfigType::Hostname:
        return parseHostname(value);
    case ConfigType::TitleTemplate:
        return parseTitleTemplate(value);
    case ConfigType::OomScores:
        return parseOomScores(value);
    case ConfigType::Percentiles:
        return parsePercentiles(value);
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
    if (parsed.ok() && !row.refusal.empty() && parsed->text != row.initial)
        return Error{Bytes(row.refusal)};
    if (parsed.ok() && row.rule == ConfigRule::KeepsDefault && parsed->text != row.initial)
        return Error{"this engine keeps its data in memory only: the value can only be '" + Bytes(row.initial) + "'"};
    return parsed;
}

std::array<OutputLimit, 3> parseOutputLimitClasses(BytesView text)
{
    std::vector<Bytes> words;
    splitQuoted(text, words);
    std::array<OutputLimit, 3> limits;
    CHECK(words.size() == limits.size() * 4);
    for (std::size_t i = 0; i < limits.size(); ++i) {
        limits[i] = {.hardBytes = static_cast<std::uint64_t>(*parseInteger(words[i * 4 + 1])),
            .softBytes = static_cast<std::uint64_t>(*parseInteger(words[i * 4 + 2])),
            .softSeconds = *parseInteger(words[i * 4 + 3])};
    }
    return limits;
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
    if (number.size() > 19 || unit == std::end(kUnits))
        return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : number)
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / unit->bytes))
        return std::nullopt;
    return static_cast<std::int64_t>(value) * unit->bytes;
}

} // namespace engine
