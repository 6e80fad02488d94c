#pragma once

// How a run is watched. A probe is called on the run's thread, before each line and around each command; a debugger
// blocks in it to pause the run. A run without a probe pays nothing for any of this.

#include "engine/command/call.h"
#include "engine/resp/reply.h"
#include "engine/script/line_event.h"
#include "engine/script/lua_inspect.h"

namespace engine {

struct LineTrack;

enum class ProbeVerdict : std::uint8_t {
    Continue,
    Abort, // end the run with "script aborted for user request"; no pcall holds it
    TimeUp, // the same, with the error of a run that is longer than its limit
};

class ScriptProbe {
public:
    virtual ~ScriptProbe() = default;

    /// What takes lines instead of `onLine`; asked when the run begins, and there until it has ended. Null: nothing.
    virtual LineTrack* lineTrack() { return nullptr; }
    /// Before each line, in every coroutine. Thread: the run's; may block.
    virtual ProbeVerdict onLine(LuaInspect& run, const LineEvent& event) = 0;
    /// Every some 100,000 instructions, so that a loop on one line can be paused or ended.
    virtual ProbeVerdict onTick(LuaInspect& run) = 0;

    /// redis.call or redis.pcall is about to run a command. A reply given here is used instead of running it (replay).
    virtual const Reply* onCommand(LuaInspect& run, Argv argv) = 0;
    /// The command has run and this is its reply, in the protocol the script asked for.
    virtual void onReply(LuaInspect& run, Argv argv, const Reply& reply) = 0;

    /// redis.call or redis.pcall has refused its arguments, so that no command is run. `error` is the reply.
    virtual void onMisuse(BytesView) { }

    /// An error has been raised: `caught` by a pcall, xpcall or coroutine.resume of the script, or about to end the
    /// run. Those that a probe or a limit ends the run with are not told.
    virtual void onError(LuaInspect&, BytesView /*text*/, bool /*caught*/) { }

    /// redis.log.
    virtual void onLog(int level, BytesView text) = 0;
    /// redis.debug: values as LDB shows them.
    virtual void onDebug(int line, BytesView text) = 0;
    /// redis.breakpoint(): gives what it returns. The stop itself comes with the next line.
    virtual bool onBreakpoint() = 0;
};

} // namespace engine
