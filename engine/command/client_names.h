#pragma once

// Rules for CLIENT SETNAME and HELLO SETNAME, and the lines of CLIENT LIST.

#include "engine/command/client_state.h"

#include <algorithm>

namespace engine {

constexpr BytesView kBadClientName = "ERR Client names cannot contain spaces, newlines or special characters.";

/// Printable ASCII without blanks; empty takes a name away.
inline bool isClientName(BytesView name)
{
    return std::ranges::all_of(name, [](char c) { return c >= '!' && c <= '~'; });
}

/// One line of CLIENT LIST, without its line feed.
Bytes clientLine(const ClientState& client, UnixMs now);

} // namespace engine
