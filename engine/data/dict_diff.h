#pragma once

// What differs between two Dicts of one seed. Nodes, segments and items that both share are skipped, so the cost
// follows what was written since they were one.

#include "engine/data/dict.h"

#include <unordered_map>
#include <vector>

namespace engine {

/// Visits each key that one side lacks or that has another item there, as (item before, item after), null where
/// missing, until `visit` returns false. Items may still be equal in content.
template <class Traits, class Visit>
class DictDiff {
public:
    using Item = typename Traits::Item;

    explicit DictDiff(Visit& visit) : m_visit(visit) { }

    void nodes(const DictNode* a, const DictNode* b)
    {
        if (a == b || m_stopped)
            return;
        if (a && b && a->kind == b->kind) {
            if (a->kind == DictNode::Kind::Inner)
                return inners(static_cast<const DictInner&>(*a), static_cast<const DictInner&>(*b));
            return segments(static_cast<const DictSegment&>(*a), static_cast<const DictSegment&>(*b));
        }
        everything(a, b);
    }

    /// For dicts of different seeds, which agree on no place: every key is looked for.
    void everything(const DictNode* a, const DictNode* b)
    {
        collect(a, m_before);
        collect(b, m_after);
        match();
    }

private:
    using Items = std::vector<const Item*>;

    // Both spread the same hash bits over their links, one perhaps finer than the other. Runs that begin and end
    // together are compared; where they do not, the longer one is compared with all that lies over it.
    void inners(const DictInner& a, const DictInner& b)
    {
        const int bits = std::max(a.bits, b.bits);
        const std::uint32_t end = 1U << bits;
        for (std::uint32_t at = 0; at < end && !m_stopped;) {
            const std::uint32_t inA = at >> (bits - a.bits);
            const std::uint32_t inB = at >> (bits - b.bits);
            const std::uint32_t sizeA = a.runLength(inA) << (bits - a.bits);
            const std::uint32_t sizeB = b.runLength(inB) << (bits - b.bits);
            if (sizeA == sizeB) {
                nodes(a.links()[inA], b.links()[inB]);
                at += sizeA;
                continue;
            }
            const std::uint32_t size = std::max(sizeA, sizeB);
            collectRange(a, bits, at, size, m_before);
            collectRange(b, bits, at, size, m_after);
            match();
            at += size;
        }
    }

    void collectRange(const DictInner& node, int bits, std::uint32_t from, std::uint32_t size, Items& items)
    {
        const int scale = bits - node.bits;
        for (std::uint32_t link = from >> scale; link << scale < from + size; link += node.runLength(link))
            collect(node.links()[link], items);
    }

    static void collect(const DictNode* node, Items& items)
    {
        if (!node)
            return;
        if (node->kind == DictNode::Kind::Segment) {
            const auto* segment = static_cast<const DictSegment*>(node);
            for (std::uint32_t i = 0; i < segment->size; ++i)
                items.push_back(dictItem<const Item>(segment->slots()[i]));
            return;
        }
        const auto* inner = static_cast<const DictInner*>(node);
        for (std::uint32_t i = 0; i < inner->linkCount(); i += inner->runLength(i))
            collect(inner->links()[i], items);
    }

    // Both are sorted by tag, and over the same span at the same depth equal words are equal items.
    void segments(const DictSegment& a, const DictSegment& b)
    {
        const std::uint64_t* left = a.slots();
        const std::uint64_t* right = b.slots();
        std::uint32_t i = 0;
        std::uint32_t j = 0;
        while (i < a.size || j < b.size) {
            if (i < a.size && j < b.size && left[i] == right[j]) {
                ++i;
                ++j;
                continue;
            }
            const std::uint64_t tagLeft = i < a.size ? left[i] >> kDictTagShift : ~std::uint64_t{0};
            const std::uint64_t tagRight = j < b.size ? right[j] >> kDictTagShift : ~std::uint64_t{0};
            if (tagLeft <= tagRight)
                m_before.push_back(dictItem<const Item>(left[i++]));
            if (tagRight <= tagLeft)
                m_after.push_back(dictItem<const Item>(right[j++]));
        }
        match();
    }

    // Pairs the collected items by key and tells what is left of them.
    void match()
    {
        std::unordered_map<BytesView, const Item*> later;
        later.reserve(m_after.size());
        for (const Item* item : m_after)
            later.emplace(Traits::key(*item), item);
        for (const Item* item : m_before) {
            const auto found = later.find(Traits::key(*item));
            const Item* now = found == later.end() ? nullptr : found->second;
            if (now)
                later.erase(found);
            if (now != item)
                tell(item, now);
        }
        for (const Item* item : m_after)
            if (later.count(Traits::key(*item)) != 0)
                tell(nullptr, item);
        m_before.clear();
        m_after.clear();
    }

    void tell(const Item* before, const Item* after)
    {
        if (!m_stopped && !m_visit(before, after))
            m_stopped = true;
    }

    Visit& m_visit;
    Items m_before;
    Items m_after;
    bool m_stopped = false;
};

template <class Traits, class Visit>
void diffDicts(const Dict<Traits>& before, const Dict<Traits>& after, Visit visit)
{
    DictDiff<Traits, Visit> diff(visit);
    if (before.seed() == after.seed())
        diff.nodes(before.root(), after.root());
    else
        diff.everything(before.root(), after.root());
}

} // namespace engine
