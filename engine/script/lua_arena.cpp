#include "engine/script/lua_arena.h"

#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#if defined(__has_feature)
#define FERRITE_CLANG_ADDRESS __has_feature(address_sanitizer)
#else
#define FERRITE_CLANG_ADDRESS 0
#endif
#if defined(__SANITIZE_ADDRESS__) || FERRITE_CLANG_ADDRESS
#define FERRITE_COUNTED_MALLOC 1
#else
#define FERRITE_COUNTED_MALLOC 0
#endif

namespace engine {
namespace {

// This base maps plainly, and under the sanitizers too; lower ones are theirs.
constexpr std::uintptr_t kBase = 0x7e8000000000;
constexpr std::size_t kStride = std::size_t(2) << 30;
constexpr std::size_t kPageBytes = 16384;
constexpr std::size_t kLargestSmall = 4096;
constexpr std::uint32_t kExactBins = 32; // free runs of 1 … 32 pages; longer ones share a list
constexpr std::size_t kGiveBackBytes = std::size_t(1) << 20; // a freed run this long goes back to the system

// Steps of 16 bytes up to 256, then four a doubling.
constexpr std::array<std::uint16_t, 32> kClassBytes = {16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224,
    240, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536, 1792, 2048, 2560, 3072, 3584, 4096};

constexpr auto kClassOfSixteenths = [] {
    std::array<std::uint8_t, kLargestSmall / 16 + 1> table{};
    std::size_t sizeClass = 0;
    for (std::size_t i = 0; i < table.size(); ++i) {
        while (kClassBytes[sizeClass] < i * 16)
            ++sizeClass;
        table[i] = static_cast<std::uint8_t>(sizeClass);
    }
    return table;
}();

constexpr std::size_t classOf(std::size_t bytes)
{
    return kClassOfSixteenths[(bytes + 15) / 16];
}

constexpr std::size_t rounded(std::size_t bytes, std::size_t unit)
{
    return (bytes + unit - 1) / unit * unit;
}

void* mapAt(std::uintptr_t address, std::size_t bytes)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | (address != 0 ? MAP_FIXED_NOREPLACE : 0);
    void* place = ::mmap(reinterpret_cast<void*>(address), bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
    return place == MAP_FAILED ? nullptr : place;
}

enum class Use : std::uint8_t { Unused, Free, Small, Large };

} // namespace

// The record of a page; for a run, of its first page. Page 0 holds the book, so 0 means none in every link.
struct LuaArena::Page {
    std::uint32_t count; // pages of the run; also on the last page of a free run
    std::uint32_t next;
    std::uint32_t previous;
    std::uint32_t freeBlock; // of a small page: offset in the arena, in 16 bytes; 0: none
    std::uint16_t live;
    std::uint16_t carved;
    Use use;
    std::uint8_t sizeClass;
};

struct LuaArena::Book {
    std::uint32_t top; // first page never used
    std::uint32_t freeRuns[kExactBins + 1]; // index count - 1; the last: longer ones
    std::uint32_t partial[kClassBytes.size()];
};

Result<std::unique_ptr<LuaArena>> LuaArena::open(std::size_t limitBytes, int slot)
{
    const std::size_t limit = std::clamp<std::size_t>(limitBytes, std::size_t(1) << 20, kLargestLimit);
    // Overdraft and rounding have their room behind the limit; it costs addresses only.
    const std::size_t mapped = FERRITE_COUNTED_MALLOC
        ? kPageBytes
        : std::min(kStride, rounded(limit + limit / 4 + (std::size_t(96) << 20), kPageBytes));
    const auto make = [&](void* place, int taken) {
        return std::unique_ptr<LuaArena>(new LuaArena(static_cast<std::byte*>(place), mapped, limit, taken));
    };
    const auto tryMapping = [&](int n) { return mapAt(kBase + static_cast<std::uintptr_t>(n) * kStride, mapped); };

    if (slot >= 0) {
        if (slot < kSlots)
            if (void* place = tryMapping(slot))
                return make(place, slot);
        return Error{"memory slot " + std::to_string(slot)
            + " is in use: end the run that holds it, or record again in another slot"};
    }
    for (int i = 0; i < kSlots; ++i) {
        const int n = slot == kAnyFromTop ? kSlots - 1 - i : i;
        if (void* place = tryMapping(n))
            return make(place, n);
    }
    if (void* place = mapAt(0, mapped))
        return make(place, -1);
    return Error{"the system gives no memory for a Lua state"};
}

LuaArena::LuaArena(std::byte* base, std::size_t mappedBytes, std::size_t limitBytes, int slot)
    : m_base(base), m_mapped(mappedBytes), m_limit(limitBytes), m_slot(slot),
      m_pageCount(static_cast<std::uint32_t>(mappedBytes / kPageBytes))
{
    openBook();
}

LuaArena::~LuaArena()
{
    ::munmap(m_base, m_mapped);
}

void LuaArena::openBook()
{
    if (FERRITE_COUNTED_MALLOC)
        return;
    m_book = reinterpret_cast<Book*>(m_base);
    m_pages = reinterpret_cast<Page*>(m_base + rounded(sizeof(Book), 64));
    const std::size_t bookBytes = rounded(sizeof(Book), 64) + sizeof(Page) * m_pageCount;
    m_book->top = static_cast<std::uint32_t>(rounded(bookBytes, kPageBytes) / kPageBytes);
}

void LuaArena::reset()
{
    // Fresh pages are zero, so the book is empty and every run begins alike.
    if (!FERRITE_COUNTED_MALLOC)
        ::madvise(m_base, std::size_t(m_book->top) * kPageBytes, MADV_DONTNEED);
    m_used = 0;
    m_exhausted = false;
    m_overdraft = false;
    openBook();
}

bool LuaArena::forgetsAtOnce()
{
    return !FERRITE_COUNTED_MALLOC;
}

void LuaArena::setLimit(std::size_t limitBytes)
{
    const std::size_t most = FERRITE_COUNTED_MALLOC ? kLargestLimit : m_mapped - m_mapped / 5;
    m_limit = std::min(limitBytes, most);
}

bool LuaArena::hasRoomFor(std::size_t bytes) const
{
    if (FERRITE_COUNTED_MALLOC)
        return m_used + bytes < m_limit + (std::size_t(64) << 20);
    return std::size_t(m_pageCount - m_book->top) * kPageBytes > bytes + kPageBytes;
}

std::uint32_t LuaArena::pageOf(const void* block) const
{
    return static_cast<std::uint32_t>(
        static_cast<std::size_t>(static_cast<const std::byte*>(block) - m_base) / kPageBytes);
}

std::byte* LuaArena::addressOf(std::uint32_t page) const
{
    return m_base + std::size_t(page) * kPageBytes;
}

std::size_t LuaArena::blockBytes(const void* block) const
{
    const Page& page = m_pages[pageOf(block)];
    return page.use == Use::Small ? kClassBytes[page.sizeClass] : std::size_t(page.count) * kPageBytes;
}

bool LuaArena::mayGrow(std::size_t bytes)
{
    if (m_overdraft || m_used + bytes <= m_limit)
        return true;
    m_exhausted = true;
    return false;
}

void* LuaArena::allocate(void* arena, void* block, std::size_t oldBytes, std::size_t newBytes)
{
    auto& self = *static_cast<LuaArena*>(arena);
    if (newBytes > self.largeBlockBytes && self.onLargeBlock)
        self.onLargeBlock(self, newBytes);
    if constexpr (FERRITE_COUNTED_MALLOC)
        return self.allocateCounted(block, oldBytes, newBytes);
    if (newBytes == 0) {
        if (block)
            self.give(block);
        return nullptr;
    }
    return block ? self.resize(block, oldBytes, newBytes) : self.take(newBytes);
}

void* LuaArena::allocateCounted(void* block, std::size_t oldBytes, std::size_t newBytes)
{
    if (newBytes == 0) {
        std::free(block);
        m_used -= block ? oldBytes : 0;
        return nullptr;
    }
    const std::size_t before = block ? oldBytes : 0;
    if (newBytes > before && !mayGrow(newBytes - before))
        return nullptr;
    void* place = std::realloc(block, newBytes);
    if (!place)
        return newBytes <= before ? block : nullptr;
    m_used += newBytes - before;
    return place;
}

void* LuaArena::take(std::size_t bytes)
{
    return bytes <= kLargestSmall ? takeSmall(classOf(bytes)) : takeLarge(bytes);
}

void* LuaArena::takeSmall(std::size_t sizeClass)
{
    const std::size_t bytes = kClassBytes[sizeClass];
    if (!mayGrow(bytes))
        return nullptr;
    std::uint32_t index = m_book->partial[sizeClass];
    if (index == 0) {
        index = takePages(1);
        if (index == 0)
            return nullptr;
        m_pages[index] = Page{.count = 1,
            .next = 0,
            .previous = 0,
            .freeBlock = 0,
            .live = 0,
            .carved = 0,
            .use = Use::Small,
            .sizeClass = static_cast<std::uint8_t>(sizeClass)};
        linkPartial(index);
    }
    Page& page = m_pages[index];
    std::byte* block;
    if (page.freeBlock != 0) {
        block = m_base + std::size_t(page.freeBlock) * 16;
        std::memcpy(&page.freeBlock, block, sizeof page.freeBlock);
    } else {
        block = addressOf(index) + std::size_t(page.carved++) * bytes;
    }
    ++page.live;
    if (page.freeBlock == 0 && (std::size_t(page.carved) + 1) * bytes > kPageBytes)
        unlinkPartial(index);
    m_used += bytes;
    return block;
}

void* LuaArena::takeLarge(std::size_t bytes)
{
    if (bytes > m_mapped)
        return m_exhausted = true, nullptr;
    const auto count = static_cast<std::uint32_t>((bytes + kPageBytes - 1) / kPageBytes);
    if (!mayGrow(std::size_t(count) * kPageBytes))
        return nullptr;
    const std::uint32_t first = takePages(count);
    if (first == 0)
        return nullptr;
    m_pages[first].use = Use::Large;
    m_pages[first].count = count;
    m_used += std::size_t(count) * kPageBytes;
    return addressOf(first);
}

void LuaArena::give(void* block)
{
    const std::uint32_t index = pageOf(block);
    Page& page = m_pages[index];
    if (page.use == Use::Large) {
        m_used -= std::size_t(page.count) * kPageBytes;
        givePages(index, page.count);
        return;
    }
    const std::size_t bytes = kClassBytes[page.sizeClass];
    m_used -= bytes;
    const bool wasFull = page.freeBlock == 0 && (std::size_t(page.carved) + 1) * bytes > kPageBytes;
    std::memcpy(block, &page.freeBlock, sizeof page.freeBlock);
    page.freeBlock = static_cast<std::uint32_t>(static_cast<std::size_t>(static_cast<std::byte*>(block) - m_base) / 16);
    --page.live;
    if (wasFull)
        linkPartial(index);
    // The last page of a class is kept: a script that makes and drops one block must not pay for a page each time.
    if (page.live == 0 && (page.next != 0 || page.previous != 0)) {
        unlinkPartial(index);
        givePages(index, 1);
    }
}

void* LuaArena::resize(void* block, std::size_t oldBytes, std::size_t newBytes)
{
    if (resizeInPlace(block, newBytes))
        return block;
    void* place = take(newBytes);
    if (!place)
        return newBytes <= oldBytes ? block : nullptr;
    std::memcpy(place, block, std::min(oldBytes, newBytes));
    give(block);
    return place;
}

bool LuaArena::resizeInPlace(void* block, std::size_t newBytes)
{
    const std::uint32_t index = pageOf(block);
    Page& page = m_pages[index];
    if (page.use == Use::Small)
        return newBytes <= kLargestSmall && classOf(newBytes) == page.sizeClass;
    if (newBytes <= kLargestSmall || newBytes > m_mapped)
        return false;

    const auto count = static_cast<std::uint32_t>((newBytes + kPageBytes - 1) / kPageBytes);
    if (count <= page.count) {
        const std::uint32_t rest = page.count - count;
        page.count = count;
        m_used -= std::size_t(rest) * kPageBytes;
        if (rest > 0)
            givePages(index + count, rest);
        return true;
    }
    // Growing in place into what is free behind saves the copy of a large block.
    const std::uint32_t more = count - page.count;
    const std::uint32_t behind = index + page.count;
    const bool atTop = behind == m_book->top;
    const bool freeBehind = !atTop && m_pages[behind].use == Use::Free && m_pages[behind].count >= more;
    if (atTop ? behind + more > m_pageCount : !freeBehind)
        return false;
    if (!mayGrow(std::size_t(more) * kPageBytes))
        return false;
    if (atTop) {
        m_book->top += more;
    } else {
        const std::uint32_t had = m_pages[behind].count;
        unlinkFree(behind);
        if (had > more)
            linkFree(behind + more, had - more);
    }
    page.count = count;
    m_used += std::size_t(more) * kPageBytes;
    return true;
}

std::uint32_t LuaArena::takePages(std::uint32_t count)
{
    for (std::uint32_t bin = std::min(count, kExactBins + 1) - 1; bin <= kExactBins; ++bin) {
        for (std::uint32_t first = m_book->freeRuns[bin]; first != 0; first = m_pages[first].next) {
            const std::uint32_t had = m_pages[first].count;
            if (had < count)
                continue;
            unlinkFree(first);
            if (had > count)
                linkFree(first + count, had - count);
            return first;
        }
    }
    if (m_book->top + count > m_pageCount) {
        m_exhausted = true;
        return 0;
    }
    const std::uint32_t first = m_book->top;
    m_book->top += count;
    return first;
}

void LuaArena::givePages(std::uint32_t first, std::uint32_t count)
{
    if (std::size_t(count) * kPageBytes >= kGiveBackBytes)
        ::madvise(addressOf(first), std::size_t(count) * kPageBytes, MADV_DONTNEED);
    const std::uint32_t behind = first + count;
    if (behind < m_book->top && m_pages[behind].use == Use::Free) {
        count += m_pages[behind].count;
        unlinkFree(behind);
    }
    if (m_pages[first - 1].use == Use::Free) {
        const std::uint32_t before = m_pages[first - 1].count;
        first -= before;
        count += before;
        unlinkFree(first);
    }
    if (first + count == m_book->top) {
        for (std::uint32_t page : {first, first + count - 1})
            m_pages[page].use = Use::Unused;
        m_book->top = first;
        return;
    }
    linkFree(first, count);
}

void LuaArena::linkFree(std::uint32_t first, std::uint32_t count)
{
    std::uint32_t& head = m_book->freeRuns[std::min(count, kExactBins + 1) - 1];
    Page& page = m_pages[first];
    page.use = Use::Free;
    page.count = count;
    page.previous = 0;
    page.next = head;
    if (head != 0)
        m_pages[head].previous = first;
    head = first;
    m_pages[first + count - 1].use = Use::Free;
    m_pages[first + count - 1].count = count;
}

void LuaArena::unlinkFree(std::uint32_t first)
{
    const Page& page = m_pages[first];
    if (page.previous != 0)
        m_pages[page.previous].next = page.next;
    else
        m_book->freeRuns[std::min(page.count, kExactBins + 1) - 1] = page.next;
    if (page.next != 0)
        m_pages[page.next].previous = page.previous;
    m_pages[first + page.count - 1].use = Use::Unused;
    m_pages[first].use = Use::Unused;
}

void LuaArena::linkPartial(std::uint32_t index)
{
    Page& page = m_pages[index];
    std::uint32_t& head = m_book->partial[page.sizeClass];
    page.previous = 0;
    page.next = head;
    if (head != 0)
        m_pages[head].previous = index;
    head = index;
}

void LuaArena::unlinkPartial(std::uint32_t index)
{
    Page& page = m_pages[index];
    if (page.previous != 0)
        m_pages[page.previous].next = page.next;
    else
        m_book->partial[page.sizeClass] = page.next;
    if (page.next != 0)
        m_pages[page.next].previous = page.previous;
    page.next = 0;
    page.previous = 0;
}

LuaArena::Saved LuaArena::save() const
{
    Saved saved{.bytes = {}, .used = m_used, .exhausted = m_exhausted};
    if (!FERRITE_COUNTED_MALLOC) {
        const auto* from = reinterpret_cast<const unsigned char*>(m_base);
        saved.bytes.assign(from, from + std::size_t(m_book->top) * kPageBytes);
    }
    return saved;
}

bool LuaArena::restore(const Saved& saved)
{
    if (FERRITE_COUNTED_MALLOC)
        return false;
    const std::size_t topNow = std::size_t(m_book->top) * kPageBytes;
    std::memcpy(m_base, saved.bytes.data(), saved.bytes.size());
    // The records of pages used since are beyond the saved top, but records lie in the book: they came back with it.
    if (topNow > saved.bytes.size() + kGiveBackBytes)
        ::madvise(m_base + saved.bytes.size(), topNow - saved.bytes.size(), MADV_DONTNEED);
    m_used = saved.used;
    m_exhausted = saved.exhausted;
    return true;
}

} // namespace engine
