#pragma once

// A chunk of a list: a Packed block whose entries are a listpack's elements.

#include "engine/base/bytes.h"
#include "engine/data/encoding_limits.h"
#include "engine/data/listpack.h"
#include "engine/data/packed.h"

namespace engine {

/// Reads elements one after another, in either direction. The block outlives it and does not change.
class ChunkCursor {
public:
    /// Before the element `index` <= count. Cost: O(distance from the nearer end).
    ChunkCursor(const Packed& chunk, std::size_t index);

    StringText next() { return readListpack(m_at); } // not at the end
    StringText previous() { return readListpackBackward(m_at); } // not at the beginning
    /// The same of the entry's own bytes, which are equal where elements are.
    BytesView nextEntry() { return skipListpack(m_at); }
    BytesView previousEntry() { return skipListpackBackward(m_at); }
    std::size_t offset() const { return static_cast<std::size_t>(m_at - m_chunk.data()); }

private:
    const Packed& m_chunk;
    const char* m_at;
};

/// Whether list-max-listpack-size lets a chunk of `count` entries in `used` bytes take `more` bytes.
bool chunkHasRoom(std::size_t count, std::size_t used, std::size_t more, const EncodingLimits& limits);

// The chunk is the caller's alone and may move. The element's text lies elsewhere.
void chunkInsert(Packed*& chunk, std::size_t index, const ListpackElement& element);
void chunkErase(Packed*& chunk, std::size_t first, std::size_t count);
void chunkReplace(Packed*& chunk, std::size_t index, const ListpackElement& element);
/// A chunk of the entries from `index` on, which leave the old one.
Packed* chunkSplit(Packed*& chunk, std::size_t index);
/// Appends all entries of `other`.
void chunkAppend(Packed*& chunk, const Packed& other);

} // namespace engine
