#pragma once

// A reply as JSON.

#include "engine/resp/reply.h"

#include <string>

namespace debugger {

/// One line of JSON without its end. Strings that are no UTF-8 are `{"hex":"…"}`, errors `{"error":"…"}`, maps objects
/// when all keys are distinct texts and else arrays of pairs, infinite and undefined numbers texts. What lies deeper
/// than 200 levels is `{"deeper":number of its elements}`.
std::string jsonText(const engine::Reply& reply);

/// Two small digits a byte.
std::string hexDigits(engine::BytesView bytes);

} // namespace debugger
