#pragma once

// The nodes that a Dict is made of, without knowledge of its items.
//
// An inner node spreads the `bits` hash bits after its `depth` over its links. A segment holds up to some hundred
// slots, sorted by hash. A segment that needs fewer bits than its parent has is linked from an aligned run of the
// parent's links (extendible hashing, node by node); an inner node is linked from exactly one.
//
// A slot is one word: above, 20 hash bits (the tag: those from the parent's depth on, from 0 in a dict of one segment);
// below, the item's address without its four zero bits. So the slots alone are searched, split and merged, and
// an item is read only where a tag agrees.

#include "engine/base/cow.h"
#include "engine/data/allocated.h"

#include <cstdint>
#include <cstring>

namespace engine {

constexpr int kDictTagBits = 20;
constexpr int kDictTagShift = 64 - kDictTagBits;
constexpr int kDictMaxBits = 7; // links of an inner node: 128. A path copy copies that many and a segment
constexpr std::uint32_t kDictMaxSegment = 128;
// Deeper inner nodes would have tags with too few bits left in the hash. Only equal hashes ever come this far.
constexpr int kDictMaxDepth = 64 - kDictTagBits;
constexpr int kDictMaxLevels = kDictMaxDepth / kDictMaxBits + 2;

struct DictNode {
    enum class Kind : std::uint8_t { Inner, Segment };

    HolderCount holders;
    Kind kind;

    explicit DictNode(Kind k) : kind(k) { }
};

struct alignas(8) DictSegment : DictNode {
    std::uint8_t span = kDictTagBits; // log2 of the tags that fall into this segment
    std::uint32_t size = 0;
    std::uint32_t capacity;
    std::uint32_t marked = 0; // items that Traits::marked

    explicit DictSegment(std::uint32_t slotCount) : DictNode(Kind::Segment), capacity(slotCount) { }

    std::uint64_t* slots() { return reinterpret_cast<std::uint64_t*>(this + 1); }
    const std::uint64_t* slots() const { return reinterpret_cast<const std::uint64_t*>(this + 1); }
    std::size_t bytes() const { return allocatedBytes(sizeof(DictSegment) + capacity * sizeof(std::uint64_t)); }

    /// Where a tag's slot about is: hashes are spread evenly.
    std::uint32_t nearest(std::uint64_t tag) const
    {
        const std::uint64_t within = tag & ((std::uint64_t{1} << span) - 1);
        return static_cast<std::uint32_t>((within * size) >> span);
    }
    /// The first slot whose tag is not below `tag`.
    std::uint32_t lowerBound(std::uint64_t tag) const
    {
        if (size == 0)
            return 0;
        const std::uint64_t* const all = slots();
        std::uint32_t at = nearest(tag);
        while (at > 0 && all[at - 1] >> kDictTagShift >= tag)
            --at;
        while (at < size && all[at] >> kDictTagShift < tag)
            ++at;
        return at;
    }

    static DictSegment* create(std::uint32_t capacity);
    /// Room for some more than `size`, so that the next inserts need no other.
    static std::uint32_t capacityFor(std::uint32_t size);
};

struct alignas(8) DictInner : DictNode {
    std::uint8_t bits;
    std::uint8_t depth;

    DictInner(int bitCount, int hashDepth)
        : DictNode(Kind::Inner), bits(static_cast<std::uint8_t>(bitCount)), depth(static_cast<std::uint8_t>(hashDepth))
    {
    }

    std::uint32_t linkCount() const { return 1U << bits; }
    DictNode** links() { return reinterpret_cast<DictNode**>(this + 1); }
    DictNode* const* links() const { return reinterpret_cast<DictNode* const*>(this + 1); }
    /// Items below each link; a run's are counted at its first link. 32 bits: no child reaches 2^32 items, which would
    /// take 250 GB.
    std::uint32_t* counts() { return reinterpret_cast<std::uint32_t*>(links() + linkCount()); }
    const std::uint32_t* counts() const { return reinterpret_cast<const std::uint32_t*>(links() + linkCount()); }
    std::uint32_t* marks() { return counts() + linkCount(); }
    const std::uint32_t* marks() const { return counts() + linkCount(); }
    std::size_t bytes() const { return allocatedBytes(sizeof(DictInner) + linkCount() * 16); }

    std::uint32_t linkFor(std::uint64_t hash) const
    {
        return static_cast<std::uint32_t>((hash << depth) >> (64 - bits));
    }
    /// How many links lead to the child at `link`.
    std::uint32_t runLength(std::uint32_t link) const
    {
        const DictNode* const child = links()[link];
        if (child->kind == Kind::Inner)
            return 1;
        return 1U << (static_cast<const DictSegment*>(child)->span - (kDictTagBits - bits));
    }
    std::uint32_t runStart(std::uint32_t link) const { return link & ~(runLength(link) - 1); }
    void linkRun(std::uint32_t first, std::uint32_t length, DictNode* child)
    {
        for (std::uint32_t i = first; i < first + length; ++i)
            links()[i] = child;
    }

    static DictInner* create(int bits, int depth);
    /// A node with twice the links: every run becomes twice as long. Takes over the children.
    static DictInner* doubled(const DictInner& old);
    /// The reverse; every run is at least two links long.
    static DictInner* halved(const DictInner& old);
    bool canHalve() const;
};

inline std::uint64_t dictTag(std::uint64_t hash, int base)
{
    return (hash << base) >> kDictTagShift;
}

template <class Item>
std::uint64_t dictSlot(std::uint64_t tag, Item* item)
{
    return tag << kDictTagShift | reinterpret_cast<std::uintptr_t>(item) >> 4;
}

template <class Item>
Item* dictItem(std::uint64_t slot)
{
    return reinterpret_cast<Item*>((slot << kDictTagBits) >> (kDictTagBits - 4));
}

inline void freeNode(DictNode* node)
{
    std::free(node);
}

} // namespace engine
