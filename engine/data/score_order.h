#pragma once

// The two orders of a large sorted set: its members' items, and the tree of them by (score, member bytes).

#include "engine/base/bytes.h"
#include "engine/data/counted_tree.h"

#include <cstring>
#include <limits>

namespace engine {

/// A member with its score, in one allocation. Immutable: a new score is a new item. Held by the dictionary and by the
/// order.
struct ScoredItem {
    HolderCount holders;
    std::uint32_t size;
    double score;

    char* bytes() { return reinterpret_cast<char*>(this + 1); }
    const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
    BytesView member() const { return {bytes(), size}; }

    static ScoredItem* create(BytesView member, double score)
    {
        CHECK(member.size() <= std::numeric_limits<std::uint32_t>::max());
        auto* item = new (allocate(sizeof(ScoredItem) + member.size())) ScoredItem;
        item->size = static_cast<std::uint32_t>(member.size());
        item->score = score;
        std::memcpy(item->bytes(), member.data(), member.size());
        return item;
    }
    static void release(ScoredItem* item)
    {
        if (item->holders.release())
            std::free(item);
    }
};

/// Redis's order: by score, then by the members' bytes.
inline bool orderedBefore(double scoreA, BytesView memberA, double scoreB, BytesView memberB)
{
    return scoreA < scoreB || (scoreA == scoreB && memberA < memberB);
}

/// Up to 64 items in order. The scores stand beside the pointers, so that a search reads an item for equal scores only.
struct OrderLeaf {
    struct Slot {
        double score;
        ScoredItem* item;
    };
    static constexpr std::uint16_t kMost = 64;

    HolderCount holders;
    std::uint16_t size = 0;
    std::uint16_t capacity;

    explicit OrderLeaf(std::uint16_t slotCount) : capacity(slotCount) { }
    Slot* slots() { return reinterpret_cast<Slot*>(this + 1); }
    const Slot* slots() const { return reinterpret_cast<const Slot*>(this + 1); }

    static OrderLeaf* create(std::uint16_t capacity);
};

struct OrderPolicy {
    using Leaf = OrderLeaf;
    using Summary = OrderLeaf::Slot; // the first one; the leaf holds its item
    static std::uint64_t count(const OrderLeaf& leaf) { return leaf.size; }
    static std::size_t bytes(const OrderLeaf& leaf)
    {
        return allocatedBytes(sizeof(OrderLeaf) + leaf.capacity * sizeof(OrderLeaf::Slot));
    }
    static Summary summary(const OrderLeaf& leaf) { return leaf.slots()[0]; }
    static OrderLeaf* copy(const OrderLeaf& leaf);
    static void release(OrderLeaf* leaf);
};

class ScoreOrder : public CountedTree<OrderPolicy> {
public:
    /// How many entries `before(slot)` is true for; it is true for a beginning of the order.
    template <class Before>
    std::uint64_t countWhile(Before before) const
    {
        if (size() == 0)
            return 0;
        const Path path = pathBySummary(before);
        const OrderLeaf::Slot* slots = path.leaf()->slots();
        std::uint32_t low = 0;
        std::uint32_t high = path.leaf()->size;
        while (low < high) {
            const std::uint32_t middle = (low + high) / 2;
            if (before(slots[middle]))
                low = middle + 1;
            else
                high = middle;
        }
        return path.start() + low;
    }

    std::uint64_t rank(double score, BytesView member) const
    {
        return countWhile([&](const OrderLeaf::Slot& slot) {
            return slot.score < score || (slot.score == score && slot.item->member() < member);
        });
    }

    /// Takes over one holder of `item`.
    void insert(ScoredItem* item);
    void eraseAt(std::uint64_t rank);
};

} // namespace engine
