#include "engine/data/hash_bytes.h"

#include <cstring>

namespace engine {

namespace {

// Odd constants with about half their bits set: the fractions of square roots of primes, as SHA-2 takes them.
constexpr std::uint64_t kFirst = 0x6a09e667f3bcc909U;
constexpr std::uint64_t kSecond = 0xbb67ae8584caa73bU;
constexpr std::uint64_t kThird = 0x3c6ef372fe94f82bU;

__extension__ using Wide = unsigned __int128;

// The product's halves folded together: every input bit reaches every output bit. The first operand is kept from
// being zero by the callers' constants, save by chance of one in 2^64.
std::uint64_t fold(std::uint64_t a, std::uint64_t b)
{
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t load8(const char* at)
{
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    return word;
}

// Up to eight bytes as one number; lengths differ in what is mixed in later.
std::uint64_t loadShort(const char* at, std::size_t size)
{
    if (size >= 4) {
        std::uint32_t low;
        std::uint32_t high;
        std::memcpy(&low, at, sizeof low);
        std::memcpy(&high, at + size - 4, sizeof high);
        return low | static_cast<std::uint64_t>(high) << 32;
    }
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < size; ++i)
        word |= static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
    return word;
}

} // namespace

std::uint64_t hashBytes(BytesView bytes, std::uint64_t seed)
{
    const char* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t state = fold(seed ^ kFirst, kSecond ^ left);
    while (left > 16) {
        state = fold(load8(at) ^ kSecond ^ state, load8(at + 8) ^ kThird ^ seed);
        at += 16;
        left -= 16;
    }
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    if (left > 8) {
        a = load8(at);
        b = load8(at + left - 8);
    } else {
        a = loadShort(at, left);
    }
    return fold(kThird ^ bytes.size(), fold(a ^ kSecond ^ state, b ^ kFirst ^ seed) ^ state);
}

} // namespace engine
