#include "engine/data/stream_group.h"

#include <vector>

namespace engine {

bool StreamGroup::addConsumer(BytesView name, UnixMs now)
{
    if (findConsumer(name))
        return false;
    const std::uint32_t number = m_nextNumber++;
    m_consumers.insert({.name = Bytes(name), .number = number, .seen = now});
    m_names.insert({.number = number, .name = Bytes(name)});
    return true;
}

void StreamGroup::see(BytesView name, UnixMs now)
{
    m_consumers.edit(Bytes(name), [now](StreamConsumer& consumer) { consumer.seen = now; });
}

std::size_t StreamGroup::removeConsumer(BytesView name)
{
    const StreamConsumer consumer = *findConsumer(name);
    std::vector<StreamId> ids;
    forEachOf(consumer.number, {}, [&ids](const PendingEntry& entry) {
        ids.push_back(entry.id);
        return true;
    });
    for (const StreamId& id : ids)
        acknowledge(id);
    m_names.erase(consumer.number);
    m_consumers.erase(consumer.name);
    return ids.size();
}

void StreamGroup::countPending(std::uint32_t consumer, int change)
{
    m_consumers.edit(Bytes(nameOf(consumer)), [change](StreamConsumer& one) {
        one.pending = static_cast<std::size_t>(static_cast<std::ptrdiff_t>(one.pending) + change);
    });
}

void StreamGroup::assign(const PendingEntry& entry)
{
    const PendingEntry* old = m_pending.find(entry.id);
    if (!old) {
        m_pending.insert(entry);
    } else {
        const std::uint32_t owner = old->consumer;
        m_pending.edit(entry.id, [&entry](PendingEntry& kept) { kept = entry; });
        if (owner == entry.consumer)
            return;
        m_owned.erase({owner, entry.id});
        countPending(owner, -1);
    }
    m_owned.insert({{entry.consumer, entry.id}});
    countPending(entry.consumer, 1);
}

bool StreamGroup::acknowledge(const StreamId& id)
{
    const PendingEntry* entry = m_pending.find(id);
    if (!entry)
        return false;
    const std::uint32_t owner = entry->consumer;
    m_owned.erase({owner, id});
    countPending(owner, -1);
    m_pending.erase(id);
    return true;
}

} // namespace engine
