// CLIENT and its subcommands.

#include "engine/command/call.h"
#include "engine/command/client_names.h"
#include "engine/command/command_table.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"
#include "engine/command/server_view.h"

#include <set>

namespace engine {

namespace {

void clientId(Call& call)
{
    call.reply().integer(call.client().id);
}

void clientGetname(Call& call)
{
    if (call.client().name.empty())
        call.reply().null();
    else
        call.reply().bulk(call.client().name);
}

void clientSetname(Call& call)
{
    const BytesView name = call.nextBytes();
    if (!isClientName(name))
        return call.fail(kBadClientName);
    call.client().name = name;
    call.reply().ok();
}

void clientInfo(Call& call)
{
    call.reply().verbatim("txt", clientLine(call.client(), call.now()) + "\n");
}

void clientNoEvict(Call& call)
{
    if (call.nextIs("on"))
        call.client().noEvict = true;
    else if (call.nextIs("off"))
        call.client().noEvict = false;
    else
        return call.fail(errors::kSyntax);
    call.reply().ok();
}

// Which clients CLIENT LIST is asked for; nullopt: all.
std::optional<std::set<std::int64_t>> wantedIds(Call& call)
{
    if (!call.more())
        return std::nullopt;
    std::set<std::int64_t> ids;
    if (call.remaining() == 2 && call.nextIs("type")) {
        // Everybody here is "normal": there are no replicas, and subscribers come with publishing.
        const BytesView type = call.nextBytes();
        if (equalsIgnoringCase(type, "normal"))
            return std::nullopt;
        for (const BytesView known : {"master", "replica", "slave", "pubsub"}) {
            if (equalsIgnoringCase(type, known))
                return ids;
        }
        call.fail("ERR Unknown client type '" + Bytes(type) + "'");
    } else if (call.remaining() >= 2 && call.nextIs("id")) {
        while (call.more())
            ids.insert(call.nextInteger("ERR Invalid client ID"));
    } else {
        call.fail(errors::kSyntax);
    }
    return ids;
}

void clientList(Call& call)
{
    const auto ids = wantedIds(call);
    if (call.failed())
        return;
    Bytes lines;
    for (const ClientState* client : call.context().server.clients()) {
        if (!ids || ids->contains(client->id))
            lines += clientLine(*client, call.now()) + "\n";
    }
    call.reply().verbatim("txt", lines);
}

void clientHelp(Call& call)
{
    replyHelp(call, "CLIENT",
        {"GETNAME", "    Answers with the name of this connection.", "ID",
            "    Answers with the number of this connection.", "INFO", "    Describes this connection.",
            "LIST [TYPE <normal|master|replica|pubsub>] [ID <id> ...]", "    Describes connections, a line each.",
            "NO-EVICT (ON|OFF)", "    Spares this connection when memory for clients runs out.", "SETNAME <name>",
            "    Gives this connection a name."});
}

constexpr Flag kFlags = Flag::NoScript | Flag::Loading | Flag::Stale;

constexpr CommandSpec kSubcommands[] = {
    {.name = "getname",
        .arity = 2,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "2.6.9",
        .complexity = "O(1)",
        .summary = "Answers with the connection's name.",
        .run = clientGetname},
    {.name = "help",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = clientHelp},
    {.name = "id",
        .arity = 2,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Answers with the connection's number, which no other ever gets.",
        .run = clientId},
    {.name = "info",
        .arity = 2,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "6.2.0",
        .complexity = "O(1)",
        .summary = "Describes the connection it comes from.",
        .tips = "nondeterministic_output",
        .run = clientInfo},
    {.name = "list",
        .syntax = "[TYPE (NORMAL|MASTER|REPLICA|PUBSUB):normal_master_replica_pubsub] [ID (client-id:integer...):id]",
        .arity = -2,
        .flags = kFlags | Flag::Admin,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "2.4.0",
        .complexity = "O(n) in the connections",
        .summary = "Describes the connections, a line each.",
        .tips = "nondeterministic_output",
        .run = clientList},
    {.name = "no-evict",
        .syntax = "(ON|OFF):enabled",
        .arity = 3,
        .flags = kFlags | Flag::Admin,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "7.0.0",
        .complexity = "O(1)",
        .summary = "Keeps the connection open when memory for clients runs out.",
        .run = clientNoEvict},
    {.name = "setname",
        .syntax = "connection-name:string",
        .arity = 3,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "2.6.9",
        .complexity = "O(1)",
        .summary = "Gives the connection a name.",
        .run = clientSetname},
};

constexpr CommandSpec kRows[] = {
    {.name = "client",
        .arity = -2,
        .group = Group::Connection,
        .since = "2.4.0",
        .complexity = "That of the subcommand",
        .summary = "Questions and settings of connections.",
        .subcommands = kSubcommands},
};

} // namespace

Bytes clientLine(const ClientState& client, UnixMs now)
{
    const ConnectionFigures& figures = client.connection;
    const auto seconds = [now](UnixMs since) { return std::to_string((now.value - since.value) / 1000); };
    const auto field = [](const char* name, auto value) { return Bytes(name) + std::to_string(value); };
    Bytes flags = client.transaction ? "x" : "";
    flags += client.watchedKeyChanged ? "d" : "";
    flags += client.closeAfterReply ? "c" : "";
    flags += client.noEvict ? "e" : "";
    const int queued = client.transaction ? static_cast<int>(client.transaction->queue.size()) : -1;
    return field("id=", client.id) + " addr=" + client.address + " laddr=" + client.localAddress
        + field(" fd=", figures.descriptor) + " name=" + client.name + " age=" + seconds(client.connectedAt)
        + " idle=" + seconds(client.lastCommandAt) + " flags=" + (flags.empty() ? "N" : flags)
        + field(" db=", client.database) + " sub=0 psub=0 ssub=0" + field(" multi=", queued)
        + field(" qbuf=", figures.queryBuffer) + field(" qbuf-free=", figures.queryBufferFree) + " argv-mem=0"
        + field(" multi-mem=", client.transaction ? client.transaction->bytes : 0) + " rbs=0 rbp=0 obl=0 oll=0"
        + field(" omem=", figures.outputBuffer) + field(" tot-mem=", figures.total)
        + " events=r cmd=" + (client.lastCommand ? client.lastCommand->fullName : Bytes("NULL"))
        + " user=default redir=-1" + field(" resp=", static_cast<int>(client.protocol));
}

std::span<const CommandSpec> clientCommands()
{
    return kRows;
}

} // namespace engine
