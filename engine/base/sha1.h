#pragma once

#include "engine/base/bytes.h"

#include <array>

namespace engine {

using Sha1 = std::array<unsigned char, 20>;

Sha1 sha1(BytesView data);
/// As 40 lower-case hexadecimal digits.
Bytes hexText(const Sha1& digest);
/// SHA-1 of `data` as 40 lower-case hexadecimal digits: a script's identity.
Bytes sha1Hex(BytesView data);

} // namespace engine
