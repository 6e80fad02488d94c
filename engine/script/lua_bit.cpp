#include "engine/script/lua_bit.h"

#include "engine/script/lua_function_lua.h"

#include <bit>
#include <cstdint>
#include <limits>

namespace engine {
namespace {

/// The number at `index` as 32 bits: modulo 2^32, halves to even. Adding 2^52 + 2^51 leaves the integer in the low bits
/// of the double, whatever its sign; infinities and NaN leave 0 there.
std::uint32_t bitsAt(lua_State* lua, int index)
{
    constexpr double kShiftIntoLowBits = 6755399441055744.0;
    return static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(luaL_checknumber(lua, index) + kShiftIntoLowBits));
}

int pushBits(lua_State* lua, std::uint32_t bits)
{
    lua_pushnumber(lua, static_cast<std::int32_t>(bits));
    return 1;
}

template <auto Operation>
int unary(lua_State* lua)
{
    return pushBits(lua, Operation(bitsAt(lua, 1)));
}

template <auto Operation>
int fold(lua_State* lua)
{
    std::uint32_t bits = bitsAt(lua, 1);
    for (int i = lua_gettop(lua); i > 1; --i)
        bits = Operation(bits, bitsAt(lua, i));
    return pushBits(lua, bits);
}

template <auto Operation>
int shift(lua_State* lua)
{
    const std::uint32_t bits = bitsAt(lua, 1);
    return pushBits(lua, Operation(bits, static_cast<int>(bitsAt(lua, 2) & 31U)));
}

using Bits = std::uint32_t;
constexpr auto kIdentity = [](Bits a) { return a; };
constexpr auto kNot = [](Bits a) { return ~a; };
constexpr auto kSwap = [](Bits a) { return __builtin_bswap32(a); };
constexpr auto kAnd = [](Bits a, Bits b) { return a & b; };
constexpr auto kOr = [](Bits a, Bits b) { return a | b; };
constexpr auto kXor = [](Bits a, Bits b) { return a ^ b; };
constexpr auto kLeft = [](Bits a, int n) { return a << n; };
constexpr auto kRight = [](Bits a, int n) { return a >> n; };
constexpr auto kArithmeticRight = [](Bits a, int n) { return static_cast<Bits>(static_cast<std::int32_t>(a) >> n); };
constexpr auto kRotateLeft = [](Bits a, int n) { return std::rotl(a, n); };
constexpr auto kRotateRight = [](Bits a, int n) { return std::rotr(a, n); };

int tohex(lua_State* lua)
{
    constexpr int kMaxDigits = 8;
    std::uint32_t bits = bitsAt(lua, 1);
    auto digits = lua_isnone(lua, 2) ? kMaxDigits : static_cast<std::int32_t>(bitsAt(lua, 2));
    const bool upper = digits < 0;
    // The least integer has no positive counterpart (CVE-2024-31449).
    if (digits == std::numeric_limits<std::int32_t>::min())
        digits = kMaxDigits;
    else if (upper)
        digits = -digits;
    if (digits > kMaxDigits)
        digits = kMaxDigits;

    char text[kMaxDigits];
    for (int i = digits; i-- > 0; bits >>= 4U)
        text[i] = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[bits & 15U];
    lua_pushlstring(lua, text, static_cast<std::size_t>(digits));
    return 1;
}

constexpr luaL_Reg kFunctions[] = {
    {"tobit", guarded<unary<kIdentity>>},
    {"bnot", guarded<unary<kNot>>},
    {"bswap", guarded<unary<kSwap>>},
    {"band", guarded<fold<kAnd>>},
    {"bor", guarded<fold<kOr>>},
    {"bxor", guarded<fold<kXor>>},
    {"lshift", guarded<shift<kLeft>>},
    {"rshift", guarded<shift<kRight>>},
    {"arshift", guarded<shift<kArithmeticRight>>},
    {"rol", guarded<shift<kRotateLeft>>},
    {"ror", guarded<shift<kRotateRight>>},
    {"tohex", guarded<tohex>},
};

} // namespace

void openBit(lua_State* lua)
{
    luaL_checkstack(lua, 3, "opening bit");
    lua_createtable(lua, 0, static_cast<int>(std::size(kFunctions)));
    setFunctions(lua, kFunctions);
}

} // namespace engine
