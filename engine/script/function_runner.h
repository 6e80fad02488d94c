#pragma once

// Libraries of functions and the Lua state they live in, which is another one than EVAL's: FUNCTION and FCALL end here.
// What a library keeps between calls (upvalues) stays, as in Redis.
//
// Thread: one at a time. `requestKill` may be called from any.

#include "engine/base/result.h"
#include "engine/command/call.h"
#include "engine/command/command_context.h"
#include "engine/script/function_store.h"
#include "engine/script/script_input.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace engine {

class ScriptMachine;
class ScriptProbe;

/// A function that runs now.
struct RunningFunction {
    Bytes name;
    std::vector<Bytes> command;
    std::chrono::milliseconds duration{};
};

enum class KillAnswer : std::uint8_t { Killed, NotBusy, Unkillable };

/// What becomes of the libraries that are there when others are restored.
enum class RestorePolicy : std::uint8_t { Flush, Append, Replace };

/// Loads a library into a state of its own and gives one of its functions. The error is the protocol's text.
Result<LibraryFunction> loadFunction(ScriptMachine& machine, BytesView code, BytesView function);

class FunctionRunner {
public:
    /// `prng` is shared with scripts, as Redis's is; it outlives the runner. The Lua state is made when the first
    /// library comes.
    FunctionRunner(std::size_t memoryLimitBytes, PrngState& prng);
    ~FunctionRunner();

    const FunctionStore& store() const { return m_store; }
    void setMemoryLimit(std::size_t bytes);

    /// Loads a library; gives its name. `replace`: an older one of that name goes, if the new one loads. The error is
    /// the protocol's text.
    Result<Bytes> load(BytesView code, bool replace);
    /// False when there is none of this name.
    bool erase(BytesView library);
    void flush();
    /// All libraries as FUNCTION DUMP has them, and back. The error is the protocol's text.
    Bytes dump() const;
    Result<void> restore(BytesView payload, RestorePolicy policy);

    struct Invocation {
        const LibraryFunction& function;
        Argv keys;
        Argv argv;
        Argv command; // as it was received: FUNCTION STATS shows it
        bool readOnly = false;
        /// Takes the error that ends the run or keeps it from starting, and those within the reply.
        CallErrors& errors;
        /// As ScriptRunner::Invocation's.
        LuaTree* returned = nullptr;
        std::size_t* returnedValues = nullptr;
    };
    void run(CommandContext& context, const Invocation& invocation, ReplySink& reply, ScriptProbe* probe = nullptr);
    bool running() const { return m_running.has_value(); }
    /// Whether one runs that has attempted a write.
    bool hasWritten() const;
    std::optional<RunningFunction> current() const;

    /// Ends the running function, whether it has written or not. Thread: any.
    void requestKill();
    /// FUNCTION KILL: from the interrupt of a run; a function that has written is left alone.
    KillAnswer kill();
    void setInterrupt(std::function<void()> interrupt);
    void setLog(std::function<void(int level, BytesView text)> log);

    std::size_t memoryBytes() const;

private:
    struct Running {
        BytesView name;
        Argv command;
        std::chrono::steady_clock::time_point since;
    };

    Result<void> openMachine();
    Result<std::unique_ptr<FunctionLibrary>> create(
        const FunctionStore& among, BytesView code, std::chrono::milliseconds limit);
    Result<void> join(FunctionStore& others, bool replace);
    void discard(FunctionStore& libraries);

    std::size_t m_memoryLimitBytes;
    PrngState& m_prng;
    std::unique_ptr<ClientState> m_caller;
    FunctionStore m_store;
    std::optional<Running> m_running;
    std::function<void()> m_interrupt;
    std::function<void(int level, BytesView text)> m_log;
    std::unique_ptr<ScriptMachine> m_machine; // null until there is a library
    std::atomic<ScriptMachine*> m_killable = nullptr; // the same, for other threads
};

} // namespace engine
