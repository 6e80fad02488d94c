#pragma once

// Dict: a dictionary in the order of its keys' hashes, copied in O(1). It holds the keys of a database, the fields of
// a hash, the members of a set and of a sorted set.
//
// It is a shallow tree of counted nodes (dict_node.h) over counted items. A write makes its path from the root down to
// one segment its own, copying what another Dict still shares, and changes it in place. Lookups write nothing.
//
// SCAN. A cursor is a number p below 2^53 and stands for the hash h = p * 2^11: it promises that all items with hashes
// below h were visited. A step starts at the first item whose slot prefix (its tag and the bits before it) is not below
// that of h, goes on in ascending order, and stops only between two items of different p; it answers the p of the next
// item or of the end of a segment, which is larger than the one it was given, and 0 past the last.
// Guarantee: an item with hash x that is there from the first step to the last is visited at least once. The cursors of
// a complete scan are 0 = p0 < p1 < ... < pn and then the end, so exactly one step i has p_i * 2^11 <= x < p_(i+1) *
// 2^11 (or no upper bound). That step walks all slots from the prefix of p_i * 2^11, which is not above x's, up to one
// whose hash is not below p_(i+1) * 2^11; x's slot, being sorted, is between them. This speaks of one step and the
// tree as it is during that step, so splits, merges and snapshots between the steps change nothing: hashes do not
// change. It ends, because the cursors ascend; it visits an item twice only where a merge made prefixes shorter in
// between.
//
// Traits: Item (16-byte aligned, with a `HolderCount holders`), and static
//   key(const Item&), marked(const Item&), bytes(const Item&), clone(const Item&) -> Item* with one holder,
//   destroy(Item*).

#include "engine/base/bytes.h"
#include "engine/base/rng.h"
#include "engine/base/short_bytes.h"
#include "engine/data/dict_node.h"
#include "engine/data/hash_bytes.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace engine {

template <class Traits>
class Dict {
public:
    using Item = typename Traits::Item;

    explicit Dict(std::uint64_t seed) : m_seed(seed) { }
    Dict(const Dict& other);
    Dict(Dict&& other) noexcept;
    Dict& operator=(Dict other) noexcept;
    ~Dict()
    {
        if (m_root)
            release(m_root);
    }

    std::size_t size() const { return m_size; }
    /// Items that Traits::marked.
    std::size_t markedSize() const { return m_marked; }
    /// Nodes and items of this dict, whoever shares them.
    std::size_t memoryBytes() const { return m_bytes; }
    /// How many nodes and items were copied because another holder still had them.
    std::uint64_t copies() const { return m_copies; }
    std::uint64_t seed() const { return m_seed; }

    const Item* find(BytesView key) const;
    /// Begins to bring what lookups of these keys will read near, the first kMostPrefetched of them side by side.
    void prefetch(std::span<const BytesView> keys) const;
    static constexpr std::size_t kMostPrefetched = 16;

    /// Where a key is, or would be. Valid until the next write but `own`.
    class Place {
    public:
        const Item* item() const { return m_item; }

    private:
        friend class Dict;
        struct Level {
            DictInner* node;
            std::uint32_t link; // first of its run
        };
        std::uint64_t m_hash = 0;
        std::array<Level, kDictMaxLevels> m_levels;
        int m_depth = 0; // levels in use
        DictSegment* m_segment = nullptr;
        std::uint32_t m_index = 0;
        Item* m_item = nullptr;
    };
    Place locate(BytesView key) const
    {
        Place place;
        locate(key, place);
        return place;
    }
    /// The same, into a place that is kept.
    void locate(BytesView key, Place& place) const;
    /// Whether nobody shares the item at a place or anything on the way to it: `own` would copy nothing.
    bool owns(const Place& place) const;
    /// The item at a place that is owned.
    static Item& ownedItem(Place& place) { return *place.m_item; }

    /// The item at a place for writing, copied if it is shared. Its key stays; after a change of what Traits::bytes
    /// says, tell `adjustBytes`.
    Item& own(Place& place);
    /// Puts an item where its key was looked up and not found, or in the place of the one found. Takes over one holder.
    void put(Place& place, Item* item);
    /// Removes the item that was found.
    void erase(Place& place);
    void adjustBytes(std::ptrdiff_t change) { m_bytes += static_cast<std::size_t>(change); }
    void addCopies(std::uint64_t count) { m_copies += count; }
    void clear() { *this = Dict(m_seed); }

    /// Visits items from a cursor on until `count` were visited and a cursor can stand. Gives the next one, 0 at the
    /// end.
    template <class Visit>
    std::uint64_t scan(std::uint64_t cursor, std::size_t count, Visit visit) const;
    /// The same for marked items; subtrees without any are skipped.
    template <class Visit>
    std::uint64_t scanMarked(std::uint64_t cursor, std::size_t count, Visit visit) const;
    /// In hash order, until `visit` returns false. False when it did.
    template <class Visit>
    bool forEach(Visit visit) const;
    /// Chosen uniformly; nullptr when empty.
    const Item* random(Rng& rng) const;

    /// For those who walk two dicts at once (dict_diff.h).
    const DictNode* root() const { return m_root; }

private:
    static void release(DictNode* node);
    static void releaseItem(Item* item)
    {
        if (item->holders.release())
            Traits::destroy(item);
    }
    static int baseOf(const Place& place) { return place.m_depth ? place.m_levels[place.m_depth - 1].node->depth : 0; }
    // Traits may bring a hash of their own, for tests.
    std::uint64_t hashOfKey(BytesView key) const
    {
        if constexpr (requires { Traits::hash(key, std::uint64_t{}); })
            return Traits::hash(key, m_seed);
        else
            return hashBytes(key, m_seed);
    }
    std::uint64_t hashOf(const Item& item) const { return hashOfKey(Traits::key(item)); }

    void descend(Place& place) const;
    void ownPath(Place& place);
    void relink(Place& place, int level, DictNode* child);
    DictInner* copyInner(DictInner* old);
    DictSegment* copySegment(DictSegment* old);
    DictSegment* resized(DictSegment* old, std::uint32_t capacity);
    void freeOwned(DictNode* node);
    void count(Place& place, int items, int marks);

    void insert(Place& place, Item* item);
    void split(Place& place);
    void divideSegment(DictInner* parent, std::uint32_t first, std::uint32_t run, DictSegment* full);
    void retag(DictSegment* segment, int base);
    void tidy(Place& place);
    bool merge(DictInner* parent, std::uint32_t first, Place& place);
    void collapse(Place& place);

    template <bool OnlyMarked, class Visit>
    std::uint64_t scanFrom(std::uint64_t cursor, std::size_t count, Visit& visit) const;
    template <class Visit>
    static bool forEachBelow(const DictNode* node, Visit& visit);

    DictNode* m_root = nullptr;
    std::uint64_t m_size = 0;
    std::uint64_t m_marked = 0;
    std::size_t m_bytes = 0;
    std::uint64_t m_copies = 0;
    std::uint64_t m_seed;
};

} // namespace engine

#include "engine/data/dict_read.h"
#include "engine/data/dict_write.h"
