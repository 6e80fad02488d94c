#pragma once

// Numbers as Redis reads and writes them. Every reader takes the whole text or nothing.

#include "engine/base/bytes.h"

#include <bit>
#include <cstdint>
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

/// Up to eight decimal digits as a word's bytes, the first in the lowest, and how many there are.
struct ShortDigits {
    static constexpr std::uint64_t kMost = 99'999'999;

    /// `number` <= kMost. Costs no memory: halves of what is left are divided side by side, first into four digits
    /// each, then into two, then into one.
    explicit ShortDigits(std::uint64_t number)
    {
        const std::uint64_t fours = number / 10'000 | (number % 10'000) << 32;
        const std::uint64_t hundreds = (fours * 10'486 >> 20) & 0x0000007f'0000007f;
        const std::uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
        const std::uint64_t tens = (twos * 103 >> 10) & 0x000f'000f'000f'000f;
        const std::uint64_t ones = tens | (twos - tens * 10) << 8;
        // The last digit is there even if it is a zero.
        const int leading = std::countr_zero(ones | std::uint64_t{1} << 56) / 8;
        text = (ones | 0x3030'3030'3030'3030) >> (8 * leading);
        size = 8 - leading;
    }

    std::uint64_t text;
    int size;
};

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
