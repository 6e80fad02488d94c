#pragma once

// CountedTree: a sequence of entries kept in counted leaves under counted inner nodes that know how many entries are
// below each child, so that a position is found, and an entry put in or taken out, in O(log n), and a write after a
// copy copies one path. Lists keep packed chunks in it, sorted sets their order.
//
// Policy: Leaf (with `HolderCount holders`), Summary (a value that a search by content needs of a subtree: that of its
// first entry), and static count(const Leaf&), bytes(const Leaf&), summary(const Leaf&), copy(const Leaf&) -> Leaf*
// with one holder, release(Leaf*).

#include "engine/base/check.h"
#include "engine/base/cow.h"
#include "engine/data/allocated.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace engine {

template <class Policy>
class CountedTree {
public:
    using Leaf = typename Policy::Leaf;
    using Summary = typename Policy::Summary;

    static constexpr int kFanOut = 32;
    static constexpr int kMaxLevels = 16;

    struct Inner {
        HolderCount holders;
        std::uint16_t size = 0; // children in use
        std::array<std::uint64_t, kFanOut> counts;
        std::array<Summary, kFanOut> summaries;
        std::array<void*, kFanOut> children; // leaves on the lowest level, inner nodes above

        Inner* inner(int i) const { return static_cast<Inner*>(children[static_cast<std::size_t>(i)]); }
        Leaf* leaf(int i) const { return static_cast<Leaf*>(children[static_cast<std::size_t>(i)]); }
        std::uint64_t total() const
        {
            std::uint64_t sum = 0;
            for (int i = 0; i < size; ++i)
                sum += counts[static_cast<std::size_t>(i)];
            return sum;
        }
    };

    /// A leaf, how it is reached, and the position of its first entry. Valid until the next write but through it.
    class Path {
    public:
        const Leaf* leaf() const { return m_leaf; }
        std::uint64_t start() const { return m_start; }
        /// The position within the leaf of what was looked for.
        std::uint64_t offset() const { return m_offset; }

    private:
        friend class CountedTree;
        struct Level {
            Inner* node;
            int child;
        };
        std::array<Level, kMaxLevels> m_levels;
        Leaf* m_leaf = nullptr;
        std::uint64_t m_start = 0;
        std::uint64_t m_offset = 0;
    };

    CountedTree() = default;
    CountedTree(const CountedTree& other)
        : m_root(other.m_root), m_levels(other.m_levels), m_size(other.m_size), m_bytes(other.m_bytes),
          m_copies(other.m_copies)
    {
        if (m_root)
            acquire(m_root, m_levels);
    }
    CountedTree(CountedTree&& other) noexcept { swap(other); }
    CountedTree& operator=(CountedTree other) noexcept
    {
        swap(other);
        return *this;
    }
    ~CountedTree()
    {
        if (m_root)
            release(m_root, m_levels);
    }

    std::uint64_t size() const { return m_size; }
    /// Bytes of nodes and leaves.
    std::size_t memoryBytes() const { return m_bytes; }
    std::uint64_t copies() const { return m_copies; }
    void addCopies(std::uint64_t count) { m_copies += count; }

    /// The leaf that holds position `index`; for index == size() the last one, with the offset past its end. The tree
    /// is not empty.
    Path pathTo(std::uint64_t index) const;
    /// Moves to the leaf after or before. False, and the path unchanged, where there is none.
    bool next(Path& path) const { return step(path, 1); }
    bool previous(Path& path) const { return step(path, -1); }

    /// Descends to a leaf by content: `before(summary)` is true for subtrees whose first entry is before what is looked
    /// for. Gives the last such leaf (the first one when there is none); `offset` is 0. The tree is not empty.
    template <class Before>
    Path pathBySummary(Before before) const;

    /// The last leaf; `offset` is 0. The tree is not empty.
    Path lastPath() const;

    /// The leaf for writing, copied if it is shared. It may be replaced through the reference. Call `changed` after.
    Leaf*& edit(Path& path);
    /// Carries a leaf's new count, size and first entry upwards. `bytesBefore` is Policy::bytes before the edit.
    void changed(Path& path, std::size_t bytesBefore);
    /// The first leaf for writing, when neither it nor the way to it is shared; else null. The tree is not empty.
    Leaf* unsharedFirst();
    /// Carries it upwards that the first leaf has so many more entries in as many bytes as before.
    void firstHasMore(std::uint64_t entries);
    /// Puts a new leaf after (or before) the one at `path`; takes it over. The path is invalid afterwards.
    void insertAfter(Path& path, Leaf* leaf) { insertLeaf(path, leaf, 1); }
    void insertBefore(Path& path, Leaf* leaf) { insertLeaf(path, leaf, 0); }
    void insertFirst(Leaf* leaf);
    /// Takes the leaf at `path` out, with all that is in it. The path is invalid afterwards.
    void removeLeaf(Path& path);

    const void* root() const { return m_root; }
    int levels() const { return m_levels; }

private:
    static void acquire(void* node, int level)
    {
        if (level == 0)
            static_cast<Leaf*>(node)->holders.acquire();
        else
            static_cast<Inner*>(node)->holders.acquire();
    }
    static void release(void* node, int level);
    void swap(CountedTree& other) noexcept
    {
        std::swap(m_root, other.m_root);
        std::swap(m_levels, other.m_levels);
        std::swap(m_size, other.m_size);
        std::swap(m_bytes, other.m_bytes);
        std::swap(m_copies, other.m_copies);
    }
    static constexpr std::size_t innerBytes() { return allocatedBytes(sizeof(Inner)); }

    void ownInners(Path& path);
    void*& linkAt(Path& path, int level);
    bool step(Path& path, int direction) const;
    void insertLeaf(Path& path, Leaf* leaf, int side);
    void insertChild(Path& path, int level, void* child, std::uint64_t count, Summary summary, int side);
    Inner* splitInner(Inner* full, int position);
    void refresh(Path& path, int level);
    static Summary summaryOf(void* node, int level)
    {
        return level == 0 ? Policy::summary(*static_cast<Leaf*>(node)) : static_cast<Inner*>(node)->summaries[0];
    }
    static std::uint64_t countOf(void* node, int level)
    {
        return level == 0 ? Policy::count(*static_cast<Leaf*>(node)) : static_cast<Inner*>(node)->total();
    }

    void* m_root = nullptr; // a leaf when m_levels is 0
    int m_levels = 0; // inner nodes on the way to a leaf. Level 0 of a path is the root
    std::uint64_t m_size = 0;
    std::size_t m_bytes = 0;
    std::uint64_t m_copies = 0;
};

} // namespace engine

#include "engine/data/counted_tree_ops.h"
