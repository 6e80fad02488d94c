#pragma once

#include "engine/command/command_context.h"

#include <span>

namespace engine {

/// INFO's text: the sections asked for, the usual ones when none is. Names of sections are folded; unknown ones give
/// nothing. Numbers are measured or absent: a field that could only be made up is left out.
Bytes infoText(const CommandContext& context, std::span<const BytesView> sections);

} // namespace engine
