#pragma once

// A stream: entries by id in packed nodes, which are leaves of a counted B+ tree; what it remembers of entries that are
// gone; and its consumer groups. Copying a StreamValue is O(1); a write after a copy copies a path.

#include "engine/base/cow.h"
#include "engine/base/function_ref.h"
#include "engine/data/encoding_limits.h"
#include "engine/data/stream_group.h"
#include "engine/data/stream_node.h"

#include <optional>
#include <span>

namespace engine {

/// What to cut off at the old end.
struct StreamTrim {
    enum class By { Nothing, Length, Id };
    By by = By::Nothing;
    bool wholeNodes = false; // "~"
    std::uint64_t length = 0; // to keep
    StreamId id; // the first to keep
    std::uint64_t limit = 0; // of entries cut; 0: none
};

class StreamBody;

class StreamValue {
public:
    StreamValue();
    StreamValue(const StreamValue& other);
    StreamValue(StreamValue&& other) noexcept;
    StreamValue& operator=(StreamValue other) noexcept;
    ~StreamValue();

    std::size_t size() const;
    StreamId lastId() const; // given out last, if its entry is gone or not
    StreamId firstId() const; // 0-0 when empty
    /// The first id that a node still holds, even if its entry is deleted; the largest id where there is no node.
    StreamId firstKeptId() const;
    StreamId maxDeletedId() const;
    std::uint64_t entriesAdded() const;
    /// The id of the last entry that is there; 0-0 when empty.
    StreamId lastEntryId() const;
    std::size_t nodeCount() const;
    /// How many nodes Redis's radix tree has over nodeCount() keys. Cost: O(nodeCount()).
    std::size_t radixNodes() const;

    /// Visits entries from `first` to `last`, in order or from the end, until `visit` returns false. Cost: O(log n +
    /// visited + a node).
    using Visit = FunctionRef<bool(const StreamEntry&)>;
    void forEach(const StreamId& first, const StreamId& last, Visit visit) const;
    void forEachBackward(const StreamId& first, const StreamId& last, Visit visit) const;
    bool contains(const StreamId& id) const;

    /// `id` is past lastId(); `pairs` are fields and values in turn.
    void append(const StreamId& id, std::span<const BytesView> pairs, const EncodingLimits& limits);
    /// Whether `trim` would cut anything.
    bool isChangedBy(const StreamTrim& trim) const;
    /// How many entries went.
    std::size_t trim(const StreamTrim& trim);
    /// False when there is no such entry.
    bool erase(const StreamId& id);
    void setLastId(const StreamId& id, std::optional<std::uint64_t> entriesAdded, std::optional<StreamId> maxDeletedId);

    std::size_t groupCount() const;
    /// Valid until the next write.
    const StreamGroup* findGroup(BytesView name) const;
    void forEachGroup(FunctionRef<bool(BytesView name, const StreamGroup& group)> visit) const;
    /// False when there is one.
    bool addGroup(BytesView name, const StreamGroup& group);
    bool eraseGroup(BytesView name);
    /// Calls `use` with the group, which is there, for writing.
    void editGroup(BytesView name, FunctionRef<void(StreamGroup&)> use);

    /// Which in the order of all ever added the entry `id` is; nullopt where deletions hide it.
    std::optional<std::uint64_t> placeOf(const StreamId& id) const;
    /// Whether an entry from `first` on may have been deleted.
    bool mayHaveGapsFrom(const StreamId& first) const;
    /// How many entries `group` has still to read; nullopt where deletions hide it.
    std::optional<std::int64_t> lagOf(const StreamGroup& group) const;

    BytesView encoding() const { return "stream"; }
    /// Bytes allocated, counted as if nobody shared them. Cost: O(1).
    std::size_t memoryBytes() const;
    std::uint64_t copies() const;
    bool packedIsShared() const { return false; }
    bool sharesWith(const StreamValue& other) const { return m_body.sharesWith(other.m_body); }

    /// Visits entries that only one of both has, and groups that differ, until `visit` returns false: an entry by its
    /// id, with its fields and values; a group by "group NAME", with how far it is. Cost: O(n).
    static void diff(const StreamValue& before, const StreamValue& after,
        FunctionRef<bool(BytesView element, std::optional<BytesView> before, std::optional<BytesView> after)> visit);

private:
    StreamBody& edit();

    Cow<StreamBody> m_body;
};

} // namespace engine
