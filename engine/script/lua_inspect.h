#pragma once

// What a probe may ask of a run that it has stopped. Only inside a probe's callback, on the run's thread; every answer
// is a plain value.

#include "engine/base/result.h"
#include "engine/command/call.h"
#include "engine/data/keyspace.h"
#include "engine/resp/reply.h"
#include "engine/script/lua_view.h"
#include "engine/script/script_input.h"

#include <optional>
#include <span>

namespace engine {

/// Where commands have brought a run's data.
struct RunData {
    Keyspace dataset;
    int database = 0;
    Rng rng; // the commands' chance, as it goes on
};

/// A variable as Redis's own debugger writes it.
struct LdbVariable {
    Bytes name;
    Bytes text;
};

class LuaInspect {
public:
    virtual ~LuaInspect() = default;

    /// The running coroutine's frames, innermost first.
    virtual std::vector<LuaFrame> frames() = 0;
    /// How many activations of Lua code the running coroutine has. Cost: O(1).
    virtual int depth() = 0;
    /// The running coroutine: 0 is the main chunk; others are numbered in the order in which they were created.
    virtual int coroutine() = 0;

    /// Of frame 0 = innermost. Loop internals and temporaries are left out; a name declared twice is there twice, the
    /// visible one last.
    virtual std::vector<LuaVariable> locals(int frame) = 0;
    virtual std::vector<LuaVariable> upvalues(int frame) = 0;
    /// KEYS and ARGV (Argument scope).
    virtual std::vector<LuaVariable> arguments() = 0;
    /// `count` entries of a table from the `first` one on: array part in order, then the rest in `next`'s order.
    virtual std::vector<LuaVariable> entries(LuaRef table, std::size_t first, std::size_t count) = 0;

    /// Evaluates an expression, else runs a statement, seeing the frame's locals and upvalues. Commands it calls work
    /// on a copy of the dataset that is thrown away, and Lua's memory is put back as it was, so the run does not
    /// notice. Limited in time and memory; the error says what went wrong.
    virtual Result<std::vector<LuaValue>> evaluate(int frame, BytesView code) = 0;
    /// Gives a local or upvalue of a frame, or a field of a table that it sees (`t.name`, `t[1].x`), the value of an
    /// expression. The run goes on with it.
    virtual Result<LuaValue> set(int frame, BytesView name, BytesView expression) = 0;

    /// The dataset as it is now. Cost: O(1).
    virtual Keyspace dataset() = 0;
    virtual int database() = 0;
    /// The same with all that commands depend on. Cost: O(1).
    virtual RunData data() = 0;
    /// Gives the commands that follow other data to work on: a replay takes replies from its recording and runs no
    /// commands, so where the recording ends it goes on from the data kept there. Cost: O(1).
    virtual void setData(RunData data) = 0;
    /// What the commands of this run have written so far. Valid until the next command. Cost: O(1).
    virtual std::span<const ScriptEffect> effects() = 0;
    /// Bytes of Lua memory in use.
    virtual std::size_t memoryBytes() = 0;

    // --- As Redis's own debugger has it: in its notation, and with effect on the run.

    /// The innermost frame's, with loop internals, a name declared twice twice.
    virtual std::vector<LdbVariable> ldbLocals() = 0;
    /// The first local of this name, from the innermost frame outwards; else KEYS or ARGV.
    virtual std::optional<Bytes> ldbVariable(BytesView name) = 0;
    /// Evaluates an expression, else runs a statement, among the globals; gives the first value. Limited in time; the
    /// error is its message.
    virtual Result<Bytes> ldbEvaluate(BytesView code) = 0;
    /// Runs a command as the script's redis.call would, unseen by the probe.
    virtual Reply ldbCall(Argv argv) = 0;
    /// What redis.setresp has chosen: replies are seen in it.
    virtual Protocol protocol() = 0;
};

} // namespace engine
