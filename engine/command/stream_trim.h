#pragma once

// The options of XADD and XTRIM before the id: how a stream is trimmed, and what is propagated of it.

#include "engine/command/call.h"
#include "engine/data/stream_value.h"

#include <optional>
#include <vector>

namespace engine {

enum class TrimOf { Xadd, Xtrim };

struct TrimOptions {
    StreamTrim trim;
    bool createsNothing = false; // NOMKSTREAM
    std::optional<StreamId> id; // of XADD; none: "*"
    bool seqGiven = true; // "ms-*" leaves it out
    std::size_t threshold = 0; // where in the words the threshold is
};

/// Reads up to XADD's id and that, or to the end. An error fails the call.
TrimOptions nextTrimOptions(Call& call, TrimOf of);

/// The words as they repeat what was cut: "=" for "~", and the threshold reached.
void rewriteTrim(std::vector<Bytes>& words, const TrimOptions& options, const StreamValue& stream);

} // namespace engine
