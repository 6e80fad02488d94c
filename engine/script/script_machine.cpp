#include "engine/script/script_machine.h"

#include "engine/base/check.h"
#include "engine/command/client_state.h"
#include "engine/script/lua_base_guards.h"
#include "engine/script/lua_cjson.h"
#include "engine/script/lua_inspector.h"
#include "engine/script/lua_sandbox.h"
#include "engine/script/lua_readonly.h"
#include "engine/script/muted_commands.h"

#include <lua.hpp>

#include <limits>
#include <stdexcept>

namespace engine {
namespace {

int panic(lua_State*)
{
    throw std::runtime_error("a Lua state failed outside of every call");
}

int openForScripts(lua_State* state)
{
    openSandbox(state, RedisApi::Script);
    return 0;
}

int openForFunctions(lua_State* state)
{
    openSandbox(state, RedisApi::Function);
    return 0;
}

} // namespace

ScriptMachine::ScriptMachine(std::unique_ptr<LuaArena> arena, RedisApi api)
    : m_arena(std::move(arena)), m_api(api), m_sink(nullptr, *m_arena, Protocol::Resp2),
      m_inspector(std::make_unique<LuaInspector>(*this))
{
    m_arena->owner = this;
    m_arena->onLargeBlock = &ScriptMachine::onLargeBlock;
    m_arena->largeBlockBytes = std::numeric_limits<std::size_t>::max(); // until something runs
}

ScriptMachine::~ScriptMachine()
{
    discardState();
}

CjsonOptions ScriptMachine::cjsonOptions() const
{
    return m_state ? engine::cjsonOptions(m_state) : m_cjson;
}

void ScriptMachine::setCjsonOptions(const CjsonOptions& options)
{
    m_cjson = options;
    if (m_state)
        engine::setCjsonOptions(m_state, options);
}

void ScriptMachine::discardState()
{
    m_cjson = {};
    if (!m_state)
        return;
    // Closing would visit every object; the arena forgets them all at once. Only counted malloc must be given back.
    if (!LuaArena::forgetsAtOnce())
        lua_close(m_state);
    m_state = nullptr;
    m_current = nullptr;
    m_loadingGlobalsRef = 0;
    m_keys.made = m_argv.made = false;
    m_keys.size = m_argv.size = 0;
    m_collectAt = 0;
    m_arena->reset();
    m_store.forgetCompiled();
    m_coroutines.clear();
    m_lastCoroutine = nullptr;
    m_hasLoadedCode = false;
}

void ScriptMachine::discardState(RedisApi next)
{
    discardState();
    m_api = next;
}

const char* ScriptMachine::chunkName() const
{
    return m_api == RedisApi::Script ? "@user_script" : "@user_function";
}

lua_State* ScriptMachine::state()
{
    if (!m_state)
        openState();
    return m_state;
}

void ScriptMachine::openState()
{
    m_arena->setOverdraft(true);
    m_state = lua_newstate(&LuaArena::allocate, m_arena.get());
    CHECK(m_state);
    lua_atpanic(m_state, panic);
    CHECK(lua_cpcall(m_state, m_api == RedisApi::Script ? openForScripts : openForFunctions, nullptr) == 0);
    setScriptBudget(m_state, this);
    engine::setCjsonOptions(m_state, m_cjson);
    lua_pushvalue(m_state, LUA_GLOBALSINDEX);
    pushTableContents(m_state, -1);
    m_contentsRef = luaL_ref(m_state, LUA_REGISTRYINDEX);
    m_tables = lua_newthread(m_state);
    luaL_ref(m_state, LUA_REGISTRYINDEX);
    lua_settop(m_tables, 2); // nil, where the tables will be
    lua_settop(m_state, 0);
    pushErrorHandler(m_state);
    m_arena->setOverdraft(false);
}

// [0, +1]: as lua_load.
int ScriptMachine::loadOwn(BytesView code)
{
    const bool hasOther = m_hasLoadedCode;
    const int status = loadSource(m_state, code, chunkName());
    m_hasLoadedCode = hasOther;
    return status;
}

Result<void> ScriptMachine::compile(Script& script)
{
    lua_State* const lua = state();
    if (script.compiled != 0)
        return {};
    const BytesView code = BytesView(script.body).substr(script.header.bytes);
    if (loadOwn(code) != 0) {
        std::size_t size = 0;
        const char* text = lua_tolstring(lua, -1, &size);
        Error error{"ERR Error compiling script (new function): " + Bytes(text ? BytesView(text, size) : BytesView())};
        lua_settop(lua, kFixedSlots);
        return error;
    }
    m_arena->setOverdraft(true);
    script.compiled = luaL_ref(lua, LUA_REGISTRYINDEX);
    m_arena->setOverdraft(false);
    return {};
}

// [0]
void ScriptMachine::fill(WordTable& table, Argv words)
{
    if (!table.made) {
        lua_createtable(m_tables, static_cast<int>(words.size()), 0);
        lua_replace(m_tables, table.slot);
        lua_rawgeti(m_tables, LUA_REGISTRYINDEX, m_contentsRef);
        lua_pushstring(m_tables, table.name);
        lua_pushvalue(m_tables, table.slot);
        lua_rawset(m_tables, -3);
        lua_pop(m_tables, 1);
        table.made = true;
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
        lua_pushlstring(m_tables, words[i].data(), words[i].size());
        lua_rawseti(m_tables, table.slot, static_cast<int>(i) + 1);
    }
    for (std::size_t i = words.size(); i < table.size; ++i) {
        lua_pushnil(m_tables);
        lua_rawseti(m_tables, table.slot, static_cast<int>(i) + 1);
    }
    table.size = words.size();
}

// Kept when it has no metatable, its last word, and nothing behind it: all before is written over. [0]
void ScriptMachine::keepUnlessTouched(WordTable& table)
{
    if (!table.made)
        return;
    constexpr std::size_t kMostKept = 32; // words; more are not held on to
    const int top = lua_gettop(m_tables);
    bool touched = table.size > kMostKept || lua_getmetatable(m_tables, table.slot) != 0;
    if (!touched && table.size > 0) {
        lua_rawgeti(m_tables, table.slot, static_cast<int>(table.size));
        touched = lua_isnil(m_tables, -1); // and `lua_next` may not find it
    }
    if (!touched) {
        if (table.size > 0)
            lua_pushinteger(m_tables, static_cast<lua_Integer>(table.size));
        else
            lua_pushnil(m_tables);
        touched = lua_next(m_tables, table.slot) != 0;
    }
    lua_settop(m_tables, top);
    if (!touched)
        return;
    lua_pushnil(m_tables);
    lua_replace(m_tables, table.slot);
    table.made = false;
    table.size = 0;
}

// [0, +1]
void ScriptMachine::pushWords(Argv words)
{
    lua_createtable(m_state, static_cast<int>(words.size()), 0);
    for (std::size_t i = 0; i < words.size(); ++i) {
        lua_pushlstring(m_state, words[i].data(), words[i].size());
        lua_rawseti(m_state, -2, static_cast<int>(i) + 1);
    }
}

// Pushes the function and its arguments; gives how many those are. A function may keep the tables that it is given, so
// that they are always new.
int ScriptMachine::pushCall(const Task& task)
{
    lua_rawgeti(m_state, LUA_REGISTRYINDEX, task.function);
    if (m_api == RedisApi::Script) {
        fill(m_keys, task.keys);
        fill(m_argv, task.argv);
        return 0;
    }
    pushWords(task.keys);
    pushWords(task.argv);
    return 2;
}

void ScriptMachine::execute(ActiveRun&& run, const Task& task)
{
    CHECK(!running());
    m_run = std::move(run);
    m_killRequested.store(false, std::memory_order_relaxed);
    m_spent = 0;
    setHooks(m_run.probe != nullptr);

    // The words came through a command, so their size is bounded; a limit that they alone exceed ends the run at once.
    m_arena->setOverdraft(true);
    const int arguments = pushCall(task);
    m_arena->setOverdraft(false);

    const int status = lua_pcall(m_state, arguments, task.returnedValues ? LUA_MULTRET : 1, kHandlerSlot);
    m_arena->setOverdraft(true);
    if (status == 0 && !stopping() && replyValue(task, lua_gettop(m_state) - kFixedSlots)) {
        finishRun();
        return;
    }
    if (task.errors) {
        task.errors->own = errorOf(status);
        task.errors->ownCount = countOfError();
    } else {
        task.reply.error(errorOf(status));
    }
    finishRun();
}

// False when it may not be written: the run is then stopped.
bool ScriptMachine::replyValue(const Task& task, int results)
{
    if (task.returnedValues)
        *task.returnedValues = static_cast<std::size_t>(results);
    lua_settop(m_state, kFixedSlots + 1);
    if (task.returned)
        *task.returned = m_inspector->tree(m_state, kFixedSlots + 1);
    const auto mayGoOn = [this](std::size_t bytes) { return mayGoOnReplying(bytes); };
    if (writeLuaValue(m_state, m_run.protocol, task.reply, mayGoOn, task.errors))
        return true;
    if (task.returned)
        *task.returned = {};
    return false;
}

// A buffer that grows is twice as large, for as long as it is copied.
std::size_t ScriptMachine::mostReplyBytes() const
{
    return m_arena->limitBytes() / 2;
}

// Nobody is served meanwhile: half a reply is in the client's buffer.
bool ScriptMachine::mayGoOnReplying(std::size_t bytes)
{
    if (bytes > mostReplyBytes())
        m_run.stop = StopCause::ReplyTooLarge;
    else if (m_killRequested.load(std::memory_order_relaxed))
        m_run.stop = StopCause::Killed;
    else if (m_run.deadline && std::chrono::steady_clock::now() > *m_run.deadline)
        m_run.stop = StopCause::TimeUp;
    return !stopping();
}

Bytes ScriptMachine::errorOf(int status)
{
    if (stopping() || !lua_istable(m_state, -1))
        return stopText(status);
    const auto field = [this](const char* name) {
        lua_pushstring(m_state, name);
        lua_rawget(m_state, -2);
        std::size_t size = 0;
        const char* text = lua_tolstring(m_state, -1, &size);
        Bytes value(text ? BytesView(text, size) : BytesView());
        const bool found = text != nullptr;
        lua_pop(m_state, 1);
        return std::pair(found, std::move(value));
    };
    const auto [hasText, text] = field("err");
    const auto [hasSource, source] = field("source");
    const auto [hasLine, line] = field("line");
    Bytes whole = hasText ? text.substr(0, text.find('\0')) : Bytes("ERR the error is a table without an 'err' string");
    if (hasSource && hasLine)
        whole += " script: " + Bytes(m_run.name) + ", on " + source + ":" + line + ".";
    return whole;
}

// Of the error on top: one of a command that the script called has been counted.
ErrorCount ScriptMachine::countOfError()
{
    return !stopping() && lua_istable(m_state, -1) ? errorCount(m_state, -1) : ErrorCount::Counts;
}

// Of errors that end a run, and of those that are not tables.
Bytes ScriptMachine::stopText(int status) const
{
    Bytes text;
    switch (m_run.stop) {
    case StopCause::Killed:
        text = "ERR Script killed by user with SCRIPT KILL...";
        break;
    case StopCause::Aborted:
        text = "ERR script aborted for user request";
        break;
    case StopCause::TimeUp:
        text = "ERR Script ran longer than its limit";
        if (m_run.timeLimit.count() > 0)
            text += " of " + std::to_string(m_run.timeLimit.count()) + " ms";
        break;
    case StopCause::OutOfMemory:
        return "ERR Error running script " + Bytes(m_run.name) + ", not enough memory";
    case StopCause::DatasetFull:
        text = errors::kOom;
        break;
    case StopCause::TooManyWrites:
        text = "ERR the script's writes are larger than its memory may be, " + std::to_string(m_arena->limitBytes())
            + " bytes";
        break;
    case StopCause::ReplyTooLarge:
        return "ERR Error running script " + Bytes(m_run.name)
            + ", its reply is larger than half the memory it may have, " + std::to_string(mostReplyBytes()) + " bytes";
    case StopCause::None:
        if (status == LUA_ERRMEM)
            return "ERR Error running script " + Bytes(m_run.name) + ", not enough memory";
        return "ERR Error running script " + Bytes(m_run.name) + ", error in error handling";
    }
    if (m_run.stoppedAt.line > 0)
        text += " script: " + Bytes(m_run.name) + ", on " + m_run.stoppedAt.source + ":"
            + std::to_string(m_run.stoppedAt.line) + ".";
    return text;
}

// Next when what lives has grown by half, and where room is short when half of it is used.
void ScriptMachine::collect()
{
    lua_gc(m_state, LUA_GCCOLLECT, 0);
    const std::size_t live = m_arena->usedBytes();
    const std::size_t limit = m_arena->limitBytes();
    const std::size_t room = limit > live ? limit - live : 0;
    m_collectAt = std::max(limit / 4, live + std::min(live / 2, room / 2));
}

void ScriptMachine::finishRun()
{
    const bool hungry = m_run.stop == StopCause::OutOfMemory || m_arena->usedBytes() > m_collectAt;
    if (m_muted)
        m_muted->reopened();
    m_muted.reset();
    m_run.end();
    lua_settop(m_state, kFixedSlots);
    keepUnlessTouched(m_keys);
    keepUnlessTouched(m_argv);
    // Else the collector's own pace is right: garbage of many runs is less than what lives. Steps after every few runs
    // cost more than the runs.
    if (hungry)
        collect();
    m_arena->setOverdraft(false);
    m_arena->forgive();
}

} // namespace engine
