#pragma once

#include "engine/base/bytes.h"

#include <array>
#include <span>

namespace engine {

using Sha1 = std::array<unsigned char, 20>;

Sha1 sha1(BytesView data);
/// Two lower-case hexadecimal digits a byte.
Bytes hexText(std::span<const unsigned char> bytes);
/// SHA-1 of `data` as 40 lower-case hexadecimal digits: a script's identity.
Bytes sha1Hex(BytesView data);

} // namespace engine
