#include "engine/base/crc64.h"

#include <array>

namespace engine {
namespace {

constexpr std::uint64_t kReflectedPolynomial = 0x95ac9329ac4bc9b5; // of 0xad93d23594c935a9

constexpr std::array<std::uint64_t, 256> makeTable()
{
    std::array<std::uint64_t, 256> table{};
    for (std::uint64_t byte = 0; byte < table.size(); ++byte) {
        std::uint64_t crc = byte;
        for (int bit = 0; bit < 8; ++bit)
            crc = crc >> 1 ^ ((crc & 1) != 0 ? kReflectedPolynomial : 0);
        table[byte] = crc;
    }
    return table;
}

constexpr auto kTable = makeTable();

} // namespace

std::uint64_t crc64(BytesView bytes, std::uint64_t crc)
{
    for (const char byte : bytes)
        crc = kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xff] ^ crc >> 8;
    return crc;
}

} // namespace engine
