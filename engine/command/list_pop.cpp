#include "engine/command/list_pop.h"

#include "engine/command/arguments.h"

#include <algorithm>

namespace engine {

namespace {

// As Redis has it, an element that one who waited is served with tells nobody who watches the list: its push has.
void tellPopped(Call& call, BytesView key, End end)
{
    if (call.isServing())
        call.changedSinceReady(key, EventClass::List, popEvent(end));
    else
        call.changed(key, EventClass::List, popEvent(end));
}

} // namespace

BytesView pushEvent(End end)
{
    return end == End::Front ? "lpush" : "rpush";
}

BytesView popEvent(End end)
{
    return end == End::Front ? "lpop" : "rpop";
}

BytesView popCommand(End end)
{
    return end == End::Front ? "LPOP" : "RPOP";
}

void popMany(Call& call, BytesView key, End end, std::size_t count)
{
    ListValue& list = call.editList(key);
    call.reply().array(count);
    for (std::size_t i = 0; i < count; ++i)
        call.reply().bulk(list.pop(end));
    call.changed(key, EventClass::List, popEvent(end), count);
    call.eraseIfEmpty(key);
}

Bytes popOne(Call& call, BytesView key, End end)
{
    Bytes element = call.editList(key).pop(end);
    tellPopped(call, key, end);
    call.eraseIfEmpty(key);
    return element;
}

bool moveElement(Call& call, BytesView from, BytesView to, End taken, End added)
{
    const ListValue* source = call.findList(from);
    if (call.failed() || !source)
        return false;
    call.findList(to);
    if (call.failed())
        return false;

    // Pushed first, and its event told first; the source may be the same list.
    const Bytes element = call.editList(from).pop(taken);
    call.editList(to).push(added, element, call.limits());
    call.changed(to, EventClass::List, pushEvent(added), 0);
    call.reply().bulk(element);
    tellPopped(call, from, taken);
    call.eraseIfEmpty(from);
    return true;
}

ManyPop nextListPop(Call& call)
{
    ManyPop pop;
    pop.keys = nextCountedKeys(call);
    if (call.failed())
        return pop;
    pop.end = nextEnd(call);
    pop.count = static_cast<std::size_t>(nextPopCount(call));
    return pop;
}

bool popFirstList(Call& call, const ManyPop& pop)
{
    for (const BytesView key : call.keysToServe(pop.keys)) {
        const ListValue* list = call.findList(key);
        if (call.failed())
            return false;
        if (!list)
            continue;
        const std::size_t taken = std::min(pop.count, list->size());
        call.reply().array(2);
        call.reply().bulk(key);
        popMany(call, key, pop.end, taken);
        call.propagateAs({popCommand(pop.end), key, IntegerText(static_cast<std::int64_t>(taken)).view()});
        return true;
    }
    return false;
}

} // namespace engine
