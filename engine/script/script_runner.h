#pragma once

// The one way a script runs, live or watched. A runner owns one Lua state, made once and reused; nothing of a run is
// seen by the next but what Redis keeps (the PRNG and cjson's settings).
//
// Thread: one at a time. `requestKill` may be called from any.

#include "engine/base/result.h"
#include "engine/script/function_runner.h"
#include "engine/script/script_input.h"
#include "engine/script/script_probe.h"

#include <functional>
#include <memory>

namespace engine {

class ScriptMachine;
struct ClientState;

struct ScriptRunnerOptions {
    /// Runs that are recorded take a slot from the bottom, those that live long one from the top, so that a recording
    /// made in another process finds its slot free here.
    static constexpr int kLongLived = -1;
    static constexpr int kRecorded = -2;

    std::size_t memoryLimitBytes = 256U << 20;
    /// Which arena slot holds the Lua state, so that addresses repeat (replay): a number, or one of the above.
    int arenaSlot = kLongLived;
};

class ScriptRunner {
public:
    /// Errors: std::runtime_error when a slot asked for by number is in use; `open` says it as a value.
    explicit ScriptRunner(ScriptRunnerOptions options = {});
    static Result<std::unique_ptr<ScriptRunner>> open(ScriptRunnerOptions options);
    ~ScriptRunner();

    /// The slot that holds the Lua state: a recording names it. -1: none was free, addresses will not repeat.
    int arenaSlot() const;

    /// What the state of scripts, and that of functions, may each hold from now on.
    void setMemoryLimit(std::size_t bytes);

    /// Compiles a body and keeps it under its SHA-1. The error is the protocol's text.
    Result<Bytes> load(BytesView body);
    bool knows(BytesView sha) const;
    /// What its first line declares; null when it is not known. Valid until `flush`.
    const ScriptFlags* declared(BytesView sha) const;
    /// Forgets all scripts and starts a fresh Lua state; the PRNG goes on, as in Redis.
    void flush();

    /// A run on live data: commands work in `context`, which is the caller's; the reply goes to `reply`. EVAL and
    /// EVALSHA end here.
    struct Invocation {
        BytesView sha;
        Argv keys;
        Argv argv;
        bool readOnly = false;
        /// When given, filled with what the script returned, before it is made a reply.
        LuaTree* returned = nullptr;
        std::size_t* returnedValues = nullptr;
        /// When given, an error that ends the run, or keeps it from starting, is put here instead of being replied;
        /// with those within the reply.
        CallErrors* errors = nullptr;
    };
    void run(CommandContext& context, const Invocation& invocation, ReplySink& reply, ScriptProbe* probe = nullptr);
    /// The same as a function of values: fresh state, dataset moved in and out. Debugging, `ferrite run` and tests end
    /// here.
    ScriptOutcome run(ScriptInput input, ScriptProbe* probe = nullptr);

    /// The libraries of functions beside the scripts. Interrupt, log and `requestKill` are theirs too.
    FunctionRunner& functions() { return *m_functions; }

    /// Ends the running script or function with Redis's "Script killed by user" error, whether it has written or not.
    /// Thread: any.
    void requestKill();
    /// SCRIPT KILL: from the interrupt of a live run; a script that has written is left alone.
    KillAnswer kill();
    /// Whether a script runs; a function is none.
    bool running() const;
    /// Whether one runs that has attempted a write.
    bool hasWritten() const;
    /// What others hear while a slow script or function runs.
    BytesView busyReply() const;
    /// Called every 1,000 instructions of a live run, or oftener; the engine serves others from here once the run is slow.
    void setInterrupt(std::function<void()> interrupt);
    /// Where redis.log of live runs goes: the server's log. Level as in ScriptLogLine.
    void setLog(std::function<void(int level, BytesView text)> log);

    // For INFO.
    std::size_t scriptCount() const;
    std::size_t scriptBytes() const;
    std::size_t memoryBytes() const;

private:
    ScriptRunner(std::unique_ptr<ScriptMachine> machine, std::size_t memoryLimitBytes);
    struct Prepared;
    Result<Prepared> prepare(const ScriptInput& input);
    void runValue(const ScriptInput& input, ScriptOutcome& outcome, ReplySink& reply, ScriptProbe* probe);
    std::unique_ptr<ScriptMachine> m_machine;
    std::unique_ptr<ClientState> m_caller; // of live runs: the client that their commands see
    std::unique_ptr<FunctionRunner> m_functions;
};

} // namespace engine
