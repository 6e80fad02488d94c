#pragma once

// Values one behind the other in one text, each with its length before it: how a test and a program of its own tell
// each other what any bytes may be in.

#include "engine/base/bytes.h"

#include <charconv>
#include <concepts>
#include <vector>

namespace tests {

class FieldWriter {
public:
    void put(engine::BytesView field) { m_text += std::to_string(field.size()) + ":" + engine::Bytes(field) + "\n"; }
    void put(const char* field) { put(engine::BytesView(field)); }
    template <std::integral Number>
    void put(Number number)
    {
        put(engine::BytesView(std::to_string(number)));
    }
    template <class Item, class Put>
    void putAll(const std::vector<Item>& items, Put putOne)
    {
        put(items.size());
        for (const Item& item : items)
            putOne(item);
    }
    void putAll(const std::vector<engine::Bytes>& items)
    {
        putAll(items, [this](const engine::Bytes& item) { put(item); });
    }
    engine::Bytes take() { return std::move(m_text); }

private:
    engine::Bytes m_text;
};

/// Reads them in the same order. The first field that is none sticks: the rest is empty, and `good` says so.
class FieldReader {
public:
    explicit FieldReader(engine::BytesView text) : m_rest(text) { }

    bool good() const { return m_good; }
    engine::Bytes bytes()
    {
        const std::size_t colon = m_rest.find(':');
        std::size_t size = 0;
        if (colon != engine::BytesView::npos)
            std::from_chars(m_rest.data(), m_rest.data() + colon, size);
        m_good = m_good && colon != engine::BytesView::npos && m_rest.size() >= colon + size + 2;
        if (!m_good)
            return {};
        engine::Bytes field(m_rest.substr(colon + 1, size));
        m_rest.remove_prefix(colon + size + 2);
        return field;
    }
    template <std::integral Number = int>
    Number number()
    {
        const engine::Bytes text = bytes();
        Number value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    }
    bool flag() { return number<int>() != 0; }
    template <class Item, class Read>
    std::vector<Item> all(Read readOne)
    {
        std::vector<Item> items;
        for (auto left = number<std::size_t>(); left > 0 && m_good; --left)
            items.push_back(readOne());
        return items;
    }
    std::vector<engine::Bytes> allBytes()
    {
        return all<engine::Bytes>([this] { return bytes(); });
    }

private:
    engine::BytesView m_rest;
    bool m_good = true;
};

} // namespace tests
