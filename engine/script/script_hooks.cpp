// What happens between instructions: ticks, kills, lines for a probe; and coroutines as a probe counts them.

#include "engine/script/lua_inspector.h"
#include "engine/script/script_machine.h"
#include "engine/script/vararg_lines.h"

#include <lua.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace engine {
namespace {

// An instruction that works on a long string (a comparison, `..`, a conversion) takes as long as the string. None is
// longer than the largest block of memory, so ticks are as much closer together as that is large.
constexpr int kInstructionsATick = 1000;
constexpr int kFewestATick = 16;
constexpr std::size_t kLargeBlockBytes = std::size_t(128) << 10;
constexpr std::uint64_t kCyclesBetweenTicks = 20'000; // some microseconds
constexpr std::size_t kStepsATick = 100'000;
constexpr std::size_t kStepsAnError = 2000;

// The innermost activation that is Lua code.
ErrorPlace placeOf(lua_State* state)
{
    lua_Debug activation;
    for (int level = 0; lua_getstack(state, level, &activation) != 0; ++level) {
        if (lua_getinfo(state, "Sl", &activation) != 0 && activation.currentline > 0)
            return {activation.source, activation.currentline};
    }
    return {};
}

// A line hook has this much room on the stack; no look pushes more.
constexpr int kLookRoom = LUA_MINSTACK;

// What a look has pushed stays behind above the top of the stack. Where a caller's frame is larger it lies in that one,
// and the collector comes to see it. So as much is wiped at every line, looked at or not: all runs then have the same
// there. Above all frames it does no harm: a function of Lua begins with a wiped frame, one in C shows only what it has
// pushed. [0]
void wipeAboveTop(lua_State* state, int slots)
{
    if (slots <= 0)
        return;
    const int top = lua_gettop(state);
    lua_settop(state, top + slots);
    lua_settop(state, top);
}

} // namespace

void ScriptMachine::setHooks(bool probe)
{
    const int mask = LUA_MASKCOUNT | (probe ? LUA_MASKLINE | LUA_MASKCALL | LUA_MASKRET : 0);
    m_current = m_state;
    m_tickInterval = kInstructionsATick;
    m_arena->largeBlockBytes = kLargeBlockBytes;
    if (lua_gethookmask(m_state) != mask || lua_gethookcount(m_state) != kInstructionsATick)
        lua_sethook(m_state, &ScriptMachine::hook, mask, kInstructionsATick);
    if (!m_coroutines.empty())
        m_coroutines.clear();
    m_lastCoroutine = nullptr;
    m_coroutinesMade = 0;
    m_steady = {};
    LineTrack* const track = probe ? m_run.probe->lineTrack() : nullptr;
    m_track = track ? track : &m_noTrack;
    m_varargLines = track ? varargLines(m_run.source) : std::vector<int>();
}

void ScriptMachine::onLargeBlock(LuaArena& arena, std::size_t bytes)
{
    auto& machine = *static_cast<ScriptMachine*>(arena.owner);
    // A text that grows byte by byte must not begin the count anew with each.
    arena.largeBlockBytes = bytes + bytes / 2;
    const auto shorter = static_cast<int>(kInstructionsATick * kLargeBlockBytes / bytes);
    machine.setTickInterval(std::max(kFewestATick, shorter));
}

// Other coroutines learn of it when they are entered.
void ScriptMachine::setTickInterval(int instructions)
{
    m_tickInterval = instructions;
    if (m_current && lua_gethookmask(m_current) != 0)
        lua_sethook(m_current, &ScriptMachine::hook, lua_gethookmask(m_current), instructions);
}

ScriptMachine::Entered::Entered(ScriptMachine& machine, lua_State* coroutine)
    : m_machine(machine), m_left(std::exchange(machine.m_current, coroutine))
{
    if (lua_gethookcount(coroutine) != machine.m_tickInterval)
        machine.setTickInterval(machine.m_tickInterval);
}

ScriptMachine::Entered::~Entered()
{
    m_machine.m_current = m_left;
    if (m_left && lua_gethookcount(m_left) != m_machine.m_tickInterval)
        m_machine.setTickInterval(m_machine.m_tickInterval);
}

ScriptMachine& ScriptMachine::of(lua_State* state)
{
    void* arena = nullptr;
    lua_getallocf(state, &arena);
    return *static_cast<ScriptMachine*>(static_cast<LuaArena*>(arena)->owner);
}

// What most lines of a recorded run are. What is above the top of the stack was wiped at the line before, and between
// calls nothing but `{...}` writes there.
inline bool ScriptMachine::passesLine(lua_State* state, int line)
{
    return state == m_steady.state && lua_gettop(state) == m_steady.top && m_track->takes(m_steady.record.later(line));
}

// Of the coroutine that the event before was of; nothing here throws.
inline bool ScriptMachine::passesCall(lua_State* state, int event)
{
    if (state != m_lastCoroutine || m_keepsCoroutines)
        return false;
    if (event == LUA_HOOKCALL && m_lastRecord->hasRoom())
        m_lastRecord->called();
    else if (event == LUA_HOOKRET)
        m_lastRecord->activations.returned();
    else
        return false;
    m_steady.state = nullptr;
    return true;
}

void ScriptMachine::hook(lua_State* state, lua_Debug* event)
{
    ScriptMachine& machine = of(state);
    const bool passes = event->event == LUA_HOOKLINE ? machine.passesLine(state, event->currentline)
                                                     : machine.passesCall(state, event->event);
    if (!passes)
        machine.onGuardedEvent(state, event);
}

void ScriptMachine::onGuardedEvent(lua_State* state, lua_Debug* event)
{
    // A C++ exception that is not Lua's own must not pass through Lua, which would swallow it.
    char message[256];
    try {
        onEvent(state, event);
        return;
    } catch (const std::exception& error) {
        std::snprintf(message, sizeof message, "%s", error.what());
    }
    luaL_error(state, "%s", message);
}

void ScriptMachine::onEvent(lua_State* state, lua_Debug* event)
{
    switch (event->event) {
    case LUA_HOOKCOUNT:
        return tickIsEarly() ? void() : tick(state);
    case LUA_HOOKLINE:
        return onLine(state, event);
    case LUA_HOOKCALL:
        changedCoroutine(state).called();
        return;
    case LUA_HOOKRET:
    case LUA_HOOKTAILRET:
        changedCoroutine(state).activations.returned();
        return;
    default:
        return;
    }
}

// Lua makes a text of its answer, so it is not asked where all code is the same.
ScriptMachine::CodeTraits ScriptMachine::codeOf(lua_State* state, lua_Debug* event) const
{
    const bool unknown = m_hasLoadedCode || m_run.source.empty();
    if (!m_hasLoadedCode && m_varargLines.empty())
        return {.own = true, .mayHaveVarargs = unknown};
    lua_getinfo(state, "S", event);
    const auto first = std::ranges::lower_bound(m_varargLines, event->linedefined);
    // A chunk is given no `...`.
    const bool isChunk = event->linedefined == 0;
    const bool hasDots = !isChunk && first != m_varargLines.end() && *first <= event->lastlinedefined;
    return {.own = std::strcmp(event->source, chunkName()) == 0, .mayHaveVarargs = unknown || hasDots};
}

// At its first line, or at any of one of too many.
void ScriptMachine::fillIn(ActivationLines& lines, lua_State* state, lua_Debug* event, LineEvent line) const
{
    const CodeTraits code = codeOf(state, event);
    line.inScript = code.own;
    lines.record = LineRecord(line);
    lines.top = lua_gettop(state);
    lines.mayHaveVarargs = code.mayHaveVarargs;
}

void ScriptMachine::onLine(lua_State* state, lua_Debug* event)
{
    if (!m_run.probe)
        return;
    CoroutineRecord& record = coroutine(state);
    const bool begins = record.activations.lineBegins();
    ActivationLines& lines = record.lines();
    if (begins || record.forgets(lines))
        fillIn(lines, state, event,
            {.line = event->currentline,
                .depth = record.activations.ofLua(),
                .coroutine = record.number(),
                .begins = begins});
    const LineRecord line = begins ? lines.record : lines.record.later(event->currentline);
    const int top = lua_gettop(state);
    const int framesAbove = std::max(lines.top, lines.callersTop) - top;
    if (framesAbove <= 0 || !lines.mayHaveVarargs)
        m_steady = {.state = state, .top = top, .record = line};
    if (m_track->takes(line))
        return wipeAboveTop(state, std::min(framesAbove, kLookRoom));
    const ProbeVerdict verdict = askProbe(state, line, record);
    wipeAboveTop(state, kLookRoom);
    obey(state, verdict);
}

ProbeVerdict ScriptMachine::askProbe(lua_State* state, LineRecord line, const CoroutineRecord& record)
{
    m_inspector->enter(state);
    const ProbeVerdict verdict = m_run.probe->onLine(*m_inspector,
        {.line = line.line(),
            .depth = record.activations.ofLua(),
            .coroutine = record.number(),
            .inScript = line.inScript(),
            .begins = line.begins()});
    m_inspector->leave();
    return verdict;
}

void ScriptMachine::obey(lua_State* state, ProbeVerdict verdict)
{
    switch (verdict) {
    case ProbeVerdict::Continue:
        return;
    case ProbeVerdict::Abort:
        stop(state, StopCause::Aborted);
    case ProbeVerdict::TimeUp:
        stop(state, StopCause::TimeUp);
    }
}

void ScriptMachine::checkKilled(lua_State* state)
{
    if (stopping())
        stop(state, m_run.stop);
    if (m_killRequested.load(std::memory_order_relaxed))
        stop(state, StopCause::Killed);
}

// Where instructions may be long, hooks come much oftener than ticks are wanted.
bool ScriptMachine::tickIsEarly()
{
    if (m_tickInterval == kInstructionsATick)
        return false;
    const std::uint64_t now = processorCycles();
    if (now - m_tickedAt < kCyclesBetweenTicks && now != 0)
        return true;
    m_tickedAt = now;
    return false;
}

void ScriptMachine::tick(lua_State* state)
{
    if (!running())
        return;
    checkKilled(state);
    if (m_run.live && interrupt) {
        interrupt();
        checkKilled(state);
    }
    if (m_run.deadline && std::chrono::steady_clock::now() > *m_run.deadline)
        stop(state, StopCause::TimeUp);
    if (m_run.probe) {
        m_inspector->enter(state);
        const ProbeVerdict verdict = m_run.probe->onTick(*m_inspector);
        m_inspector->leave();
        obey(state, verdict);
    }
}

void ScriptMachine::spend(lua_State* state, std::size_t steps)
{
    if (stopping())
        stop(state, m_run.stop);
    m_spent += steps;
    if (m_spent < kStepsATick)
        return;
    m_spent = 0;
    tick(state);
}

void ScriptMachine::stop(lua_State* state, StopCause cause)
{
    // What is needed to unwind must not fail for want of memory.
    m_arena->setOverdraft(true);
    if (m_run.stop == StopCause::None) {
        m_run.stop = cause;
        m_run.stoppedAt = placeOf(state);
    }
    lua_pushliteral(state, "the run is being ended");
    lua_error(state);
    std::abort(); // lua_error does not return, but is not declared so
}

void ScriptMachine::keepStopping(lua_State* state, int status)
{
    if (stopping())
        stop(state, m_run.stop);
    if (status == LUA_ERRMEM || hasRunOutOfMemory(state))
        stop(state, StopCause::OutOfMemory);
    // Raising and unwinding takes long beside the few instructions around it: a loop of errors must be ended in time.
    spend(state, kStepsAnError);
}

bool ScriptMachine::hasRunOutOfMemory(lua_State* state) const
{
    return m_arena->exhausted() && lua_type(state, -1) == LUA_TSTRING
        && std::strcmp(lua_tostring(state, -1), "not enough memory") == 0;
}

CoroutineRecord& ScriptMachine::coroutine(lua_State* state)
{
    if (state != m_lastCoroutine) {
        m_lastRecord = &m_coroutines[state];
        m_lastCoroutine = state;
    }
    return *m_lastRecord;
}

CoroutineRecord& ScriptMachine::changedCoroutine(lua_State* state)
{
    m_steady.state = nullptr;
    CoroutineRecord& record = coroutine(state);
    if (m_keepsCoroutines)
        m_coroutinesBefore.try_emplace(state, record);
    return record;
}

void ScriptMachine::keepCoroutines()
{
    m_coroutinesBefore.clear();
    m_keepsCoroutines = true;
}

void ScriptMachine::endKeeping(bool memoryWasPutBack)
{
    m_keepsCoroutines = false;
    if (memoryWasPutBack) {
        for (auto& [state, record] : m_coroutinesBefore)
            m_coroutines[state] = std::move(record);
    }
    m_coroutinesBefore.clear();
}

void ScriptMachine::coroutineCreated(lua_State* created)
{
    if (!watched())
        return;
    // The address may be a collected coroutine's.
    m_coroutines[created] = CoroutineRecord(++m_coroutinesMade);
}

} // namespace engine
