#include "engine/data/packed.h"

#include "engine/base/check.h"

#include <cstring>
#include <functional>
#include <limits>
#include <new>

namespace engine {

Packed* Packed::create(std::uint32_t seed, std::size_t used)
{
    CHECK(used <= std::numeric_limits<std::uint32_t>::max());
    auto* block = new (allocate(Packed::roomFor(used))) Packed(seed);
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
    if (Packed::roomFor(used) != Packed::roomFor(block->used)) {
        void* moved = std::realloc(static_cast<void*>(block), Packed::roomFor(used));
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
