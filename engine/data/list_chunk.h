#pragma once

// A chunk of a list: a Packed block whose entries are a listpack's elements. A chunk has no use for a dictionary's
// seed: there it says how many bytes before the first entry are a gap, which `used` counts. What is pushed to the front
// goes into the gap, and what is taken there leaves a larger one, so that neither moves the others.

#include "engine/base/bytes.h"
#include "engine/data/encoding_limits.h"
#include "engine/data/listpack.h"
#include "engine/data/packed.h"

namespace engine {

inline std::size_t chunkGap(const Packed& chunk)
{
    return chunk.seed;
}
/// The bytes of the entries.
inline std::size_t chunkUsed(const Packed& chunk)
{
    return chunk.used - chunk.seed;
}
inline const char* chunkBegin(const Packed& chunk)
{
    return chunk.data() + chunk.seed;
}

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
    /// In the block.
    std::size_t offset() const { return static_cast<std::size_t>(m_at - m_chunk.data()); }

private:
    const Packed& m_chunk;
    const char* m_at;
};

/// A chunk of one entry behind a gap that fills a block of so many bytes.
Packed* chunkWithGap(std::size_t bytes, const ListpackElement& element);

/// Whether list-max-listpack-size lets a chunk of `count` entries in `used` bytes take `more` bytes.
bool chunkHasRoom(std::size_t count, std::size_t used, std::size_t more, const EncodingLimits& limits);

// The chunk is the caller's alone and may move. The element's text lies elsewhere.
void chunkInsert(Packed*& chunk, std::size_t index, const ListpackElement& element);
/// Into a gap that is large enough.
void chunkPushIntoGap(Packed& chunk, const ListpackElement& element);
/// What goes at the front becomes a gap, which is closed when it is larger than that.
void chunkErase(Packed*& chunk, std::size_t first, std::size_t count, std::size_t largestGap);
void chunkCloseGap(Packed*& chunk);
void chunkReplace(Packed*& chunk, std::size_t index, const ListpackElement& element);
/// A chunk of the entries from `index` on, which leave the old one.
Packed* chunkSplit(Packed*& chunk, std::size_t index);
/// Appends all entries of `other`.
void chunkAppend(Packed*& chunk, const Packed& other);

} // namespace engine
