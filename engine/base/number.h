#pragma once

// Numbers as Redis reads and writes them. Every reader takes the whole text or nothing.

#include "engine/base/bytes.h"

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

/// Decimal digits of a 64-bit integer. Holds its text; no allocation.
class IntegerText {
public:
    explicit IntegerText(std::int64_t value);
    BytesView view() const { return {m_digits, m_size}; }

private:
    char m_digits[21];
    std::size_t m_size;
};

} // namespace engine
