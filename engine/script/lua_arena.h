#pragma once

// All memory of one Lua state, the allocator's own bookkeeping included, in one mapping of a fixed place: the arena is
// the memory limit, and it makes a run repeatable. The same sequence of requests gives the same addresses, which
// `pairs` over table keys and `tostring({})` show.
//
// A mapping lies in a numbered slot: base + n x stride, never moved; one that is taken is refused. Inside, small blocks
// are cut from pages of one size each, which go back when they are empty; larger ones are runs of pages.
//
// Under address sanitizer memory comes from malloc, so that the sanitizer sees every block: it is counted and limited
// all the same, but addresses do not repeat and `save` keeps nothing.

#include "engine/base/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace engine {

/// Thread: one at a time.
class LuaArena {
public:
    static constexpr int kSlots = 128;
    /// Any free slot: from the top for states that live long, from the bottom for runs that are recorded, so that a
    /// recording made elsewhere finds its slot free.
    static constexpr int kAnyFromTop = -1;
    static constexpr int kAnyFromBottom = -2;
    static constexpr std::size_t kLargestLimit = std::size_t(1536) << 20;

    /// Errors: the asked slot is taken. With "any" and none free, a place that the system chooses.
    static Result<std::unique_ptr<LuaArena>> open(std::size_t limitBytes, int slot);
    ~LuaArena();
    LuaArena(const LuaArena&) = delete;
    LuaArena& operator=(const LuaArena&) = delete;

    /// -1 when the system chose the place.
    int slot() const { return m_slot; }
    /// Forgets every block and gives the memory back.
    void reset();
    /// False where `reset` only counts anew, and each block must be freed (address sanitizer).
    static bool forgetsAtOnce();

    /// A lua_Alloc; `arena` is the LuaArena. Shrinking never fails.
    static void* allocate(void* arena, void* block, std::size_t oldBytes, std::size_t newBytes);

    std::size_t usedBytes() const { return m_used; }
    std::size_t limitBytes() const { return m_limit; }
    void setLimit(std::size_t limitBytes);
    /// A request was refused since `forgive`.
    bool exhausted() const { return m_exhausted; }
    void forgive() { m_exhausted = false; }
    /// While set the limit is not judged, so that a command handler is not cut off half-way.
    void setOverdraft(bool on) { m_overdraft = on; }
    bool overLimit() const { return m_used > m_limit; }
    /// Whether a block of this size can be had with overdraft.
    bool hasRoomFor(std::size_t bytes) const;

    /// The used part of the arena, to be put back: addresses of later requests are then as if nothing had been.
    struct Saved {
        std::vector<unsigned char> bytes;
        std::size_t used = 0;
        bool exhausted = false;
    };
    Saved save() const;
    /// False where memory is not ours (address sanitizer): nothing was put back.
    bool restore(const Saved& saved);

    /// Whose memory this is; the hook of a Lua state finds its machine by it.
    void* owner = nullptr;
    /// Told before a block larger than `largeBlockBytes` is allocated. Must not allocate.
    void (*onLargeBlock)(LuaArena& arena, std::size_t bytes) = nullptr;
    std::size_t largeBlockBytes = 0;

private:
    struct Page;
    struct Book;

    LuaArena(std::byte* base, std::size_t mappedBytes, std::size_t limitBytes, int slot);
    void openBook();

    void* take(std::size_t bytes);
    void* takeSmall(std::size_t sizeClass);
    void* takeLarge(std::size_t bytes);
    void give(void* block);
    void* resize(void* block, std::size_t oldBytes, std::size_t newBytes);
    bool resizeInPlace(void* block, std::size_t newBytes);

    std::uint32_t takePages(std::uint32_t count);
    void givePages(std::uint32_t first, std::uint32_t count);
    void linkFree(std::uint32_t first, std::uint32_t count);
    void unlinkFree(std::uint32_t first);
    void linkPartial(std::uint32_t page);
    void unlinkPartial(std::uint32_t page);

    std::size_t blockBytes(const void* block) const;
    std::uint32_t pageOf(const void* block) const;
    std::byte* addressOf(std::uint32_t page) const;
    bool mayGrow(std::size_t bytes);

    void* allocateCounted(void* block, std::size_t oldBytes, std::size_t newBytes);

    std::byte* m_base;
    std::size_t m_mapped;
    std::size_t m_limit;
    int m_slot;
    Book* m_book = nullptr; // in the arena
    Page* m_pages = nullptr; // in the arena
    std::uint32_t m_pageCount = 0;
    std::size_t m_used = 0;
    bool m_exhausted = false;
    bool m_overdraft = false;
};

} // namespace engine
