// CONFIG and SLOWLOG.

#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"
#include "engine/command/server_view.h"

namespace engine {

namespace {

void configGet(Call& call)
{
    const auto found = call.context().config.matching(call.rest());
    call.reply().map(found.size());
    for (const auto& [name, value] : found) {
        call.reply().bulk(name);
        call.reply().bulk(value);
    }
}

void configSet(Call& call)
{
    if (call.remaining() % 2 != 0)
        return call.fail(errors::kSyntax);
    std::vector<ConfigAssignment> assignments;
    while (call.more()) {
        const BytesView name = call.nextBytes();
        assignments.push_back({.name = name, .value = call.nextBytes()});
    }
    if (const auto done = call.context().server.setConfig(assignments); !done)
        return call.fail(done.error());
    call.reply().ok();
}

void configRewrite(Call& call)
{
    if (const auto done = call.context().server.rewriteConfig(); !done)
        return call.fail(done.error());
    call.reply().ok();
}

void configResetstat(Call& call)
{
    call.context().server.resetStats();
    call.reply().ok();
}

void configHelp(Call& call)
{
    replyHelp(call, "CONFIG",
        {"GET <pattern> [<pattern> ...]", "    Shows the parameters whose names match.", "RESETSTAT",
            "    Sets the counters of INFO back to zero.", "REWRITE",
            "    Writes the settings to the configuration file.", "SET <parameter> <value> [<parameter> <value> ...]",
            "    Sets parameters, all or none."});
}

void slowlogGet(Call& call)
{
    constexpr BytesView kBadCount = "ERR count should be greater than or equal to -1";
    if (call.remaining() > 1)
        return call.fail("ERR unknown subcommand or wrong number of arguments for '" + Bytes(call.argv()[1])
            + "'. Try SLOWLOG HELP.");
    const std::int64_t wanted = call.more() ? call.nextIntegerIn(-1, INT64_MAX, kBadCount, kBadCount) : 10;
    if (call.failed())
        return;
    const auto& entries = call.context().server.slowlog().entries();
    const std::size_t count = wanted < 0 ? entries.size() : std::min(entries.size(), static_cast<std::size_t>(wanted));
    ReplySink& reply = call.reply();
    reply.array(count);
    for (std::size_t i = 0; i < count; ++i) {
        const SlowlogEntry& entry = entries[i];
        reply.array(6);
        reply.integer(entry.id);
        reply.integer(entry.at.value / 1000);
        reply.integer(entry.took.count());
        reply.array(entry.argv.size());
        for (const Bytes& word : entry.argv)
            reply.bulk(word);
        reply.bulk(entry.address);
        reply.bulk(entry.clientName);
    }
}

void slowlogLen(Call& call)
{
    call.reply().integer(static_cast<std::int64_t>(call.context().server.slowlog().entries().size()));
}

void slowlogReset(Call& call)
{
    call.context().server.slowlog().clear();
    call.reply().ok();
}

void slowlogHelp(Call& call)
{
    replyHelp(call, "SLOWLOG",
        {"GET [<count>]", "    Shows the newest entries, 10 unless told; -1 for all: id, time, microseconds, words,",
            "    client's address and name.", "LEN", "    Counts the entries.", "RESET", "    Forgets the entries."});
}

constexpr Flag kConfig = Flag::Admin | Flag::NoScript | Flag::Loading | Flag::Stale;
constexpr Flag kSlowlog = Flag::Admin | Flag::Loading | Flag::Stale;
constexpr Flag kHelp = Flag::Loading | Flag::Stale;

constexpr CommandSpec kConfigRows[] = {
    {.name = "get",
        .syntax = "(parameter:string)...:parameter",
        .arity = -3,
        .flags = kConfig,
        .group = Group::Server,
        .since = "2.0.0",
        .complexity = "O(n) in the parameters",
        .summary = "Shows the parameters whose names match.",
        .run = configGet},
    {.name = "help",
        .arity = 2,
        .flags = kHelp,
        .group = Group::Server,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = configHelp},
    {.name = "resetstat",
        .arity = 2,
        .flags = kConfig,
        .group = Group::Server,
        .since = "2.0.0",
        .complexity = "O(1)",
        .summary = "Sets the counters of INFO back to zero.",
        .run = configResetstat},
    {.name = "rewrite",
        .arity = 2,
        .flags = kConfig,
        .group = Group::Server,
        .since = "2.8.0",
        .complexity = "O(1)",
        .summary = "Writes the settings to the configuration file the server was started with.",
        .run = configRewrite},
    {.name = "set",
        .syntax = "(parameter:string value:string)...:parameter_value",
        .arity = -4,
        .flags = kConfig,
        .group = Group::Server,
        .since = "2.0.0",
        .complexity = "O(n) in the parameters",
        .summary = "Sets parameters, all or none.",
        .tips = "request_policy:all_nodes response_policy:all_succeeded",
        .run = configSet},
};

constexpr CommandSpec kSlowlogRows[] = {
    {.name = "get",
        .syntax = "[count:integer]",
        .arity = -2,
        .flags = kSlowlog,
        .group = Group::Server,
        .since = "2.2.12",
        .complexity = "O(n) in the entries shown",
        .summary = "Shows the newest slow commands.",
        .tips = "request_policy:all_nodes nondeterministic_output",
        .run = slowlogGet},
    {.name = "help",
        .arity = 2,
        .flags = kHelp,
        .group = Group::Server,
        .since = "6.2.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = slowlogHelp},
    {.name = "len",
        .arity = 2,
        .flags = kSlowlog,
        .group = Group::Server,
        .since = "2.2.12",
        .complexity = "O(1)",
        .summary = "Counts the slow log's entries.",
        .tips = "request_policy:all_nodes response_policy:agg_sum nondeterministic_output",
        .run = slowlogLen},
    {.name = "reset",
        .arity = 2,
        .flags = kSlowlog,
        .group = Group::Server,
        .since = "2.2.12",
        .complexity = "O(n) in the entries",
        .summary = "Forgets the slow log's entries.",
        .tips = "request_policy:all_nodes response_policy:all_succeeded",
        .run = slowlogReset},
};

constexpr CommandSpec kRows[] = {
    {.name = "config",
        .arity = -2,
        .group = Group::Server,
        .since = "2.0.0",
        .complexity = "That of the subcommand",
        .summary = "Reads and changes the server's settings.",
        .subcommands = kConfigRows},
    {.name = "slowlog",
        .arity = -2,
        .group = Group::Server,
        .since = "2.2.12",
        .complexity = "That of the subcommand",
        .summary = "The commands that took longest.",
        .subcommands = kSlowlogRows},
};

} // namespace

std::span<const CommandSpec> configCommands()
{
    return kRows;
}

} // namespace engine
