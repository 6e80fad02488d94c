#pragma once

// A reply as JSON.

#include "engine/resp/reply.h"

#include <optional>
#include <string>
#include <string_view>

namespace debugger {

/// One line of JSON without its end. Strings that are no UTF-8 are `{"hex":"…"}`, errors `{"error":"…"}`, maps objects
/// when all keys are distinct texts and else arrays of pairs, infinite and undefined numbers texts. What lies deeper
/// than 200 levels is `{"deeper":number of its elements}`.
std::string jsonText(const engine::Reply& reply);

/// Two small digits a byte.
std::string hexDigits(engine::BytesView bytes);
/// The same backwards, of digits in either case; none: it is something else.
std::optional<engine::Bytes> hexBytes(std::string_view digits);

} // namespace debugger
