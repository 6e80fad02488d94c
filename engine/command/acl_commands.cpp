// ACL: users, what they may do, and what they were refused.

#include "engine/acl/acl_password.h"
#include "engine/command/call.h"
#include "engine/command/client_control.h"
#include "engine/command/command_facts.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"
#include "engine/command/server_view.h"

#include <algorithm>
#include <functional>

namespace engine {

namespace {

constexpr std::size_t kLogEntriesShown = 10;
constexpr std::int64_t kMostPasswordBits = 4096;
constexpr std::int64_t kPasswordBits = 256;
constexpr BytesView kBadPasswordBits =
    "ERR ACL GENPASS argument must be the number of bits for the output password, a positive number up to 4096";
constexpr BytesView kNoFile =
    "ERR This Redis instance is not configured to use an ACL file. You may want to specify users via the ACL SETUSER "
    "command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) in order to store "
    "users in the Redis configuration.";

AccessControl& aclOf(Call& call)
{
    return call.context().server.acl();
}

void endClientsIf(Call& call, const std::function<bool(const ClientState&)>& ends)
{
    for (const ClientState* client : call.context().server.clients()) {
        if (ends(*client))
            endClient(call, *client);
    }
}

// --- Users.

// Whoever listens to what its user may no longer hear is disconnected.
void endForbiddenListeners(Call& call, const AclUser& user)
{
    endClientsIf(call, [&user](const ClientState& client) {
        const auto forbidden = [&](SubscriptionKind kind) {
            return std::ranges::any_of(client.subscriptions.of(kind),
                [&](const Bytes& name) { return !user.allowsChannel(name, kind == SubscriptionKind::Pattern); });
        };
        return client.user.get() == &user
            && (forbidden(SubscriptionKind::Channel) || forbidden(SubscriptionKind::Pattern)
                || forbidden(SubscriptionKind::Shard));
    });
}

void setuser(Call& call)
{
    const auto name = call.nextBytes();
    const auto user = aclOf(call).setUser(name, call.rest());
    if (!user)
        return call.fail(user.error());
    endForbiddenListeners(call, **user);
    call.reply().ok();
}

void deluser(Call& call)
{
    const Argv names = call.rest();
    if (std::ranges::find(names, "default") != names.end())
        return call.fail("ERR The 'default' user cannot be removed");
    std::int64_t removed = 0;
    for (const BytesView name : names) {
        const auto user = aclOf(call).erase(name);
        if (!user)
            continue;
        ++removed;
        endClientsIf(call, [&user](const ClientState& client) { return client.user == user; });
    }
    call.reply().integer(removed);
}

void replySelector(Call& call, const AclSelector& selector)
{
    ReplySink& reply = call.reply();
    reply.bulk("commands");
    reply.bulk(selector.commandText());
    reply.bulk("keys");
    reply.bulk(selector.keyText());
    reply.bulk("channels");
    reply.bulk(selector.channelText());
}

void getuser(Call& call)
{
    const auto user = aclOf(call).find(call.nextBytes());
    ReplySink& reply = call.reply();
    if (!user)
        return reply.null();
    reply.map(6);
    reply.bulk("flags");
    const auto flags = user->flags();
    reply.set(flags.size());
    for (const BytesView flag : flags)
        reply.bulk(flag);
    reply.bulk("passwords");
    reply.array(user->passwords().size());
    for (const Bytes& hash : user->passwords())
        reply.bulk(hash);
    const auto selectors = user->selectors();
    replySelector(call, selectors[0]);
    reply.bulk("selectors");
    reply.array(selectors.size() - 1);
    for (const AclSelector& selector : selectors.subspan(1)) {
        reply.map(3);
        replySelector(call, selector);
    }
}

void users(Call& call)
{
    const AccessControl::Users& all = aclOf(call).users();
    call.reply().array(all.size());
    for (const auto& [name, user] : all)
        call.reply().bulk(name);
}

void list(Call& call)
{
    const std::vector<Bytes> lines = aclOf(call).describe();
    call.reply().array(lines.size());
    for (const Bytes& line : lines)
        call.reply().bulk(line);
}

void whoami(Call& call)
{
    call.reply().bulk(userName(call.client()));
}

// --- Files.

const Bytes& fileOf(Call& call)
{
    const Bytes& path = call.context().config.text(Param::Aclfile);
    call.require(!path.empty(), kNoFile);
    return path;
}

void load(Call& call)
{
    const Bytes& path = fileOf(call);
    if (call.failed())
        return;
    const auto gone = aclOf(call).load(path);
    if (!gone)
        return call.fail(gone.error());
    endClientsIf(call, [&gone](const ClientState& client) {
        return client.user && std::ranges::find(*gone, client.user) != gone->end();
    });
    call.reply().ok();
}

void save(Call& call)
{
    const Bytes& path = fileOf(call);
    if (call.failed())
        return;
    if (const auto saved = aclOf(call).save(path); !saved)
        return call.fail(saved.error());
    call.reply().ok();
}

// --- Questions.

void replyCategory(Call& call, std::size_t category)
{
    const CommandTable& commands = call.context().commands;
    call.reply().beginArray();
    for (std::size_t i = 0; i < commands.indexCount(); ++i) {
        if ((aclCategoryBits(commands.at(i)) >> category & 1) != 0)
            call.reply().bulk(commands.at(i).fullName);
    }
    call.reply().end();
}

void cat(Call& call)
{
    if (call.remaining() > 1)
        return failForm(call, "ACL");
    if (call.more()) {
        const auto name = call.nextBytes();
        const auto category = findAclCategory(name);
        return category ? replyCategory(call, *category) : call.fail("ERR Unknown category '" + Bytes(name) + "'");
    }
    call.reply().array(aclCategoryCount());
    for (std::size_t i = 0; i < aclCategoryCount(); ++i)
        call.reply().bulk(aclCategoryName(i));
}

void genpass(Call& call)
{
    if (call.remaining() > 1)
        return failForm(call, "ACL");
    const std::int64_t bits = call.more() ? call.nextIntegerIn(1, kMostPasswordBits, kBadPasswordBits) : kPasswordBits;
    if (!call.failed())
        call.reply().bulk(randomPassword(static_cast<std::size_t>(bits)));
}

bool fitsArity(const CommandSpec& spec, std::size_t words)
{
    const auto count = static_cast<std::int64_t>(words);
    return spec.arity >= 0 ? count == spec.arity : count >= -spec.arity;
}

void dryrun(Call& call)
{
    const auto name = call.nextBytes();
    const auto user = aclOf(call).find(name);
    if (!user)
        return call.fail("ERR User '" + Bytes(name) + "' not found");
    const Argv words = call.rest();
    const Command* command = call.context().commands.resolve(words);
    if (!command)
        return call.fail("ERR Command '" + Bytes(words[0]) + "' not found");
    if (!fitsArity(*command->spec, words.size()))
        return call.fail("ERR wrong number of arguments for '" + command->fullName + "' command");
    const AclVerdict verdict = user->judge(*command, words);
    switch (verdict.denial) {
    case AclDenial::None:
        return call.reply().ok();
    case AclDenial::Key:
        return call.reply().bulk("This user has no permissions to access the '" + Bytes(words[verdict.word]) + "' key");
    case AclDenial::Channel:
        return call.reply().bulk(
            "This user has no permissions to access the '" + Bytes(words[verdict.word]) + "' channel");
    default:
        return call.reply().bulk("This user has no permissions to run the '" + command->fullName + "' command");
    }
}

// --- The log.

BytesView nameOf(AclDenial denial)
{
    switch (denial) {
    case AclDenial::Key:
        return "key";
    case AclDenial::Channel:
        return "channel";
    case AclDenial::Authentication:
        return "auth";
    default:
        return "command";
    }
}

BytesView nameOf(AclPlace place)
{
    return place == AclPlace::Script ? "lua" : place == AclPlace::Multi ? "multi" : "toplevel";
}

void replyLogEntry(Call& call, const AclLogEntry& entry)
{
    ReplySink& reply = call.reply();
    reply.map(7);
    reply.bulk("count");
    reply.integer(static_cast<std::int64_t>(entry.count));
    reply.bulk("reason");
    reply.bulk(nameOf(entry.denial));
    reply.bulk("context");
    reply.bulk(nameOf(entry.place));
    reply.bulk("object");
    reply.bulk(entry.object);
    reply.bulk("username");
    reply.bulk(entry.user);
    reply.bulk("age-seconds");
    reply.number(static_cast<double>(call.now().value - entry.at.value) / 1000);
    reply.bulk("client-info");
    reply.bulk(entry.client);
}

void log(Call& call)
{
    AclLog& log = aclOf(call).log();
    if (call.remaining() > 1)
        return failForm(call, "ACL");
    if (call.nextIs("reset")) {
        log.clear();
        return call.reply().ok();
    }
    const std::int64_t wanted = call.more() ? call.nextInteger() : static_cast<std::int64_t>(kLogEntriesShown);
    if (call.failed())
        return;
    const auto& entries = log.entries();
    const std::size_t shown = std::min(entries.size(), static_cast<std::size_t>(std::max<std::int64_t>(wanted, 0)));
    call.reply().array(shown);
    for (std::size_t i = 0; i < shown; ++i)
        replyLogEntry(call, entries[i]);
}

void help(Call& call)
{
    replyHelp(call, "ACL",
        {"CAT [<category>]", "    Names the categories, or the commands of one.", "DELUSER <username> [<username> ...]",
            "    Removes users and ends their connections.", "DRYRUN <username> <command> [<arg> ...]",
            "    Tells whether a user may run a command, without running it.", "GETUSER <username>",
            "    Shows what a user may do.", "GENPASS [<bits>]", "    Makes a password, of 256 bits by default.",
            "LIST", "    Shows all users as an ACL file holds them.", "LOAD", "    Takes the users of the ACL file.",
            "LOG [<count> | RESET]", "    Shows what users were refused, the last first.", "SAVE",
            "    Writes the users to the ACL file.", "SETUSER <username> <attribute> [<attribute> ...]",
            "    Makes or changes a user.", "USERS", "    Names all users.", "WHOAMI",
            "    Names the user that this connection speaks for."});
}

constexpr Flag kOpen = Flag::NoScript | Flag::Loading | Flag::Stale;
constexpr Flag kAdmin = kOpen | Flag::Admin;

constexpr CommandSpec kSubcommands[] = {
    {.name = "cat",
        .syntax = "[categoryname:string]",
        .arity = -2,
        .flags = kOpen,
        .group = Group::Server,
        .since = "6.0.0",
        .complexity = "O(1)",
        .summary = "Names the categories of commands, or the commands of one.",
        .run = cat},
    {.name = "deluser",
        .syntax = "username:string...",
        .arity = -3,
        .flags = kAdmin,
        .group = Group::Server,
        .since = "6.0.0",
        .complexity = "O(N) in the clients",
        .summary = "Removes users and ends their connections.",
        .run = deluser},
    {.name = "dryrun",
        .syntax = "username:string command:string [arg:string...]",
        .arity = -4,
        .flags = kAdmin,
        .group = Group::Server,
        .since = "7.0.0",
        .complexity = "O(1)",
        .summary = "Tells whether a user may run a command, without running it.",
        .run = dryrun},
    {.name = "genpass",
        .syntax = "[bits:integer]",
        .arity = -2,
        .flags = kOpen,
        .group = Group::Server,
        .since = "6.0.0",
        .complexity = "O(1)",
        .summary = "Makes a password that nobody guesses.",
        .run = genpass},
    {.name = "getuser",
        .syntax = "username:string",
        .arity = 3,
        .flags = kAdmin,
        .group = Group::Server,
        .since = "6.0.0",
        .complexity = "O(N) in the user's rules",
        .summary = "Shows how a user logs in and what it may do.",
        .run = getuser},
    {.name = "help",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale,
        .group = Group::Server,
        .since = "6.0.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = help},
    {.name = "list",
        .arity = 2,
        .flags = kAdmin,
        .group = Group::Server,
        .since = "6.0.0",
        .complexity = "O(N) in the users",
        .summary = "Shows all users as an ACL file holds them.",
        .run = list},
    {.name = "load",
        .arity = 2,
        .flags = kAdmin,
        .group = Group::Server,
        .since = "6.0.0",
        .complexity = "O(N) in the users",
        .summary = "Takes the users of the ACL file in the place of those there are.",
        .run = load},
    {.name = "log",
        .syntax = "[count:integer|RESET]:operation",
        .arity = -2,
        .flags = kAdmin,
        .group = Group::Server,
        .since = "6.0.0",
        .complexity = "O(N) in the entries shown",
        .summary = "Shows what users were refused, the last first.",
        .run = log},
    {.name = "save",
        .arity = 2,
        .flags = kAdmin,
        .group = Group::Server,
        .since = "6.0.0",
        .complexity = "O(N) in the users",
        .summary = "Writes all users to the ACL file.",
        .run = save},
    {.name = "setuser",
        .syntax = "username:string [rule:string...]",
        .arity = -3,
        .flags = kAdmin,
        .group = Group::Server,
        .since = "6.0.0",
        .complexity = "O(N) in the rules",
        .summary = "Makes a user, or changes what it may do.",
        .run = setuser},
    {.name = "users",
        .arity = 2,
        .flags = kAdmin,
        .group = Group::Server,
        .since = "6.0.0",
        .complexity = "O(N) in the users",
        .summary = "Names all users.",
        .run = users},
    {.name = "whoami",
        .arity = 2,
        .flags = kOpen,
        .group = Group::Server,
        .since = "6.0.0",
        .complexity = "O(1)",
        .summary = "Names the user that this connection speaks for.",
        .run = whoami},
};

constexpr CommandSpec kRows[] = {
    {.name = "acl",
        .arity = -2,
        .group = Group::Server,
        .since = "6.0.0",
        .complexity = "That of the subcommand",
        .summary = "Users, what they may do, and what they were refused.",
        .subcommands = kSubcommands},
};

} // namespace

std::span<const CommandSpec> aclCommands()
{
    return kRows;
}

} // namespace engine
