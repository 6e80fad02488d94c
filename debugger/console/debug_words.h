#pragma once

// Words of a command line of the debugger, and what they mean.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace debugger {

std::string_view trimmed(std::string_view text);

/// The first word; `text` becomes what is behind it.
std::string_view takeWord(std::string_view& text);

/// Split at spaces; double or single quotes hold words together, and in double quotes \n \r \t \" \\ \xHH are bytes.
/// Nothing when a quote is not closed.
std::optional<std::vector<std::string>> splitWords(std::string_view text);

/// A whole decimal number, with a sign or without.
std::optional<long long> parseNumber(std::string_view text);

/// A Lua string literal of these bytes.
std::string luaQuoted(std::string_view bytes);

} // namespace debugger
