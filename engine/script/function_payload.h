#pragma once

// What FUNCTION DUMP gives: for each library a type byte and its code as an RDB string, compressed where that pays;
// then the RDB version and a checksum of all before.
// Source: https://rdb.fnordig.de/file_format.html (strings, LZF), https://redis.io/commands/dump/ (the end).

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <span>
#include <vector>

namespace engine {

Bytes dumpFunctions(std::span<const BytesView> codes);
/// The libraries' codes. The error is the protocol's text.
Result<std::vector<Bytes>> readFunctionPayload(BytesView payload);

} // namespace engine
