#pragma once

// The bodies of CountedTree. Included by counted_tree.h alone.

#include "engine/data/counted_tree.h"

namespace engine {

template <class Policy>
void CountedTree<Policy>::release(void* node, int level)
{
    if (level == 0)
        return Policy::release(static_cast<Leaf*>(node));
    auto* inner = static_cast<Inner*>(node);
    if (!inner->holders.release())
        return;
    for (int i = 0; i < inner->size; ++i)
        release(inner->children[static_cast<std::size_t>(i)], level - 1);
    delete inner;
}

template <class Policy>
auto CountedTree<Policy>::pathTo(std::uint64_t index) const -> Path
{
    CHECK(m_root && index <= m_size);
    Path path;
    void* node = m_root;
    std::uint64_t left = index;
    for (int level = 0; level < m_levels; ++level) {
        auto* inner = static_cast<Inner*>(node);
        int child = 0;
        while (child + 1 < inner->size && left >= inner->counts[static_cast<std::size_t>(child)])
            left -= inner->counts[static_cast<std::size_t>(child++)];
        path.m_levels[static_cast<std::size_t>(level)] = {inner, child};
        node = inner->children[static_cast<std::size_t>(child)];
    }
    path.m_leaf = static_cast<Leaf*>(node);
    path.m_start = index - left;
    path.m_offset = left;
    return path;
}

template <class Policy>
template <class Before>
auto CountedTree<Policy>::pathBySummary(Before before) const -> Path
{
    CHECK(m_root);
    Path path;
    void* node = m_root;
    for (int level = 0; level < m_levels; ++level) {
        auto* inner = static_cast<Inner*>(node);
        int low = 1; // the first child whose summary is not before
        int high = inner->size;
        while (low < high) {
            const int middle = (low + high) / 2;
            if (before(inner->summaries[static_cast<std::size_t>(middle)]))
                low = middle + 1;
            else
                high = middle;
        }
        const int child = low - 1;
        for (int i = 0; i < child; ++i)
            path.m_start += inner->counts[static_cast<std::size_t>(i)];
        path.m_levels[static_cast<std::size_t>(level)] = {inner, child};
        node = inner->children[static_cast<std::size_t>(child)];
    }
    path.m_leaf = static_cast<Leaf*>(node);
    return path;
}

template <class Policy>
auto CountedTree<Policy>::lastPath() const -> Path
{
    CHECK(m_root);
    Path path;
    void* node = m_root;
    for (int level = 0; level < m_levels; ++level) {
        auto* inner = static_cast<Inner*>(node);
        const int child = inner->size - 1;
        path.m_levels[static_cast<std::size_t>(level)] = {inner, child};
        node = inner->children[static_cast<std::size_t>(child)];
    }
    path.m_leaf = static_cast<Leaf*>(node);
    path.m_start = m_size - Policy::count(*path.m_leaf);
    return path;
}

template <class Policy>
bool CountedTree<Policy>::step(Path& path, int direction) const
{
    int level = m_levels - 1;
    while (level >= 0) {
        const auto& at = path.m_levels[static_cast<std::size_t>(level)];
        const int target = at.child + direction;
        if (target >= 0 && target < at.node->size)
            break;
        --level;
    }
    if (level < 0)
        return false;
    const std::uint64_t left = direction > 0 ? path.m_start + Policy::count(*path.m_leaf) : path.m_start;
    path.m_levels[static_cast<std::size_t>(level)].child += direction;
    for (;; ++level) {
        const auto& at = path.m_levels[static_cast<std::size_t>(level)];
        void* node = at.node->children[static_cast<std::size_t>(at.child)];
        if (level + 1 == m_levels) {
            path.m_leaf = static_cast<Leaf*>(node);
            break;
        }
        auto* inner = static_cast<Inner*>(node);
        path.m_levels[static_cast<std::size_t>(level) + 1] = {inner, direction > 0 ? 0 : inner->size - 1};
    }
    path.m_start = direction > 0 ? left : left - Policy::count(*path.m_leaf);
    path.m_offset = 0;
    return true;
}

template <class Policy>
void*& CountedTree<Policy>::linkAt(Path& path, int level)
{
    if (level == 0)
        return m_root;
    const auto& above = path.m_levels[static_cast<std::size_t>(level) - 1];
    return above.node->children[static_cast<std::size_t>(above.child)];
}

template <class Policy>
void CountedTree<Policy>::ownInners(Path& path)
{
    for (int level = 0; level < m_levels; ++level) {
        Inner*& node = path.m_levels[static_cast<std::size_t>(level)].node;
        if (node->holders.unique())
            continue;
        auto* copy = new Inner;
        copy->size = node->size;
        copy->counts = node->counts;
        copy->summaries = node->summaries;
        copy->children = node->children;
        for (int i = 0; i < copy->size; ++i)
            acquire(copy->children[static_cast<std::size_t>(i)], m_levels - level - 1);
        ++m_copies;
        linkAt(path, level) = copy;
        release(std::exchange(node, copy), m_levels - level);
    }
}

template <class Policy>
auto CountedTree<Policy>::edit(Path& path) -> Leaf*&
{
    ownInners(path);
    if (!path.m_leaf->holders.unique()) {
        Leaf* copy = Policy::copy(*path.m_leaf);
        ++m_copies;
        linkAt(path, m_levels) = copy;
        Policy::release(std::exchange(path.m_leaf, copy));
    }
    return path.m_leaf;
}

template <class Policy>
void CountedTree<Policy>::refresh(Path& path, int level)
{
    for (int i = level; i-- > 0;) {
        const auto& [node, child] = path.m_levels[static_cast<std::size_t>(i)];
        const auto at = static_cast<std::size_t>(child);
        node->counts[at] = countOf(node->children[at], m_levels - i - 1);
        node->summaries[at] = summaryOf(node->children[at], m_levels - i - 1);
    }
}

template <class Policy>
void CountedTree<Policy>::changed(Path& path, std::size_t bytesBefore)
{
    linkAt(path, m_levels) = path.m_leaf;
    m_bytes += Policy::bytes(*path.m_leaf) - bytesBefore;
    const std::uint64_t now = Policy::count(*path.m_leaf);
    if (m_levels == 0) {
        m_size = now;
        return;
    }
    const auto& lowest = path.m_levels[static_cast<std::size_t>(m_levels) - 1];
    const std::uint64_t before = lowest.node->counts[static_cast<std::size_t>(lowest.child)];
    for (int level = m_levels; level-- > 0;) {
        const auto& [node, child] = path.m_levels[static_cast<std::size_t>(level)];
        const auto at = static_cast<std::size_t>(child);
        node->counts[at] += now - before;
        node->summaries[at] = summaryOf(node->children[at], m_levels - level - 1);
    }
    m_size += now - before;
}

template <class Policy>
auto CountedTree<Policy>::unsharedFirst() -> Leaf*
{
    void* node = m_root;
    for (int level = 0; level < m_levels; ++level) {
        auto* inner = static_cast<Inner*>(node);
        if (!inner->holders.unique())
            return nullptr;
        node = inner->children[0];
    }
    auto* leaf = static_cast<Leaf*>(node);
    return leaf->holders.unique() ? leaf : nullptr;
}

template <class Policy>
void CountedTree<Policy>::firstHasMore(std::uint64_t entries)
{
    void* node = m_root;
    for (int level = 0; level < m_levels; ++level) {
        auto* inner = static_cast<Inner*>(node);
        inner->counts[0] += entries;
        node = inner->children[0];
    }
    m_size += entries;
}

template <class Policy>
void CountedTree<Policy>::insertFirst(Leaf* leaf)
{
    CHECK(!m_root);
    m_root = leaf;
    m_levels = 0;
    m_size = Policy::count(*leaf);
    m_bytes = Policy::bytes(*leaf);
}

template <class Policy>
void CountedTree<Policy>::insertLeaf(Path& path, Leaf* leaf, int side)
{
    ownInners(path);
    m_size += Policy::count(*leaf);
    m_bytes += Policy::bytes(*leaf);
    insertChild(path, m_levels, leaf, Policy::count(*leaf), Policy::summary(*leaf), side);
}

// Puts `child` beside the node that `path` reaches at `level`; splits full parents on the way up.
template <class Policy>
void CountedTree<Policy>::insertChild(
    Path& path, int level, void* child, std::uint64_t count, Summary summary, int side)
{
    if (level == 0) {
        auto* top = new Inner;
        m_bytes += innerBytes();
        top->size = 2;
        const auto added = static_cast<std::size_t>(side);
        top->children[added] = child;
        top->counts[added] = count;
        top->summaries[added] = summary;
        top->children[1 - added] = m_root;
        top->counts[1 - added] = countOf(m_root, m_levels);
        top->summaries[1 - added] = summaryOf(m_root, m_levels);
        m_root = top;
        ++m_levels;
        CHECK(m_levels <= kMaxLevels);
        return;
    }
    auto& [node, at] = path.m_levels[static_cast<std::size_t>(level) - 1];
    int position = at + side;
    Inner* split = node->size == kFanOut ? splitInner(node, position) : nullptr;
    Inner* target = node;
    if (split && position > node->size) {
        target = split;
        position -= node->size;
    }
    const auto shift = [&](auto& array) {
        std::move_backward(array.begin() + position, array.begin() + target->size, array.begin() + target->size + 1);
    };
    shift(target->children);
    shift(target->counts);
    shift(target->summaries);
    const auto slot = static_cast<std::size_t>(position);
    target->children[slot] = child;
    target->counts[slot] = count;
    target->summaries[slot] = summary;
    ++target->size;
    refresh(path, level - 1);
    if (split)
        insertChild(path, level - 1, split, split->total(), split->summaries[0], 1);
}

// `position` is where a child will go. At an end more will follow there: nodes that are left behind stay full.
template <class Policy>
auto CountedTree<Policy>::splitInner(Inner* full, int position) -> Inner*
{
    auto* right = new Inner;
    m_bytes += innerBytes();

    const int stays = position == kFanOut ? kFanOut - 1 : position == 0 ? 1 : kFanOut / 2;
    right->size = static_cast<std::uint16_t>(full->size - stays);
    std::copy(full->children.begin() + stays, full->children.begin() + full->size, right->children.begin());
    std::copy(full->counts.begin() + stays, full->counts.begin() + full->size, right->counts.begin());
    std::copy(full->summaries.begin() + stays, full->summaries.begin() + full->size, right->summaries.begin());
    full->size = static_cast<std::uint16_t>(stays);
    return right;
}

template <class Policy>
void CountedTree<Policy>::removeLeaf(Path& path)
{
    ownInners(path);
    m_size -= Policy::count(*path.m_leaf);
    m_bytes -= Policy::bytes(*path.m_leaf);
    Policy::release(path.m_leaf);
    int level = m_levels;
    while (level > 0) {
        Inner* const node = path.m_levels[static_cast<std::size_t>(level) - 1].node;
        const auto drop = [node, from = path.m_levels[static_cast<std::size_t>(level) - 1].child](auto& array) {
            std::move(array.begin() + from + 1, array.begin() + node->size, array.begin() + from);
        };
        drop(node->children);
        drop(node->counts);
        drop(node->summaries);
        if (--node->size > 0)
            break;
        delete node;
        m_bytes -= innerBytes();
        --level;
    }
    if (level == 0) {
        m_root = nullptr;
        m_levels = 0;
        return;
    }
    refresh(path, level - 1);
    // A root with one child is a level for nothing. The child may be shared: it is taken over with our count of it.
    while (m_levels > 0 && static_cast<Inner*>(m_root)->size == 1) {
        auto* top = static_cast<Inner*>(m_root);
        void* child = top->children[0];
        if (!top->holders.unique())
            break;
        delete top;
        m_bytes -= innerBytes();
        m_root = child;
        --m_levels;
    }
}

} // namespace engine
