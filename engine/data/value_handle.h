#pragma once

// ValueHandle: what a list, hash, set or sorted set is in its entry: one word. Nothing while it is empty but the seed
// of a later dictionary, a Packed block while it is small, a counted box with a tree after. Copying it costs one count.

#include "engine/base/check.h"
#include "engine/data/packed.h"

#include <cstdint>
#include <utility>

namespace engine {

/// Tree: the large form; copied in O(1), with memoryBytes(), copies() and addCopies(n).
template <class Tree>
class ValueHandle {
public:
    explicit ValueHandle(std::uint32_t seed = 0) : m_word(std::uint64_t{seed} << 32) { }
    ValueHandle(const ValueHandle& other) : m_word(other.m_word) { acquire(); }
    ValueHandle(ValueHandle&& other) noexcept : m_word(std::exchange(other.m_word, 0)) { }
    ValueHandle& operator=(ValueHandle other) noexcept
    {
        std::swap(m_word, other.m_word);
        return *this;
    }
    ~ValueHandle() { drop(); }

    bool isEmpty() const { return (m_word & kTagMask) == 0; }
    const Packed* packed() const { return (m_word & kTagMask) == kPackedTag ? block() : nullptr; }
    const Tree* tree() const { return (m_word & kTagMask) == kTreeTag ? &box()->tree : nullptr; }
    std::uint32_t seed() const { return packed() ? block()->seed : isEmpty() ? emptySeed() : box()->seed; }
    bool sharesWith(const ValueHandle& other) const { return m_word == other.m_word; }

    /// The packed block for writing, ours alone. It may move: assign through the lambda's reference.
    template <class Edit>
    auto editPacked(Edit edit)
    {
        Packed* mine = packed() ? block() : Packed::create(emptySeed(), 0);
        if (!mine->holders.unique()) {
            Packed* copy = Packed::copyOf(*mine);
            Packed::release(std::exchange(mine, copy));
        }
        m_word = word(mine, kPackedTag);
        struct Store {
            ValueHandle& handle;
            Packed*& block;
            ~Store() { handle.m_word = word(block, kPackedTag); }
        } store{*this, mine};
        return edit(mine);
    }

    /// The tree for writing, its box ours alone.
    Tree& editTree()
    {
        CHECK(tree());
        if (!box()->holders.unique()) {
            Box* copy = new Box(box()->seed, Tree(box()->tree));
            copy->tree.addCopies(1);
            drop();
            m_word = word(copy, kTreeTag);
        }
        return box()->tree;
    }

    void adopt(Packed* block)
    {
        drop();
        m_word = word(block, kPackedTag);
    }
    void adopt(Tree tree)
    {
        const std::uint32_t keptSeed = seed();
        Box* mine = new Box(keptSeed, std::move(tree));
        drop();
        m_word = word(mine, kTreeTag);
    }
    void makeEmpty() { *this = ValueHandle(seed()); }

    std::size_t memoryBytes() const
    {
        if (const Packed* small = packed())
            return small->bytes();
        return tree() ? allocatedBytes(sizeof(Box)) + tree()->memoryBytes() : 0;
    }
    std::uint64_t copies() const { return tree() ? tree()->copies() : 0; }
    /// True when the next write copies the packed block, which keeps no count of copies itself.
    bool packedIsShared() const { return packed() && !packed()->holders.unique(); }

private:
    static constexpr std::uint64_t kTagMask = 3;
    static constexpr std::uint64_t kPackedTag = 1;
    static constexpr std::uint64_t kTreeTag = 2;

    struct Box {
        Box(std::uint32_t hashSeed, Tree content) : seed(hashSeed), tree(std::move(content)) { }
        HolderCount holders;
        std::uint32_t seed;
        Tree tree;
    };

    static std::uint64_t word(const void* target, std::uint64_t tag)
    {
        return reinterpret_cast<std::uintptr_t>(target) | tag;
    }
    std::uint32_t emptySeed() const { return static_cast<std::uint32_t>(m_word >> 32); }
    Packed* block() const { return reinterpret_cast<Packed*>(m_word & ~kTagMask); }
    Box* box() const { return reinterpret_cast<Box*>(m_word & ~kTagMask); }

    void acquire()
    {
        if (packed())
            block()->holders.acquire();
        else if (tree())
            box()->holders.acquire();
    }
    void drop()
    {
        if (packed())
            Packed::release(block());
        else if (tree() && box()->holders.release())
            delete box();
    }

    std::uint64_t m_word;
};

} // namespace engine
