#pragma once

// Arguments that several families read alike. As with Call's own readers, a wrong one fails the call and gives
// something neutral.

#include "engine/command/call.h"
#include "engine/data/list_value.h"

namespace engine {

/// "ERR wrong number of arguments for '…' command", for shapes that arity cannot say.
void failArity(Call& call);

/// A count of zero or more. Any other text is "must be positive", as Redis has it.
std::int64_t nextCount(Call& call);

/// An integer within [low, high]; one outside is told the bounds.
std::int64_t nextBounded(Call& call, std::int64_t low, std::int64_t high);

/// How many keys follow, at least 1, for commands whose text is kNumkeysNotPositive.
std::size_t nextNumkeys(Call& call);

/// How many keys follow, at least 1, and the keys; a syntax error when nothing follows them.
Argv nextCountedKeys(Call& call);

/// When a waiting command gives up: so many seconds or milliseconds from now; nothing for 0, which is never.
std::optional<UnixMs> nextTimeoutSeconds(Call& call);
std::optional<UnixMs> nextTimeoutMilliseconds(Call& call);
/// The same, for one that was read before others.
std::optional<UnixMs> timeoutSeconds(Call& call, BytesView text);
std::optional<UnixMs> timeoutMilliseconds(Call& call, BytesView text);

/// `[COUNT count]` at the end of LMPOP and ZMPOP: at least 1, which it is when not given.
std::int64_t nextPopCount(Call& call);

/// LEFT or RIGHT, in any case.
End nextEnd(Call& call);

/// The number of a database; one that does not exist fails the call.
int nextDatabase(Call& call);

} // namespace engine
