#include "engine/data/list_chunk.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace engine {

namespace {

void writeAt(Packed& chunk, std::size_t offset, const ListpackElement& element)
{
    element.write(chunk.data() + offset);
    ++chunk.count;
}

} // namespace

Packed* chunkWithGap(std::size_t bytes, const ListpackElement& element)
{
    constexpr std::size_t kOverhead = sizeof(Packed) + sizeof(std::size_t);
    const std::size_t used = std::max(bytes, kOverhead + element.size()) - kOverhead;
    const std::size_t gap = used - element.size();
    Packed* chunk = Packed::create(static_cast<std::uint32_t>(gap), used);
    writeAt(*chunk, gap, element);
    return chunk;
}

ChunkCursor::ChunkCursor(const Packed& chunk, std::size_t index) : m_chunk(chunk), m_at(chunkBegin(chunk))
{
    if (index <= chunk.count / 2) {
        while (index-- > 0)
            nextEntry();
        return;
    }
    m_at = chunk.end();
    for (std::size_t i = chunk.count; i > index; --i)
        previousEntry();
}

bool chunkHasRoom(std::size_t count, std::size_t used, std::size_t more, const EncodingLimits& limits)
{
    if (count == 0)
        return true;
    const int size = limits.listMaxListpackSize;
    constexpr std::size_t kWhenCounting = 8192; // entries alone do not bound the bytes that a write moves
    if (size > 0)
        return count < static_cast<std::size_t>(size) && used + more <= kWhenCounting;
    const int step = std::clamp(-size, 1, 5) - 1;
    // The header and the allocator's word are within the limit: a full chunk then fills a power of two.
    constexpr std::size_t kOverhead = sizeof(Packed) + sizeof(std::size_t);
    return used + more + kOverhead <= (std::size_t{4096} << step);
}

void chunkPushIntoGap(Packed& chunk, const ListpackElement& element)
{
    chunk.seed -= static_cast<std::uint32_t>(element.size());
    writeAt(chunk, chunk.seed, element);
}

void chunkInsert(Packed*& chunk, std::size_t index, const ListpackElement& element)
{
    if (index == 0 && chunkGap(*chunk) >= element.size())
        return chunkPushIntoGap(*chunk, element);
    const std::size_t offset = ChunkCursor(*chunk, index).offset();
    Packed::insertGap(chunk, offset, element.size());
    writeAt(*chunk, offset, element);
}

void chunkErase(Packed*& chunk, std::size_t first, std::size_t count, std::size_t largestGap)
{
    ChunkCursor cursor(*chunk, first);
    const std::size_t from = cursor.offset();
    for (std::size_t i = 0; i < count; ++i)
        cursor.nextEntry();
    const std::size_t behind = cursor.offset();
    chunk->count -= static_cast<std::uint32_t>(count);
    if (first > 0)
        return Packed::removeGap(chunk, from, behind - from);
    chunk->seed = static_cast<std::uint32_t>(behind);
    if (behind > largestGap)
        chunkCloseGap(chunk);
}

void chunkCloseGap(Packed*& chunk)
{
    Packed::removeGap(chunk, 0, std::exchange(chunk->seed, 0));
}

void chunkReplace(Packed*& chunk, std::size_t index, const ListpackElement& element)
{
    ChunkCursor cursor(*chunk, index);
    const std::size_t offset = cursor.offset();
    const std::size_t oldSize = cursor.nextEntry().size();
    const std::size_t newSize = element.size();
    if (newSize > oldSize)
        Packed::insertGap(chunk, offset + oldSize, newSize - oldSize);
    else if (newSize < oldSize)
        Packed::removeGap(chunk, offset + newSize, oldSize - newSize);
    element.write(chunk->data() + offset);
}

Packed* chunkSplit(Packed*& chunk, std::size_t index)
{
    const std::size_t offset = ChunkCursor(*chunk, index).offset();
    Packed* tail = Packed::create(0, chunk->used - offset);
    tail->count = chunk->count - static_cast<std::uint32_t>(index);
    std::memcpy(tail->data(), chunk->data() + offset, tail->used);
    Packed::removeGap(chunk, offset, tail->used);
    chunk->count = static_cast<std::uint32_t>(index);
    return tail;
}

void chunkAppend(Packed*& chunk, const Packed& other)
{
    const std::size_t offset = chunk->used;
    Packed::insertGap(chunk, offset, chunkUsed(other));
    std::memcpy(chunk->data() + offset, chunkBegin(other), chunkUsed(other));
    chunk->count += other.count;
}

} // namespace engine
