// Sorted sets made smaller: ranges removed, ends popped.

#include "engine/command/arguments.h"
#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/scored_reply.h"
#include "engine/command/zset_pop.h"
#include "engine/command/zset_range.h"

#include <algorithm>
#include <limits>

namespace engine {

namespace {

void removeRanks(Call& call, BytesView key, const IndexRange& ranks, BytesView event)
{
    if (ranks.count > 0) {
        call.editSortedSet(key).eraseRange(ranks.first, ranks.count);
        call.changed(key, EventClass::SortedSet, event, ranks.count);
        call.eraseIfEmpty(key);
    }
    call.reply().integer(static_cast<std::int64_t>(ranks.count));
}

void zremrangebyrank(Call& call)
{
    const auto key = call.nextKey();
    const auto start = call.nextInteger();
    const auto stop = call.nextInteger();
    const SortedSetValue* set = call.findSortedSet(key);
    if (!call.failed())
        removeRanks(call, key, indexRange(start, stop, set ? set->size() : 0), "zremrangebyrank");
}

void zremrangebyscore(Call& call)
{
    const auto key = call.nextKey();
    const auto min = call.nextBytes();
    const auto range = parseScoreRange(min, call.nextBytes());
    call.require(range.has_value(), errors::kMinMaxNotAFloat);
    const SortedSetValue* set = call.findSortedSet(key);
    if (!call.failed())
        removeRanks(call, key, set ? range->ranks(*set) : IndexRange(), "zremrangebyscore");
}

void zremrangebylex(Call& call)
{
    const auto key = call.nextKey();
    const auto min = call.nextBytes();
    const auto range = parseMemberRange(min, call.nextBytes());
    call.require(range.has_value(), errors::kMinMaxNotAString);
    const SortedSetValue* set = call.findSortedSet(key);
    if (!call.failed())
        removeRanks(call, key, set ? range->ranks(*set) : IndexRange(), "zremrangebylex");
}

void pop(Call& call, Extreme end)
{
    const auto key = call.nextKey();
    const bool counted = call.more();
    if (call.remaining() > 1)
        return call.fail(errors::kSyntax);
    const auto count = counted ? static_cast<std::size_t>(nextCount(call)) : 1;
    const SortedSetValue* set = call.findSortedSet(key);
    if (call.failed())
        return;
    if (!set || count == 0)
        return call.reply().array(0);
    // A count asks for pairs, where the protocol knows them.
    const PairShape shape = counted && call.reply().resp3() ? PairShape::Nested : PairShape::Flat;
    const std::size_t taken = std::min(count, set->size());
    call.reply().array(shape == PairShape::Nested ? taken : taken * 2);
    popMembers(call, key, end, taken, shape);
}

void zpopmin(Call& call)
{
    pop(call, Extreme::Min);
}

void zpopmax(Call& call)
{
    pop(call, Extreme::Max);
}

void zmpop(Call& call)
{
    const ManyMemberPop pop = nextMemberPop(call);
    if (!popFirstSortedSet(call, pop) && !call.failed())
        call.reply().nullArray();
}

constexpr CommandSpec kRows[] = {
    {.name = "zremrangebylex",
        .syntax = "key:key min:string max:string",
        .arity = 4,
        .flags = Flag::Write,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Delete),
        .group = Group::SortedSet,
        .since = "2.8.9",
        .complexity = "O(log N + M) for M members removed",
        .summary = "Removes the members between two texts, where all scores are equal.",
        .run = zremrangebylex},
    {.name = "zremrangebyrank",
        .syntax = "key:key start:integer stop:integer",
        .arity = 4,
        .flags = Flag::Write,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Delete),
        .group = Group::SortedSet,
        .since = "2.0.0",
        .complexity = "O(log N + M) for M members removed",
        .summary = "Removes the members from one place to another.",
        .run = zremrangebyrank},
    {.name = "zremrangebyscore",
        .syntax = "key:key min:double max:double",
        .arity = 4,
        .flags = Flag::Write,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Delete),
        .group = Group::SortedSet,
        .since = "1.2.0",
        .complexity = "O(log N + M) for M members removed",
        .summary = "Removes the members between two scores.",
        .run = zremrangebyscore},
    {.name = "zpopmax",
        .syntax = "key:key [count:integer]",
        .arity = -2,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::SortedSet,
        .since = "5.0.0",
        .complexity = "O(M log N) for M members taken",
        .summary = "Takes the members with the highest scores.",
        .run = zpopmax},
    {.name = "zpopmin",
        .syntax = "key:key [count:integer]",
        .arity = -2,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::SortedSet,
        .since = "5.0.0",
        .complexity = "O(M log N) for M members taken",
        .summary = "Takes the members with the lowest scores.",
        .run = zpopmin},
    {.name = "zmpop",
        .syntax = "numkeys:integer key:key... (MIN|MAX):where [COUNT count:integer]",
        .arity = -4,
        .flags = Flag::Write | Flag::MovableKeys,
        .acl = Acl::SortedSet,
        .keys = KeySpec::counted(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::SortedSet,
        .since = "7.0.0",
        .complexity = "O(K + M log N) for K keys and M members taken",
        .summary = "Takes members from an end of the first sorted set that has any.",
        .run = zmpop},
};

} // namespace

std::span<const CommandSpec> zsetRemoveCommands()
{
    return kRows;
}

} // namespace engine
