#pragma once

#include "engine/base/bytes.h"

namespace engine {

/// SHA-1 of `data` as 40 lower-case hexadecimal digits: a script's identity.
Bytes sha1Hex(BytesView data);

} // namespace engine
