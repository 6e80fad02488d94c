#include "engine/command/zset_pop.h"

#include "engine/command/arguments.h"

#include <algorithm>

namespace engine {

BytesView popCommand(Extreme end)
{
    return end == Extreme::Min ? "ZPOPMIN" : "ZPOPMAX";
}

void popMembers(Call& call, BytesView key, Extreme end, std::size_t count, PairShape shape)
{
    ReplySink& reply = call.reply();
    SortedSetValue& set = call.editSortedSet(key);
    const auto replyMember = [&](const ScoredMember& member) {
        if (shape == PairShape::Nested)
            reply.array(2);
        reply.bulk(member.member);
        reply.number(member.score);
        return true;
    };
    if (end == Extreme::Min)
        set.forEach(0, count, replyMember);
    else
        set.forEachBackward(set.size() - 1, count, replyMember);
    set.eraseRange(end == Extreme::Min ? 0 : set.size() - count, count);
    call.changed(key, EventClass::SortedSet, end == Extreme::Min ? "zpopmin" : "zpopmax", count);
    call.eraseIfEmpty(key);
}

ManyMemberPop nextMemberPop(Call& call)
{
    ManyMemberPop pop;
    pop.keys = nextCountedKeys(call);
    if (call.failed())
        return pop;
    if (call.nextIs("max"))
        pop.end = Extreme::Max;
    else
        call.require(call.nextIs("min"), errors::kSyntax);
    pop.count = static_cast<std::size_t>(nextPopCount(call));
    return pop;
}

bool popFirstSortedSet(Call& call, const ManyMemberPop& pop)
{
    for (const BytesView key : call.keysToServe(pop.keys)) {
        const SortedSetValue* set = call.findSortedSet(key);
        if (call.failed())
            return false;
        if (!set)
            continue;
        const std::size_t taken = std::min(pop.count, set->size());
        call.reply().array(2);
        call.reply().bulk(key);
        call.reply().array(taken);
        popMembers(call, key, pop.end, taken, PairShape::Nested);
        call.propagateAs({popCommand(pop.end), key, IntegerText(static_cast<std::int64_t>(taken)).view()});
        return true;
    }
    return false;
}

} // namespace engine
