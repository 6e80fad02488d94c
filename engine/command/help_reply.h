#pragma once

#include "engine/command/call.h"

#include <initializer_list>

namespace engine {

/// Answers a container's HELP in Redis's frame: a heading, the lines given, HELP itself. `lines` are subcommands, each
/// followed by its description indented by four blanks.
void replyHelp(Call& call, BytesView container, std::initializer_list<BytesView> lines);

/// Fails a subcommand's call whose words do not fit: "unknown subcommand or wrong number of arguments".
void failForm(Call& call, BytesView container);

} // namespace engine
