// Lists by their ends: pushing, popping, moving.

#include "engine/command/arguments.h"
#include "engine/command/call.h"
#include "engine/command/families.h"

#include <algorithm>

namespace engine {

namespace {

enum class Absent { Create, LeaveAlone };

constexpr BytesView pushEvent(End end)
{
    return end == End::Front ? "lpush" : "rpush";
}

constexpr BytesView popEvent(End end)
{
    return end == End::Front ? "lpop" : "rpop";
}

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

// Takes and replies `count` elements, which are there, as an array; the list goes with its last one.
void popMany(Call& call, BytesView key, End end, std::size_t count)
{
    ListValue& list = call.editList(key);
    call.reply().array(count);
    for (std::size_t i = 0; i < count; ++i)
        call.reply().bulk(list.pop(end));
    call.changed(key, EventClass::List, popEvent(end), count);
    call.eraseIfEmpty(key);
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

void moveElement(Call& call, BytesView from, BytesView to, End taken, End added)
{
    const ListValue* source = call.findList(from);
    if (call.failed())
        return;
    if (!source)
        return call.reply().null();
    call.findList(to);
    if (call.failed())
        return;

    // Pushed first, and its event told first; the source may be the same list.
    const Bytes element = call.editList(from).pop(taken);
    call.editList(to).push(added, element, call.limits());
    call.changed(to, EventClass::List, pushEvent(added), 0);
    call.reply().bulk(element);
    call.changed(from, EventClass::List, popEvent(taken));
    call.eraseIfEmpty(from);
}

void lmove(Call& call)
{
    const auto from = call.nextKey();
    const auto to = call.nextKey();
    const End taken = nextEnd(call);
    const End added = nextEnd(call);
    if (!call.failed())
        moveElement(call, from, to, taken, added);
}

void rpoplpush(Call& call)
{
    const auto from = call.nextKey();
    const auto to = call.nextKey();
    moveElement(call, from, to, End::Back, End::Front);
}

void lmpop(Call& call)
{
    const std::size_t numkeys = nextNumkeys(call);
    if (!call.failed())
        call.require(numkeys < call.remaining(), errors::kSyntax);
    if (call.failed())
        return;
    const Argv keys = call.take(numkeys);
    const End end = nextEnd(call);
    const std::int64_t count = nextPopCount(call);

    for (const BytesView key : keys) {
        const ListValue* list = call.findList(key);
        if (call.failed())
            return;
        if (!list)
            continue;
        const std::size_t taken = std::min(static_cast<std::size_t>(count), list->size());
        call.reply().array(2);
        call.reply().bulk(key);
        popMany(call, key, end, taken);
        return call.propagateAs(
            {end == End::Front ? "LPOP" : "RPOP", key, IntegerText(static_cast<std::int64_t>(taken)).view()});
    }
    if (!call.failed())
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
