#pragma once

// Numbers as Redis reads and writes them. Every reader takes the whole text or nothing.

#include "engine/base/bytes.h"

#include <cstdint>
#include <cstring>
#include <optional>

namespace engine {

/// Redis's strict integer: optional '-', no leading zeros, no blanks, no '+', within 64 bits.
std::optional<std::int64_t> parseInteger(BytesView text);

/// Redis's double for scores and increments: strtod without blanks, "inf" and "-inf" allowed, NaN refused.
std::optional<double> parseDouble(BytesView text);

/// Redis's long double, for INCRBYFLOAT: as parseDouble, in 80 bits.
std::optional<long double> parseLongDouble(BytesView text);

/// The shortest of Redis's two ways to print a double in RESP2: an integer when it is one, else "%.17g"; "inf", "-inf",
/// "nan".
Bytes formatDouble(double value);

/// INCRBYFLOAT's text: "%.17Lf" without trailing zeros, never an exponent.
Bytes formatLongDouble(long double value);

/// Writes decimal digits that end at `end`, where there is room for 20; gives the first.
inline char* writeDigits(char* end, std::uint64_t number)
{
    static constexpr char kPairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                                     "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                                     "8081828384858687888990919293949596979899";
    constexpr std::uint64_t kFew = 0xffffffff; // a division of half the bits is the shorter one
    for (; number > kFew; number /= 100)
        std::memcpy(end -= 2, kPairs + number % 100 * 2, 2);
    auto few = static_cast<std::uint32_t>(number);
    for (; few >= 100; few /= 100)
        std::memcpy(end -= 2, kPairs + few % 100 * 2, 2);
    if (few >= 10)
        std::memcpy(end -= 2, kPairs + few * 2, 2);
    else
        *--end = static_cast<char>('0' + few);
    return end;
}

/// Decimal digits of a 64-bit integer. Holds its text; no allocation.
class IntegerText {
public:
    IntegerText() { } // of no number: its text is not there // NOLINT(modernize-use-equals-default)
    explicit IntegerText(std::int64_t value);
    BytesView view() const { return {m_digits, m_size}; }

private:
    char m_digits[21];
    std::size_t m_size = 0;
};

} // namespace engine
