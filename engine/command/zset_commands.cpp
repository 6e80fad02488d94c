// Sorted sets by member: scores set, raised, read and removed.

#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/zset_add.h"

#include <algorithm>
#include <vector>

namespace engine {

namespace {

ZaddOptions nextZaddOptions(Call& call)
{
    ZaddOptions options;
    const auto word = [&](BytesView name, bool& option) {
        const bool taken = call.nextIs(name);
        option = option || taken;
        return taken;
    };
    while (word("nx", options.ifMissing) || word("xx", options.ifPresent) || word("gt", options.ifGreater)
        || word("lt", options.ifLess) || word("ch", options.countChanged) || word("incr", options.increment)) { }
    return options;
}

// Nothing is kept of the arguments that a failed call has read.
std::vector<ScoredArgument> nextScoredArguments(Call& call, const ZaddOptions& options)
{
    const std::size_t words = call.remaining();
    if (words == 0 || words % 2 != 0)
        call.fail(errors::kSyntax);
    else if (options.ifMissing && options.ifPresent)
        call.fail(errors::kXxWithNx);
    else if ((options.ifMissing && (options.ifGreater || options.ifLess)) || (options.ifGreater && options.ifLess))
        call.fail(errors::kGtLtNx);
    else if (options.increment && words > 2)
        call.fail(errors::kIncrPairs);
    std::vector<ScoredArgument> members;
    while (call.more() && !call.failed()) {
        const double score = call.nextFloat();
        members.push_back({score, call.nextBytes()});
    }
    return members;
}

void addWith(Call& call, BytesView key, const ZaddOptions& options)
{
    const auto members = nextScoredArguments(call, options);
    const ZaddOutcome outcome = addMembers(call, key, options, members);
    if (call.failed())
        return;
    if (!options.increment)
        return call.reply().integer(options.countChanged ? outcome.added + outcome.updated : outcome.added);
    if (outcome.score)
        call.reply().number(*outcome.score);
    else
        call.reply().null();
}

void zadd(Call& call)
{
    const auto key = call.nextKey();
    const ZaddOptions options = nextZaddOptions(call);
    addWith(call, key, options);
}

void zincrby(Call& call)
{
    addWith(call, call.nextKey(), {.increment = true});
}

void zrem(Call& call)
{
    const auto key = call.nextKey();
    const Argv members = call.rest();
    const SortedSetValue* found = call.findSortedSet(key);
    if (call.failed())
        return;
    if (!found || std::ranges::none_of(members, [&](BytesView member) { return found->score(member).has_value(); }))
        return call.reply().integer(0);

    SortedSetValue& set = call.editSortedSet(key);
    std::int64_t removed = 0;
    for (const BytesView member : members)
        removed += set.erase(member) ? 1 : 0;
    call.changed(key, EventClass::SortedSet, "zrem", static_cast<std::uint64_t>(removed));
    call.eraseIfEmpty(key);
    call.reply().integer(removed);
}

void zcard(Call& call)
{
    const SortedSetValue* set = call.findSortedSet(call.nextKey());
    if (!call.failed())
        call.reply().integer(set ? static_cast<std::int64_t>(set->size()) : 0);
}

void replyScore(Call& call, const SortedSetValue* set, BytesView member)
{
    const auto score = set ? set->score(member) : std::nullopt;
    if (score)
        call.reply().number(*score);
    else
        call.reply().null();
}

void zscore(Call& call)
{
    const SortedSetValue* set = call.findSortedSet(call.nextKey());
    if (!call.failed())
        replyScore(call, set, call.nextBytes());
}

void zmscore(Call& call)
{
    const SortedSetValue* set = call.findSortedSet(call.nextKey());
    if (call.failed())
        return;
    call.reply().array(call.remaining());
    for (const BytesView member : call.rest())
        replyScore(call, set, member);
}

enum class Order { Ascending, Descending };

void replyRank(Call& call, Order order)
{
    const SortedSetValue* set = call.findSortedSet(call.nextKey());
    if (call.failed())
        return;
    const auto rank = set ? set->rank(call.nextBytes()) : std::nullopt;
    if (!rank)
        return call.reply().null();
    call.reply().integer(static_cast<std::int64_t>(order == Order::Ascending ? *rank : set->size() - 1 - *rank));
}

void zrank(Call& call)
{
    replyRank(call, Order::Ascending);
}

void zrevrank(Call& call)
{
    replyRank(call, Order::Descending);
}

constexpr CommandSpec kRows[] = {
    {.name = "zadd",
        .syntax = "key:key [NX|XX]:condition [GT|LT]:comparison [CH:change] [INCR:increment]"
                  " (score:double member:string):score_member...",
        .arity = -4,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::SortedSet,
        .since = "1.2.0",
        .complexity = "O(log N) a member",
        .summary = "Adds members with their scores, or gives those that are there other scores.",
        .run = zadd},
    {.name = "zcard",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1, KeySpec::RO),
        .group = Group::SortedSet,
        .since = "1.2.0",
        .complexity = "O(1)",
        .summary = "Tells how many members a sorted set has.",
        .run = zcard},
    {.name = "zincrby",
        .syntax = "key:key increment:integer member:string",
        .arity = 4,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Update),
        .group = Group::SortedSet,
        .since = "1.2.0",
        .complexity = "O(log N)",
        .summary = "Adds an amount to the score of a member.",
        .run = zincrby},
    {.name = "zmscore",
        .syntax = "key:key member:string...",
        .arity = -3,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "6.2.0",
        .complexity = "O(M) in the members named",
        .summary = "Gives the scores of several members.",
        .run = zmscore},
    {.name = "zrank",
        .syntax = "key:key member:string",
        .arity = 3,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "2.0.0",
        .complexity = "O(log N)",
        .summary = "Tells the place of a member, from the lowest score.",
        .run = zrank},
    {.name = "zrem",
        .syntax = "key:key member:string...",
        .arity = -3,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Delete),
        .group = Group::SortedSet,
        .since = "1.2.0",
        .complexity = "O(M log N) in the members named",
        .summary = "Removes members from a sorted set.",
        .run = zrem},
    {.name = "zrevrank",
        .syntax = "key:key member:string",
        .arity = 3,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "2.0.0",
        .complexity = "O(log N)",
        .summary = "Tells the place of a member, from the highest score.",
        .run = zrevrank},
    {.name = "zscore",
        .syntax = "key:key member:string",
        .arity = 3,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "1.2.0",
        .complexity = "O(1)",
        .summary = "Gives the score of a member.",
        .run = zscore},
};

} // namespace

std::span<const CommandSpec> zsetCommands()
{
    return kRows;
}

} // namespace engine
