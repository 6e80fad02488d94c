#pragma once

#include "engine/base/bytes.h"

#include <cstdint>

namespace engine {

/// The CRC-64 that RDB files and DUMP payloads end with: "Jones", reflected, from 0.
std::uint64_t crc64(BytesView bytes, std::uint64_t crc = 0);

} // namespace engine
