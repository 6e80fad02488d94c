#pragma once

#include "engine/base/bytes.h"

#include <cstddef>

namespace engine {

/// What is kept of a password: its SHA-256 as 64 lower-case hexadecimal digits.
Bytes passwordHash(BytesView password);
bool isPasswordHash(BytesView text);
/// How long it takes says nothing about where two texts of the same length differ.
bool sameSecret(BytesView a, BytesView b);
/// A password of this many bits, as hexadecimal digits, from the system's source of secrets.
Bytes randomPassword(std::size_t bits);

} // namespace engine
