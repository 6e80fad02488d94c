#pragma once

// The writing half of Dict: making a path one's own, splitting, merging. Included by dict.h alone.

#include "engine/base/check.h"
#include "engine/data/dict.h"

namespace engine {

template <class Traits>
void Dict<Traits>::relink(Place& place, int level, DictNode* child)
{
    if (level == 0) {
        m_root = child;
        return;
    }
    const auto [parent, link] = place.m_levels[level - 1];
    parent->linkRun(link, parent->runLength(link), child);
}

template <class Traits>
DictInner* Dict<Traits>::copyInner(DictInner* old)
{
    DictInner* copy = DictInner::create(old->bits, old->depth);
    std::memcpy(static_cast<void*>(copy->links()), old->links(), std::size_t{old->linkCount()} * 16);
    for (std::uint32_t i = 0; i < old->linkCount(); ++i)
        __builtin_prefetch(old->links()[i], 1);
    for (std::uint32_t i = 0; i < old->linkCount(); i += old->runLength(i))
        old->links()[i]->holders.acquire();
    ++m_copies;
    return copy;
}

template <class Traits>
DictSegment* Dict<Traits>::copySegment(DictSegment* old)
{
    DictSegment* copy = resized(old, old->capacity);
    const std::uint64_t* slots = old->slots();
    for (std::uint32_t i = 0; i < old->size; ++i) {
        if (i + 16 < old->size)
            __builtin_prefetch(dictItem<Item>(slots[i + 16]), 1);
        dictItem<Item>(slots[i])->holders.acquire();
    }
    ++m_copies;
    return copy;
}

// The same slots in a segment of another capacity. Holders of items are the caller's business.
template <class Traits>
DictSegment* Dict<Traits>::resized(DictSegment* old, std::uint32_t capacity)
{
    DictSegment* copy = DictSegment::create(capacity);
    copy->span = old->span;
    copy->size = old->size;
    copy->marked = old->marked;
    std::memcpy(copy->slots(), old->slots(), old->size * sizeof(std::uint64_t));
    return copy;
}

template <class Traits>
void Dict<Traits>::freeOwned(DictNode* node)
{
    m_bytes -= node->kind == DictNode::Kind::Inner ? static_cast<DictInner*>(node)->bytes()
                                                   : static_cast<DictSegment*>(node)->bytes();
    freeNode(node);
}

template <class Traits>
void Dict<Traits>::ownPath(Place& place)
{
    for (int level = 0; level < place.m_depth; ++level) {
        DictInner*& node = place.m_levels[level].node;
        if (node->holders.unique())
            continue;
        DictInner* copy = copyInner(node);
        relink(place, level, copy);
        release(std::exchange(node, copy));
    }
    if (!place.m_segment || place.m_segment->holders.unique())
        return;
    DictSegment* copy = copySegment(place.m_segment);
    relink(place, place.m_depth, copy);
    release(std::exchange(place.m_segment, copy));
}

template <class Traits>
bool Dict<Traits>::owns(const Place& place) const
{
    for (int level = 0; level < place.m_depth; ++level) {
        if (!place.m_levels[level].node->holders.unique())
            return false;
    }
    return place.m_item && place.m_segment->holders.unique() && place.m_item->holders.unique();
}

template <class Traits>
auto Dict<Traits>::own(Place& place) -> Item&
{
    CHECK(place.m_item);
    ownPath(place);
    if (place.m_item->holders.unique())
        return *place.m_item;
    Item* copy = Traits::clone(*place.m_item);
    ++m_copies;
    std::uint64_t& slot = place.m_segment->slots()[place.m_index];
    slot = dictSlot(slot >> kDictTagShift, copy);
    releaseItem(std::exchange(place.m_item, copy));
    return *copy;
}

template <class Traits>
void Dict<Traits>::count(Place& place, int items, int marks)
{
    for (int level = 0; level < place.m_depth; ++level) {
        const auto [node, link] = place.m_levels[level];
        node->counts()[link] += static_cast<std::uint32_t>(items);
        node->marks()[link] += static_cast<std::uint32_t>(marks);
    }
    m_size += static_cast<std::uint64_t>(items);
    m_marked += static_cast<std::uint64_t>(marks);
    place.m_segment->marked += static_cast<std::uint32_t>(marks);
}

template <class Traits>
void Dict<Traits>::put(Place& place, Item* item)
{
    // 16-byte steps below 2^48: what a slot can hold.
    CHECK((reinterpret_cast<std::uintptr_t>(item) & 0xffff00000000000fU) == 0);
    m_bytes += Traits::bytes(*item);
    if (!place.m_item)
        return insert(place, item);
    ownPath(place);
    Item* old = std::exchange(place.m_item, item);
    std::uint64_t& slot = place.m_segment->slots()[place.m_index];
    slot = dictSlot(slot >> kDictTagShift, item);
    const int marks = int{Traits::marked(*item)} - int{Traits::marked(*old)};
    if (marks != 0)
        count(place, 0, marks);
    m_bytes -= Traits::bytes(*old);
    releaseItem(old);
}

template <class Traits>
void Dict<Traits>::insert(Place& place, Item* item)
{
    ownPath(place);
    if (!m_root) {
        place.m_segment = DictSegment::create(DictSegment::capacityFor(1));
        m_bytes += place.m_segment->bytes();
        m_root = place.m_segment;
    }
    while (place.m_segment->size == place.m_segment->capacity)
        split(place);

    DictSegment* segment = place.m_segment;
    std::uint64_t* slots = segment->slots();
    const std::uint64_t tag = dictTag(place.m_hash, baseOf(place));
    // Among equal tags the hash decides, so that the order depends on nothing but the keys and the seed.
    std::uint32_t at = place.m_index;
    while (at < segment->size && slots[at] >> kDictTagShift == tag && hashOf(*dictItem<Item>(slots[at])) < place.m_hash)
        ++at;
    std::memmove(slots + at + 1, slots + at, (segment->size - at) * sizeof(std::uint64_t));
    slots[at] = dictSlot(tag, item);
    ++segment->size;
    count(place, 1, Traits::marked(*item) ? 1 : 0);
    place.m_index = at;
    place.m_item = item;
}

// Makes room in a full segment: a larger one while it is small, else two.
template <class Traits>
void Dict<Traits>::split(Place& place)
{
    DictSegment* full = place.m_segment;
    DictInner* parent = place.m_depth ? place.m_levels[place.m_depth - 1].node : nullptr;
    std::uint32_t first = parent ? place.m_levels[place.m_depth - 1].link : 0;
    std::uint32_t run = parent ? parent->runLength(first) : 1;
    const bool needsLevel = !parent || (run == 1 && parent->bits == kDictMaxBits);
    const int depth = parent ? parent->depth + parent->bits : 0;

    if (full->size < kDictMaxSegment || (needsLevel && depth > kDictMaxDepth)) {
        place.m_segment = resized(full, DictSegment::capacityFor(full->size));
        m_bytes += place.m_segment->bytes();
        relink(place, place.m_depth, place.m_segment);
        freeOwned(full);
        return;
    }
    if (needsLevel) {
        DictInner* inner = DictInner::create(1, depth);
        relink(place, place.m_depth, inner);
        if (parent)
            retag(full, depth);
        full->span = kDictTagBits;
        parent = inner;
        first = 0;
        run = 2;
        m_bytes += inner->bytes();
    } else if (run == 1) {
        DictInner* wider = DictInner::doubled(*parent);
        relink(place, place.m_depth - 1, wider);
        m_bytes += wider->bytes();
        freeOwned(std::exchange(parent, wider));
        first *= 2;
        run = 2;
    }
    divideSegment(parent, first, run, full);
    descend(place);
}

// Two segments for the two halves of a run, in place of one for the whole.
template <class Traits>
void Dict<Traits>::divideSegment(DictInner* parent, std::uint32_t first, std::uint32_t run, DictSegment* full)
{
    const int span = full->span - 1;
    const std::uint64_t* slots = full->slots();
    std::uint32_t cut = 0;
    std::uint32_t lowMarked = 0;
    for (; cut < full->size && (slots[cut] >> (kDictTagShift + span) & 1) == 0; ++cut)
        if (full->marked != 0 && Traits::marked(*dictItem<Item>(slots[cut])))
            ++lowMarked;

    const auto make = [&](std::uint32_t link, std::uint32_t from, std::uint32_t size, std::uint32_t marked) {
        DictSegment* part = DictSegment::create(DictSegment::capacityFor(size));
        part->span = static_cast<std::uint8_t>(span);
        part->size = size;
        part->marked = marked;
        std::memcpy(part->slots(), slots + from, size * sizeof(std::uint64_t));
        parent->linkRun(link, run / 2, part);
        parent->counts()[link] = size;
        parent->marks()[link] = marked;
        m_bytes += part->bytes();
    };
    make(first, 0, cut, lowMarked);
    make(first + run / 2, cut, full->size - cut, full->marked - lowMarked);
    freeOwned(full);
}

// Tags that begin at another depth. The order stays: it is that of the whole hash.
template <class Traits>
void Dict<Traits>::retag(DictSegment* segment, int base)
{
    std::uint64_t* slots = segment->slots();
    for (std::uint32_t i = 0; i < segment->size; ++i) {
        if (i + 8 < segment->size)
            __builtin_prefetch(dictItem<Item>(slots[i + 8]));
        Item* item = dictItem<Item>(slots[i]);
        slots[i] = dictSlot(dictTag(hashOf(*item), base), item);
    }
}

template <class Traits>
void Dict<Traits>::erase(Place& place)
{
    CHECK(place.m_item);
    ownPath(place);
    DictSegment* segment = place.m_segment;
    std::uint64_t* slots = segment->slots();
    Item* item = std::exchange(place.m_item, nullptr);
    --segment->size;
    std::memmove(
        slots + place.m_index, slots + place.m_index + 1, (segment->size - place.m_index) * sizeof(std::uint64_t));
    count(place, -1, Traits::marked(*item) ? -1 : 0);
    m_bytes -= Traits::bytes(*item);
    releaseItem(item);
    tidy(place);
}

// Gives memory back after an erase: a smaller segment, one for two, fewer links, fewer levels.
template <class Traits>
void Dict<Traits>::tidy(Place& place)
{
    if (m_size == 0) {
        release(std::exchange(m_root, nullptr));
        m_bytes = 0;
        place.m_segment = nullptr;
        place.m_depth = 0;
        return;
    }
    DictSegment* segment = place.m_segment;
    if (segment->capacity > 8 && segment->size < segment->capacity / 2) {
        place.m_segment = resized(segment, DictSegment::capacityFor(segment->size));
        m_bytes += place.m_segment->bytes();
        relink(place, place.m_depth, place.m_segment);
        freeOwned(segment);
    }
    while (place.m_depth > 0) {
        const auto [parent, first] = place.m_levels[place.m_depth - 1];
        if (parent->runLength(first) == parent->linkCount())
            collapse(place);
        else if (!merge(parent, first, place))
            break;
    }
}

// An inner node whose only child is a segment gives way to it.
template <class Traits>
void Dict<Traits>::collapse(Place& place)
{
    const int level = place.m_depth - 1;
    DictInner* node = place.m_levels[level].node;
    relink(place, level, place.m_segment);
    place.m_segment->span = kDictTagBits;
    if (level > 0) {
        const DictInner* above = place.m_levels[level - 1].node;
        place.m_segment->span = static_cast<std::uint8_t>(kDictTagBits - above->bits);
        retag(place.m_segment, above->depth);
    }
    freeOwned(node);
    --place.m_depth;
}

// Joins a segment with the other half of the run that both would share. Half of what a segment may hold, at most:
// else the next insert would split it again.
template <class Traits>
bool Dict<Traits>::merge(DictInner* parent, std::uint32_t first, Place& place)
{
    const std::uint32_t run = parent->runLength(first);
    const std::uint32_t other = first ^ run;
    if (parent->counts()[first] + parent->counts()[other] > kDictMaxSegment / 2)
        return false;
    DictNode* sibling = parent->links()[other];
    if (sibling->kind != DictNode::Kind::Segment || parent->runLength(other) != run)
        return false;

    auto* const buddy = static_cast<DictSegment*>(sibling);
    auto* const low = first < other ? place.m_segment : buddy;
    auto* const high = first < other ? buddy : place.m_segment;
    DictSegment* both = DictSegment::create(DictSegment::capacityFor(low->size + high->size));
    both->span = static_cast<std::uint8_t>(low->span + 1);
    both->size = low->size + high->size;
    both->marked = low->marked + high->marked;
    std::memcpy(both->slots(), low->slots(), low->size * sizeof(std::uint64_t));
    std::memcpy(both->slots() + low->size, high->slots(), high->size * sizeof(std::uint64_t));
    const std::uint32_t start = std::min(first, other);
    parent->linkRun(start, 2 * run, both);
    parent->counts()[start] = both->size;
    parent->marks()[start] = both->marked;
    parent->counts()[start + run] = parent->marks()[start + run] = 0;
    m_bytes += both->bytes();

    freeOwned(place.m_segment);
    if (buddy->holders.unique()) {
        freeOwned(buddy);
    } else {
        for (std::uint32_t i = 0; i < buddy->size; ++i)
            dictItem<Item>(buddy->slots()[i])->holders.acquire();
        m_bytes -= buddy->bytes();
        release(buddy);
    }
    place.m_segment = both;
    place.m_levels[place.m_depth - 1].link = start;
    if (parent->canHalve()) {
        DictInner* narrower = DictInner::halved(*parent);
        relink(place, place.m_depth - 1, narrower);
        m_bytes += narrower->bytes();
        freeOwned(parent);
        place.m_levels[place.m_depth - 1] = {narrower, start / 2};
    }
    return true;
}

} // namespace engine
