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

inline void* allocate(std::size_t size)
{
    void* memory = std::malloc(size);
    if (!memory)
        throw std::bad_alloc();
    return memory;
}

} // namespace engine
