#pragma once

// Elements taken from the ends of lists: by the commands that answer at once, and by those that wait.

#include "engine/command/call.h"
#include "engine/data/list_value.h"

namespace engine {

/// The events of a push or pop at an end: "lpush", "rpop".
BytesView pushEvent(End end);
BytesView popEvent(End end);
/// The command that pops there: "LPOP".
BytesView popCommand(End end);

/// Takes and replies `count` elements, which are there, as an array; the list goes with its last one.
void popMany(Call& call, BytesView key, End end, std::size_t count);
/// Takes one element of a list that is there; the list goes with its last one.
Bytes popOne(Call& call, BytesView key, End end);
/// Moves an element from one list to another and replies it. False when there is none, or the call has failed: nothing
/// is replied then.
bool moveElement(Call& call, BytesView from, BytesView to, End taken, End added);

/// The arguments of LMPOP behind its name, of BLMPOP behind its timeout.
struct ManyPop {
    Argv keys;
    End end = End::Front;
    std::size_t count = 1;
};
ManyPop nextListPop(Call& call);
/// Takes elements from the first of the lists that is there, and replies them with its key. False when there is none,
/// or the call has failed: nothing is replied then.
bool popFirstList(Call& call, const ManyPop& pop);

} // namespace engine
