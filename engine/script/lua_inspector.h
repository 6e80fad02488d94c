#pragma once

// Private to engine/script: what a probe may ask of a paused run. Looking makes nothing in Lua's memory, or later
// addresses would differ from a run that was not looked at: tables are named by the way to them, not by a reference
// kept in the state.

#include "engine/script/lua_inspect.h"

#include <vector>

struct lua_State;
struct lua_Debug;

namespace engine {

class ScriptMachine;

class LuaInspector final : public LuaInspect {
public:
    explicit LuaInspector(ScriptMachine& machine) : m_machine(machine) { }

    /// A callback begins, and ends: names of tables hold in between.
    void enter(lua_State* running);
    void leave();

    /// The value at `index` with all that is in it, up to some thousand entries. [0]
    LuaTree tree(lua_State* state, int index);

    /// The value at `index` as Lua source would write it. [0]
    static Bytes textAt(lua_State* state, int index);

    std::vector<LuaFrame> frames() override;
    int depth() override;
    int coroutine() override;
    std::vector<LuaVariable> locals(int frame) override;
    std::vector<LuaVariable> upvalues(int frame) override;
    std::vector<LuaVariable> arguments() override;
    std::vector<LuaVariable> entries(LuaRef table, std::size_t first, std::size_t count) override;
    Result<std::vector<LuaValue>> evaluate(int frame, BytesView code) override;
    Result<LuaValue> set(int frame, BytesView name, BytesView expression) override;
    Keyspace dataset() override;
    int database() override;
    RunData data() override;
    void setData(RunData data) override;
    std::span<const ScriptEffect> effects() override;
    std::size_t memoryBytes() override;
    std::vector<LdbVariable> ldbLocals() override;
    std::optional<Bytes> ldbVariable(BytesView name) override;
    Result<Bytes> ldbEvaluate(BytesView code) override;
    Reply ldbCall(Argv argv) override;
    Protocol protocol() override;

private:
    enum class Root : std::uint8_t { Local, Upvalue, Keys, Arguments };
    /// The way to a table: a variable, then the ordinal of an entry in each table on the way.
    struct Path {
        Root root = Root::Local;
        int frame = 0;
        int index = 0;
        std::vector<std::size_t> steps;
    };
    struct Evaluation;

    bool push(const Path& path);
    LuaRef refer(Path path);
    LuaValue valueOnTop(const Path& path);
    LuaVariable argument(const char* name, Root root);
    Result<std::vector<LuaValue>> evaluateIn(Evaluation& evaluation);
    static int runEvaluation(lua_State* state);
    struct LdbEvaluation;
    static int runLdbEvaluation(lua_State* state);

    ScriptMachine& m_machine;
    lua_State* m_state = nullptr;
    std::vector<Path> m_paths;
};

} // namespace engine
