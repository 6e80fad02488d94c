#pragma once

// The reading half of Dict: lookups, SCAN, random picks, and holding nodes. Included by dict.h alone.

#include "engine/data/dict.h"

namespace engine {

template <class Traits>
Dict<Traits>::Dict(const Dict& other)
    : m_root(other.m_root), m_size(other.m_size), m_marked(other.m_marked), m_bytes(other.m_bytes),
      m_copies(other.m_copies), m_seed(other.m_seed)
{
    if (m_root)
        m_root->holders.acquire();
}

template <class Traits>
Dict<Traits>::Dict(Dict&& other) noexcept
    : m_root(std::exchange(other.m_root, nullptr)), m_size(std::exchange(other.m_size, 0)),
      m_marked(std::exchange(other.m_marked, 0)), m_bytes(std::exchange(other.m_bytes, 0)), m_copies(other.m_copies),
      m_seed(other.m_seed)
{
}

template <class Traits>
Dict<Traits>& Dict<Traits>::operator=(Dict other) noexcept
{
    std::swap(m_root, other.m_root);
    m_size = other.m_size;
    m_marked = other.m_marked;
    m_bytes = other.m_bytes;
    m_copies = other.m_copies;
    m_seed = other.m_seed;
    return *this;
}

template <class Traits>
void Dict<Traits>::release(DictNode* node)
{
    if (!node->holders.release())
        return;
    if (node->kind == DictNode::Kind::Segment) {
        auto* segment = static_cast<DictSegment*>(node);
        const std::uint64_t* slots = segment->slots();
        for (std::uint32_t i = 0; i < segment->size; ++i) {
            if (i + 4 < segment->size)
                __builtin_prefetch(dictItem<Item>(slots[i + 4]), 1);
            releaseItem(dictItem<Item>(slots[i]));
        }
    } else {
        auto* inner = static_cast<DictInner*>(node);
        for (std::uint32_t i = 0; i < inner->linkCount();) {
            DictNode* child = inner->links()[i];
            i += inner->runLength(i);
            release(child);
        }
    }
    freeNode(node);
}

template <class Traits>
auto Dict<Traits>::find(BytesView key) const -> const Item*
{
    const std::uint64_t hash = hashOfKey(key);
    const DictNode* node = m_root;
    if (!node)
        return nullptr;
    int base = 0;
    while (node->kind == DictNode::Kind::Inner) {
        const auto* inner = static_cast<const DictInner*>(node);
        base = inner->depth;
        node = inner->links()[inner->linkFor(hash)];
    }
    const auto* segment = static_cast<const DictSegment*>(node);
    const std::uint64_t tag = dictTag(hash, base);
    const std::uint64_t* slots = segment->slots();
    for (std::uint32_t i = segment->lowerBound(tag); i < segment->size && slots[i] >> kDictTagShift == tag; ++i) {
        const Item* item = dictItem<Item>(slots[i]);
        if (sameBytes(Traits::key(*item), key))
            return item;
    }
    return nullptr;
}

// Level by level for all keys, so that their waits for memory overlap.
template <class Traits>
void Dict<Traits>::prefetch(std::span<const BytesView> keys) const
{
    if (!m_root)
        return;
    struct Way {
        std::uint64_t hash;
        const DictNode* node;
        int base = 0;
    };
    std::array<Way, kMostPrefetched> ways;
    const std::size_t count = std::min(keys.size(), kMostPrefetched);
    for (std::size_t i = 0; i < count; ++i)
        ways[i] = {.hash = hashOfKey(keys[i]), .node = m_root};
    for (bool further = true; further;) {
        further = false;
        for (Way& way : std::span(ways).first(count)) {
            if (way.node->kind != DictNode::Kind::Inner)
                continue;
            const auto* inner = static_cast<const DictInner*>(way.node);
            way.base = inner->depth;
            way.node = inner->links()[inner->linkFor(way.hash)];
            __builtin_prefetch(way.node);
            further = true;
        }
    }
    for (const Way& way : std::span(ways).first(count)) {
        const auto* segment = static_cast<const DictSegment*>(way.node);
        __builtin_prefetch(segment->slots() + segment->nearest(dictTag(way.hash, way.base)));
    }
    constexpr std::size_t kCacheLine = 64;
    for (const Way& way : std::span(ways).first(count)) {
        const auto* segment = static_cast<const DictSegment*>(way.node);
        const std::uint32_t at = segment->lowerBound(dictTag(way.hash, way.base));
        if (at == segment->size)
            continue;
        const auto* item = reinterpret_cast<const char*>(dictItem<Item>(segment->slots()[at]));
        __builtin_prefetch(item);
        __builtin_prefetch(item + kCacheLine - 1);
    }
}

template <class Traits>
void Dict<Traits>::descend(Place& place) const
{
    place.m_depth = 0;
    place.m_segment = nullptr;
    place.m_index = 0;
    DictNode* node = m_root;
    if (!node)
        return;
    while (node->kind == DictNode::Kind::Inner) {
        auto* inner = static_cast<DictInner*>(node);
        const std::uint32_t link = inner->linkFor(place.m_hash);
        place.m_levels[place.m_depth++] = {inner, inner->runStart(link)};
        node = inner->links()[link];
    }
    place.m_segment = static_cast<DictSegment*>(node);
    place.m_index = place.m_segment->lowerBound(dictTag(place.m_hash, baseOf(place)));
}

template <class Traits>
void Dict<Traits>::locate(BytesView key, Place& place) const
{
    place.m_hash = hashOfKey(key);
    place.m_item = nullptr;
    descend(place);
    if (!place.m_segment)
        return;
    const std::uint64_t tag = dictTag(place.m_hash, baseOf(place));
    const std::uint64_t* slots = place.m_segment->slots();
    for (std::uint32_t i = place.m_index; i < place.m_segment->size && slots[i] >> kDictTagShift == tag; ++i) {
        Item* item = dictItem<Item>(slots[i]);
        if (sameBytes(Traits::key(*item), key)) {
            place.m_index = i;
            place.m_item = item;
            break;
        }
    }
}

template <class Traits>
template <class Visit>
std::uint64_t Dict<Traits>::scan(std::uint64_t cursor, std::size_t count, Visit visit) const
{
    return scanFrom<false>(cursor, count, visit);
}

template <class Traits>
template <class Visit>
std::uint64_t Dict<Traits>::scanMarked(std::uint64_t cursor, std::size_t count, Visit visit) const
{
    return scanFrom<true>(cursor, count, visit);
}

template <class Traits>
template <bool OnlyMarked, class Visit>
std::uint64_t Dict<Traits>::scanFrom(std::uint64_t cursor, std::size_t count, Visit& visit) const
{
    constexpr int kPositionShift = 11;
    if (!m_root || cursor >> (64 - kPositionShift) != 0)
        return 0;
    count = std::max<std::size_t>(count, 1); // a step that visits nothing would answer the cursor it was given
    std::size_t visited = 0;
    std::uint64_t from = cursor << kPositionShift; // everything below is done
    for (;;) {
        const DictNode* node = m_root;
        int base = 0; // hash bits before the tag
        int prefixBits = 0; // hash bits that all items of the subtree share
        bool skip = OnlyMarked && m_marked == 0;
        while (node->kind == DictNode::Kind::Inner && !skip) {
            const auto* inner = static_cast<const DictInner*>(node);
            const std::uint32_t link = inner->runStart(inner->linkFor(from));
            base = inner->depth;
            prefixBits = inner->depth + inner->bits - __builtin_ctz(inner->runLength(link));
            skip = OnlyMarked && inner->marks()[link] == 0;
            node = inner->links()[link];
        }
        if (!skip) {
            const auto* segment = static_cast<const DictSegment*>(node);
            const std::uint64_t* slots = segment->slots();
            const std::uint64_t before = base == 0 ? 0 : from >> (64 - base) << (64 - base);
            std::uint64_t last = 0;
            bool any = false;
            for (std::uint32_t i = segment->lowerBound(dictTag(from, base)); i < segment->size; ++i) {
                const std::uint64_t prefix = before | (slots[i] >> kDictTagShift << kDictTagShift) >> base;
                if (visited >= count && (!any || prefix >> kPositionShift != last))
                    return prefix >> kPositionShift;
                last = prefix >> kPositionShift;
                any = true;
                const Item* item = dictItem<Item>(slots[i]);
                if (OnlyMarked && !Traits::marked(*item))
                    continue;
                visit(*item);
                ++visited;
            }
        }
        if (prefixBits == 0)
            return 0;
        from = ((from >> (64 - prefixBits)) + 1) << (64 - prefixBits);
        if (from == 0 || (prefixBits == 64))
            return 0;
        if (visited >= count)
            return from >> kPositionShift;
    }
}

template <class Traits>
template <class Visit>
bool Dict<Traits>::forEachBelow(const DictNode* node, Visit& visit)
{
    if (node->kind == DictNode::Kind::Segment) {
        const auto* segment = static_cast<const DictSegment*>(node);
        const std::uint64_t* slots = segment->slots();
        for (std::uint32_t i = 0; i < segment->size; ++i) {
            if (i + 4 < segment->size)
                __builtin_prefetch(dictItem<Item>(slots[i + 4]));
            if (!visit(*static_cast<const Item*>(dictItem<Item>(slots[i]))))
                return false;
        }
        return true;
    }
    const auto* inner = static_cast<const DictInner*>(node);
    for (std::uint32_t i = 0; i < inner->linkCount(); i += inner->runLength(i))
        if (!forEachBelow(inner->links()[i], visit))
            return false;
    return true;
}

template <class Traits>
template <class Visit>
bool Dict<Traits>::forEach(Visit visit) const
{
    return !m_root || forEachBelow(m_root, visit);
}

template <class Traits>
auto Dict<Traits>::random(Rng& rng) const -> const Item*
{
    if (!m_root || m_size == 0)
        return nullptr;
    std::uint64_t left = rng.below(m_size);
    const DictNode* node = m_root;
    while (node->kind == DictNode::Kind::Inner) {
        const auto* inner = static_cast<const DictInner*>(node);
        std::uint32_t link = 0;
        while (left >= inner->counts()[link])
            left -= inner->counts()[link++];
        node = inner->links()[link];
    }
    return dictItem<Item>(static_cast<const DictSegment*>(node)->slots()[left]);
}

} // namespace engine
