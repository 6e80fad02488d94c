// What Redis's own debugger shows of a paused run, and what it runs there.
// Source: https://redis.io/docs/manual/programmability/lua-debugging/

#include "engine/command/client_state.h"
#include "engine/command/dispatcher.h"
#include "engine/resp/reply_tree_sink.h"
#include "engine/script/ldb_text.h"
#include "engine/script/lua_base_guards.h"
#include "engine/script/lua_inspector.h"
#include "engine/script/script_machine.h"

#include <lua.hpp>

#include <cstring>

namespace engine {
namespace {

constexpr char kChunkName[] = "@ldb_eval";
constexpr std::chrono::milliseconds kTimeLimit(5000);

} // namespace

std::vector<LdbVariable> LuaInspector::ldbLocals()
{
    std::vector<LdbVariable> variables;
    lua_Debug activation;
    if (lua_getstack(m_state, 0, &activation) == 0)
        return variables;
    for (int i = 1; const char* name = lua_getlocal(m_state, &activation, i); ++i) {
        if (std::strstr(name, "(*temporary)") == nullptr)
            variables.push_back({name, ldbText(m_state, -1)});
        lua_pop(m_state, 1);
    }
    return variables;
}

std::optional<Bytes> LuaInspector::ldbVariable(BytesView name)
{
    lua_Debug activation;
    for (int level = 0; lua_getstack(m_state, level, &activation) != 0; ++level) {
        for (int i = 1; const char* local = lua_getlocal(m_state, &activation, i); ++i) {
            const bool found = name == local;
            std::optional<Bytes> text = found ? std::optional(ldbText(m_state, -1)) : std::nullopt;
            lua_pop(m_state, 1);
            if (found)
                return text;
        }
    }
    const bool keys = name == "KEYS";
    if (!keys && name != "ARGV")
        return std::nullopt;
    if (!push({.root = keys ? Root::Keys : Root::Arguments, .frame = 0, .index = 0, .steps = {}}))
        return std::nullopt;
    Bytes text = ldbText(m_state, -1);
    lua_pop(m_state, 1);
    return text;
}

struct LuaInspector::LdbEvaluation {
    BytesView code;
    Bytes value;
    Bytes error;
};

// On the paused coroutine, protected; the evaluation is light userdata at 1.
int LuaInspector::runLdbEvaluation(lua_State* state)
{
    auto& evaluation = *static_cast<LdbEvaluation*>(lua_touserdata(state, 1));
    lua_State* own = lua_newthread(state);
    // A coroutine made inside a hook inherits that hook, which would pause in here.
    ScriptMachine& machine = ScriptMachine::of(state);
    lua_sethook(own, &ScriptMachine::hook, LUA_MASKCOUNT, machine.tickInterval());
    const ScriptMachine::Entered entered(machine, own);
    const Bytes expression = "return " + Bytes(evaluation.code);
    int status = loadSource(own, expression, kChunkName);
    if (status != 0) {
        lua_settop(own, 0);
        status = loadSource(own, evaluation.code, kChunkName);
    }
    if (status == 0)
        status = lua_pcall(own, 0, 1, 0);
    if (status == 0) {
        evaluation.value = ldbText(own, -1);
        return 0;
    }
    if (lua_istable(own, -1)) {
        lua_pushliteral(own, "err");
        lua_rawget(own, -2);
    }
    std::size_t size = 0;
    const char* text = lua_tolstring(own, -1, &size);
    evaluation.error = text ? Bytes(text, size) : "an error that is no text: " + ldbText(own, -1);
    return 0;
}

Result<Bytes> LuaInspector::ldbEvaluate(BytesView code)
{
    ActiveRun& current = m_machine.m_run;
    ActiveRun run;
    run.context = current.context;
    run.name = current.name;
    run.protocol = current.protocol;
    run.effects = current.effects;
    run.log = current.log;
    run.logBytes = current.logBytes;
    run.timeLimit = kTimeLimit;
    run.deadline = std::chrono::steady_clock::now() + kTimeLimit;
    std::swap(run, current);
    LdbEvaluation evaluation{.code = code, .value = {}, .error = {}};
    const int status = lua_cpcall(m_state, runLdbEvaluation, &evaluation);
    if (status != 0) {
        evaluation.error = "there is not enough memory for it";
        lua_pop(m_state, 1);
    }
    std::swap(run, current);
    current.logBytes = run.logBytes;
    current.context = run.context; // redis.set_repl changes it
    m_machine.m_arena->setOverdraft(false);
    m_machine.m_arena->forgive();
    if (run.stop == StopCause::TimeUp)
        return Error{"took longer than " + std::to_string(kTimeLimit.count()) + " ms and was ended"};
    if (run.stop == StopCause::OutOfMemory)
        return Error{"needed more memory than there is and was ended"};
    if (run.stop != StopCause::None)
        return Error{"was ended"};
    if (!evaluation.error.empty())
        return Error{evaluation.error};
    return std::move(evaluation.value);
}

Protocol LuaInspector::protocol()
{
    return m_machine.m_run.protocol;
}

Reply LuaInspector::ldbCall(Argv argv)
{
    CommandContext& context = *m_machine.m_run.context;
    ReplyTreeSink tree(m_machine.m_run.protocol);
    context.dispatcher.execute(context, argv, tree);
    return tree.take();
}

} // namespace engine
