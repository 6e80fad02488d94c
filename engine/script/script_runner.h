#pragma once

// The one way a script runs, live or watched. A runner owns one Lua state, made once and reused; nothing of a run is
// seen by the next but what Redis keeps (the PRNG and cjson's settings).
//
// Thread: one at a time. `requestKill` may be called from any.

#include "engine/base/result.h"
#include "engine/script/script_input.h"
#include "engine/script/script_probe.h"

#include <functional>
#include <memory>

namespace engine {

struct ScriptRunnerOptions {
    std::size_t memoryLimitBytes = 256U << 20;
    /// Which arena slot holds the Lua state, so that addresses repeat (replay); -1: any that is free.
    int arenaSlot = -1;
};

class ScriptRunner {
public:
    explicit ScriptRunner(ScriptRunnerOptions options = {});
    ~ScriptRunner();

    /// Compiles a body and keeps it under its SHA-1. The error is the protocol's text.
    Result<Bytes> load(BytesView body);
    bool knows(BytesView sha) const;
    /// Forgets all scripts and starts a fresh Lua state; the PRNG goes on, as in Redis.
    void flush();

    /// A run on live data: commands work in `context`, the reply goes to `reply`. EVAL and EVALSHA end here.
    struct Invocation {
        BytesView sha;
        Argv keys;
        Argv argv;
        bool readOnly = false;
        /// When given, filled with what the script returned, before it is made a reply.
        LuaTree* returned = nullptr;
        std::size_t* returnedValues = nullptr;
    };
    void run(CommandContext& context, const Invocation& invocation, ReplySink& reply, ScriptProbe* probe = nullptr);
    /// The same as a function of values: fresh state, dataset moved in and out. Debugging, `ferrite run` and tests end
    /// here.
    ScriptOutcome run(ScriptInput input, ScriptProbe* probe = nullptr);

    /// Ends the running script with Redis's "Script killed by user" error. Thread: any.
    void requestKill();
    /// Called about every 100,000 instructions of a live run; the engine serves others from here once the run is slow.
    void setInterrupt(std::function<void()> interrupt);

private:
    class Machine;
    std::unique_ptr<Machine> m_machine;
};

} // namespace engine
