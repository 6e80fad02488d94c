#pragma once

// A set: a sorted array of integers while small and integral, then the copy-on-write dictionary. Copying is O(1).

#include "engine/base/bytes.h"
#include "engine/base/function_ref.h"
#include "engine/base/rng.h"
#include "engine/data/encoding_limits.h"
#include "engine/data/value_handle.h"

#include <cstdint>

namespace engine {

class SetTable;

class SetValue {
public:
    /// `seed` places the members once they are many; every copy keeps it.
    explicit SetValue(std::uint32_t seed = 0);
    SetValue(const SetValue& other);
    SetValue(SetValue&& other) noexcept;
    SetValue& operator=(SetValue other) noexcept;
    ~SetValue();

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
    /// Keeps the members, and chooses their encoding as if they were added to an empty set. Cost: O(size).
    void makeAnew(const EncodingLimits& limits);

    BytesView encoding() const; // "intset" or "hashtable"
    /// Bytes allocated, counted as if nobody shared them. Cost: O(1).
    std::size_t memoryBytes() const;
    /// How many nodes were copied because a snapshot shared them.
    std::uint64_t copies() const;
    bool packedIsShared() const { return m_form.packedIsShared(); }
    bool sharesWith(const SetValue& other) const { return m_form.sharesWith(other.m_form); }

    /// Visits the members that one side alone has, until `visit` returns false. What both share is skipped.
    static void diff(
        const SetValue& before, const SetValue& after, FunctionRef<bool(BytesView member, bool added)> visit);

private:
    void becomeTable();

    ValueHandle<SetTable> m_form;
};

} // namespace engine
