#pragma once

// An element of a listpack, the packed form that Redis keeps small values in: what it is and how long, its bytes, and
// the length of both backwards, so that a walk goes either way. Integers take one to nine bytes instead of digits.
// Source: https://github.com/antirez/listpack/blob/master/listpack.md

#include "engine/base/bytes.h"
#include "engine/data/string_text.h"

#include <cstdint>
#include <optional>

namespace engine {

/// An element about to be written. Refers to the text it was made of.
class ListpackElement {
public:
    explicit ListpackElement(BytesView text);
    explicit ListpackElement(std::int64_t integer);

    /// All bytes of the element, the backward length included.
    std::size_t size() const { return m_size; }
    /// Writes them; gives the end.
    char* write(char* at) const;
    BytesView text() const { return m_text; }

private:
    char* writeHead(char* at) const;

    BytesView m_text;
    std::optional<std::int64_t> m_integer;
    std::size_t m_bodySize; // without the backward length
    std::size_t m_size;
};

/// The element at `at`, which moves behind it. A text refers to the listpack.
StringText readListpack(const char*& at);
/// The element that ends at `at`, which moves before it.
StringText readListpackBackward(const char*& at);
/// Moves over an element in either direction; gives its bytes. Equal elements have equal bytes.
BytesView skipListpack(const char*& at);
BytesView skipListpackBackward(const char*& at);

} // namespace engine
