#pragma once

// A node of a stream: up to some hundred entries in one packed block. Ids are kept as differences to the node's first
// id, and an entry whose fields are named like the first one's keeps its values alone. The elements are Redis's
// listpack elements in Redis's order, so that a node is full where Redis's is.
//
//   block: first id (16 bytes), then elements: number of fields, their names, 0; and each entry:
//          flags, ms difference, seq difference, [number of fields,] values or names and values, number of elements
//   Packed::count holds the live entries, Packed::seed the deleted ones, which stay until their node goes.

#include "engine/data/packed.h"
#include "engine/data/stream_id.h"
#include "engine/data/string_text.h"

#include <span>

namespace engine {

/// An entry as it is read. Valid until the next write to its stream.
class StreamEntry {
public:
    StreamId id;
    std::size_t fields = 0;

    /// Calls `visit(BytesView field, BytesView value)` for each pair, in order.
    template <class Visit>
    void forEach(Visit visit) const
    {
        const char* name = m_names;
        const char* at = m_values;
        for (std::size_t i = 0; i < fields; ++i) {
            const StringText field = read(name ? name : at);
            const StringText value = read(at);
            visit(field.view(), value.view());
        }
    }

private:
    friend class StreamNodeCursor;
    static StringText read(const char*& at);

    const char* m_names = nullptr; // the node's; null: each goes before its value
    const char* m_values = nullptr;
};

/// Stands between two entries of a node; walks over live and deleted ones.
class StreamNodeCursor {
public:
    enum class At { Front, Back };
    explicit StreamNodeCursor(const Packed& node, At end = At::Front);

    /// False at the end.
    bool next();
    bool previous();
    const StreamEntry& entry() const { return m_entry; }
    bool deleted() const { return m_deleted; }
    /// Where its flags are, from the block's beginning.
    std::size_t offset() const { return static_cast<std::size_t>(m_flags - m_node.data()); }

private:
    const char* load(const char* flags);

    const Packed& m_node;
    const char* m_names; // of the first entry
    std::size_t m_nameCount;
    const char* m_begin; // of the entries
    const char* m_at;
    const char* m_flags = nullptr;
    StreamEntry m_entry;
    bool m_deleted = false;
};

namespace stream_node {

/// `pairs`: fields and values in turn.
Packed* create(const StreamId& id, std::span<const BytesView> pairs);
void append(Packed*& node, const StreamId& id, std::span<const BytesView> pairs);
StreamId firstId(const Packed& node);
/// Of the last entry, deleted or not.
StreamId lastId(const Packed& node);
/// Bytes of the listpack that Redis has for it.
std::size_t listpackBytes(const Packed& node);
inline std::size_t live(const Packed& node)
{
    return node.count;
}
inline std::size_t deleted(const Packed& node)
{
    return node.seed;
}
/// Marks the live entry whose flags are at `offset`.
void markDeleted(Packed& node, std::size_t offset);

} // namespace stream_node

} // namespace engine
