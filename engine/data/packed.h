#pragma once

// Packed: a counted run of bytes in one allocation. Small hashes, sets and sorted sets are one each; a list's chunks
// are many. What the bytes mean is its user's business.

#include "engine/base/bytes.h"
#include "engine/base/cow.h"
#include "engine/data/allocated.h"

#include <bit>
#include <cstdint>

namespace engine {

struct Packed {
    HolderCount holders;
    std::uint32_t seed; // of the dictionary that the value may become; of a list's chunk, what list_chunk.h says
    std::uint32_t used = 0; // bytes
    std::uint32_t count = 0; // entries

    char* data() { return reinterpret_cast<char*>(this + 1); }
    const char* data() const { return reinterpret_cast<const char*>(this + 1); }
    const char* end() const { return data() + used; }
    /// What the allocator takes for the block.
    std::size_t bytes() const { return allocatedBytes(roomFor(used)); }

    static Packed* create(std::uint32_t seed, std::size_t used);
    static Packed* copyOf(const Packed& other);
    static void release(Packed* block);
    /// Opens or closes a gap. The block is the caller's alone and may move.
    static void insertGap(Packed*& block, std::size_t offset, std::size_t size);
    static void removeGap(Packed*& block, std::size_t offset, std::size_t size);

private:
    explicit Packed(std::uint32_t hashSeed) : seed(hashSeed) { }
    /// Bytes of a block with so many in use. Small ones fit exactly; others grow by a quarter, large ones by an eighth,
    /// so that appending does not move them every time.
    static constexpr std::size_t roomFor(std::size_t bytesUsed);
    static void resize(Packed*& block, std::size_t used);
};

constexpr std::size_t Packed::roomFor(std::size_t bytesUsed)
{
    constexpr std::size_t kSmall = 128;
    constexpr std::size_t kLarge = 512;
    const std::size_t total = sizeof(Packed) + bytesUsed;
    if (total <= kSmall)
        return allocatedBytes(total) - sizeof(std::size_t);
    const std::size_t step = std::bit_floor(total) / (total <= kLarge ? 4 : 8);
    return ((total + sizeof(std::size_t) + step - 1) & ~(step - 1)) - sizeof(std::size_t);
}

/// A text that stays when a block moves: itself, or a copy in `storage` when it lies within the block.
BytesView detached(BytesView text, const Packed* block, Bytes& storage);

// Lengths: seven bits a byte, low ones first, the top bit says that more follow.

constexpr std::size_t lengthSize(std::size_t length)
{
    std::size_t size = 1;
    while (length >>= 7)
        ++size;
    return size;
}

inline char* writeLength(char* at, std::size_t length)
{
    while (length >= 0x80) {
        *at++ = static_cast<char>(length | 0x80);
        length >>= 7;
    }
    *at++ = static_cast<char>(length);
    return at;
}

inline std::size_t readLength(const char*& at)
{
    std::size_t length = static_cast<unsigned char>(*at++);
    if (length < 0x80)
        return length;
    length &= 0x7f;
    for (int shift = 7;; shift += 7) {
        const auto byte = static_cast<unsigned char>(*at++);
        length |= static_cast<std::size_t>(byte & 0x7f) << shift;
        if (byte < 0x80)
            return length;
    }
}

} // namespace engine
