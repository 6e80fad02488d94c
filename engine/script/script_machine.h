#pragma once

// Private to engine/script: one Lua state with its memory, and the run that is in it.
//
// A run ends early (killed, out of memory, out of time) by an error that no script can hold: the cause is kept here,
// and every function that catches errors for scripts (pcall, xpcall, resume) raises it again while there is one.
//
// Thread: one at a time; `requestKill` any.

#include "engine/command/command_context.h"
#include "engine/command/call.h"
#include "engine/script/coroutine_record.h"
#include "engine/script/lua_arena.h"
#include "engine/script/function_store.h"
#include "engine/script/line_track.h"
#include "engine/script/lua_convert.h"
#include "engine/script/lua_sandbox.h"
#include "engine/script/script_budget.h"
#include "engine/script/script_input.h"
#include "engine/script/script_probe.h"
#include "engine/script/script_store.h"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

struct lua_State;
struct lua_Debug;

namespace engine {

class LuaInspector;
class MutedCommands;

enum class StopCause : std::uint8_t {
    None,
    Killed,
    Aborted,
    OutOfMemory,
    TimeUp,
    DatasetFull,
    TooManyWrites,
    ReplyTooLarge
};

/// Where an error was raised: the chunk's name with its '@', and the line.
struct ErrorPlace {
    Bytes source;
    int line = 0;
};

/// What a run is to the functions that scripts call.
struct ActiveRun {
    CommandContext* context = nullptr; // where commands work; null: no script runs
    ScriptProbe* probe = nullptr;
    BytesView name; // the script's digest, or the function's name; outlives the run
    BytesView source; // of what runs; outlives the run. Empty: not known
    Protocol protocol = Protocol::Resp2; // by setresp
    std::vector<ScriptEffect>* effects = nullptr; // what has been written, when it is kept
    const std::size_t* effectBytes = nullptr; // and how much that is
    std::vector<ScriptLogLine>* log = nullptr; // kept here, when given
    std::size_t logBytes = 0;
    bool live = false; // others wait: the interrupt is called
    std::optional<std::chrono::steady_clock::time_point> deadline;
    std::chrono::milliseconds timeLimit{};
    std::size_t datasetLimitBytes = 0; // 0: none
    StopCause stop = StopCause::None;
    ErrorPlace stoppedAt;

    /// The run is over: what it pointed to may go.
    void end()
    {
        context = nullptr;
        probe = nullptr;
        name = {};
        source = {};
        effects = nullptr;
        effectBytes = nullptr;
        log = nullptr;
        live = false;
        deadline.reset();
        datasetLimitBytes = 0;
        stop = StopCause::None;
    }
};

class ScriptMachine final : public ScriptBudget {
public:
    /// `api`: Script or Function.
    ScriptMachine(std::unique_ptr<LuaArena> arena, RedisApi api);
    ~ScriptMachine() override;
    ScriptMachine(const ScriptMachine&) = delete;
    ScriptMachine& operator=(const ScriptMachine&) = delete;

    /// Whose state this is. Cost: some ns.
    static ScriptMachine& of(lua_State* state);

    // --- The state.

    /// Drops the Lua state with all that is in it. The next use makes a fresh one in the same place.
    void discardState();
    /// The same, and the next state is for scripts, or for functions.
    void discardState(RedisApi next);
    /// The name, with its '@', of what this state runs: the script, or the function's library.
    const char* chunkName() const;
    bool runsFunction() const { return m_api == RedisApi::Function; }
    /// Compiles a script into the state, if it is not there yet. The error is the protocol's text.
    Result<void> compile(Script& script);
    /// Runs a library's code, without its first line, and gives what it has registered; with its callbacks in the
    /// state. `limit` 0: none. The error is the protocol's text.
    Result<std::vector<LibraryFunction>> loadLibrary(BytesView code, std::chrono::milliseconds limit);
    /// Lets the callbacks of functions that are gone go.
    void forget(const std::vector<LibraryFunction>& functions);
    LuaArena& arena() { return *m_arena; }
    ScriptStore& store() { return m_store; }
    PrngState prng;
    /// cjson's settings as scripts have left them. A fresh state begins with Redis's.
    CjsonOptions cjsonOptions() const;
    void setCjsonOptions(const CjsonOptions& options);

    // --- A run.

    struct Task {
        int function; // in the state's registry
        Argv keys;
        Argv argv;
        ReplySink& reply;
        LuaTree* returned = nullptr;
        std::size_t* returnedValues = nullptr;
        CallErrors* errors = nullptr; // takes the error that ends the run, instead of the reply, and those within it
    };
    /// Runs a script as `run` says; writes exactly one reply, or the error.
    void execute(ActiveRun&& run, const Task& task);
    bool running() const { return m_run.context != nullptr || m_registered != nullptr; }
    /// What redis.register_function adds to; null but while a library is being loaded.
    std::vector<LibraryFunction>* registered() { return m_registered; }
    ActiveRun& run() { return m_run; }
    void requestKill() { m_killRequested.store(true, std::memory_order_relaxed); }
    std::function<void()> interrupt;
    std::function<void(int level, BytesView text)> serverLog;

    // --- For what scripts call.

    /// Ends the run from inside a function or hook. No script can hold this error.
    [[noreturn]] void stop(lua_State* state, StopCause cause);
    /// After an error was caught: raises it again when the run is being stopped. `status` is lua_pcall's; the error is
    /// on top.
    void keepStopping(lua_State* state, int status);
    /// Libraries that ask the allocator themselves raise its text as an ordinary error: whether that is on top.
    bool hasRunOutOfMemory(lua_State* state) const;
    bool stopping() const { return m_run.stop != StopCause::None; }
    /// ScriptBudget: as many instructions' time spent in C.
    void spend(lua_State* state, std::size_t steps) override;
    void codeLoaded() override { m_hasLoadedCode = true; }

    /// redis.call and redis.pcall: the words are the arguments on the stack. [-n, +1]; the reply is an error table when
    /// it gives false.
    bool callCommand(lua_State* state);
    /// redis.set_repl: what of the following writes is propagated.
    void setReplication(int flags);
    void log(int level, BytesView text);
    void debugOutput(lua_State* state, BytesView text);
    bool breakpoint();
    /// An error is on top of the stack. [0]
    void errorRaised(lua_State* state, bool caught);

    // --- Coroutines, while a probe watches.

    void coroutineCreated(lua_State* coroutine);
    CoroutineRecord& coroutine(lua_State* state);
    /// From here on it is kept how coroutines were, to be put back with Lua's memory when that is.
    void keepCoroutines();
    void endKeeping(bool memoryWasPutBack);
    bool watched() const { return m_run.probe != nullptr; }
    /// Code goes on in another coroutine until the guard is gone.
    class Entered {
    public:
        Entered(ScriptMachine& machine, lua_State* coroutine);
        ~Entered();
        Entered(const Entered&) = delete;
        Entered& operator=(const Entered&) = delete;

    private:
        ScriptMachine& m_machine;
        lua_State* m_left;
    };
    /// How often hooks look whether the run is to end, in instructions.
    int tickInterval() const { return m_tickInterval; }

    lua_State* mainState() { return m_state; }

private:
    friend class LuaInspector;

    // A script's words as the global table KEYS or ARGV. A table that a run has left as it was serves the next one:
    // most runs then make no garbage of their own.
    struct WordTable {
        const char* name;
        int slot; // of m_tables
        bool made = false; // else nil is there
        std::size_t size = 0;
    };
    // At the bottom of the state's stack: the handler of uncaught errors. No more: how deep a reply may be depends on
    // it.
    static constexpr int kHandlerSlot = 1;
    static constexpr int kFixedSlots = 1;
    class Overdraft;
    /// What the lines of an activation have in common while nothing is called and nothing returns.
    struct SteadyLines {
        lua_State* state = nullptr; // null: nothing; the next line has to find out
        int top = 0; // of the stack
        LineRecord record = {};
    };
    static void hook(lua_State* state, lua_Debug* event);
    bool passesLine(lua_State* state, int line);
    bool passesCall(lua_State* state, int event);
    void onGuardedEvent(lua_State* state, lua_Debug* event);
    void onEvent(lua_State* state, lua_Debug* event);
    void onLine(lua_State* state, lua_Debug* event);
    /// Of a function.
    struct CodeTraits {
        bool own = true; // the script's
        bool mayHaveVarargs = true;
    };
    CodeTraits codeOf(lua_State* state, lua_Debug* event) const;
    void fillIn(ActivationLines& lines, lua_State* state, lua_Debug* event, LineEvent line) const;
    CoroutineRecord& changedCoroutine(lua_State* state);
    ProbeVerdict askProbe(lua_State* state, LineRecord line, const CoroutineRecord& record);
    void tick(lua_State* state);
    bool tickIsEarly();
    void checkKilled(lua_State* state);
    void setTickInterval(int instructions);
    static void onLargeBlock(LuaArena& arena, std::size_t bytes);
    void obey(lua_State* state, ProbeVerdict verdict);

    lua_State* state();
    void openState();
    void setHooks(bool probe);
    void fill(WordTable& table, Argv words);
    void pushWords(Argv words);
    int pushCall(const Task& task);
    Bytes loadingError();
    int loadOwn(BytesView code);
    void keepUnlessTouched(WordTable& table);
    bool replyValue(const Task& task, int results);
    std::size_t mostReplyBytes() const;
    bool mayGoOnReplying(std::size_t bytes);
    Bytes errorOf(int status);
    ErrorCount countOfError();
    Bytes stopText(int status) const;
    void collect();
    void finishRun();

    const char* readWords(lua_State* state);
    template <class Write>
    void runCommand(lua_State* state, const Write& write);
    void runWatchedCommand(lua_State* state);

    std::unique_ptr<LuaArena> m_arena;
    lua_State* m_state = nullptr;
    ScriptStore m_store;
    CjsonOptions m_cjson; // for the next state; the settings of an open one are in it
    // In the state's registry: the table behind the protected globals, and those that libraries see while they load.
    int m_contentsRef = 0;
    int m_loadingGlobalsRef = 0; // 0: not made yet
    RedisApi m_api;
    std::vector<LibraryFunction>* m_registered = nullptr;
    lua_State* m_tables = nullptr; // a stack of the state's own, where the tables of words are at hand
    WordTable m_keys{.name = "KEYS", .slot = 1};
    WordTable m_argv{.name = "ARGV", .slot = 2};
    ActiveRun m_run;
    std::atomic<bool> m_killRequested{false};
    std::size_t m_collectAt = 0; // bytes in use: past them what is garbage is collected. 0: after the next run
    std::size_t m_spent = 0; // instructions' time in C since the last tick
    lua_State* m_current = nullptr; // the coroutine that runs
    int m_tickInterval = 0; // instructions
    std::uint64_t m_tickedAt = 0; // processor cycles

    LuaSink m_sink;
    std::vector<BytesView> m_words;
    std::vector<char> m_numberText;

    LineTrack m_noTrack; // takes no line
    LineTrack* m_track = &m_noTrack;
    SteadyLines m_steady;
    std::vector<int> m_varargLines; // of the source
    bool m_hasLoadedCode = false; // there is other code than what runs
    std::unordered_map<lua_State*, CoroutineRecord> m_coroutines;
    std::unordered_map<lua_State*, CoroutineRecord> m_coroutinesBefore; // of those that went on since
    bool m_keepsCoroutines = false;
    lua_State* m_lastCoroutine = nullptr;
    CoroutineRecord* m_lastRecord = nullptr;
    int m_coroutinesMade = 0;
    std::unique_ptr<LuaInspector> m_inspector;
    std::unique_ptr<MutedCommands> m_muted; // while set_repl hides writes
};

} // namespace engine
