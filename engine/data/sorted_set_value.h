#pragma once

// A sorted set: packed while small, then a dictionary by member beside a counted B+ tree by (score, member bytes).
// Everything ordered goes by rank: find the ranks of the bounds, then walk. Copying is O(1).

#include "engine/base/bytes.h"
#include "engine/base/function_ref.h"
#include "engine/base/rng.h"
#include "engine/data/encoding_limits.h"
#include "engine/data/value_handle.h"

#include <cstdint>
#include <optional>

namespace engine {

struct ScoredMember {
    BytesView member; // valid until the next write
    double score = 0;
};

class SortedSetTree;

class SortedSetValue {
public:
    /// `seed` places the members once they are many; every copy keeps it.
    explicit SortedSetValue(std::uint32_t seed = 0);
    SortedSetValue(const SortedSetValue& other);
    SortedSetValue(SortedSetValue&& other) noexcept;
    SortedSetValue& operator=(SortedSetValue other) noexcept;
    ~SortedSetValue();

    std::size_t size() const;
    bool empty() const { return size() == 0; }

    std::optional<double> score(BytesView member) const;
    /// Position in ascending order, from 0. Cost: O(log n).
    std::optional<std::size_t> rank(BytesView member) const;
    /// The member at a rank < size(). Cost: O(log n).
    ScoredMember at(std::size_t rank) const;
    /// How many members have score < bound (or <= bound when `inclusive`): the rank of the first one past it. Cost:
    /// O(log n).
    std::size_t countBelowScore(double bound, bool inclusive) const;
    /// The same by member bytes, for sets whose scores are all equal (ZRANGEBYLEX).
    std::size_t countBelowMember(BytesView bound, bool inclusive) const;
    /// Visits up to `count` members from rank `first` on, ascending or descending. Stops when `visit` returns false.
    void forEach(std::size_t first, std::size_t count, FunctionRef<bool(const ScoredMember&)> visit) const;
    void forEachBackward(std::size_t first, std::size_t count, FunctionRef<bool(const ScoredMember&)> visit) const;
    std::uint64_t scan(std::uint64_t cursor, std::size_t count, FunctionRef<void(const ScoredMember&)> visit) const;
    /// Chosen uniformly. Not empty.
    ScoredMember random(Rng& rng) const;

    /// Takes the large form at once when `members`, the longest of them so long, will need it. For an empty set that is
    /// about to be filled.
    void prepareFor(std::size_t members, std::size_t longestBytes, const EncodingLimits& limits);
    /// Takes the large form, which is kept: SORT leaves the sets that it has read so.
    void takeLargeForm();
    /// True when the member is new. `score` is not NaN.
    bool set(BytesView member, double score, const EncodingLimits& limits);
    bool erase(BytesView member);
    /// Removes `count` members from rank `first` on.
    void eraseRange(std::size_t first, std::size_t count);

    BytesView encoding() const; // "listpack" or "skiplist"
    /// Bytes allocated, counted as if nobody shared them. Cost: O(1).
    std::size_t memoryBytes() const;
    /// How many nodes were copied because a snapshot shared them.
    std::uint64_t copies() const;
    bool packedIsShared() const { return m_form.packedIsShared(); }
    bool sharesWith(const SortedSetValue& other) const { return m_form.sharesWith(other.m_form); }

    /// Visits the members that one side lacks or that have another score there, until `visit` returns false. What both
    /// share is skipped.
    static void diff(const SortedSetValue& before, const SortedSetValue& after,
        FunctionRef<bool(BytesView member, std::optional<double> before, std::optional<double> after)> visit);

private:
    void becomeTree();

    ValueHandle<SortedSetTree> m_form;
};

} // namespace engine
