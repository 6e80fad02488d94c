#pragma once

// A list: a counted B+ tree whose leaves are packed chunks, so that one write to a long list after a snapshot copies a
// path and a chunk, not the list. Copying a ListValue is O(1).

#include "engine/base/bytes.h"
#include "engine/base/function_ref.h"
#include "engine/data/encoding_limits.h"
#include "engine/data/string_text.h"
#include "engine/data/value_handle.h"

#include <cstddef>
#include <optional>

namespace engine {

enum class End { Front, Back };

class ListTree;

class ListValue {
public:
    ListValue();
    ListValue(const ListValue& other);
    ListValue(ListValue&& other) noexcept;
    ListValue& operator=(ListValue other) noexcept;
    ~ListValue();

    std::size_t size() const;
    bool empty() const { return size() == 0; }

    /// The element at `index` < size(). Valid until the next write. Cost: O(log n).
    StringText at(std::size_t index) const;
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
    /// Bytes allocated, counted as if nobody shared them. Cost: O(1).
    std::size_t memoryBytes() const;
    /// How many nodes were copied because a snapshot shared them.
    std::uint64_t copies() const;
    bool packedIsShared() const { return m_form.packedIsShared(); }
    bool sharesWith(const ListValue& other) const { return m_form.sharesWith(other.m_form); }

    /// Visits what differs between the longest common beginning and the longest common end, by index, until `visit`
    /// returns false. Chunks that both share are skipped.
    static void diff(const ListValue& before, const ListValue& after,
        FunctionRef<bool(std::size_t index, std::optional<BytesView> before, std::optional<BytesView> after)> visit);

private:
    ListTree& becomeTree();

    ValueHandle<ListTree> m_form;
};

} // namespace engine
