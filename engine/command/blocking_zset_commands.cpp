// Sorted sets that may be waited for.

#include "engine/command/arguments.h"
#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/zset_pop.h"

namespace engine {

namespace {

void blockingPop(Call& call, Extreme end)
{
    const Argv keys = call.take(call.remaining() - 1);
    const auto until = nextTimeoutSeconds(call);
    if (call.failed())
        return;
    for (const BytesView key : call.keysToServe(keys)) {
        const SortedSetValue* set = call.findSortedSet(key);
        if (call.failed())
            return;
        if (!set)
            continue;
        call.reply().array(3);
        call.reply().bulk(key);
        popMembers(call, key, end, 1, PairShape::Flat);
        return call.propagateAs({popCommand(end), key});
    }
    if (!call.waitFor(WaitFor::SortedSet, keys, until))
        call.reply().nullArray();
}

void bzpopmin(Call& call)
{
    blockingPop(call, Extreme::Min);
}

void bzpopmax(Call& call)
{
    blockingPop(call, Extreme::Max);
}

void bzmpop(Call& call)
{
    const BytesView timeout = call.nextBytes();
    const ManyMemberPop pop = nextMemberPop(call);
    const auto until = timeoutSeconds(call, timeout);
    if (call.failed() || popFirstSortedSet(call, pop) || call.failed())
        return;
    if (!call.waitFor(WaitFor::SortedSet, pop.keys, until))
        call.reply().nullArray();
}

constexpr CommandSpec kRows[] = {
    {.name = "bzmpop",
        .syntax = "timeout:double numkeys:integer key:key... (MIN|MAX):where [COUNT count:integer]",
        .arity = -5,
        .flags = Flag::Write | Flag::Blocking | Flag::MovableKeys,
        .acl = Acl::SortedSet,
        .keys = KeySpec::counted(2, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::SortedSet,
        .since = "7.0.0",
        .complexity = "O(K + M log N) for K keys and M members taken",
        .summary = "Takes members from an end of the first sorted set that has any, and waits when none has.",
        .run = bzmpop},
    {.name = "bzpopmax",
        .syntax = "key:key... timeout:double",
        .arity = -3,
        .flags = Flag::Write | Flag::NoScript | Flag::Blocking | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::range(1, -2, 1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::SortedSet,
        .since = "5.0.0",
        .complexity = "O(log N)",
        .summary = "Takes the member with the highest score of the first sorted set that has any, and waits when none "
                   "has.",
        .run = bzpopmax},
    {.name = "bzpopmin",
        .syntax = "key:key... timeout:double",
        .arity = -3,
        .flags = Flag::Write | Flag::NoScript | Flag::Blocking | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::range(1, -2, 1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::SortedSet,
        .since = "5.0.0",
        .complexity = "O(log N)",
        .summary = "Takes the member with the lowest score of the first sorted set that has any, and waits when none "
                   "has.",
        .run = bzpopmin},
};

} // namespace

std::span<const CommandSpec> blockingZsetCommands()
{
    return kRows;
}

} // namespace engine
