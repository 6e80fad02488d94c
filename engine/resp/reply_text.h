#pragma once

// Replies as people read them: the way redis-cli prints on a terminal.

#include "engine/resp/reply.h"

namespace engine {

/// The lines of `redis-cli` on a terminal, without the last line feed: `(integer) 1`, `"text"`, `1) "a"`, `(nil)`.
Bytes formatReplyForPeople(const Reply& reply);

/// A string in double quotes with redis-cli's escapes: \n \r \t \a \b \" \\ and \xHH.
Bytes quoted(BytesView text);

} // namespace engine
