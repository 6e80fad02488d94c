#pragma once

// What a client's user may do, asked at the three places where commands begin: a request, a member of EXEC, a call of a
// script.

#include "engine/acl/acl_verdict.h"
#include "engine/command/command_context.h"
#include "engine/command/command_table.h"

namespace engine {

/// Asks the client's user; a refusal is kept in the ACL log. Cost: nearly none for a user without limits.
AclVerdict judgeAccess(CommandContext& context, const Command& command, Argv argv);

// What is answered to a refusal.
Bytes accessError(AclVerdict verdict, const Command& command);
Bytes accessErrorInExec(AclVerdict verdict);
BytesView accessErrorInScript(AclVerdict verdict);

} // namespace engine
