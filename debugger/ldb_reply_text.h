#pragma once

#include "engine/resp/reply.h"

namespace debugger {

enum class LdbReplyForm {
    Resp2, // as Redis's debugger has it, for clients of either protocol
    Resp3,
    Whole, // the same, with what that leaves out
};

/// A reply as Redis's debugger logs it: `["a",1,NULL]`, `"+OK"`, `{"f" => "v"}`.
engine::Bytes ldbReplyText(const engine::Reply& reply, LdbReplyForm form);

} // namespace debugger
