// Sets put together: SINTER, SUNION, SDIFF, what stores them, SINTERCARD.
//
// The sets are copied first, which costs a reference count each, so that the target may be one of them.

#include "engine/command/arguments.h"
#include "engine/command/call.h"
#include "engine/command/families.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

namespace engine {

namespace {

enum class Operation { Inter, Union, Diff };

/// A set each; nothing where the key is missing.
using Sources = std::vector<std::optional<SetValue>>;
using Visit = FunctionRef<bool(BytesView member)>;

// All keys are looked at, even when one that is missing has settled the answer: another may be of the wrong type.
Sources findSources(Call& call, Argv keys)
{
    Sources sources;
    for (const BytesView key : keys) {
        const SetValue* set = call.findSet(key);
        if (call.failed())
            return {};
        sources.push_back(set ? std::optional(*set) : std::nullopt);
    }
    return sources;
}

void visitInter(Sources sources, Visit visit)
{
    if (std::ranges::any_of(sources, [](const auto& set) { return !set; }))
        return;
    std::ranges::stable_sort(sources, {}, [](const auto& set) { return set->size(); });
    sources.front()->forEach([&](BytesView member) {
        const bool inAll =
            std::all_of(sources.begin() + 1, sources.end(), [&](const auto& set) { return set->contains(member); });
        return !inAll || visit(member);
    });
}

bool isElsewhere(const Sources& sources, BytesView member)
{
    return std::any_of(
        sources.begin() + 1, sources.end(), [&](const auto& set) { return set && set->contains(member); });
}

void visitDiff(const Sources& sources, Visit visit)
{
    if (!sources.front())
        return;
    sources.front()->forEach([&](BytesView member) { return isElsewhere(sources, member) || visit(member); });
}

// Members that no earlier set has, set by set: each once, without a second set to remember them.
void visitUnion(const Sources& sources, Visit visit)
{
    for (auto set = sources.begin(); set != sources.end(); ++set) {
        if (!*set)
            continue;
        (*set)->forEach([&](BytesView member) {
            const bool earlier =
                std::any_of(sources.begin(), set, [&](const auto& other) { return other && other->contains(member); });
            return earlier || visit(member);
        });
    }
}

void visitResult(Operation operation, Sources sources, Visit visit)
{
    switch (operation) {
    case Operation::Inter:
        return visitInter(std::move(sources), visit);
    case Operation::Union:
        return visitUnion(sources, visit);
    case Operation::Diff:
        return visitDiff(sources, visit);
    }
}

std::vector<Bytes> resultOf(Operation operation, Sources sources)
{
    std::vector<Bytes> members;
    visitResult(operation, std::move(sources), [&](BytesView member) {
        members.emplace_back(member);
        return true;
    });
    return members;
}

void replyResult(Call& call, Operation operation)
{
    Sources sources = findSources(call, call.rest());
    if (call.failed())
        return;
    const std::vector<Bytes> members = resultOf(operation, std::move(sources));
    call.reply().set(members.size());
    for (const Bytes& member : members)
        call.reply().bulk(member);
}

// Where the other sets are small beside the first, Redis stores a difference by adding the whole first set and taking
// the rest away. What is left keeps the encoding that the whole had, and so does ours.
bool isDiffByRemoval(Operation operation, const Sources& sources)
{
    if (operation != Operation::Diff || !sources.front())
        return false;
    std::size_t lookups = 0;
    std::size_t members = 0;
    for (const auto& set : sources) {
        lookups += set ? sources.front()->size() : 0;
        members += set ? set->size() : 0;
    }
    return lookups / 2 > members;
}

void addAndRemove(SetValue& target, const Sources& sources, const EncodingLimits& limits)
{
    const SetValue& first = *sources.front();
    first.forEach([&](BytesView member) {
        target.add(member, limits);
        return true;
    });
    first.forEach([&](BytesView member) {
        if (isElsewhere(sources, member))
            target.erase(member);
        return true;
    });
}

void storeResult(Call& call, Operation operation, BytesView event)
{
    const auto target = call.nextKey();
    const Sources sources = findSources(call, call.rest());
    if (call.failed())
        return;
    const std::vector<Bytes> members = resultOf(operation, sources);
    const bool replaced = call.findUntouched(target) != nullptr && call.erase(target);
    if (members.empty()) {
        if (replaced)
            call.changed(target, EventClass::Generic, "del");
        return call.reply().integer(0);
    }
    SetValue& set = call.editSet(target);
    if (isDiffByRemoval(operation, sources)) {
        addAndRemove(set, sources, call.limits());
    } else {
        for (const Bytes& member : members)
            set.add(member, call.limits());
    }
    call.changed(target, EventClass::Set, event);
    call.reply().integer(static_cast<std::int64_t>(members.size()));
}

void sinter(Call& call)
{
    replyResult(call, Operation::Inter);
}

void sunion(Call& call)
{
    replyResult(call, Operation::Union);
}

void sdiff(Call& call)
{
    replyResult(call, Operation::Diff);
}

void sinterstore(Call& call)
{
    storeResult(call, Operation::Inter, "sinterstore");
}

void sunionstore(Call& call)
{
    storeResult(call, Operation::Union, "sunionstore");
}

void sdiffstore(Call& call)
{
    storeResult(call, Operation::Diff, "sdiffstore");
}

void sintercard(Call& call)
{
    const std::size_t numkeys = nextNumkeys(call);
    if (!call.failed())
        call.require(numkeys <= call.remaining(), errors::kTooManyKeys);
    if (call.failed())
        return;
    const Argv keys = call.take(numkeys);
    std::int64_t limit = 0;
    while (call.more() && !call.failed()) {
        if (call.remaining() >= 2 && call.nextIs("limit"))
            limit = call.nextIntegerIn(
                0, std::numeric_limits<std::int64_t>::max(), errors::kNegativeLimit, errors::kNegativeLimit);
        else
            call.fail(errors::kSyntax);
    }
    Sources sources = findSources(call, keys);
    if (call.failed())
        return;
    std::int64_t count = 0;
    visitInter(std::move(sources), [&](BytesView) { return ++count != limit; });
    call.reply().integer(count);
}

constexpr CommandSpec kRows[] = {
    {.name = "sdiff",
        .syntax = "key:key...",
        .arity = -2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Set,
        .keys = KeySpec::range(1, -1),
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(N) in all members",
        .summary = "Gives the members of the first set that no other set has.",
        .tips = "nondeterministic_output_order",
        .run = sdiff},
    {.name = "sdiffstore",
        .syntax = "destination:key key:key...",
        .arity = -3,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::Set,
        .keys = {KeySpec::one(1, KeySpec::OW | KeySpec::Update), KeySpec::range(2, -1)},
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(N) in all members",
        .summary = "Stores what SDIFF would give.",
        .run = sdiffstore},
    {.name = "sinter",
        .syntax = "key:key...",
        .arity = -2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Set,
        .keys = KeySpec::range(1, -1),
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(N*M) for M sets, the smallest of N members",
        .summary = "Gives the members that all sets have.",
        .tips = "nondeterministic_output_order",
        .run = sinter},
    {.name = "sintercard",
        .syntax = "numkeys:integer key:key... [LIMIT limit:integer]",
        .arity = -3,
        .flags = Flag::ReadOnly | Flag::MovableKeys,
        .acl = Acl::Set,
        .keys = KeySpec::counted(1),
        .group = Group::Set,
        .since = "7.0.0",
        .complexity = "O(N*M) for M sets, the smallest of N members",
        .summary = "Counts the members that all sets have, up to a limit.",
        .run = sintercard},
    {.name = "sinterstore",
        .syntax = "destination:key key:key...",
        .arity = -3,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::Set,
        .keys = {KeySpec::one(1, KeySpec::RW | KeySpec::Update), KeySpec::range(2, -1)},
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(N*M) for M sets, the smallest of N members",
        .summary = "Stores what SINTER would give.",
        .run = sinterstore},
    {.name = "sunion",
        .syntax = "key:key...",
        .arity = -2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Set,
        .keys = KeySpec::range(1, -1),
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(N) in all members",
        .summary = "Gives the members that any of the sets has.",
        .tips = "nondeterministic_output_order",
        .run = sunion},
    {.name = "sunionstore",
        .syntax = "destination:key key:key...",
        .arity = -3,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::Set,
        .keys = {KeySpec::one(1, KeySpec::OW | KeySpec::Update), KeySpec::range(2, -1)},
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(N) in all members",
        .summary = "Stores what SUNION would give.",
        .run = sunionstore},
};

} // namespace

std::span<const CommandSpec> setAlgebraCommands()
{
    return kRows;
}

} // namespace engine
