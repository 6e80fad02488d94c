#pragma once

#include "engine/base/bytes.h"

#include <optional>

namespace engine {

/// Gives a file this content, all or nothing: a full disk does not cost the old one. False when it cannot be written;
/// errno says why.
bool replaceFile(const Bytes& path, BytesView content);

/// All of it. None when it cannot be read; errno says why.
std::optional<Bytes> readFile(const Bytes& path);

} // namespace engine
