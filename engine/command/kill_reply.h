#pragma once

#include "engine/command/call.h"
#include "engine/script/function_runner.h"

namespace engine {

/// What SCRIPT KILL and FUNCTION KILL answer.
inline void replyKill(Call& call, KillAnswer answer)
{
    switch (answer) {
    case KillAnswer::Killed:
        return call.reply().ok();
    case KillAnswer::NotBusy:
        return call.fail(errors::kNotBusy);
    case KillAnswer::Unkillable:
        return call.fail(errors::kUnkillable);
    }
}

} // namespace engine
