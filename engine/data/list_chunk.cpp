#include "engine/data/list_chunk.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace engine {

namespace {

char* writeLengthBackwards(char* at, std::size_t length)
{
    std::array<char, 10> digits;
    const char* end = writeLength(digits.data(), length);
    return std::reverse_copy(static_cast<const char*>(digits.data()), end, at);
}

std::size_t readLengthBackwards(const char*& at)
{
    std::size_t length = 0;
    for (int shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(*--at);
        length |= static_cast<std::size_t>(byte & 0x7f) << shift;
        if (byte < 0x80)
            return length;
    }
}

void writeEntry(char* at, BytesView element)
{
    at = writeLength(at, element.size());
    std::memcpy(at, element.data(), element.size());
    writeLengthBackwards(at + element.size(), element.size());
}

} // namespace

ChunkCursor::ChunkCursor(const Packed& chunk, std::size_t index) : m_chunk(chunk), m_at(chunk.data())
{
    if (index <= chunk.count / 2) {
        while (index-- > 0)
            next();
        return;
    }
    m_at = chunk.end();
    for (std::size_t i = chunk.count; i > index; --i)
        previous();
}

BytesView ChunkCursor::next()
{
    const std::size_t size = readLength(m_at);
    const BytesView element(m_at, size);
    m_at += size + lengthSize(size);
    return element;
}

BytesView ChunkCursor::previous()
{
    const std::size_t size = readLengthBackwards(m_at);
    m_at -= size;
    const BytesView element(m_at, size);
    m_at -= lengthSize(size);
    return element;
}

std::size_t chunkEntrySize(std::size_t elementSize)
{
    return elementSize + 2 * lengthSize(elementSize);
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

void chunkInsert(Packed*& chunk, std::size_t index, BytesView element)
{
    const std::size_t offset = ChunkCursor(*chunk, index).offset();
    Packed::insertGap(chunk, offset, chunkEntrySize(element.size()));
    writeEntry(chunk->data() + offset, element);
    ++chunk->count;
}

void chunkErase(Packed*& chunk, std::size_t first, std::size_t count)
{
    ChunkCursor cursor(*chunk, first);
    const std::size_t from = cursor.offset();
    for (std::size_t i = 0; i < count; ++i)
        cursor.next();
    Packed::removeGap(chunk, from, cursor.offset() - from);
    chunk->count -= static_cast<std::uint32_t>(count);
}

void chunkReplace(Packed*& chunk, std::size_t index, BytesView element)
{
    ChunkCursor cursor(*chunk, index);
    const std::size_t offset = cursor.offset();
    const std::size_t oldSize = chunkEntrySize(cursor.next().size());
    const std::size_t newSize = chunkEntrySize(element.size());
    if (newSize > oldSize)
        Packed::insertGap(chunk, offset + oldSize, newSize - oldSize);
    else if (newSize < oldSize)
        Packed::removeGap(chunk, offset + newSize, oldSize - newSize);
    writeEntry(chunk->data() + offset, element);
}

Packed* chunkSplit(Packed*& chunk, std::size_t index)
{
    const std::size_t offset = ChunkCursor(*chunk, index).offset();
    Packed* tail = Packed::create(chunk->seed, chunk->used - offset);
    tail->count = chunk->count - static_cast<std::uint32_t>(index);
    std::memcpy(tail->data(), chunk->data() + offset, tail->used);
    Packed::removeGap(chunk, offset, tail->used);
    chunk->count = static_cast<std::uint32_t>(index);
    return tail;
}

void chunkAppend(Packed*& chunk, const Packed& other)
{
    const std::size_t offset = chunk->used;
    Packed::insertGap(chunk, offset, other.used);
    std::memcpy(chunk->data() + offset, other.data(), other.used);
    chunk->count += other.count;
}

} // namespace engine
