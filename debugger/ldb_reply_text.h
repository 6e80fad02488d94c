#pragma once

#include "engine/resp/reply.h"
#include "engine/resp/reply_sink.h"

namespace debugger {

/// A reply as Redis's debugger logs it: `["a",1,NULL]`, `"+OK"`, `{"f" => "v"}`.
engine::Bytes ldbReplyText(const engine::Reply& reply, engine::Protocol protocol);

} // namespace debugger
