#pragma once

#include "engine/command/call.h"

#include <initializer_list>

namespace engine {

/// Answers a container's HELP in Redis's frame: a heading, the lines given, HELP itself. `lines` are subcommands, each
/// followed by its description indented by four blanks.
void replyHelp(Call& call, BytesView container, std::initializer_list<BytesView> lines);

} // namespace engine
