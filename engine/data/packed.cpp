#include "engine/data/packed.h"

#include "engine/base/check.h"

#include <bit>
#include <cstring>
#include <functional>
#include <limits>
#include <new>

namespace engine {

namespace {

// Small blocks fit exactly; others grow by a quarter, large ones by an eighth, so that appending does not move them
// every time.
std::size_t roomFor(std::size_t used)
{
    constexpr std::size_t kSmall = 128;
    constexpr std::size_t kLarge = 512;
    const std::size_t total = sizeof(Packed) + used;
    if (total <= kSmall)
        return allocatedBytes(total) - sizeof(std::size_t);
    const std::size_t step = std::bit_floor(total) / (total <= kLarge ? 4 : 8);
    return ((total + sizeof(std::size_t) + step - 1) & ~(step - 1)) - sizeof(std::size_t);
}

} // namespace

std::size_t Packed::bytes() const
{
    return allocatedBytes(roomFor(used));
}

Packed* Packed::create(std::uint32_t seed, std::size_t used)
{
    CHECK(used <= std::numeric_limits<std::uint32_t>::max());
    auto* block = new (allocate(roomFor(used))) Packed(seed);
    block->used = static_cast<std::uint32_t>(used);
    return block;
}

Packed* Packed::copyOf(const Packed& other)
{
    Packed* block = create(other.seed, other.used);
    block->count = other.count;
    std::memcpy(block->data(), other.data(), other.used);
    return block;
}

void Packed::release(Packed* block)
{
    if (block->holders.release())
        std::free(block);
}

void Packed::resize(Packed*& block, std::size_t used)
{
    CHECK(used <= std::numeric_limits<std::uint32_t>::max());
    if (roomFor(used) != roomFor(block->used)) {
        void* moved = std::realloc(static_cast<void*>(block), roomFor(used));
        if (!moved)
            throw std::bad_alloc();
        block = static_cast<Packed*>(moved);
    }
    block->used = static_cast<std::uint32_t>(used);
}

void Packed::insertGap(Packed*& block, std::size_t offset, std::size_t size)
{
    const std::size_t after = block->used - offset;
    resize(block, block->used + size);
    std::memmove(block->data() + offset + size, block->data() + offset, after);
}

void Packed::removeGap(Packed*& block, std::size_t offset, std::size_t size)
{
    std::memmove(block->data() + offset, block->data() + offset + size, block->used - offset - size);
    resize(block, block->used - size);
}

BytesView detached(BytesView text, const Packed* block, Bytes& storage)
{
    const std::less<const char*> before;
    if (!block || before(text.data(), block->data()) || !before(text.data(), block->end()))
        return text;
    storage = text;
    return storage;
}

} // namespace engine
