#include "debugger/console/debug_words.h"

#include <charconv>
#include <cstdio>

namespace debugger {

namespace {

constexpr std::string_view kSpaces = " \t\r\n";

std::optional<unsigned> hexByte(std::string_view text)
{
    unsigned value = 0;
    if (text.size() < 4 || text[0] != '\\' || text[1] != 'x')
        return std::nullopt;
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 4, value, 16);
    return error == std::errc() && end == text.data() + 4 ? std::optional(value) : std::nullopt;
}

char escaped(char letter)
{
    switch (letter) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return letter;
    }
}

// `text` begins behind the quote; gives false when none closes it.
bool takeQuoted(std::string_view& text, char quote, std::string& word)
{
    while (!text.empty() && text.front() != quote) {
        if (const auto byte = quote == '"' ? hexByte(text) : std::nullopt) {
            word += static_cast<char>(*byte);
            text.remove_prefix(4);
        } else if (text.front() == '\\' && text.size() > 1 && (quote == '"' || text[1] == '\'')) {
            word += escaped(text[1]);
            text.remove_prefix(2);
        } else {
            word += text.front();
            text.remove_prefix(1);
        }
    }
    if (text.empty())
        return false;
    text.remove_prefix(1);
    return true;
}

} // namespace

std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(kSpaces);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kSpaces) - first + 1);
}

std::string_view takeWord(std::string_view& text)
{
    text = trimmed(text);
    const std::string_view word = text.substr(0, text.find_first_of(kSpaces));
    text = trimmed(text.substr(word.size()));
    return word;
}

std::optional<std::vector<std::string>> splitWords(std::string_view text)
{
    std::vector<std::string> words;
    for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
        std::string word;
        while (!text.empty() && kSpaces.find(text.front()) == std::string_view::npos) {
            const char first = text.front();
            text.remove_prefix(1);
            if (first != '"' && first != '\'')
                word += first;
            else if (!takeQuoted(text, first, word))
                return std::nullopt;
        }
        words.push_back(std::move(word));
    }
    return words;
}

std::optional<long long> parseNumber(std::string_view text)
{
    long long value = 0;
    if (text.starts_with('+'))
        text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    return value;
}

std::string luaQuoted(std::string_view bytes)
{
    std::string quoted = "\"";
    for (const char c : bytes) {
        char digits[5];
        std::snprintf(digits, sizeof digits, "\\%03u", static_cast<unsigned>(static_cast<unsigned char>(c)));
        quoted += digits;
    }
    return quoted + '"';
}

} // namespace debugger
