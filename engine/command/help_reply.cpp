#include "engine/command/help_reply.h"

namespace engine {

constexpr std::size_t kPreviewBytes = 128;

void replyHelp(Call& call, BytesView container, std::initializer_list<BytesView> lines)
{
    ReplySink& reply = call.reply();
    reply.array(lines.size() + 3);
    reply.status(Bytes(container) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
    for (const BytesView line : lines)
        reply.status(line);
    reply.status("HELP");
    reply.status("    Prints this help.");
}

void failForm(Call& call, BytesView container)
{
    call.fail("ERR unknown subcommand or wrong number of arguments for '"
        + Bytes(call.argv()[1].substr(0, kPreviewBytes)) + "'. Try " + Bytes(container) + " HELP.");
}

} // namespace engine
