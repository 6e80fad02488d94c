#include "engine/base/bytes.h"

#include <algorithm>

namespace engine {

namespace {

constexpr char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr char upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

} // namespace

Bytes lowered(BytesView text)
{
    Bytes result(text);
    std::ranges::transform(result, result.begin(), lower);
    return result;
}

Bytes uppered(BytesView text)
{
    Bytes result(text);
    std::ranges::transform(result, result.begin(), upper);
    return result;
}

bool equalsIgnoringCase(BytesView a, BytesView b)
{
    return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

} // namespace engine
