#pragma once

// How a recording's file is written: numbers in as few bytes as they need, texts behind their length. The reader trusts
// nothing: what does not fit fails, once and for all, and gives neutral values from then on.

#include "engine/base/bytes.h"

#include <bit>
#include <cstdint>
#include <limits>

namespace debugger {

using engine::Bytes;
using engine::BytesView;

class ByteWriter {
public:
    /// Seven bits a byte, the lowest first.
    void number(std::uint64_t value)
    {
        for (; value >= 0x80; value >>= 7)
            m_bytes.push_back(static_cast<char>(value | 0x80));
        m_bytes.push_back(static_cast<char>(value));
    }
    void integer(std::int64_t value)
    {
        const auto bits = static_cast<std::uint64_t>(value);
        number(value < 0 ? ~(bits << 1) : bits << 1);
    }
    void flag(bool value) { number(value ? 1 : 0); }
    /// Eight bytes.
    void fixed(std::uint64_t value)
    {
        for (int shift = 0; shift < 64; shift += 8)
            m_bytes.push_back(static_cast<char>(value >> shift));
    }
    void real(double value) { fixed(std::bit_cast<std::uint64_t>(value)); }
    void text(BytesView value)
    {
        number(value.size());
        m_bytes.append(value);
    }
    /// Writes how many there are, and each.
    template <class Items, class Write>
    void list(const Items& items, const Write& write)
    {
        number(items.size());
        for (const auto& item : items)
            write(item);
    }

    Bytes& bytes() { return m_bytes; }

private:
    Bytes m_bytes;
};

class ByteReader {
public:
    explicit ByteReader(BytesView bytes) : m_rest(bytes) { }

    bool failed() const { return m_failed; }
    void fail()
    {
        m_failed = true;
        m_rest = BytesView("", 0); // empty texts point somewhere all the same
    }
    std::size_t left() const { return m_rest.size(); }

    std::uint64_t number()
    {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (m_rest.empty())
                break;
            const auto byte = static_cast<unsigned char>(m_rest.front());
            m_rest.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if (byte < 0x80)
                return value;
        }
        fail();
        return 0;
    }
    std::int64_t integer()
    {
        const std::uint64_t bits = number();
        return static_cast<std::int64_t>((bits & 1) != 0 ? ~(bits >> 1) : bits >> 1);
    }
    /// A number that an int holds.
    int small()
    {
        const std::int64_t value = integer();
        if (value >= std::numeric_limits<int>::min() && value <= std::numeric_limits<int>::max())
            return static_cast<int>(value);
        fail();
        return 0;
    }
    /// A number from 0 to `highest`.
    std::uint64_t numberUpTo(std::uint64_t highest)
    {
        const std::uint64_t value = number();
        if (value <= highest)
            return value;
        fail();
        return 0;
    }
    bool flag() { return numberUpTo(1) != 0; }
    std::uint64_t fixed()
    {
        if (m_rest.size() < 8) {
            fail();
            return 0;
        }
        std::uint64_t value = 0;
        for (int i = 7; i >= 0; --i)
            value = value << 8 | static_cast<unsigned char>(m_rest[static_cast<std::size_t>(i)]);
        m_rest.remove_prefix(8);
        return value;
    }
    double real() { return std::bit_cast<double>(fixed()); }
    /// Valid as long as what is read from.
    BytesView view()
    {
        const std::uint64_t size = numberUpTo(m_rest.size());
        const BytesView value = m_rest.substr(0, size);
        m_rest.remove_prefix(value.size());
        return value;
    }
    Bytes text() { return Bytes(view()); }
    /// Reads how many there are, and each. Each takes a byte at least, so that no count is believed that cannot be
    /// true.
    template <class Read>
    void list(const Read& read)
    {
        for (std::uint64_t count = numberUpTo(m_rest.size()); count > 0 && !m_failed; --count)
            read();
    }

private:
    BytesView m_rest;
    bool m_failed = false;
};

} // namespace debugger
