#pragma once

#include "engine/command/command.h"
#include "engine/script/script_store.h"

namespace engine {

/// The flags by which a call of a script or function is judged: those of its command (EVAL, FCALL, …), but where the
/// script declares what it does, that instead of what the command might do.
/// Source: https://redis.io/docs/manual/programmability/lua-api/ (script flags).
inline Flag withDeclared(Flag command, const ScriptFlags& script)
{
    if (!script.declared)
        return command;
    Flag flags = without(command, Flag::Stale | Flag::DenyOom | Flag::Write | Flag::MayReplicate);
    if (!script.noWrites)
        flags = flags | Flag::Write;
    if (!script.noWrites && !script.allowOom)
        flags = flags | Flag::DenyOom;
    if (script.allowStale)
        flags = flags | Flag::Stale;
    return flags;
}

} // namespace engine
