#pragma once

// Reads replies from bytes, RESP2 and RESP3: for targets and tests.

#include "engine/base/result.h"
#include "engine/resp/reply.h"

#include <cstddef>
#include <optional>
#include <span>

namespace engine {

struct ParsedReply {
    Reply reply;
    std::size_t bytes = 0; // taken from the front
};

/// The first reply in `buffer`; nullopt when it is not complete yet. The error says what is no RESP.
/// Attributes are skipped. Nesting is limited to 512 levels.
Result<std::optional<ParsedReply>> parseReply(BytesView buffer);

/// A request as RESP bytes.
Bytes encodeRequest(std::span<const BytesView> argv);

} // namespace engine
