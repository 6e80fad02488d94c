// Sorted sets put together: ZUNION, ZINTER, ZDIFF, what stores them, ZINTERCARD. Plain sets may be among them; their
// members count one each.
//
// The sets are copied first, which costs a reference count each, so that the target may be one of them.

#include "engine/command/call.h"
#include "engine/command/command.h"
#include "engine/command/families.h"
#include "engine/command/scored_reply.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <variant>
#include <vector>

namespace engine {

namespace {

enum class Operation { Union, Inter, Diff };
enum class Purpose { Reply, Store, Count };
enum class Aggregate { Sum, Min, Max };

/// A sorted set, a set, or nothing where the key is missing; with the weight of its scores.
class Source {
public:
    explicit Source(const Entry* entry)
    {
        if (entry && entry->type() == ValueType::SortedSet)
            m_value = entry->sortedSet();
        else if (entry)
            m_value = entry->set();
    }

    double weight = 1;

    std::size_t size() const
    {
        if (const auto* scored = std::get_if<SortedSetValue>(&m_value))
            return scored->size();
        const auto* plain = std::get_if<SetValue>(&m_value);
        return plain ? plain->size() : 0;
    }

    std::optional<double> score(BytesView member) const
    {
        if (const auto* scored = std::get_if<SortedSetValue>(&m_value))
            return scored->score(member);
        const auto* plain = std::get_if<SetValue>(&m_value);
        return plain && plain->contains(member) ? std::optional(1.0) : std::nullopt;
    }

    void forEach(FunctionRef<bool(const ScoredMember&)> visit) const
    {
        if (const auto* scored = std::get_if<SortedSetValue>(&m_value))
            scored->forEach(0, scored->size(), visit);
        else if (const auto* plain = std::get_if<SetValue>(&m_value))
            plain->forEach([&](BytesView member) { return visit({member, 1.0}); });
    }

private:
    std::variant<std::monostate, SortedSetValue, SetValue> m_value;
};

struct AlgebraQuery {
    std::vector<Source> sources;
    Aggregate aggregate = Aggregate::Sum;
    Scores scores = Scores::Without;
    std::int64_t limit = 0; // 0: none
};

struct ScoredName {
    Bytes member;
    double score = 0;
};

double notNaN(double score)
{
    return std::isnan(score) ? 0 : score;
}

double combined(double a, double b, Aggregate aggregate)
{
    switch (aggregate) {
    case Aggregate::Sum:
        return notNaN(a + b); // of the two infinities
    case Aggregate::Min:
        return b < a ? b : a;
    case Aggregate::Max:
        return b > a ? b : a;
    }
    return a;
}

void nextWeights(Call& call, std::vector<Source>& sources)
{
    for (Source& source : sources)
        source.weight = call.failed() ? 1 : call.nextFloat(errors::kWeightNotAFloat);
}

Aggregate nextAggregate(Call& call)
{
    if (call.nextIs("min"))
        return Aggregate::Min;
    if (call.nextIs("max"))
        return Aggregate::Max;
    if (!call.nextIs("sum"))
        call.fail(errors::kSyntax);
    return Aggregate::Sum;
}

void nextAlgebraOptions(Call& call, Operation operation, Purpose purpose, AlgebraQuery& query)
{
    const bool scored = operation != Operation::Diff && purpose != Purpose::Count;
    while (call.more() && !call.failed()) {
        if (scored && call.remaining() >= query.sources.size() + 1 && call.nextIs("weights"))
            nextWeights(call, query.sources);
        else if (scored && call.remaining() >= 2 && call.nextIs("aggregate"))
            query.aggregate = nextAggregate(call);
        else if (purpose == Purpose::Reply && call.nextIs("withscores"))
            query.scores = Scores::With;
        else if (purpose == Purpose::Count && call.remaining() >= 2 && call.nextIs("limit"))
            query.limit = call.nextIntegerIn(
                0, std::numeric_limits<std::int64_t>::max(), errors::kNegativeLimit, errors::kNegativeLimit);
        else
            call.fail(errors::kSyntax);
    }
}

// `numkeys key…` and the options. The keys are looked at before the options, as Redis does.
AlgebraQuery nextQuery(Call& call, Operation operation, Purpose purpose)
{
    AlgebraQuery query;
    const std::int64_t numkeys = call.nextInteger();
    if (call.failed())
        return query;
    if (numkeys < 1)
        call.fail("ERR at least 1 input key is needed for '" + Bytes(call.spec().name) + "' command");
    else if (static_cast<std::uint64_t>(numkeys) > call.remaining())
        call.fail(errors::kSyntax);
    if (call.failed())
        return query;
    for (const BytesView key : call.take(static_cast<std::size_t>(numkeys))) {
        const Entry* entry = call.find(key);
        if (entry && entry->type() != ValueType::SortedSet && entry->type() != ValueType::Set) {
            call.fail(errors::kWrongType);
            return query;
        }
        query.sources.emplace_back(entry);
    }
    nextAlgebraOptions(call, operation, purpose, query);
    return query;
}

// From the smallest set on. Sums of doubles depend on their order: this is Redis's.
void sortBySize(std::vector<Source>& sources)
{
    std::ranges::stable_sort(sources, {}, &Source::size);
}

std::vector<ScoredName> unionOf(const AlgebraQuery& query)
{
    std::unordered_map<Bytes, double> scores;
    for (const Source& source : query.sources) {
        source.forEach([&](const ScoredMember& member) {
            const double score = notNaN(member.score * source.weight);
            const auto [place, isNew] = scores.try_emplace(Bytes(member.member), score);
            if (!isNew)
                place->second = combined(place->second, score, query.aggregate);
            return true;
        });
    }
    std::vector<ScoredName> members;
    for (const auto& [name, score] : scores)
        members.push_back({name, score});
    return members;
}

// The score that a member of the first set has in the intersection; nothing when another set lacks it.
std::optional<double> commonScore(const AlgebraQuery& query, const ScoredMember& member)
{
    double score = notNaN(member.score * query.sources.front().weight);
    for (std::size_t i = 1; i < query.sources.size(); ++i) {
        const auto other = query.sources[i].score(member.member);
        if (!other)
            return std::nullopt;
        score = combined(score, *other * query.sources[i].weight, query.aggregate);
    }
    return score;
}

std::vector<ScoredName> interOf(const AlgebraQuery& query)
{
    std::vector<ScoredName> members;
    query.sources.front().forEach([&](const ScoredMember& member) {
        if (const auto score = commonScore(query, member))
            members.push_back({Bytes(member.member), *score});
        return true;
    });
    return members;
}

std::vector<ScoredName> diffOf(const AlgebraQuery& query)
{
    std::vector<ScoredName> members;
    query.sources.front().forEach([&](const ScoredMember& member) {
        const bool elsewhere = std::any_of(query.sources.begin() + 1, query.sources.end(),
            [&](const Source& source) { return source.score(member.member).has_value(); });
        if (!elsewhere)
            members.push_back({Bytes(member.member), member.score});
        return true;
    });
    return members;
}

std::vector<ScoredName> resultOf(Operation operation, AlgebraQuery& query)
{
    switch (operation) {
    case Operation::Union:
        sortBySize(query.sources);
        return unionOf(query);
    case Operation::Inter:
        sortBySize(query.sources);
        return interOf(query);
    case Operation::Diff:
        return diffOf(query);
    }
    return {};
}

void replyResult(Call& call, Operation operation)
{
    AlgebraQuery query = nextQuery(call, operation, Purpose::Reply);
    if (call.failed())
        return;
    std::vector<ScoredName> members = resultOf(operation, query);
    std::ranges::sort(members, [](const ScoredName& a, const ScoredName& b) {
        return a.score < b.score || (a.score == b.score && a.member < b.member);
    });
    replyScoredHeader(call.reply(), members.size(), query.scores);
    for (const ScoredName& name : members)
        replyScored(call.reply(), name.member, name.score, query.scores);
}

void storeResult(Call& call, Operation operation, BytesView event)
{
    const auto target = call.nextKey();
    AlgebraQuery query = nextQuery(call, operation, Purpose::Store);
    if (call.failed())
        return;
    const std::vector<ScoredName> members = resultOf(operation, query);
    const bool replaced = call.findUntouched(target) != nullptr && call.erase(target);
    call.reply().integer(static_cast<std::int64_t>(members.size()));
    if (members.empty()) {
        if (replaced)
            call.changed(target, EventClass::Generic, "del");
        return;
    }
    std::size_t longest = 0;
    for (const ScoredName& name : members)
        longest = std::max(longest, name.member.size());
    SortedSetValue& set = call.editSortedSet(target);
    set.prepareFor(members.size(), longest, call.limits());
    for (const ScoredName& name : members)
        set.set(name.member, name.score, call.limits());
    call.changed(target, EventClass::SortedSet, event);
}

void zunion(Call& call)
{
    replyResult(call, Operation::Union);
}

void zinter(Call& call)
{
    replyResult(call, Operation::Inter);
}

void zdiff(Call& call)
{
    replyResult(call, Operation::Diff);
}

void zunionstore(Call& call)
{
    storeResult(call, Operation::Union, "zunionstore");
}

void zinterstore(Call& call)
{
    storeResult(call, Operation::Inter, "zinterstore");
}

void zdiffstore(Call& call)
{
    storeResult(call, Operation::Diff, "zdiffstore");
}

void zintercard(Call& call)
{
    AlgebraQuery query = nextQuery(call, Operation::Inter, Purpose::Count);
    if (call.failed())
        return;
    sortBySize(query.sources);
    std::int64_t count = 0;
    query.sources.front().forEach([&](const ScoredMember& member) {
        count += commonScore(query, member) ? 1 : 0;
        return query.limit == 0 || count < query.limit;
    });
    call.reply().integer(count);
}

constexpr CommandSpec kRows[] = {
    {.name = "zdiff",
        .syntax = "numkeys:integer key:key... [WITHSCORES]",
        .arity = -3,
        .flags = Flag::ReadOnly | Flag::MovableKeys,
        .acl = Acl::SortedSet,
        .keys = KeySpec::counted(1),
        .group = Group::SortedSet,
        .since = "6.2.0",
        .complexity = "O(L + (N-K) log N) for L members in all, N in the first set, K in the result",
        .summary = "Gives the members of the first set that no other set has.",
        .run = zdiff},
    {.name = "zdiffstore",
        .syntax = "destination:key numkeys:integer key:key...",
        .arity = -4,
        .flags = Flag::Write | Flag::DenyOom | Flag::MovableKeys,
        .acl = Acl::SortedSet,
        .keys = {KeySpec::one(1, KeySpec::OW | KeySpec::Update), KeySpec::counted(2)},
        .group = Group::SortedSet,
        .since = "6.2.0",
        .complexity = "O(L + (N-K) log N) for L members in all, N in the first set, K in the result",
        .summary = "Stores what ZDIFF would give.",
        .run = zdiffstore},
    {.name = "zinter",
        .syntax = "numkeys:integer key:key... [WEIGHTS weight:integer...] [AGGREGATE"
                  " (SUM|MIN|MAX):aggregate] [WITHSCORES]",
        .arity = -3,
        .flags = Flag::ReadOnly | Flag::MovableKeys,
        .acl = Acl::SortedSet,
        .keys = KeySpec::counted(1),
        .group = Group::SortedSet,
        .since = "6.2.0",
        .complexity = "O(N*K + M log M) for K sets, the smallest of N members, and M in the result",
        .summary = "Gives the members that all sets have, with their scores put together.",
        .run = zinter},
    {.name = "zintercard",
        .syntax = "numkeys:integer key:key... [LIMIT limit:integer]",
        .arity = -3,
        .flags = Flag::ReadOnly | Flag::MovableKeys,
        .acl = Acl::SortedSet,
        .keys = KeySpec::counted(1),
        .group = Group::SortedSet,
        .since = "7.0.0",
        .complexity = "O(N*K) for K sets, the smallest of N members",
        .summary = "Counts the members that all sets have, up to a limit.",
        .run = zintercard},
    {.name = "zinterstore",
        .syntax = "destination:key numkeys:integer key:key... [WEIGHTS weight:integer...] [AGGREGATE"
                  " (SUM|MIN|MAX):aggregate]",
        .arity = -4,
        .flags = Flag::Write | Flag::DenyOom | Flag::MovableKeys,
        .acl = Acl::SortedSet,
        .keys = {KeySpec::one(1, KeySpec::OW | KeySpec::Update), KeySpec::counted(2)},
        .group = Group::SortedSet,
        .since = "2.0.0",
        .complexity = "O(N*K + M log M) for K sets, the smallest of N members, and M in the result",
        .summary = "Stores what ZINTER would give.",
        .run = zinterstore},
    {.name = "zunion",
        .syntax = "numkeys:integer key:key... [WEIGHTS weight:integer...] [AGGREGATE"
                  " (SUM|MIN|MAX):aggregate] [WITHSCORES]",
        .arity = -3,
        .flags = Flag::ReadOnly | Flag::MovableKeys,
        .acl = Acl::SortedSet,
        .keys = KeySpec::counted(1),
        .group = Group::SortedSet,
        .since = "6.2.0",
        .complexity = "O(N + M log M) for N members in all and M in the result",
        .summary = "Gives the members that any of the sets has, with their scores put together.",
        .run = zunion},
    {.name = "zunionstore",
        .syntax = "destination:key numkeys:integer key:key... [WEIGHTS weight:integer...] [AGGREGATE"
                  " (SUM|MIN|MAX):aggregate]",
        .arity = -4,
        .flags = Flag::Write | Flag::DenyOom | Flag::MovableKeys,
        .acl = Acl::SortedSet,
        .keys = {KeySpec::one(1, KeySpec::OW | KeySpec::Update), KeySpec::counted(2)},
        .group = Group::SortedSet,
        .since = "2.0.0",
        .complexity = "O(N + M log M) for N members in all and M in the result",
        .summary = "Stores what ZUNION would give.",
        .run = zunionstore},
};

} // namespace

std::span<const CommandSpec> zsetAlgebraCommands()
{
    return kRows;
}

} // namespace engine
