#include "engine/data/listpack.h"

#include "engine/base/short_bytes.h"

#include <array>
#include <cstring>

namespace engine {

namespace {

// First bytes. Below 0x80 the byte is the integer itself.
constexpr unsigned kShortText = 0x80; // and six bits of length
constexpr unsigned kInteger13 = 0xc0; // and the five high bits; one byte follows
constexpr unsigned kMiddleText = 0xe0; // and the four high bits of the length; one byte follows
constexpr unsigned kLongText = 0xf0; // four bytes of length follow
constexpr unsigned kInteger16 = 0xf1;
constexpr unsigned kInteger24 = 0xf2;
constexpr unsigned kInteger32 = 0xf3;
constexpr unsigned kInteger64 = 0xf4;

unsigned byteAt(const char* at)
{
    return static_cast<unsigned char>(*at);
}

bool fitsIn(std::int64_t value, int bits)
{
    const std::int64_t limit = std::int64_t{1} << (bits - 1);
    return value >= -limit && value < limit;
}

std::size_t integerBodySize(std::int64_t value)
{
    if (value >= 0 && value < 0x80)
        return 1;
    if (fitsIn(value, 13))
        return 2;
    return fitsIn(value, 16) ? 3 : fitsIn(value, 24) ? 4 : fitsIn(value, 32) ? 5 : 9;
}

std::size_t textBodySize(std::size_t length)
{
    return length + (length < 64 ? 1 : length < 4096 ? 2 : 5);
}

std::size_t backwardSize(std::size_t bodySize)
{
    std::size_t size = 1;
    while (bodySize >>= 7)
        ++size;
    return size;
}

// The high groups of seven bits first; all but the first have the top bit, which says that more is before them.
char* writeBackward(char* at, std::size_t bodySize)
{
    const std::size_t size = backwardSize(bodySize);
    for (std::size_t i = size; i-- > 0;) {
        const auto group = static_cast<unsigned char>((bodySize >> (7 * i)) & 0x7f);
        *at++ = static_cast<char>(i + 1 == size ? group : group | 0x80);
    }
    return at;
}

char* writeLittle(char* at, std::uint64_t value, std::size_t bytes)
{
    for (std::size_t i = 0; i < bytes; ++i)
        *at++ = static_cast<char>(value >> (8 * i));
    return at;
}

std::int64_t readLittle(const char* at, std::size_t bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes; ++i)
        value |= std::uint64_t{byteAt(at + i)} << (8 * i);
    const std::size_t unused = 64 - 8 * bytes;
    return static_cast<std::int64_t>(value << unused) >> unused;
}

// What an element's first bytes say.
struct Head {
    std::size_t size = 1; // of the head
    std::size_t length = 0; // of the text behind it
    std::optional<std::int64_t> integer = {}; // instead of a text; the head is all of it
};

Head wideInteger(const char* at, std::size_t bytes)
{
    return {.size = 1 + bytes, .integer = readLittle(at + 1, bytes)};
}

Head readHead(const char* at)
{
    const unsigned first = byteAt(at);
    if (first < kShortText)
        return {.integer = first};
    if (first < kInteger13)
        return {.size = 1, .length = first & 0x3f};
    if (first < kMiddleText) {
        const auto bits = static_cast<std::int64_t>(((first & 0x1f) << 8) | byteAt(at + 1));
        return {.size = 2, .integer = bits >= 0x1000 ? bits - 0x2000 : bits};
    }
    if (first < kLongText)
        return {.size = 2, .length = ((first & 0x0f) << 8) | byteAt(at + 1)};
    switch (first) {
    case kInteger16:
        return wideInteger(at, 2);
    case kInteger24:
        return wideInteger(at, 3);
    case kInteger32:
        return wideInteger(at, 4);
    case kInteger64:
        return wideInteger(at, 8);
    default:
        return {.size = 5, .length = static_cast<std::uint32_t>(readLittle(at + 1, 4))};
    }
}

StringText contentOf(const char* at, const Head& head)
{
    return head.integer ? StringText(*head.integer) : StringText(BytesView(at + head.size, head.length));
}

} // namespace

ListpackElement::ListpackElement(BytesView text)
    : m_text(text), m_integer(parseInteger(text)),
      m_bodySize(m_integer ? integerBodySize(*m_integer) : textBodySize(text.size())),
      m_size(m_bodySize + backwardSize(m_bodySize))
{
}

ListpackElement::ListpackElement(std::int64_t integer)
    : m_integer(integer), m_bodySize(integerBodySize(integer)), m_size(m_bodySize + backwardSize(m_bodySize))
{
}

char* ListpackElement::writeHead(char* at) const
{
    const auto put = [&at](unsigned byte) { *at++ = static_cast<char>(byte); };
    if (m_integer) {
        const auto bits = static_cast<std::uint64_t>(*m_integer);
        if (m_bodySize == 1) {
            put(static_cast<unsigned>(bits));
            return at;
        }
        if (m_bodySize == 2) {
            put(kInteger13 | static_cast<unsigned>((bits >> 8) & 0x1f));
            put(static_cast<unsigned>(bits & 0xff));
            return at;
        }
        constexpr std::array<unsigned, 10> kWide{0, 0, 0, kInteger16, kInteger24, kInteger32, 0, 0, 0, kInteger64};
        put(kWide[m_bodySize]);
        return writeLittle(at, bits, m_bodySize - 1);
    }
    const auto length = static_cast<unsigned>(m_text.size());
    if (length < 64) {
        put(kShortText | length);
    } else if (length < 4096) {
        put(kMiddleText | (length >> 8));
        put(length & 0xff);
    } else {
        put(kLongText);
        at = writeLittle(at, length, 4);
    }
    return at;
}

char* ListpackElement::write(char* at) const
{
    constexpr std::size_t kShort = 64; // lengths in one byte each
    if (!m_integer && m_text.size() < kShort) {
        *at = static_cast<char>(kShortText | m_text.size());
        at = copyBytes(at + 1, m_text);
        *at = static_cast<char>(m_bodySize);
        return at + 1;
    }
    at = writeHead(at);
    if (!m_integer)
        at = copyBytes(at, m_text);
    return writeBackward(at, m_bodySize);
}

StringText readListpack(const char*& at)
{
    const Head head = readHead(at);
    const StringText content = contentOf(at, head);
    const std::size_t body = head.size + head.length;
    at += body + backwardSize(body);
    return content;
}

BytesView skipListpack(const char*& at)
{
    const char* const start = at;
    const Head head = readHead(at);
    const std::size_t body = head.size + head.length;
    at += body + backwardSize(body);
    return {start, static_cast<std::size_t>(at - start)};
}

BytesView skipListpackBackward(const char*& at)
{
    const char* const end = at;
    std::size_t body = 0;
    const char* digit = at;
    for (int shift = 0;; shift += 7) {
        const unsigned byte = byteAt(--digit);
        body |= std::size_t{byte & 0x7f} << shift;
        if (byte < 0x80)
            break;
    }
    at = digit - body;
    return {at, static_cast<std::size_t>(end - at)};
}

StringText readListpackBackward(const char*& at)
{
    skipListpackBackward(at);
    return contentOf(at, readHead(at));
}

} // namespace engine
