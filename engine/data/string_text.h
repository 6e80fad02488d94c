#pragma once

#include "engine/base/bytes.h"
#include "engine/base/number.h"

#include <optional>

namespace engine {

/// A string value as it is read: bytes that stay in the dataset, or the digits of an integer-encoded value.
/// Valid until the next write to the keyspace it was read from.
class StringText {
public:
    explicit StringText(BytesView bytes) : m_bytes(bytes) { }
    explicit StringText(std::int64_t integer) : m_integer(integer), m_digits(integer) { }

    BytesView view() const { return m_integer ? m_digits.view() : m_bytes; }
    std::size_t size() const { return view().size(); }

    /// The number, when the value is integer-encoded. Text that merely looks like a number gives nullopt.
    std::optional<std::int64_t> integer() const { return m_integer; }

private:
    BytesView m_bytes;
    std::optional<std::int64_t> m_integer;
    IntegerText m_digits; // of the integer, if any
};

} // namespace engine
