#pragma once

// Commands of every family that a random script calls.

#include <span>

namespace tests {

/// Words as Lua writes them; %n: a number, %s: a string, %l: a literal whole number. A row without `raises` may be an
/// error: it is called so that the script goes on.
struct WalkCommand {
    const char* words;
    bool raises = true;
};

std::span<const WalkCommand> walkCommands();

} // namespace tests
