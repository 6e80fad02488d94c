// Lists that may be waited for.

#include "engine/command/arguments.h"
#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/list_pop.h"

namespace engine {

namespace {

void blockingPop(Call& call, End end)
{
    const Argv keys = call.take(call.remaining() - 1);
    const auto until = nextTimeoutSeconds(call);
    if (call.failed())
        return;
    for (const BytesView key : call.keysToServe(keys)) {
        const ListValue* list = call.findList(key);
        if (call.failed())
            return;
        if (!list)
            continue;
        call.reply().array(2);
        call.reply().bulk(key);
        call.reply().bulk(popOne(call, key, end));
        return call.propagateAs({popCommand(end), key});
    }
    if (!call.waitFor(WaitFor::List, keys, until))
        call.reply().nullArray();
}

void blpop(Call& call)
{
    blockingPop(call, End::Front);
}

void brpop(Call& call)
{
    blockingPop(call, End::Back);
}

void blockingMove(Call& call, BytesView from, BytesView to, End taken, End added, std::optional<UnixMs> until)
{
    if (call.failed() || moveElement(call, from, to, taken, added) || call.failed())
        return;
    if (!call.waitFor(WaitFor::List, Argv(&from, 1), until))
        call.reply().null();
}

void blmove(Call& call)
{
    const auto from = call.nextKey();
    const auto to = call.nextKey();
    const BytesView takenText = call.peek();
    const End taken = nextEnd(call);
    const BytesView addedText = call.peek();
    const End added = nextEnd(call);
    const auto until = nextTimeoutSeconds(call);
    blockingMove(call, from, to, taken, added, until);
    if (call.changes() > 0)
        call.propagateAs({"LMOVE", from, to, takenText, addedText});
}

void brpoplpush(Call& call)
{
    const auto from = call.nextKey();
    const auto to = call.nextKey();
    const auto until = nextTimeoutSeconds(call);
    blockingMove(call, from, to, End::Back, End::Front, until);
    if (call.changes() > 0)
        call.propagateAs({"RPOPLPUSH", from, to});
}

void blmpop(Call& call)
{
    const BytesView timeout = call.nextBytes();
    const ManyPop pop = nextListPop(call);
    const auto until = timeoutSeconds(call, timeout);
    if (call.failed() || popFirstList(call, pop) || call.failed())
        return;
    if (!call.waitFor(WaitFor::List, pop.keys, until))
        call.reply().nullArray();
}

constexpr Flag kFlags = Flag::Write | Flag::NoScript | Flag::Blocking;
constexpr KeySpecs kMoveKeys = {
    KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete), KeySpec::one(2, KeySpec::RW | KeySpec::Insert)};

constexpr CommandSpec kRows[] = {
    {.name = "blmove",
        .syntax = "source:key destination:key (LEFT|RIGHT):wherefrom (LEFT|RIGHT):whereto timeout:double",
        .arity = 6,
        .flags = kFlags | Flag::DenyOom,
        .acl = Acl::List,
        .keys = kMoveKeys,
        .group = Group::List,
        .since = "6.2.0",
        .complexity = "O(1)",
        .summary =
            "Moves an element from an end of one list to an end of another, and waits for one when there is none.",
        .run = blmove},
    {.name = "blmpop",
        .syntax = "timeout:double numkeys:integer key:key... (LEFT|RIGHT):where [COUNT count:integer]",
        .arity = -5,
        .flags = Flag::Write | Flag::Blocking | Flag::MovableKeys,
        .acl = Acl::List,
        .keys = KeySpec::counted(2, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::List,
        .since = "7.0.0",
        .complexity = "O(K + M) for K keys and M elements taken",
        .summary = "Takes elements from an end of the first list that has any, and waits when none has.",
        .run = blmpop},
    {.name = "blpop",
        .syntax = "key:key... timeout:double",
        .arity = -3,
        .flags = kFlags,
        .acl = Acl::List,
        .keys = KeySpec::range(1, -2, 1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::List,
        .since = "2.0.0",
        .complexity = "O(K) for K keys",
        .summary = "Takes the first element of the first list that has any, and waits when none has.",
        .run = blpop},
    {.name = "brpop",
        .syntax = "key:key... timeout:double",
        .arity = -3,
        .flags = kFlags,
        .acl = Acl::List,
        .keys = KeySpec::range(1, -2, 1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::List,
        .since = "2.0.0",
        .complexity = "O(K) for K keys",
        .summary = "Takes the last element of the first list that has any, and waits when none has.",
        .run = brpop},
    {.name = "brpoplpush",
        .syntax = "source:key destination:key timeout:double",
        .arity = 4,
        .flags = kFlags | Flag::DenyOom,
        .acl = Acl::List,
        .keys = kMoveKeys,
        .group = Group::List,
        .since = "2.2.0",
        .complexity = "O(1)",
        .summary = "Moves the last element of a list to the front of another, and waits for one when there is none.",
        .run = brpoplpush},
};

} // namespace

std::span<const CommandSpec> blockingListCommands()
{
    return kRows;
}

} // namespace engine
