#pragma once

// A reply as a value: what the window shows, a trace keeps and a test compares. Handlers do not build these; they write
// to a ReplySink, and one of its kinds collects a Reply.

#include "engine/base/bytes.h"

#include <cstdint>
#include <vector>

namespace engine {

enum class ReplyKind : std::uint8_t {
    Status, // +OK
    Error, // -ERR …; text without the '-'
    Integer,
    Bulk,
    Null, // $-1 in RESP2, _ in RESP3
    NullArray, // *-1 in RESP2, _ in RESP3
    Array,
    Map, // elements: key, value, key, value, …
    Set,
    Push,
    Double,
    Boolean,
    BigNumber,
    Verbatim, // text; `format` of three characters
};

struct Reply {
    ReplyKind kind = ReplyKind::Null;
    std::int64_t integer = 0; // Integer; Boolean as 0 or 1
    double number = 0; // Double
    Bytes text; // Status, Error, Bulk, BigNumber, Verbatim
    Bytes format; // Verbatim
    std::vector<Reply> elements; // Array, Map, Set, Push

    bool isError() const { return kind == ReplyKind::Error; }
    bool operator==(const Reply&) const = default;
};

} // namespace engine
