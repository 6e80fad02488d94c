#pragma once

// A hash: packed while small, then the copy-on-write dictionary. Copying a HashValue is O(1).

#include "engine/base/bytes.h"
#include "engine/base/function_ref.h"
#include "engine/base/rng.h"
#include "engine/data/encoding_limits.h"
#include "engine/data/value_handle.h"

#include <cstdint>
#include <optional>
#include <utility>

namespace engine {

class HashTable;

class HashValue {
public:
    /// `seed` places the fields once they are many; every copy keeps it.
    explicit HashValue(std::uint32_t seed = 0);
    HashValue(const HashValue& other);
    HashValue(HashValue&& other) noexcept;
    HashValue& operator=(HashValue other) noexcept;
    ~HashValue();

    std::size_t size() const;
    bool empty() const { return size() == 0; }

    /// Valid until the next write.
    std::optional<BytesView> find(BytesView field) const;
    /// In insertion order while packed, in hash order after. Stops when `visit` returns false.
    void forEach(FunctionRef<bool(BytesView field, BytesView value)> visit) const;
    /// One step of HSCAN. Gives the next cursor, 0 at the end.
    std::uint64_t scan(
        std::uint64_t cursor, std::size_t count, FunctionRef<void(BytesView field, BytesView value)> visit) const;
    /// A field and value chosen uniformly; both valid until the next write. Not empty.
    std::pair<BytesView, BytesView> random(Rng& rng) const;

    /// True when the field is new. The packed form is left for good where a limit is passed.
    bool set(BytesView field, BytesView value, const EncodingLimits& limits);
    bool erase(BytesView field);

    BytesView encoding() const; // "listpack" or "hashtable"
    /// Bytes allocated, counted as if nobody shared them. Cost: O(1).
    std::size_t memoryBytes() const;
    /// How many nodes were copied because a snapshot shared them.
    std::uint64_t copies() const;
    bool packedIsShared() const { return m_form.packedIsShared(); }
    bool sharesWith(const HashValue& other) const { return m_form.sharesWith(other.m_form); }

    /// Visits the fields that differ, until `visit` returns false; a side without the field is nullopt. What both share
    /// is skipped.
    static void diff(const HashValue& before, const HashValue& after,
        FunctionRef<bool(BytesView field, std::optional<BytesView> before, std::optional<BytesView> after)> visit);

private:
    void becomeTable();

    ValueHandle<HashTable> m_form;
};

} // namespace engine
