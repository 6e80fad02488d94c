// Sorted sets in ranges: ZRANGE in all its forms, the older commands for each form, and counting.

#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/scored_reply.h"
#include "engine/command/zset_range.h"

#include <algorithm>
#include <variant>
#include <vector>

namespace engine {

namespace {

enum class By { Rank, Score, Member };
enum class Order { Ascending, Descending };

/// What a command's name settles; ZRANGE and ZRANGESTORE leave both to their options.
struct RangeForm {
    std::optional<By> by;
    std::optional<Order> order;
};

struct RangeOptions {
    By by = By::Rank;
    Order order = Order::Ascending;
    Scores scores = Scores::Without;
    std::int64_t offset = 0;
    std::int64_t limit = -1;
};

struct Places {
    std::int64_t start = 0;
    std::int64_t stop = 0;
};

/// Which members are meant, before the set is known.
using Bounds = std::variant<Places, ScoreRange, MemberRange>;

struct RangeQuery {
    BytesView key;
    RangeOptions options;
    Bounds bounds;
};

enum class Purpose { Reply, Store };

// What a form has settled cannot be said again, be it by the command's name or by an earlier option.
RangeOptions nextRangeOptions(Call& call, RangeForm form, Purpose purpose)
{
    RangeOptions options;
    while (call.more() && !call.failed()) {
        if (purpose == Purpose::Reply && call.nextIs("withscores")) {
            options.scores = Scores::With;
        } else if (call.remaining() >= 3 && call.nextIs("limit")) {
            options.offset = call.nextInteger();
            options.limit = call.nextInteger();
        } else if (!form.order && call.nextIs("rev")) {
            form.order = Order::Descending;
        } else if (!form.by && call.nextIs("bylex")) {
            form.by = By::Member;
        } else if (!form.by && call.nextIs("byscore")) {
            form.by = By::Score;
        } else {
            call.fail(errors::kSyntax);
        }
    }
    options.by = form.by.value_or(By::Rank);
    options.order = form.order.value_or(Order::Ascending);
    if (options.limit != -1 && options.by == By::Rank)
        call.fail(errors::kLimitWithoutBy);
    if (options.scores == Scores::With && options.by == By::Member)
        call.fail(errors::kScoresWithBylex);
    return options;
}

std::int64_t place(Call& call, BytesView text)
{
    const auto value = parseInteger(text);
    if (!value)
        call.fail(errors::kNotAnInteger);
    return value.value_or(0);
}

Bounds parseBounds(Call& call, By by, BytesView min, BytesView max)
{
    if (by == By::Rank) {
        const std::int64_t start = place(call, min);
        return Places{start, place(call, max)};
    }
    if (by == By::Score) {
        const auto range = parseScoreRange(min, max);
        call.require(range.has_value(), errors::kMinMaxNotAFloat);
        return range.value_or(ScoreRange());
    }
    const auto range = parseMemberRange(min, max);
    call.require(range.has_value(), errors::kMinMaxNotAString);
    return range.value_or(MemberRange());
}

RangeQuery nextQuery(Call& call, RangeForm form, Purpose purpose)
{
    RangeQuery query;
    query.key = call.nextKey();
    BytesView min = call.nextBytes();
    BytesView max = call.nextBytes();
    query.options = nextRangeOptions(call, form, purpose);
    if (call.failed())
        return query;
    // Backwards, bounds are given from the upper one; places stay as they are and count from the other end.
    if (query.options.order == Order::Descending && query.options.by != By::Rank)
        std::swap(min, max);
    query.bounds = parseBounds(call, query.options.by, min, max);
    return query;
}

/// `count` members from a rank on, in the query's order.
struct Walk {
    std::size_t from = 0;
    std::size_t count = 0;
};

Walk placesWalk(const Places& places, Order order, std::size_t size)
{
    const IndexRange range = indexRange(places.start, places.stop, size);
    if (range.count == 0)
        return {};
    return {order == Order::Ascending ? range.first : size - 1 - range.first, range.count};
}

Walk boundedWalk(const IndexRange& ranks, const RangeOptions& options)
{
    // An offset below zero skips everything; a limit below zero is none.
    if (options.offset < 0 || static_cast<std::uint64_t>(options.offset) >= ranks.count)
        return {};
    const auto skipped = static_cast<std::size_t>(options.offset);
    const std::size_t left = ranks.count - skipped;
    const std::size_t count = options.limit < 0 ? left : std::min(left, static_cast<std::size_t>(options.limit));
    const bool ascending = options.order == Order::Ascending;
    return {ascending ? ranks.first + skipped : ranks.first + ranks.count - 1 - skipped, count};
}

Walk walkOf(const RangeQuery& query, const SortedSetValue& set)
{
    if (const auto* places = std::get_if<Places>(&query.bounds))
        return placesWalk(*places, query.options.order, set.size());
    if (const auto* scores = std::get_if<ScoreRange>(&query.bounds))
        return boundedWalk(scores->ranks(set), query.options);
    return boundedWalk(std::get<MemberRange>(query.bounds).ranks(set), query.options);
}

void visitWalk(const SortedSetValue& set, const Walk& walk, Order order, FunctionRef<bool(const ScoredMember&)> visit)
{
    if (walk.count == 0)
        return;
    if (order == Order::Ascending)
        set.forEach(walk.from, walk.count, visit);
    else
        set.forEachBackward(walk.from, walk.count, visit);
}

void replyRange(Call& call, RangeForm form)
{
    const RangeQuery query = nextQuery(call, form, Purpose::Reply);
    const SortedSetValue* set = call.findSortedSet(query.key);
    if (call.failed())
        return;
    const Walk walk = set ? walkOf(query, *set) : Walk();
    replyScoredHeader(call.reply(), walk.count, query.options.scores);
    if (!set)
        return;
    visitWalk(*set, walk, query.options.order, [&](const ScoredMember& member) {
        replyScored(call.reply(), member.member, member.score, query.options.scores);
        return true;
    });
}

void zrange(Call& call)
{
    replyRange(call, {});
}

void zrevrange(Call& call)
{
    replyRange(call, {By::Rank, Order::Descending});
}

void zrangebyscore(Call& call)
{
    replyRange(call, {By::Score, Order::Ascending});
}

void zrevrangebyscore(Call& call)
{
    replyRange(call, {By::Score, Order::Descending});
}

void zrangebylex(Call& call)
{
    replyRange(call, {By::Member, Order::Ascending});
}

void zrevrangebylex(Call& call)
{
    replyRange(call, {By::Member, Order::Descending});
}

void zrangestore(Call& call)
{
    const auto target = call.nextKey();
    const RangeQuery query = nextQuery(call, {}, Purpose::Store);
    const SortedSetValue* found = call.findSortedSet(query.key);
    if (call.failed())
        return;
    // A copy costs one count: the target may be the source.
    const SortedSetValue source = found ? *found : SortedSetValue();
    const Walk walk = walkOf(query, source);
    const bool replaced = call.findUntouched(target) != nullptr && call.erase(target);
    call.reply().integer(static_cast<std::int64_t>(walk.count));
    if (walk.count == 0) {
        if (replaced)
            call.changed(target, EventClass::Generic, "del");
        return;
    }
    SortedSetValue& stored = call.editSortedSet(target);
    if (query.options.by == By::Rank)
        stored.prepareFor(walk.count, 0, call.limits());
    visitWalk(source, walk, query.options.order, [&](const ScoredMember& member) {
        stored.set(member.member, member.score, call.limits());
        return true;
    });
    call.changed(target, EventClass::SortedSet, "zrangestore");
}

void replyCount(Call& call, By by)
{
    const auto key = call.nextKey();
    const auto min = call.nextBytes();
    const auto max = call.nextBytes();
    const RangeQuery query{key, {.by = by}, parseBounds(call, by, min, max)};
    const SortedSetValue* set = call.findSortedSet(key);
    if (call.failed())
        return;
    call.reply().integer(set ? static_cast<std::int64_t>(walkOf(query, *set).count) : 0);
}

void zcount(Call& call)
{
    replyCount(call, By::Score);
}

void zlexcount(Call& call)
{
    replyCount(call, By::Member);
}

constexpr CommandSpec kRows[] = {
    {.name = "zcount",
        .syntax = "key:key min:double max:double",
        .arity = 4,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "2.0.0",
        .complexity = "O(log N)",
        .summary = "Counts the members between two scores.",
        .run = zcount},
    {.name = "zlexcount",
        .syntax = "key:key min:string max:string",
        .arity = 4,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "2.8.9",
        .complexity = "O(log N)",
        .summary = "Counts the members between two texts, where all scores are equal.",
        .run = zlexcount},
    {.name = "zrange",
        .syntax = "key:key start:string stop:string [BYSCORE|BYLEX]:sortby [REV] [LIMIT"
                  " (offset:integer count:integer):offset_count] [WITHSCORES]",
        .arity = -4,
        .flags = Flag::ReadOnly,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "1.2.0",
        .complexity = "O(log N + M) for M members given",
        .summary = "Gives members by place, by score or by text.",
        .run = zrange},
    {.name = "zrangebylex",
        .syntax = "key:key min:string max:string [LIMIT (offset:integer count:integer):offset_count]",
        .arity = -4,
        .flags = Flag::ReadOnly,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "2.8.9",
        .complexity = "O(log N + M) for M members given",
        .summary = "Gives the members between two texts, where all scores are equal.",
        .run = zrangebylex},
    {.name = "zrangebyscore",
        .syntax = "key:key min:double max:double [WITHSCORES] [LIMIT (offset:integer"
                  " count:integer):offset_count]",
        .arity = -4,
        .flags = Flag::ReadOnly,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "1.0.5",
        .complexity = "O(log N + M) for M members given",
        .summary = "Gives the members between two scores.",
        .run = zrangebyscore},
    {.name = "zrangestore",
        .syntax = "dst:key src:key min:string max:string [BYSCORE|BYLEX]:sortby [REV] [LIMIT"
                  " (offset:integer count:integer):offset_count]",
        .arity = -5,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::SortedSet,
        .keys = {KeySpec::one(1, KeySpec::OW | KeySpec::Update), KeySpec::one(2)},
        .group = Group::SortedSet,
        .since = "6.2.0",
        .complexity = "O(log N + M log M) for M members stored",
        .summary = "Stores what ZRANGE would give.",
        .run = zrangestore},
    {.name = "zrevrange",
        .syntax = "key:key start:integer stop:integer [WITHSCORES]",
        .arity = -4,
        .flags = Flag::ReadOnly,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "1.2.0",
        .complexity = "O(log N + M) for M members given",
        .summary = "Gives members by place, from the highest score.",
        .run = zrevrange},
    {.name = "zrevrangebylex",
        .syntax = "key:key max:string min:string [LIMIT (offset:integer count:integer):offset_count]",
        .arity = -4,
        .flags = Flag::ReadOnly,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "2.8.9",
        .complexity = "O(log N + M) for M members given",
        .summary = "Gives the members between two texts, backwards.",
        .run = zrevrangebylex},
    {.name = "zrevrangebyscore",
        .syntax = "key:key max:double min:double [WITHSCORES] [LIMIT (offset:integer"
                  " count:integer):offset_count]",
        .arity = -4,
        .flags = Flag::ReadOnly,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "2.2.0",
        .complexity = "O(log N + M) for M members given",
        .summary = "Gives the members between two scores, from the highest.",
        .run = zrevrangebyscore},
};

} // namespace

std::span<const CommandSpec> zsetRangeCommands()
{
    return kRows;
}

} // namespace engine
