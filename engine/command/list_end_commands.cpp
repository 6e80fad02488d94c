// Lists by their ends: pushing, popping, moving.

#include "engine/command/arguments.h"
#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/list_pop.h"

#include <algorithm>

namespace engine {

namespace {

enum class Absent { Create, LeaveAlone };

void push(Call& call, End end, Absent absent)
{
    const auto key = call.nextKey();
    const ListValue* found = call.findList(key);
    if (call.failed())
        return;
    if (!found && absent == Absent::LeaveAlone)
        return call.reply().integer(0);

    const Argv elements = call.rest();
    ListValue& list = call.editList(key);
    for (const BytesView element : elements)
        list.push(end, element, call.limits());
    const auto length = static_cast<std::int64_t>(list.size());
    call.changed(key, EventClass::List, pushEvent(end), elements.size());
    call.reply().integer(length);
}

void lpush(Call& call)
{
    push(call, End::Front, Absent::Create);
}

void rpush(Call& call)
{
    push(call, End::Back, Absent::Create);
}

void lpushx(Call& call)
{
    push(call, End::Front, Absent::LeaveAlone);
}

void rpushx(Call& call)
{
    push(call, End::Back, Absent::LeaveAlone);
}

void pop(Call& call, End end)
{
    if (call.argv().size() > 3)
        return failArity(call);
    const auto key = call.nextKey();
    const bool counted = call.more();
    const auto count = counted ? static_cast<std::size_t>(nextCount(call)) : 1;
    const ListValue* list = call.findList(key);
    if (call.failed())
        return;
    if (!list)
        return counted ? call.reply().nullArray() : call.reply().null();
    if (counted && count == 0)
        return call.reply().array(0);
    if (counted)
        return popMany(call, key, end, std::min(count, list->size()));

    call.reply().bulk(call.editList(key).pop(end));
    call.changed(key, EventClass::List, popEvent(end));
    call.eraseIfEmpty(key);
}

void lpop(Call& call)
{
    pop(call, End::Front);
}

void rpop(Call& call)
{
    pop(call, End::Back);
}

void replyMoved(Call& call, BytesView from, BytesView to, End taken, End added)
{
    if (!moveElement(call, from, to, taken, added) && !call.failed())
        call.reply().null();
}

void lmove(Call& call)
{
    const auto from = call.nextKey();
    const auto to = call.nextKey();
    const End taken = nextEnd(call);
    const End added = nextEnd(call);
    if (!call.failed())
        replyMoved(call, from, to, taken, added);
}

void rpoplpush(Call& call)
{
    const auto from = call.nextKey();
    const auto to = call.nextKey();
    replyMoved(call, from, to, End::Back, End::Front);
}

void lmpop(Call& call)
{
    const ManyPop pop = nextListPop(call);
    if (!popFirstList(call, pop) && !call.failed())
        call.reply().nullArray();
}

constexpr CommandSpec kRows[] = {
    {.name = "lmove",
        .syntax = "source:key destination:key (LEFT|RIGHT):wherefrom (LEFT|RIGHT):whereto",
        .arity = 5,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::List,
        .keys = {KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
            KeySpec::one(2, KeySpec::RW | KeySpec::Insert)},
        .group = Group::List,
        .since = "6.2.0",
        .complexity = "O(1)",
        .summary = "Moves an element from an end of one list to an end of another.",
        .run = lmove},
    {.name = "lmpop",
        .syntax = "numkeys:integer key:key... (LEFT|RIGHT):where [COUNT count:integer]",
        .arity = -4,
        .flags = Flag::Write | Flag::MovableKeys,
        .acl = Acl::List,
        .keys = KeySpec::counted(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::List,
        .since = "7.0.0",
        .complexity = "O(K + M) for K keys and M elements taken",
        .summary = "Takes elements from an end of the first list that has any.",
        .run = lmpop},
    {.name = "lpop",
        .syntax = "key:key [count:integer]",
        .arity = -2,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::List,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::List,
        .since = "1.0.0",
        .complexity = "O(M) in the elements taken",
        .summary = "Takes elements from the front of a list.",
        .run = lpop},
    {.name = "lpush",
        .syntax = "key:key element:string...",
        .arity = -3,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::List,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Insert),
        .group = Group::List,
        .since = "1.0.0",
        .complexity = "O(M) in the elements added",
        .summary = "Adds elements in front of a list, one after the other.",
        .run = lpush},
    {.name = "lpushx",
        .syntax = "key:key element:string...",
        .arity = -3,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::List,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Insert),
        .group = Group::List,
        .since = "2.2.0",
        .complexity = "O(M) in the elements added",
        .summary = "Adds elements in front of a list that is there already.",
        .run = lpushx},
    {.name = "rpop",
        .syntax = "key:key [count:integer]",
        .arity = -2,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::List,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::List,
        .since = "1.0.0",
        .complexity = "O(M) in the elements taken",
        .summary = "Takes elements from the back of a list.",
        .run = rpop},
    {.name = "rpoplpush",
        .syntax = "source:key destination:key",
        .arity = 3,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::List,
        .keys = {KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
            KeySpec::one(2, KeySpec::RW | KeySpec::Insert)},
        .group = Group::List,
        .since = "1.2.0",
        .complexity = "O(1)",
        .summary = "Moves the last element of a list to the front of another.",
        .run = rpoplpush},
    {.name = "rpush",
        .syntax = "key:key element:string...",
        .arity = -3,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::List,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Insert),
        .group = Group::List,
        .since = "1.0.0",
        .complexity = "O(M) in the elements added",
        .summary = "Adds elements at the back of a list.",
        .run = rpush},
    {.name = "rpushx",
        .syntax = "key:key element:string...",
        .arity = -3,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::List,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Insert),
        .group = Group::List,
        .since = "2.2.0",
        .complexity = "O(M) in the elements added",
        .summary = "Adds elements at the back of a list that is there already.",
        .run = rpushx},
};

} // namespace

std::span<const CommandSpec> listEndCommands()
{
    return kRows;
}

} // namespace engine
