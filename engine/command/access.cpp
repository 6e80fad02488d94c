#include "engine/command/access.h"

#include "engine/acl/acl_user.h"
#include "engine/command/client_state.h"
#include "engine/command/server_view.h"

namespace engine {

AclVerdict judgeAccess(CommandContext& context, const Command& command, Argv argv)
{
    const AclUser* user = context.client.user.get();
    if (!user || user->isUnrestricted())
        return {};
    const AclVerdict verdict = user->judge(command, argv);
    if (!verdict.allowed())
        context.server.denied(context, verdict.denial,
            verdict.denial == AclDenial::Command ? BytesView(command.fullName) : argv[verdict.word], user->name());
    return verdict;
}

Bytes accessError(AclVerdict verdict, const Command& command)
{
    if (verdict.denial == AclDenial::Command)
        return "NOPERM this user has no permissions to run the '" + command.fullName + "' command";
    return Bytes("NOPERM this user has no permissions to access one of the ")
        + (verdict.denial == AclDenial::Key ? "keys" : "channels") + " used as arguments";
}

Bytes accessErrorInExec(AclVerdict verdict)
{
    const BytesView reason = verdict.denial == AclDenial::Command ? "no permission to execute the command or subcommand"
        : verdict.denial == AclDenial::Key                        ? "no permission to touch the specified keys"
                                                                  : "no permission to access one of the channels used "
                                                                    "as arguments to the command";
    return "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This "
           "command is no longer allowed for the following reason: "
        + Bytes(reason);
}

BytesView accessErrorInScript(AclVerdict verdict)
{
    switch (verdict.denial) {
    case AclDenial::Command:
        return "ERR The user executing the script can't run this command or subcommand";
    case AclDenial::Key:
        return "ERR The user executing the script can't access at least one of the keys mentioned in the command "
               "arguments";
    default:
        return "ERR The user executing the script can't publish to the channel mentioned in the command";
    }
}

} // namespace engine
