#pragma once

// Comparing and copying what is mostly some bytes long: keys, fields, words. A call of the library's memcmp or memcpy
// takes longer than the work.

#include "engine/base/bytes.h"

#include <cstdint>
#include <cstring>

namespace engine {

namespace short_bytes {

template <class Word>
Word load(const char* at)
{
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

template <class Word>
bool same(const char* a, const char* b, std::size_t size)
{
    const std::size_t last = size - sizeof(Word); // the two words overlap, or are one
    return load<Word>(a) == load<Word>(b) && load<Word>(a + last) == load<Word>(b + last);
}

template <class Word>
void copy(char* to, const char* from, std::size_t size)
{
    const std::size_t last = size - sizeof(Word);
    const Word head = load<Word>(from);
    const Word tail = load<Word>(from + last);
    std::memcpy(to, &head, sizeof head);
    std::memcpy(to + last, &tail, sizeof tail);
}

} // namespace short_bytes

/// a == b.
inline bool sameBytes(BytesView a, BytesView b)
{
    const std::size_t size = a.size();
    if (size != b.size())
        return false;
    if (size >= 8 && size <= 16)
        return short_bytes::same<std::uint64_t>(a.data(), b.data(), size);
    if (size >= 4 && size < 8)
        return short_bytes::same<std::uint32_t>(a.data(), b.data(), size);
    if (size > 16)
        return std::memcmp(a.data(), b.data(), size) == 0;
    return size == 0 || (a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1]);
}

/// Copies to where there is room for it, and not within it; gives the end of the copy.
inline char* copyBytes(char* to, BytesView from)
{
    const std::size_t size = from.size();
    if (size >= 8 && size <= 16)
        short_bytes::copy<std::uint64_t>(to, from.data(), size);
    else if (size >= 4 && size < 8)
        short_bytes::copy<std::uint32_t>(to, from.data(), size);
    else if (size != 0)
        std::memcpy(to, from.data(), size);
    return to + size;
}

} // namespace engine
