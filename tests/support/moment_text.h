#pragma once

// The state of a paused run as one text, whoever shows it: so that a debug session and the ground truth can be compared
// word by word.

#include "engine/data/keyspace.h"
#include "engine/resp/reply.h"
#include "engine/script/lua_view.h"

#include <vector>

namespace tests {

/// Shows a paused run: a probe's inspector, or a session's stop.
class PausedRun {
public:
    virtual ~PausedRun() = default;
    virtual std::vector<engine::LuaFrame> frames() = 0;
    virtual std::vector<engine::LuaVariable> locals(int frame) = 0;
    virtual std::vector<engine::LuaVariable> upvalues(int frame) = 0;
    virtual std::vector<engine::LuaVariable> arguments() = 0;
    virtual std::vector<engine::LuaVariable> entries(engine::LuaRef table, std::size_t count) = 0;
    virtual std::size_t memoryBytes() = 0;
};

/// Frames, their variables with tables unfolded to four levels, KEYS and ARGV, and Lua's memory.
engine::Bytes stateText(PausedRun& run);
/// The last line of it.
engine::Bytes memoryText(std::size_t bytes);
/// The chosen database, the digest of all data, and when keys expire.
engine::Bytes dataText(const engine::Keyspace& data, int database);
/// Every part of a reply, with its kind.
engine::Bytes replyText(const engine::Reply& reply);
/// Whether a reply's text is that of an error.
bool isErrorText(engine::BytesView text);
/// The values of an evaluation, or what it failed with.
engine::Bytes answerText(const std::vector<engine::LuaValue>& values, const engine::Bytes& error);

} // namespace tests
