#include "engine/command/debug_script.h"

namespace engine {

void debugScript(Call& call, ScriptToDebug script, std::int64_t keys)
{
    script.error = call.error();
    if (!call.failed()) {
        script.keys = call.take(static_cast<std::size_t>(keys));
        script.argv = call.rest();
    }
    if (const auto started = call.context().server.debugScript(call.context(), script); !started)
        call.fail(started.error());
}

} // namespace engine
