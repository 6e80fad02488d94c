// MEMORY: what keys hold, and what the dataset does as a whole. Figures are counted here, not asked of the allocator.

#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"
#include "engine/command/server_view.h"

#include <malloc.h>

namespace engine {

namespace {

void usage(Call& call)
{
    const BytesView key = call.nextKey();
    while (call.more() && !call.failed()) {
        // Sizes are counted as values grow, so there is nothing to sample; the option is judged all the same.
        if (call.remaining() >= 2 && call.nextIs("samples"))
            call.nextIntegerIn(0, INT64_MAX, errors::kSyntax);
        else
            call.fail(errors::kSyntax);
    }
    if (call.failed())
        return;
    const Entry* entry = call.findUntouched(key);
    if (entry)
        call.reply().integer(static_cast<std::int64_t>(entry->memoryBytes()));
    else
        call.reply().null();
}

// Redis judges fragmentation, peaks and buffers once there are 5 MiB of data; here only the peak can be off.
void doctor(Call& call)
{
    constexpr std::size_t kTooLittle = 5 * 1024 * 1024;
    const std::size_t used = call.context().data.memoryBytes();
    const std::size_t peak = call.context().server.facts().memoryPeak;
    if (used < kTooLittle)
        return call.reply().verbatim("txt",
            "Hi Sam, this instance is empty or is using very little memory, my issues detector can't be used in these "
            "conditions. Please, leave for your mission on Earth and fill it with some data. The new Sam and I will be "
            "back to our programming as soon as I finished rebooting.\n");
    if (peak > used + used / 2)
        return call.reply().verbatim("txt",
            "Sam, I detected a few issues in this Redis instance memory implants:\n\n * Peak memory: In the past this "
            "instance used more than 150% the memory that is currently using. The allocator is normally not able to "
            "release memory after a peak, so you can expect to see a big fragmentation ratio.\n\nI'm here to keep you "
            "safe, Sam. I want to help you.\n");
    call.reply().verbatim("txt",
        "Hi Sam, I can't find any memory issue in your instance. I can only account for what "
        "occurs on this base.\n");
}

void mallocStats(Call& call)
{
    call.reply().verbatim("txt", "Stats not supported for the current allocator");
}

void purge(Call& call)
{
    ::malloc_trim(0);
    call.reply().ok();
}

void stats(Call& call)
{
    const ServerFacts facts = call.context().server.facts();
    const std::size_t used = call.context().data.memoryBytes();
    std::size_t keys = 0;
    for (std::size_t database = 0; database < call.context().data.databaseCount(); ++database)
        keys += call.context().data.database(database).size();
    const struct {
        BytesView name;
        std::size_t value;
    } figures[] = {
        {"peak.allocated", std::max(facts.memoryPeak, used)},
        {"total.allocated", used},
        {"startup.allocated", 0},
        {"replication.backlog", 0},
        {"clients.slaves", 0},
        {"clients.normal", facts.clientsMemory},
        {"cluster.links", 0},
        {"aof.buffer", 0},
        {"lua.caches", facts.scriptBytes},
        {"functions.caches", facts.functionBytes},
        {"overhead.total", facts.clientsMemory + facts.scriptBytes + facts.functionBytes},
        {"keys.count", keys},
        {"keys.bytes-per-key", keys == 0 ? 0 : used / keys},
        {"dataset.bytes", used},
    };
    ReplySink& reply = call.reply();
    reply.map(std::size(figures) + 1);
    for (const auto& [name, value] : figures) {
        reply.bulk(name);
        reply.integer(static_cast<std::int64_t>(value));
    }
    reply.bulk("peak.percentage");
    reply.number(facts.memoryPeak == 0
            ? 100
            : 100 * static_cast<double>(used) / static_cast<double>(std::max(facts.memoryPeak, used)));
}

void help(Call& call)
{
    replyHelp(call, "MEMORY",
        {"DOCTOR", "    Tells what is wrong with the memory.", "MALLOC-STATS",
            "    Answers that the allocator keeps no statistics.", "PURGE", "    Gives free pages back to the system.",
            "STATS", "    Lists figures about memory.", "USAGE <key> [SAMPLES <count>]",
            "    Answers with the bytes that a key and its value hold."});
}

constexpr BytesView kEachShard = "nondeterministic_output request_policy:all_shards response_policy:special";

constexpr CommandSpec kMemoryRows[] = {
    {.name = "doctor",
        .arity = 2,
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "O(1)",
        .summary = "Tells what is wrong with the memory.",
        .tips = kEachShard,
        .run = doctor},
    {.name = "help",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale,
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = help},
    {.name = "malloc-stats",
        .arity = 2,
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "O(1)",
        .summary = "Answers that the allocator keeps no statistics.",
        .tips = kEachShard,
        .run = mallocStats},
    {.name = "purge",
        .arity = 2,
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "O(n) in the free pages",
        .summary = "Gives free pages back to the system.",
        .tips = "request_policy:all_shards response_policy:all_succeeded",
        .run = purge},
    {.name = "stats",
        .arity = 2,
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "O(1)",
        .summary = "Lists figures about memory.",
        .tips = kEachShard,
        .run = stats},
    {.name = "usage",
        .syntax = "key:key [SAMPLES count:integer]",
        .arity = -3,
        .flags = Flag::ReadOnly,
        .keys = KeySpec::one(2, KeySpec::RO),
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "O(1)",
        .summary = "Answers with the bytes that a key and its value hold.",
        .run = usage},
};

constexpr CommandSpec kRows[] = {
    {.name = "memory",
        .arity = -2,
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "That of the subcommand",
        .summary = "Questions about memory.",
        .subcommands = kMemoryRows},
};

} // namespace

std::span<const CommandSpec> memoryCommands()
{
    return kRows;
}

} // namespace engine
