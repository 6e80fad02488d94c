#pragma once

// SORT's BY and GET: a pattern that names another key, or a field of a hash, for each element.

#include "engine/base/bytes.h"

#include <optional>

namespace engine {

class Call;

class SortPattern {
public:
    explicit SortPattern(BytesView text);

    /// Without a '*' it names nothing: BY then means no order at all.
    bool isConstant() const { return !m_hasStar; }
    /// What it stands for: the element itself ("#"), the string or the field of a hash that it names; nothing where
    /// there is none, or a value of another type. An expired key is removed on the way, so no value that was found
    /// before is valid afterwards.
    std::optional<Bytes> lookUp(Call& call, BytesView element) const;

private:
    bool m_isElement = false;
    bool m_hasStar = false;
    BytesView m_before; // of the '*'
    BytesView m_behind;
    BytesView m_field; // empty: the key holds a string
};

} // namespace engine
