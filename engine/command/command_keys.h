#pragma once

#include "engine/command/call.h"
#include "engine/command/command.h"

#include <optional>
#include <vector>

namespace engine {

/// A key among the words of a command.
struct KeyPlace {
    std::size_t index = 0;
    std::uint16_t use = 0; // KeySpec::Use
};

/// The keys of a command's words, in order; nullopt when the words do not fit the row's key specs (a count that is no
/// number, or more keys than words).
std::optional<std::vector<KeyPlace>> keyPlaces(const CommandSpec& spec, Argv argv);

} // namespace engine
