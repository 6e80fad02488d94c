#pragma once

// What an allocation costs: the one place that knows the allocator's sizes.

#include "engine/base/check.h"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace engine {

/// Bytes that `malloc(size)` takes from the heap: glibc adds a word and rounds up to 16, from 32.
constexpr std::size_t allocatedBytes(std::size_t size)
{
    const std::size_t chunk = (size + sizeof(std::size_t) + 15) & ~std::size_t{15};
    return chunk < 32 ? 32 : chunk;
}

/// Memory of at least `size` bytes, for std::free. All that the allocator sets aside may be used, so that what grows
/// within the same allocatedBytes() stays where it is.
inline void* allocate(std::size_t size)
{
    void* memory = std::malloc(allocatedBytes(size) - sizeof(std::size_t));
    if (!memory)
        throw std::bad_alloc();
    return memory;
}

} // namespace engine
