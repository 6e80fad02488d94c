#pragma once

// A set: a sorted array of integers while small and integral, then the copy-on-write dictionary. Copying is O(1).

#include "engine/base/bytes.h"
#include "engine/base/function_ref.h"
#include "engine/base/rng.h"
#include "engine/data/encoding_limits.h"

#include <cstdint>

namespace engine {

class SetValue {
public:
    std::size_t size() const;
    bool empty() const { return size() == 0; }

    bool contains(BytesView member) const;
    /// Ascending while an intset, in hash order after. The view lives as long as the call. Stops when `visit` returns
    /// false.
    void forEach(FunctionRef<bool(BytesView member)> visit) const;
    std::uint64_t scan(std::uint64_t cursor, std::size_t count, FunctionRef<void(BytesView member)> visit) const;
    /// A member chosen uniformly. Not empty.
    Bytes random(Rng& rng) const;

    bool add(BytesView member, const EncodingLimits& limits);
    bool erase(BytesView member);

    BytesView encoding() const; // "intset" or "hashtable"
    std::size_t memoryBytes() const;
};

} // namespace engine
