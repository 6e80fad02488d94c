// OBJECT: how a value is kept, and since when nobody has used it.

#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"
#include "engine/command/use_counter.h"

#include <limits>

namespace engine {

namespace {

// The entry, or nothing with the null reply written.
const Entry* objectOrNull(Call& call)
{
    const Entry* entry = call.findUntouched(call.nextKey());
    if (!entry)
        call.reply().null();
    return entry;
}

void encoding(Call& call)
{
    if (const Entry* entry = objectOrNull(call))
        call.reply().bulk(entry->encoding());
}

void frequency(Call& call)
{
    const Entry* entry = objectOrNull(call);
    if (!entry)
        return;
    if (!countsUses(call.context().config))
        return call.fail(errors::kNotLfu);
    call.reply().integer(usesLeft(entry->lastAccess(), call.context().config, call.now()));
}

void idletime(Call& call)
{
    const Entry* entry = objectOrNull(call);
    if (!entry)
        return;
    if (countsUses(call.context().config))
        call.fail(errors::kNotLru);
    else
        call.reply().integer(accessSeconds(call.now()) - entry->lastAccess());
}

// Redis keeps one object for each integer from 0 to 9999 and shows its count as the largest int; every other value has
// one holder. Snapshots are no holders here: they come and go unseen.
void refcount(Call& call)
{
    constexpr std::int64_t kSharedIntegers = 10000;
    const Entry* entry = objectOrNull(call);
    if (!entry)
        return;
    const auto integer = entry->type() == ValueType::String ? entry->string().integer() : std::nullopt;
    const bool shared = integer && *integer >= 0 && *integer < kSharedIntegers;
    call.reply().integer(shared ? std::numeric_limits<int>::max() : 1);
}

void help(Call& call)
{
    replyHelp(call, "OBJECT",
        {
            "ENCODING <key>",
            "    Tells how the value of <key> is kept in memory.",
            "FREQ <key>",
            "    Tells how often <key> is used, where an LFU policy counts it.",
            "IDLETIME <key>",
            "    Tells for how many seconds <key> has not been used.",
            "REFCOUNT <key>",
            "    Tells how many holders the value of <key> has.",
        });
}

constexpr CommandSpec kObjectRows[] = {
    {.name = "encoding",
        .syntax = "key:key",
        .arity = 3,
        .flags = Flag::ReadOnly,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(2, KeySpec::RO),
        .group = Group::Generic,
        .since = "2.2.3",
        .complexity = "O(1)",
        .summary = "Tells how the value of a key is kept.",
        .tips = "nondeterministic_output",
        .run = encoding},
    {.name = "freq",
        .syntax = "key:key",
        .arity = 3,
        .flags = Flag::ReadOnly,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(2, KeySpec::RO),
        .group = Group::Generic,
        .since = "4.0.0",
        .complexity = "O(1)",
        .summary = "Tells how often a key is used, under an LFU policy.",
        .tips = "nondeterministic_output",
        .run = frequency},
    {.name = "help",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale,
        .acl = Acl::Keyspace,
        .group = Group::Generic,
        .since = "6.2.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = help},
    {.name = "idletime",
        .syntax = "key:key",
        .arity = 3,
        .flags = Flag::ReadOnly,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(2, KeySpec::RO),
        .group = Group::Generic,
        .since = "2.2.3",
        .complexity = "O(1)",
        .summary = "Tells for how many seconds a key has not been used.",
        .tips = "nondeterministic_output",
        .run = idletime},
    {.name = "refcount",
        .syntax = "key:key",
        .arity = 3,
        .flags = Flag::ReadOnly,
        .acl = Acl::Keyspace,
        .keys = KeySpec::one(2, KeySpec::RO),
        .group = Group::Generic,
        .since = "2.2.3",
        .complexity = "O(1)",
        .summary = "Tells how many holders the value of a key has.",
        .tips = "nondeterministic_output",
        .run = refcount},
};

constexpr CommandSpec kRows[] = {
    {.name = "object",
        .arity = -2,
        .group = Group::Generic,
        .since = "2.2.3",
        .complexity = "By subcommand",
        .summary = "Looks at how keys are kept.",
        .subcommands = kObjectRows},
};

} // namespace

std::span<const CommandSpec> objectCommands()
{
    return kRows;
}

} // namespace engine
