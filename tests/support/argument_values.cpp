#include "tests/support/argument_values.h"

#include <array>
#include <string>

namespace tests {

using engine::Bytes;
using engine::Rng;

bool chance(Rng& rng, unsigned percent)
{
    return rng.below(100) < percent;
}

std::span<const Bytes> sharedKeys()
{
    static const std::array<Bytes, 20> keys = [] {
        std::array<Bytes, 20> names;
        for (std::size_t i = 0; i < names.size(); ++i)
            names[i] = "key:" + std::to_string(i);
        names[17] = "";
        names[18] = Bytes("bin\0\r\n\xff", 7);
        names[19] = Bytes(100, 'k');
        return names;
    }();
    return keys;
}

Bytes elementText(Rng& rng)
{
    const auto numbered = [&](const char* prefix, std::size_t count) {
        return prefix + std::to_string(rng.below(count));
    };
    switch (rng.below(20)) {
    case 0:
        return "";
    case 1:
        return Bytes("\0\xff\r\n\"", 5).substr(0, rng.below(6));
    case 2:
        // At and past what is kept compactly in hashes and sorted sets, and as an embedded string.
        return Bytes(oneOf(rng, {43U, 44U, 45U, 63U, 64U, 65U, 66U}), static_cast<char>('a' + rng.below(3)));
    case 3:
        return rng.below(8) == 0 ? Bytes(5000 + rng.below(3000), 'L') : numbered("n", 5);
    case 4:
        return Bytes(oneOf(rng,
            {"9223372036854775807", "-9223372036854775808", "9223372036854775808", "0.1", "3.0", "1e3", "-0", "+1",
                "01", " 1", "1 ", "12345678901234567890"}));
    case 5:
    case 6:
    case 7:
    case 8:
    case 9:
        return smallInteger(rng, -10, 60);
    default:
        return numbered("m", 40);
    }
}

Bytes hostileInteger(Rng& rng)
{
    return Bytes(oneOf(rng,
        {"9223372036854775807", "-9223372036854775808", "9223372036854775808", "-9223372036854775809",
            "99999999999999999999999999", "4294967296", "2147483648", "-2147483649", "", "x", "1.5", " 1", "1 ", "01",
            "+1", "-0", "0x10", "1e3", "-", "--1", "nan"}));
}

Bytes smallInteger(Rng& rng, std::int64_t low, std::int64_t high)
{
    return std::to_string(low + static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(high - low + 1))));
}

Bytes doubleText(Rng& rng)
{
    if (chance(rng, 70))
        return smallInteger(rng, -20, 40);
    if (chance(rng, 50))
        return smallInteger(rng, -9, 9) + "." + smallInteger(rng, 0, 999);
    return Bytes(oneOf(rng,
        {"inf", "-inf", "+inf", "infinity", "nan", "-nan", "1e400", "1e-400", "1e308", "-1e308", "5e-324", "0.1",
            "0.30000000000000004", "1e17", "123456789012345678", "4503599627370496", "-4503599627370497", "3.0e2", "-0",
            "-0.0", "", " 1", "1 ", "0x1F", "1_0", "x", "1.5.5", "--1", "1e", ".5", "5."}));
}

Bytes scoreBound(Rng& rng)
{
    const Bytes open = chance(rng, 30) ? "(" : "";
    if (chance(rng, 20))
        return open + Bytes(oneOf(rng, {"-inf", "+inf"}));
    return open + doubleText(rng);
}

Bytes memberBound(Rng& rng)
{
    if (chance(rng, 35))
        return Bytes(oneOf(rng, {"-", "+"}));
    if (chance(rng, 6))
        return Bytes(oneOf(rng, {"", "a", "[", "(", "-x", "+x"}));
    return Bytes(oneOf(rng, {"[", "("})) + elementText(rng);
}

Bytes patternText(Rng& rng)
{
    return Bytes(oneOf(rng,
        {"*", "*", "m*", "?", "m?", "m[0-9]", "[^m]*", "key:*", "key:1*", "*1", "\\*", "[", "[a-", "", "m\\", "*m*2*",
            "n[^1]", "[z-a]*"}));
}

Bytes sortPatternText(Rng& rng)
{
    if (chance(rng, 50))
        return "key:*";
    return Bytes(oneOf(rng,
        {"#", "*", "key:*->m1", "key:*->m*", "key:1*", "nosort", "", "key:*->", "->*", "**", "*->", "key:7",
            "key:*->7"}));
}

} // namespace tests
