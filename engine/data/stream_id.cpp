#include "engine/data/stream_id.h"

#include <array>
#include <charconv>

namespace engine {

Bytes StreamId::text() const
{
    constexpr std::size_t kMostDigits = 20;
    std::array<char, 2 * kMostDigits + 1> text;
    char* at = std::to_chars(text.data(), text.data() + kMostDigits, ms).ptr;
    *at++ = '-';
    return {text.data(), std::to_chars(at, at + kMostDigits, seq).ptr};
}

} // namespace engine
