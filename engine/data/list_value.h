#pragma once

// A list: a counted B+ tree whose leaves are packed chunks, so that one write to a long list after a snapshot copies a
// path and a chunk, not the list. Copying a ListValue is O(1).

#include "engine/base/bytes.h"
#include "engine/base/function_ref.h"
#include "engine/data/encoding_limits.h"

#include <cstddef>

namespace engine {

enum class End { Front, Back };

class ListValue {
public:
    std::size_t size() const;
    bool empty() const { return size() == 0; }

    /// The element at `index` < size(). Valid until the next write. Cost: O(log n).
    BytesView at(std::size_t index) const;
    /// Visits up to `count` elements from `first` on, forwards or backwards, until `visit` returns false. Cost: O(log n
    /// + visited).
    void forEach(std::size_t first, std::size_t count, FunctionRef<bool(BytesView)> visit) const;
    void forEachBackward(std::size_t first, std::size_t count, FunctionRef<bool(BytesView)> visit) const;

    void push(End end, BytesView element, const EncodingLimits& limits);
    /// Removes and returns an end's element. The list is not empty.
    Bytes pop(End end);
    void set(std::size_t index, BytesView element, const EncodingLimits& limits);
    /// Inserts before `index` (== size() appends).
    void insert(std::size_t index, BytesView element, const EncodingLimits& limits);
    /// Removes `count` elements from `first` on. Cost: O(log n + count).
    void erase(std::size_t first, std::size_t count);

    BytesView encoding() const; // "quicklist"
    std::size_t memoryBytes() const;
};

} // namespace engine
