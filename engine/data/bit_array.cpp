#include "engine/data/bit_array.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace engine {

namespace {

constexpr std::int64_t kWordBytes = 8;

std::uint8_t byteAt(BytesView bytes, std::int64_t index)
{
    return static_cast<std::uint8_t>(bytes[static_cast<std::size_t>(index)]);
}

std::uint64_t wordAt(BytesView bytes, std::int64_t index)
{
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + index, sizeof word);
    return word;
}

// The bits of a byte that lie in a range: those from `first` on in its first byte, those up to `last` in its last.
std::uint8_t maskOf(BitRange range, std::int64_t index)
{
    unsigned mask = 0xff;
    if (index == range.first / 8)
        mask &= 0xffU >> (range.first % 8);
    if (index == range.last / 8)
        mask &= 0xffU << (7 - range.last % 8);
    return static_cast<std::uint8_t>(mask);
}

std::int64_t signExtended(std::uint64_t value, unsigned bits)
{
    const unsigned unused = 64 - bits;
    return static_cast<std::int64_t>(value << unused) >> unused;
}

std::uint64_t lowBits(unsigned bits)
{
    return bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
}

FittedInteger addSigned(std::int64_t value, std::int64_t increment, unsigned bits, Overflow overflow)
{
    const auto highest = static_cast<std::int64_t>(lowBits(bits - 1));
    const std::int64_t lowest = -highest - 1;
    // Both differences wrap, as Redis's do: a value far outside of a wide type is then taken for one on its other side.
    const auto wrappedDifference = [](std::int64_t a, std::int64_t b) {
        return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
    };
    const std::int64_t room = wrappedDifference(highest, value);
    const std::int64_t depth = wrappedDifference(lowest, value);
    const auto sum =
        static_cast<std::int64_t>(static_cast<std::uint64_t>(value) + static_cast<std::uint64_t>(increment));
    const bool above = value > highest || ((bits != 64 || (value >= 0 && increment > 0)) && increment > room);
    const bool below =
        !above && (value < lowest || ((bits != 64 || (value < 0 && increment < 0)) && increment < depth));
    if (!above && !below)
        return {.value = sum, .overflowed = false};
    if (overflow == Overflow::Saturate)
        return {.value = above ? highest : lowest, .overflowed = true};
    return {.value = signExtended(static_cast<std::uint64_t>(sum), bits), .overflowed = true};
}

FittedInteger addUnsigned(std::uint64_t value, std::int64_t increment, unsigned bits, Overflow overflow)
{
    const std::uint64_t highest = lowBits(bits);
    const std::uint64_t sum = value + static_cast<std::uint64_t>(increment);
    const std::uint64_t decrease = 0 - static_cast<std::uint64_t>(increment);
    const bool above = value > highest || (increment > 0 && static_cast<std::uint64_t>(increment) > highest - value);
    const bool below = !above && increment < 0 && decrease > value;
    if (!above && !below)
        return {.value = static_cast<std::int64_t>(sum), .overflowed = false};
    if (overflow == Overflow::Saturate)
        return {.value = above ? static_cast<std::int64_t>(highest) : 0, .overflowed = true};
    return {.value = static_cast<std::int64_t>(sum & highest), .overflowed = true};
}

} // namespace

bool bitAt(BytesView bytes, std::uint64_t position)
{
    const std::uint64_t index = position / 8;
    if (index >= bytes.size())
        return false;
    return ((static_cast<std::uint8_t>(bytes[index]) >> (7 - position % 8)) & 1) != 0;
}

void setBit(Bytes& bytes, std::uint64_t position, bool on)
{
    char& byte = bytes[position / 8];
    const auto mask = 1U << (7 - position % 8);
    const auto old = static_cast<unsigned char>(byte);
    byte = static_cast<char>(on ? old | mask : old & ~mask);
}

std::int64_t countBits(BytesView bytes, BitRange range)
{
    if (range.first > range.last)
        return 0;
    const std::int64_t lastByte = range.last / 8;
    std::int64_t index = range.first / 8;
    std::int64_t count = std::popcount(static_cast<std::uint8_t>(byteAt(bytes, index) & maskOf(range, index)));
    for (++index; index + kWordBytes <= lastByte; index += kWordBytes)
        count += std::popcount(wordAt(bytes, index));
    for (; index <= lastByte; ++index)
        count += std::popcount(static_cast<std::uint8_t>(byteAt(bytes, index) & maskOf(range, index)));
    return count;
}

std::optional<std::int64_t> findBit(BytesView bytes, BitRange range, bool on)
{
    if (range.first > range.last)
        return std::nullopt;
    const std::int64_t lastByte = range.last / 8;
    const std::uint64_t nothing = on ? 0 : ~std::uint64_t{0};
    for (std::int64_t index = range.first / 8; index <= lastByte; ++index) {
        const bool inside = index != range.first / 8;
        while (inside && index + kWordBytes <= lastByte && wordAt(bytes, index) == nothing)
            index += kWordBytes;
        const std::uint8_t byte = byteAt(bytes, index);
        const auto wanted = static_cast<std::uint8_t>((on ? byte : ~byte) & maskOf(range, index));
        if (wanted != 0)
            return index * 8 + std::countl_zero(wanted);
    }
    return std::nullopt;
}

std::int64_t readInteger(BytesView bytes, std::uint64_t position, BitInteger type)
{
    std::uint64_t value = 0;
    for (unsigned i = 0; i < type.bits; ++i)
        value = (value << 1) | (bitAt(bytes, position + i) ? 1U : 0U);
    return type.isSigned ? signExtended(value, type.bits) : static_cast<std::int64_t>(value);
}

void writeInteger(Bytes& bytes, std::uint64_t position, BitInteger type, std::int64_t value)
{
    const auto word = static_cast<std::uint64_t>(value);
    for (unsigned i = 0; i < type.bits; ++i)
        setBit(bytes, position + i, ((word >> (type.bits - 1 - i)) & 1) != 0);
}

FittedInteger addFitting(std::int64_t value, std::int64_t increment, BitInteger type, Overflow overflow)
{
    return type.isSigned ? addSigned(value, increment, type.bits, overflow)
                         : addUnsigned(static_cast<std::uint64_t>(value), increment, type.bits, overflow);
}

} // namespace engine
