#pragma once

// The data of a recording: of the dataset only the keys that the run touched, as they were before it; then, for each
// write, the effects that lead on. What effects do not repeat exactly (a command that looked at keys which it does not
// name) is kept as it was.

#include "debugger/recording/byte_coding.h"
#include "debugger/trace.h"
#include "engine/script/script_input.h"

namespace debugger {

/// Clock, configuration, commands and server view are taken from `world`. Gives how many keys were written.
std::size_t writeRecordedData(ByteWriter& to, const Trace& trace, const engine::ScriptInput& world);

/// Fills in the effects, and the dataset of each mark; `marks` has all else. Gives the data before the first line.
engine::Keyspace readRecordedData(ByteReader& from, std::vector<DataMark>& marks,
    std::vector<engine::ScriptEffect>& effects, const engine::ScriptInput& world);

} // namespace debugger
