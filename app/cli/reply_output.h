#pragma once

// Replies on standard output: raw for pipes, and as JSON. The terminal's form is engine/resp/reply_text.h's.

#include "engine/resp/reply.h"

#include <string>

namespace app {

/// As redis-cli prints when its output is no terminal: strings as they are, one a line; an error has one more line
/// break. Ends with a line break.
std::string rawText(const engine::Reply& reply);

} // namespace app
