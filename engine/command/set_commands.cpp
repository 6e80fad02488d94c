// Sets: members added, removed, moved and looked for.

#include "engine/command/call.h"
#include "engine/command/families.h"

#include <algorithm>

namespace engine {

namespace {

void sadd(Call& call)
{
    const auto key = call.nextKey();
    const Argv members = call.rest();
    const SetValue* found = call.findSet(key);
    if (call.failed())
        return;
    // Nothing is written, and no path of a snapshot copied, when all are there already.
    if (found && std::ranges::all_of(members, [&](BytesView member) { return found->contains(member); }))
        return call.reply().integer(0);

    SetValue& set = call.editSet(key);
    std::int64_t added = 0;
    for (const BytesView member : members)
        added += set.add(member, call.limits()) ? 1 : 0;
    call.changed(key, EventClass::Set, "sadd", static_cast<std::uint64_t>(added));
    call.reply().integer(added);
}

void srem(Call& call)
{
    const auto key = call.nextKey();
    const Argv members = call.rest();
    const SetValue* found = call.findSet(key);
    if (call.failed())
        return;
    if (!found || std::ranges::none_of(members, [&](BytesView member) { return found->contains(member); }))
        return call.reply().integer(0);

    SetValue& set = call.editSet(key);
    std::int64_t removed = 0;
    for (const BytesView member : members)
        removed += set.erase(member) ? 1 : 0;
    call.changed(key, EventClass::Set, "srem", static_cast<std::uint64_t>(removed));
    call.eraseIfEmpty(key);
    call.reply().integer(removed);
}

void scard(Call& call)
{
    const SetValue* set = call.findSet(call.nextKey());
    if (!call.failed())
        call.reply().integer(set ? static_cast<std::int64_t>(set->size()) : 0);
}

void sismember(Call& call)
{
    const SetValue* set = call.findSet(call.nextKey());
    if (!call.failed())
        call.reply().integer(set && set->contains(call.nextBytes()) ? 1 : 0);
}

void smismember(Call& call)
{
    const SetValue* set = call.findSet(call.nextKey());
    if (call.failed())
        return;
    call.reply().array(call.remaining());
    for (const BytesView member : call.rest())
        call.reply().integer(set && set->contains(member) ? 1 : 0);
}

void smembers(Call& call)
{
    const SetValue* set = call.findSet(call.nextKey());
    if (call.failed())
        return;
    call.reply().set(set ? set->size() : 0);
    if (!set)
        return;
    set->forEach([&](BytesView member) {
        call.reply().bulk(member);
        return true;
    });
}

void moveMember(Call& call, BytesView from, BytesView to, BytesView member)
{
    const SetValue* target = call.findSet(to);
    const bool alreadyThere = target && target->contains(member);
    call.editSet(from).erase(member);
    call.changed(from, EventClass::Set, "srem");
    call.eraseIfEmpty(from);
    if (alreadyThere)
        return;
    call.editSet(to).add(member, call.limits());
    call.changed(to, EventClass::Set, "sadd");
}

void smove(Call& call)
{
    const auto from = call.nextKey();
    const auto to = call.nextKey();
    const auto member = call.nextBytes();
    const SetValue* source = call.findSet(from);
    if (call.failed())
        return;
    // A missing source answers before a target of the wrong type is looked at.
    if (!source)
        return call.reply().integer(0);
    const bool there = source->contains(member);
    call.findSet(to);
    if (call.failed())
        return;
    if (there && from != to)
        moveMember(call, from, to, member);
    call.reply().integer(there ? 1 : 0);
}

constexpr CommandSpec kRows[] = {
    {.name = "sadd",
        .syntax = "key:key member:string...",
        .arity = -3,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::Set,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Insert),
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(N) in the members named",
        .summary = "Adds members to a set and counts those that are new.",
        .run = sadd},
    {.name = "scard",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Set,
        .keys = KeySpec::one(1, KeySpec::RO),
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Tells how many members a set has.",
        .run = scard},
    {.name = "sismember",
        .syntax = "key:key member:string",
        .arity = 3,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Set,
        .keys = KeySpec::one(1, KeySpec::RO),
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Tells whether a set has a member.",
        .run = sismember},
    {.name = "smembers",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Set,
        .keys = KeySpec::one(1),
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(N) in the size of the set",
        .summary = "Lists all members.",
        .tips = "nondeterministic_output_order",
        .run = smembers},
    {.name = "smismember",
        .syntax = "key:key member:string...",
        .arity = -3,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Set,
        .keys = KeySpec::one(1),
        .group = Group::Set,
        .since = "6.2.0",
        .complexity = "O(N) in the members named",
        .summary = "Tells of several members whether a set has them.",
        .run = smismember},
    {.name = "smove",
        .syntax = "source:key destination:key member:string",
        .arity = 4,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Set,
        .keys = {KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
            KeySpec::one(2, KeySpec::RW | KeySpec::Insert)},
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Moves a member from one set to another.",
        .run = smove},
    {.name = "srem",
        .syntax = "key:key member:string...",
        .arity = -3,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Set,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Delete),
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(N) in the members named",
        .summary = "Removes members from a set.",
        .run = srem},
};

} // namespace

std::span<const CommandSpec> setCommands()
{
    return kRows;
}

} // namespace engine
