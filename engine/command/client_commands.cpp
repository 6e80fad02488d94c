// CLIENT and its subcommands.

#include "engine/command/call.h"
#include "engine/command/client_control.h"
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

// Which clients CLIENT LIST is asked for; empty: all.
std::function<bool(const ClientState&)> nextListFilter(Call& call)
{
    if (!call.more())
        return {};
    if (call.remaining() == 2 && call.nextIs("type"))
        return nextClientType(call);
    std::set<std::int64_t> ids;
    if (call.remaining() >= 2 && call.nextIs("id")) {
        while (call.more())
            ids.insert(call.nextInteger("ERR Invalid client ID"));
    } else {
        call.fail(errors::kSyntax);
    }
    return [ids](const ClientState& client) { return ids.contains(client.id); };
}

void clientList(Call& call)
{
    const auto filter = nextListFilter(call);
    if (call.failed())
        return;
    Bytes lines;
    for (const ClientState* client : call.context().server.clients()) {
        if (!filter || filter(*client))
            lines += clientLine(*client, call.now()) + "\n";
    }
    call.reply().verbatim("txt", lines);
}

void clientHelp(Call& call)
{
    replyHelp(call, "CLIENT",
        {"CACHING (YES|NO)", "    Says whether the keys that the next command reads are tracked.", "GETNAME",
            "    Answers with the name of this connection.", "GETREDIR",
            "    Answers with the number of the connection that invalidations go to.", "ID",
            "    Answers with the number of this connection.", "INFO", "    Describes this connection.",
            "KILL <ip:port>", "    Ends the connection from an address.",
            "KILL <option> <value> [<option> <value> ...]",
            "    Ends the connections that fit all of ID <id>, TYPE <type>, USER <name>, ADDR <ip:port>,",
            "    LADDR <ip:port>; this one too with SKIPME no.",
            "LIST [TYPE <normal|master|replica|pubsub>] [ID <id> ...]", "    Describes connections, a line each.",
            "NO-EVICT (ON|OFF)", "    Spares this connection when memory for clients runs out.",
            "PAUSE <timeout> [WRITE|ALL]", "    Holds commands back for so many milliseconds.", "REPLY (ON|OFF|SKIP)",
            "    Says whether replies are sent to this connection.", "SETNAME <name>",
            "    Gives this connection a name.",
            "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]] [OPTIN] [OPTOUT] [NOLOOP]",
            "    Tells this connection of changes of the keys that it has read.", "TRACKINGINFO",
            "    Shows what TRACKING has been told.", "UNBLOCK <clientid> [TIMEOUT|ERROR]",
            "    Ends the wait of another connection.", "UNPAUSE", "    Ends a pause."});
}

constexpr Flag kFlags = Flag::NoScript | Flag::Loading | Flag::Stale;
constexpr Flag kControl = kFlags | Flag::Admin;

constexpr CommandSpec kSubcommands[] = {
    {.name = "caching",
        .syntax = "(YES|NO):mode",
        .arity = 3,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "6.0.0",
        .complexity = "O(1)",
        .summary = "Says whether the keys that the next command reads are tracked.",
        .run = clientCaching},
    {.name = "getname",
        .arity = 2,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "2.6.9",
        .complexity = "O(1)",
        .summary = "Answers with the connection's name.",
        .run = clientGetname},
    {.name = "getredir",
        .arity = 2,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "6.0.0",
        .complexity = "O(1)",
        .summary = "Answers with the number of the connection that invalidations go to.",
        .run = clientGetredir},
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
    {.name = "kill",
        .syntax = "(ip:port:string|([ID client-id:integer]|[TYPE "
                  "(NORMAL|MASTER|SLAVE|REPLICA|PUBSUB):normal_master_slave_pubsub]"
                  "|[USER username:string]|[ADDR ip:port:string]|[LADDR ip:port:string]|[SKIPME "
                  "yes/no:string]):new-format...):filter",
        .arity = -3,
        .flags = kControl,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "2.4.0",
        .complexity = "O(N) in the connections",
        .summary = "Ends connections, by address or by what they are.",
        .run = clientKill},
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
    {.name = "pause",
        .syntax = "timeout:integer [WRITE|ALL]:mode",
        .arity = -3,
        .flags = kControl,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "2.9.50",
        .complexity = "O(1)",
        .summary = "Holds the commands of all connections back for a time, or only those that write.",
        .run = clientPause},
    {.name = "reply",
        .syntax = "(ON|OFF|SKIP):on_off_skip",
        .arity = 3,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "3.2.0",
        .complexity = "O(1)",
        .summary = "Says whether replies are sent to the connection.",
        .run = clientReply},
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
    {.name = "tracking",
        .syntax =
            "(ON|OFF):status [REDIRECT client-id:integer] [PREFIX prefix:string]... [BCAST] [OPTIN] [OPTOUT] [NOLOOP]",
        .arity = -3,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "6.0.0",
        .complexity = "O(1), and O(N) in the prefixes",
        .summary = "Tells the connection of changes of the keys that it has read, so that it may keep them.",
        .run = clientTracking},
    {.name = "trackinginfo",
        .arity = 2,
        .flags = kFlags,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "6.2.0",
        .complexity = "O(1)",
        .summary = "Shows what TRACKING has been told.",
        .run = clientTrackinginfo},
    {.name = "unblock",
        .syntax = "client-id:integer [TIMEOUT|ERROR]:timeout_error",
        .arity = -3,
        .flags = kControl,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "5.0.0",
        .complexity = "O(log N) in the connections",
        .summary = "Ends the wait of another connection.",
        .run = clientUnblock},
    {.name = "unpause",
        .arity = 2,
        .flags = kControl,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "6.2.0",
        .complexity = "O(N) in the connections held back",
        .summary = "Ends a pause.",
        .run = clientUnpause},
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

namespace {

Bytes flagsOf(const ClientState& client)
{
    const ClientTracking* tracking = client.tracking ? &*client.tracking : nullptr;
    Bytes flags;
    const auto flag = [&](bool on, char letter) {
        if (on)
            flags.push_back(letter);
    };
    flag(client.monitors, 'O');
    flag(client.subscriptions.any(), 'P');
    flag(client.transaction.has_value(), 'x');
    flag(client.wait.has_value(), 'b');
    flag(tracking, 't');
    flag(tracking && tracking->redirectBroken, 'R');
    flag(tracking && tracking->broadcast, 'B');
    flag(client.watchedKeyChanged, 'd');
    flag(client.closeAfterReply, 'c');
    flag(client.noEvict, 'e');
    return flags.empty() ? "N" : flags;
}

} // namespace

Bytes clientLine(const ClientState& client, UnixMs now)
{
    const ConnectionFigures& figures = client.connection;
    const auto seconds = [now](UnixMs since) { return std::to_string((now.value - since.value) / 1000); };
    const auto field = [](const char* name, auto value) { return Bytes(name) + std::to_string(value); };
    const Bytes flags = flagsOf(client);
    const int queued = client.transaction ? static_cast<int>(client.transaction->queue.size()) : -1;
    return field("id=", client.id) + " addr=" + client.address + " laddr=" + client.localAddress
        + field(" fd=", figures.descriptor) + " name=" + client.name + " age=" + seconds(client.connectedAt)
        + " idle=" + seconds(client.lastCommandAt) + " flags=" + flags + field(" db=", client.database)
        + field(" sub=", client.subscriptions.of(SubscriptionKind::Channel).size())
        + field(" psub=", client.subscriptions.of(SubscriptionKind::Pattern).size())
        + field(" ssub=", client.subscriptions.of(SubscriptionKind::Shard).size()) + field(" multi=", queued)
        + field(" qbuf=", figures.queryBuffer) + field(" qbuf-free=", figures.queryBufferFree) + " argv-mem=0"
        + field(" multi-mem=", client.transaction ? client.transaction->bytes : 0) + " rbs=0 rbp=0 obl=0 oll=0"
        + field(" omem=", figures.outputBuffer) + field(" tot-mem=", figures.total)
        + " events=r cmd=" + (client.lastCommand ? client.lastCommand->fullName : Bytes("NULL"))
        + " user=" + Bytes(userName(client)) + field(" redir=", client.tracking ? client.tracking->redirect : -1)
        + field(" resp=", static_cast<int>(client.protocol));
}

std::span<const CommandSpec> clientCommands()
{
    return kRows;
}

} // namespace engine
