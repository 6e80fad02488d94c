#pragma once

#include "engine/base/bytes.h"

namespace engine {

/// Gives a file this content, all or nothing: a full disk does not cost the old one. False when it cannot be written;
/// errno says why.
bool replaceFile(const Bytes& path, BytesView content);

} // namespace engine
