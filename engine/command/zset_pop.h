#pragma once

// Members taken from the ends of sorted sets: by the commands that answer at once, and by those that wait.

#include "engine/command/call.h"

namespace engine {

enum class Extreme : std::uint8_t { Min, Max };
enum class PairShape : std::uint8_t { Flat, Nested };

/// The command that pops there: "ZPOPMIN".
BytesView popCommand(Extreme end);

/// Takes `count` members, which are there, and replies each with its score; the set goes with its last one. Writes the
/// members alone: the header is the caller's.
void popMembers(Call& call, BytesView key, Extreme end, std::size_t count, PairShape shape);

/// The arguments of ZMPOP behind its name, of BZMPOP behind its timeout.
struct ManyMemberPop {
    Argv keys;
    Extreme end = Extreme::Min;
    std::size_t count = 1;
};
ManyMemberPop nextMemberPop(Call& call);
/// Takes members from the first of the sets that is there, and replies them with its key. False when there is none, or
/// the call has failed: nothing is replied then.
bool popFirstSortedSet(Call& call, const ManyMemberPop& pop);

} // namespace engine
