#pragma once

// Hazards as scripts. Each row of the list (hazards.h) comes in five forms: bare, in pcall, in a handler of xpcall, in
// a coroutine, and in pcall in a coroutine.
//
// Whoever runs them (in process, over the wire, from the command line, in the window) must see each end inside its
// limits of time and memory, and `return 1` work afterwards.

#include "tests/support/hazards.h"

#include "engine/base/bytes.h"

#include <vector>

namespace tests {

inline constexpr std::size_t kHazardForms = 5;

struct HostileScript {
    engine::Bytes part; // "I.3 patterns without an end"
    engine::Bytes name; // "exponential pattern, in pcall"
    engine::Bytes body;
    HazardOutcome outcome; // in the other forms than bare no error of its own ends it
    bool bare = false;
};

/// Every row, bare.
std::vector<HostileScript> bareHostileScripts();
/// Every row in every form.
std::vector<HostileScript> hostileScripts();
/// Every row in one form, which goes round: for tests that take too long with all of them. What differs by `turn` sees
/// different forms.
std::vector<HostileScript> someHostileScripts(std::size_t turn);

/// What is wrong with a run's end by itself; empty: nothing. Where there was `pressure` (little time, little memory, a
/// kill) a limit may also end what would have ended by itself.
enum class Pressure : unsigned char { None, Limits };
engine::Bytes faultOfEnd(const HostileScript& script, bool isError, engine::BytesView text, Pressure pressure);
/// An error that says that a limit or a kill has ended the script.
bool isEndByLimit(engine::BytesView error);

} // namespace tests
