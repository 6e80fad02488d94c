#include "engine/script/function_payload.h"

#include "engine/base/crc64.h"

#include <liblzf/lzf.h>

#include <algorithm>
#include <optional>

namespace engine {
namespace {

constexpr unsigned char kFunctionType = 0xf5;
constexpr unsigned kRdbVersion = 10;
constexpr std::size_t kEndBytes = 10; // version and checksum
// An element of a script is no larger than a request: more is a broken payload, not a library.
constexpr std::uint64_t kMostCodeBytes = 512ULL << 20;

// First bits of a length.
constexpr unsigned kShortLength = 0x00; // six bits
constexpr unsigned kMiddleLength = 0x40; // fourteen bits
constexpr unsigned kLongLength = 0x80; // four bytes, high ones first
constexpr unsigned kLongerLength = 0x81; // eight
constexpr unsigned kSpecial = 0xc0;
constexpr unsigned kCompressed = 0xc3; // and both lengths, compressed and whole

void putBig(Bytes& to, std::uint64_t value, int bytes)
{
    for (int i = bytes; i-- > 0;)
        to.push_back(static_cast<char>(value >> (8 * i)));
}

void putLittle(Bytes& to, std::uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; ++i)
        to.push_back(static_cast<char>(value >> (8 * i)));
}

void putLength(Bytes& to, std::uint64_t length)
{
    if (length < (1U << 6))
        return to.push_back(static_cast<char>(kShortLength | length));
    if (length < (1U << 14))
        return putBig(to, kMiddleLength << 8 | length, 2);
    const bool fits = length <= 0xffffffff;
    to.push_back(static_cast<char>(fits ? kLongLength : kLongerLength));
    putBig(to, length, fits ? 4 : 8);
}

// As Redis does: texts above twenty bytes are compressed when at least four bytes come of it.
void putString(Bytes& to, BytesView text)
{
    constexpr std::size_t kLeastCompressed = 20;
    constexpr std::size_t kLeastSaved = 4;
    if (text.size() > kLeastCompressed) {
        Bytes packed(text.size() - kLeastSaved, '\0');
        const auto size = lzf_compress(
            text.data(), static_cast<unsigned>(text.size()), packed.data(), static_cast<unsigned>(packed.size()));
        if (size > 0) {
            to.push_back(static_cast<char>(kCompressed));
            putLength(to, size);
            putLength(to, text.size());
            to.append(packed, 0, size);
            return;
        }
    }
    putLength(to, text.size());
    to.append(text);
}

class Reader {
public:
    explicit Reader(BytesView bytes) : m_bytes(bytes) { }
    bool atEnd() const { return m_bytes.empty(); }

    std::optional<unsigned char> byte()
    {
        const auto one = take(1);
        return one ? std::optional(static_cast<unsigned char>(one->front())) : std::nullopt;
    }

    std::optional<Bytes> string()
    {
        const auto first = byte();
        if (first && *first == kCompressed)
            return compressed();
        const auto size = first ? length(*first) : std::nullopt;
        const auto text = size ? take(*size) : std::nullopt;
        return text ? std::optional(Bytes(*text)) : std::nullopt;
    }

private:
    std::optional<BytesView> take(std::uint64_t size)
    {
        if (size > m_bytes.size())
            return std::nullopt;
        const BytesView taken = m_bytes.substr(0, size);
        m_bytes.remove_prefix(size);
        return taken;
    }

    std::optional<std::uint64_t> big(std::uint64_t size, std::uint64_t high = 0)
    {
        const auto bytes = take(size);
        if (!bytes)
            return std::nullopt;
        for (const char one : *bytes)
            high = high << 8 | static_cast<unsigned char>(one);
        return high;
    }

    std::optional<std::uint64_t> length(unsigned char first)
    {
        if (first < kMiddleLength)
            return first;
        if (first < kLongLength)
            return big(1, first & 0x3fU);
        if (first == kLongLength)
            return big(4);
        return first == kLongerLength ? big(8) : std::nullopt;
    }

    std::optional<std::uint64_t> length()
    {
        const auto first = byte();
        return first && *first < kSpecial ? length(*first) : std::nullopt;
    }

    std::optional<Bytes> compressed()
    {
        const auto packedSize = length();
        const auto size = length();
        const auto packed = packedSize && size ? take(*packedSize) : std::nullopt;
        if (!packed || packed->empty() || *size == 0 || *size > kMostCodeBytes)
            return std::nullopt;
        Bytes text(*size, '\0');
        const auto written = lzf_decompress(
            packed->data(), static_cast<unsigned>(packed->size()), text.data(), static_cast<unsigned>(text.size()));
        return written == text.size() ? std::optional(std::move(text)) : std::nullopt;
    }

    BytesView m_bytes;
};

std::uint64_t readLittle(BytesView bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

} // namespace

Bytes dumpFunctions(std::span<const BytesView> codes)
{
    Bytes payload;
    for (const BytesView code : codes) {
        payload.push_back(static_cast<char>(kFunctionType));
        putString(payload, code);
    }
    putLittle(payload, kRdbVersion, 2);
    putLittle(payload, crc64(payload), 8);
    return payload;
}

Result<std::vector<Bytes>> readFunctionPayload(BytesView payload)
{
    const Error wrong{"ERR DUMP payload version or checksum are wrong"};
    if (payload.size() < kEndBytes)
        return wrong;
    const BytesView body = payload.substr(0, payload.size() - kEndBytes);
    const BytesView end = payload.substr(body.size());
    if (readLittle(end.substr(0, 2)) > kRdbVersion
        || readLittle(end.substr(2)) != crc64(payload.substr(0, body.size() + 2)))
        return wrong;
    std::vector<Bytes> codes;
    Reader reader(body);
    while (!reader.atEnd()) {
        if (reader.byte() != kFunctionType)
            return Error{"ERR given type is not a function"};
        auto code = reader.string();
        if (!code)
            return Error{"ERR Failed loading library payload"};
        codes.push_back(std::move(*code));
    }
    return codes;
}

} // namespace engine
