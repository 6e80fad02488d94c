// redis.call and redis.pcall: from the words on the Lua stack through the dispatcher to a value on the Lua stack.

#include "engine/command/client_state.h"
#include "engine/command/dispatcher.h"
#include "engine/resp/reply_tree_sink.h"
#include "engine/script/lua_inspector.h"
#include "engine/script/lua_sandbox.h"
#include "engine/script/muted_commands.h"
#include "engine/script/script_machine.h"

#include <lua.hpp>

namespace engine {
namespace {

constexpr std::size_t kStepsACommand = 20;
// What is kept of redis.log in a run that is a value; later lines are dropped.
constexpr std::size_t kMostLogLines = 10'000;
constexpr std::size_t kMostLogBytes = std::size_t(4) << 20;

int currentLine(lua_State* state)
{
    lua_Debug activation;
    if (lua_getstack(state, 1, &activation) == 0 || lua_getinfo(state, "l", &activation) == 0)
        return 0;
    return activation.currentline;
}

} // namespace

// While set, a reply may take the arena past its limit: a handler that writes must not be left half done.
class ScriptMachine::Overdraft {
public:
    explicit Overdraft(LuaArena& arena) : m_arena(arena) { m_arena.setOverdraft(true); }
    ~Overdraft() { m_arena.setOverdraft(false); }
    Overdraft(const Overdraft&) = delete;
    Overdraft& operator=(const Overdraft&) = delete;

private:
    LuaArena& m_arena;
};

bool ScriptMachine::callCommand(lua_State* state)
{
    if (stopping())
        stop(state, m_run.stop);
    const char* misuse = m_run.context ? readWords(state) : "ERR no commands can be called here";
    if (misuse) {
        if (m_run.probe)
            m_run.probe->onMisuse(misuse);
        pushErrorTable(state, misuse);
        return false;
    }
    // Many words are long work for few instructions.
    spend(state, kStepsACommand + m_words.size());
    if (m_run.probe)
        runWatchedCommand(state);
    else
        runCommand(state, [this] { m_run.context->dispatcher.execute(*m_run.context, m_words, m_sink); });
    if (m_sink.overflowed() || m_arena->overLimit())
        stop(state, StopCause::OutOfMemory);
    // A few instructions may call for much work and much memory: here too, not only at ticks.
    if (m_run.deadline && std::chrono::steady_clock::now() > *m_run.deadline)
        stop(state, StopCause::TimeUp);
    if (m_run.datasetLimitBytes != 0 && m_run.context->data.memoryBytes() > m_run.datasetLimitBytes)
        stop(state, StopCause::DatasetFull);
    if (m_run.effectBytes && *m_run.effectBytes > m_arena->limitBytes())
        stop(state, StopCause::TooManyWrites);
    return !m_sink.isError();
}

// Runs what writes a command's reply, on the stack. [0, +1]
template <class Write>
void ScriptMachine::runCommand(lua_State* state, const Write& write)
{
    const Overdraft overdraft(*m_arena);
    m_sink.setProtocol(m_run.protocol);
    m_sink.begin(state);
    write();
    m_sink.finish();
}

// A probe may run other commands, to evaluate what it is asked for, before this one begins and when it has ended.
void ScriptMachine::runWatchedCommand(lua_State* state)
{
    m_inspector->enter(state);
    const Reply* recorded = m_run.probe->onCommand(*m_inspector, m_words);
    m_inspector->leave();
    Reply reply;
    runCommand(state, [&] {
        if (!recorded) {
            ReplyTreeSink tree(m_run.protocol);
            m_run.context->dispatcher.execute(*m_run.context, m_words, tree);
            reply = tree.take();
        }
        writeReply(recorded ? *recorded : reply, m_sink);
    });
    m_inspector->enter(state);
    m_run.probe->onReply(*m_inspector, m_words, recorded ? *recorded : reply);
    m_inspector->leave();
}

void ScriptMachine::setReplication(int flags)
{
    constexpr int kToLog = 1;
    const bool muted = (flags & kToLog) == 0;
    if (!m_run.context || muted == (m_muted != nullptr))
        return;
    if (muted) {
        m_muted = std::make_unique<MutedCommands>(*m_run.context);
        m_run.context = &m_muted->context();
    } else {
        m_run.context = &m_muted->reopened();
        m_muted.reset();
    }
}

void ScriptMachine::log(int level, BytesView text)
{
    if (m_run.probe)
        m_run.probe->onLog(level, text);
    if (!m_run.log) {
        if (serverLog)
            serverLog(level, text);
        return;
    }
    if (m_run.log->size() >= kMostLogLines || m_run.logBytes + text.size() > kMostLogBytes)
        return;
    m_run.logBytes += text.size();
    m_run.log->push_back({level, Bytes(text)});
}

void ScriptMachine::debugOutput(lua_State* state, BytesView text)
{
    if (m_run.probe)
        m_run.probe->onDebug(currentLine(state), text);
}

void ScriptMachine::errorRaised(lua_State* state, bool caught)
{
    if (!m_run.probe || stopping())
        return;
    const int top = lua_gettop(state);
    if (lua_istable(state, -1)) {
        lua_pushliteral(state, "err");
        lua_rawget(state, -2);
    }
    std::size_t size = 0;
    // A number is not made a string where it lies.
    const char* text = lua_type(state, -1) == LUA_TSTRING ? lua_tolstring(state, -1, &size) : nullptr;
    m_inspector->enter(state);
    m_run.probe->onError(*m_inspector, text ? Bytes(text, size) : m_inspector->textAt(state, top), caught);
    m_inspector->leave();
    lua_settop(state, top);
}

bool ScriptMachine::breakpoint()
{
    return m_run.probe && m_run.probe->onBreakpoint();
}

} // namespace engine
