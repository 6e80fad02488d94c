#pragma once

// Where a client's next EVAL or FCALL is debugged.

#include "engine/command/call.h"
#include "engine/command/server_view.h"

namespace engine {

/// The client leaves for the debugger, which answers it. `script` is without keys and arguments: the first `keys` words
/// that are left are its keys, unless the call has failed.
void debugScript(Call& call, ScriptToDebug script, std::int64_t keys);

} // namespace engine
