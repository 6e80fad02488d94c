#include "engine/command/stream_delivery.h"

#include "engine/base/number.h"
#include "engine/command/command.h"

namespace engine {

const StreamGroup& groupAt(Call& call, const GroupPlace& place)
{
    return *call.database().find(place.key)->stream().findGroup(place.group);
}

void editGroupAt(Call& call, const GroupPlace& place, FunctionRef<void(StreamGroup&)> use)
{
    call.editStream(place.key).editGroup(place.group, use);
}

std::uint32_t meetConsumer(Call& call, const GroupPlace& place, BytesView consumer)
{
    const bool known = groupAt(call, place).findConsumer(consumer) != nullptr;
    editGroupAt(call, place, [&](StreamGroup& group) {
        if (known)
            group.see(consumer, call.clockNow());
        else
            group.addConsumer(consumer, call.clockNow());
    });
    if (!known)
        call.changedUnwatched(place.key, "xgroup-createconsumer");
    return groupAt(call, place).findConsumer(consumer)->number;
}

void propagateClaim(Call& call, const GroupPlace& place, const PendingEntry& entry, BytesView id)
{
    if (!call.isHeard())
        return;
    const StreamGroup& group = groupAt(call, place);
    call.propagateAs({"XCLAIM", place.key, place.group, group.nameOf(entry.consumer), "0", id, "TIME",
        IntegerText(entry.delivered.value).view(), "RETRYCOUNT",
        IntegerText(static_cast<std::int64_t>(entry.deliveries)).view(), "FORCE", "JUSTID", "LASTID",
        group.lastId.text()});
}

void propagateGroupId(Call& call, const GroupPlace& place)
{
    if (!call.isHeard())
        return;
    const StreamGroup& group = groupAt(call, place);
    call.propagateAs({"XGROUP", "SETID", place.key, place.group, group.lastId.text(), "ENTRIESREAD",
        IntegerText(group.entriesRead).view()});
}

} // namespace engine
