#pragma once

// A stream's consumer group: how far it has read, who reads, and what is delivered but not acknowledged. Copied in
// O(1). Source: https://redis.io/docs/data-types/streams/ (consumer groups).

#include "engine/base/clock.h"
#include "engine/data/ordered_tree.h"
#include "engine/data/stream_id.h"

#include <utility>

namespace engine {

struct StreamConsumer {
    using Key = Bytes;
    const Bytes& key() const { return name; }
    std::size_t extraBytes() const { return name.capacity() > 15 ? allocatedBytes(name.capacity() + 1) : 0; }

    Bytes name;
    std::uint32_t number = 0; // in its group, for as long as it exists
    UnixMs seen;
    std::size_t pending = 0;
};

struct PendingEntry {
    using Key = StreamId;
    const StreamId& key() const { return id; }
    std::size_t extraBytes() const { return 0; }

    StreamId id;
    UnixMs delivered;
    std::uint64_t deliveries = 1;
    std::uint32_t consumer = 0; // its number
};

class StreamGroup {
public:
    static constexpr std::int64_t kUnknown = -1;

    StreamId lastId; // delivered last
    std::int64_t entriesRead = kUnknown;

    const OrderedTree<StreamConsumer>& consumers() const { return m_consumers; }
    const OrderedTree<PendingEntry>& pending() const { return m_pending; }
    /// By name; nullptr when there is none. Valid until the next write.
    const StreamConsumer* findConsumer(BytesView name) const { return m_consumers.find(Bytes(name)); }
    BytesView nameOf(std::uint32_t consumer) const { return m_names.find(consumer)->name; }

    /// False when it is there already.
    bool addConsumer(BytesView name, UnixMs now);
    void see(BytesView name, UnixMs now);
    /// Takes a consumer out with all that it has pending; gives how much that was. It is there.
    std::size_t removeConsumer(BytesView name);

    /// Makes `entry` pending with its consumer, taking it from the one that had it.
    void assign(const PendingEntry& entry);
    /// False when it is not pending.
    bool acknowledge(const StreamId& id);
    /// Visits what one consumer has pending, from `first` on, until `visit` returns false.
    template <class Visit>
    void forEachOf(std::uint32_t consumer, const StreamId& first, Visit visit) const
    {
        m_owned.forEachFrom({consumer, first}, [&](const Owned& owned) {
            return owned.place.first == consumer && visit(*m_pending.find(owned.place.second));
        });
    }

    std::size_t memoryBytes() const
    {
        return m_consumers.memoryBytes() + m_pending.memoryBytes() + m_owned.memoryBytes() + m_names.memoryBytes();
    }

private:
    // What is pending by consumer: history is read that way.
    struct Owned {
        using Key = std::pair<std::uint32_t, StreamId>;
        const Key& key() const { return place; }
        std::size_t extraBytes() const { return 0; }
        Key place;
    };
    struct Name {
        using Key = std::uint32_t;
        const Key& key() const { return number; }
        std::size_t extraBytes() const { return name.capacity() > 15 ? allocatedBytes(name.capacity() + 1) : 0; }
        std::uint32_t number = 0;
        Bytes name;
    };

    void countPending(std::uint32_t consumer, int change);

    OrderedTree<StreamConsumer> m_consumers;
    OrderedTree<PendingEntry> m_pending;
    OrderedTree<Owned> m_owned;
    OrderedTree<Name> m_names;
    std::uint32_t m_nextNumber = 0;
};

} // namespace engine
