#include "engine/script/lua_inspector.h"

#include "engine/command/client_state.h"
#include "engine/script/lua_describe.h"
#include "engine/script/lua_readonly.h"
#include "engine/script/script_machine.h"

#include <lua.hpp>

#include <chrono>
#include <cstring>

namespace engine {
namespace {

constexpr int kDeepestTree = 32;
constexpr std::size_t kMostTreeEntries = 20'000;
// A table or a string may be in a tree many times, and a table that was emptied takes as long as a full one.
constexpr std::size_t kMostTreeBytes = std::size_t(16) << 20;
constexpr std::chrono::milliseconds kLongestTree(500);
constexpr char kNameless[] = "function";
constexpr int kMostFrames = 200; // innermost; runaway recursion has thousands

bool isHidden(const char* name)
{
    return name[0] == '(';
}

Bytes chunkName(const char* source)
{
    const bool marked = source[0] == '@' || source[0] == '=';
    return Bytes(source + (marked ? 1 : 0)).substr(0, 60);
}

LuaFrame frameOf(lua_State* state, lua_Debug& activation, const char* ownChunk)
{
    lua_getinfo(state, "nSl", &activation);
    LuaFrame frame;
    frame.isC = std::strcmp(activation.what, "C") == 0;
    frame.isTailCall = std::strcmp(activation.what, "tail") == 0;
    frame.chunk = frame.isC || frame.isTailCall ? Bytes() : chunkName(activation.source);
    frame.inScript = std::strcmp(activation.source, ownChunk) == 0;
    frame.line = activation.currentline > 0 ? activation.currentline : 0;
    if (activation.name)
        frame.name = activation.name;
    else if (std::strcmp(activation.what, "main") == 0)
        frame.name = "top level";
    else
        frame.name = frame.isTailCall ? "tail call" : kNameless;
    return frame;
}

// By looking through the table on top: pushing a string to ask with can set off a collection. [0, +1]
void pushFieldQuietly(lua_State* state, BytesView name)
{
    lua_pushnil(state);
    while (lua_next(state, -2) != 0) {
        if (lua_type(state, -2) == LUA_TSTRING && name == lua_tostring(state, -2)) {
            lua_remove(state, -2);
            return;
        }
        lua_pop(state, 1);
    }
    lua_pushnil(state);
}

class TreeBuilder {
public:
    explicit TreeBuilder(lua_State* state) : m_state(state) { }

    // [0]: the value on top.
    void fill(LuaTree& tree, int depth)
    {
        tree.value = describe(m_state, -1);
        m_bytes += tree.value.bytes.size();
        if (tree.value.kind != LuaKind::Table)
            return;
        if (depth >= kDeepestTree || !lua_checkstack(m_state, 10)) {
            tree.entriesLeftOut = tree.value.size;
            return;
        }
        pushTableContents(m_state, -1);
        visitEntries(m_state, 0, [&](std::size_t) {
            if (full()) {
                tree.entriesLeftOut = tree.value.size - tree.entries.size();
                return false;
            }
            ++m_entries;
            LuaTree& entry = tree.entries.emplace_back();
            entry.key = describe(m_state, -2);
            m_bytes += entry.key.bytes.size();
            fill(entry, depth + 1);
            return true;
        });
        lua_pop(m_state, 1);
    }

private:
    bool full() const
    {
        return m_entries >= kMostTreeEntries || m_bytes >= kMostTreeBytes
            || (m_entries % 16 == 15 && std::chrono::steady_clock::now() > m_deadline);
    }

    lua_State* m_state;
    std::size_t m_entries = 0;
    std::size_t m_bytes = 0;
    std::chrono::steady_clock::time_point m_deadline = std::chrono::steady_clock::now() + kLongestTree;
};

} // namespace

void LuaInspector::enter(lua_State* running)
{
    m_state = running;
}

void LuaInspector::leave()
{
    m_state = nullptr;
    m_paths.clear();
}

LuaTree LuaInspector::tree(lua_State* state, int index)
{
    LuaTree root;
    lua_pushvalue(state, index);
    TreeBuilder(state).fill(root, 0);
    lua_pop(state, 1);
    return root;
}

Bytes LuaInspector::textAt(lua_State* state, int index)
{
    return describe(state, index).text;
}

std::vector<LuaFrame> LuaInspector::frames()
{
    std::vector<LuaFrame> frames;
    lua_Debug activation;
    for (int level = 0; level < kMostFrames && lua_getstack(m_state, level, &activation) != 0; ++level)
        frames.push_back(frameOf(m_state, activation, m_machine.chunkName()));
    // A library's function is called from C, which gives it no name.
    const bool whole = !frames.empty() && frames.size() < kMostFrames;
    if (m_machine.runsFunction() && m_state == m_machine.m_state && whole && frames.back().name == kNameless)
        frames.back().name = m_machine.m_run.name;
    return frames;
}

int LuaInspector::depth()
{
    return m_machine.coroutine(m_state).activations.ofLua();
}

int LuaInspector::coroutine()
{
    return m_machine.coroutine(m_state).number();
}

std::vector<LuaVariable> LuaInspector::locals(int frame)
{
    std::vector<LuaVariable> variables;
    lua_Debug activation;
    if (lua_getstack(m_state, frame, &activation) == 0)
        return variables;
    for (int i = 1; const char* name = lua_getlocal(m_state, &activation, i); ++i) {
        if (!isHidden(name))
            variables.push_back({.name = name,
                .scope = LuaScope::Local,
                .value = valueOnTop({.root = Root::Local, .frame = frame, .index = i, .steps = {}})});
        lua_pop(m_state, 1);
    }
    return variables;
}

std::vector<LuaVariable> LuaInspector::upvalues(int frame)
{
    std::vector<LuaVariable> variables;
    lua_Debug activation;
    if (lua_getstack(m_state, frame, &activation) == 0 || lua_getinfo(m_state, "f", &activation) == 0)
        return variables;
    if (!lua_iscfunction(m_state, -1)) {
        for (int i = 1; const char* name = lua_getupvalue(m_state, -1, i); ++i) {
            variables.push_back({.name = name,
                .scope = LuaScope::Upvalue,
                .value = valueOnTop({.root = Root::Upvalue, .frame = frame, .index = i, .steps = {}})});
            lua_pop(m_state, 1);
        }
    }
    lua_pop(m_state, 1);
    return variables;
}

std::vector<LuaVariable> LuaInspector::arguments()
{
    if (m_machine.runsFunction())
        return {}; // its parameters are locals
    return {argument("KEYS", Root::Keys), argument("ARGV", Root::Arguments)};
}

LuaVariable LuaInspector::argument(const char* name, Root root)
{
    const Path path{.root = root, .frame = 0, .index = 0, .steps = {}};
    LuaVariable variable{.name = name, .scope = LuaScope::Argument, .value = {}};
    if (push(path)) {
        variable.value = valueOnTop(path);
        lua_pop(m_state, 1);
    }
    return variable;
}

LuaRef LuaInspector::refer(Path path)
{
    m_paths.push_back(std::move(path));
    return static_cast<LuaRef>(m_paths.size());
}

LuaValue LuaInspector::valueOnTop(const Path& path)
{
    LuaValue value = describe(m_state, -1);
    if (value.kind == LuaKind::Table)
        value.ref = refer(path);
    return value;
}

// [0 or +1]: what the path leads to; false when it leads nowhere.
bool LuaInspector::push(const Path& path)
{
    if (!lua_checkstack(m_state, 12))
        return false;
    const int top = lua_gettop(m_state);
    lua_Debug activation;
    switch (path.root) {
    case Root::Local:
        if (lua_getstack(m_state, path.frame, &activation) != 0)
            lua_getlocal(m_state, &activation, path.index);
        break;
    case Root::Upvalue:
        if (lua_getstack(m_state, path.frame, &activation) != 0 && lua_getinfo(m_state, "f", &activation) != 0) {
            if (lua_getupvalue(m_state, -1, path.index))
                lua_remove(m_state, -2);
        }
        break;
    case Root::Keys:
    case Root::Arguments:
        lua_rawgeti(m_state, LUA_REGISTRYINDEX, m_machine.m_contentsRef);
        pushFieldQuietly(m_state, path.root == Root::Keys ? "KEYS" : "ARGV");
        lua_remove(m_state, -2);
        break;
    }
    for (const std::size_t step : path.steps) {
        if (lua_gettop(m_state) != top + 1 || !lua_istable(m_state, -1))
            break;
        pushTableContents(m_state, -1);
        lua_replace(m_state, -2);
        // `visitEntries` puts back what it pushes, so the value waits in the place of the table.
        int found = 0;
        visitEntries(m_state, step, [&](std::size_t) {
            lua_pushvalue(m_state, -1);
            lua_replace(m_state, top + 1);
            found = 1;
            return false;
        });
        if (found == 0)
            break;
    }
    if (lua_gettop(m_state) == top + 1)
        return true;
    lua_settop(m_state, top);
    return false;
}

std::vector<LuaVariable> LuaInspector::entries(LuaRef table, std::size_t first, std::size_t count)
{
    std::vector<LuaVariable> variables;
    if (table == 0 || table > m_paths.size() || count == 0)
        return variables;
    const Path path = m_paths[table - 1];
    if (!push(path))
        return variables;
    if (lua_istable(m_state, -1)) {
        pushTableContents(m_state, -1);
        visitEntries(m_state, first, [&](std::size_t ordinal) {
            Path way = path;
            way.steps.push_back(ordinal);
            lua_pushvalue(m_state, -2);
            Bytes name = keyText(m_state);
            lua_pop(m_state, 1);
            variables.push_back({.name = std::move(name), .scope = LuaScope::Entry, .value = valueOnTop(way)});
            return variables.size() < count;
        });
        lua_pop(m_state, 1);
    }
    lua_pop(m_state, 1);
    return variables;
}

Keyspace LuaInspector::dataset()
{
    return m_machine.m_run.context->data.snapshot();
}

int LuaInspector::database()
{
    return m_machine.m_run.context->client.database;
}

RunData LuaInspector::data()
{
    const CommandContext& context = *m_machine.m_run.context;
    return {.dataset = context.data.snapshot(), .database = context.client.database, .rng = context.rng};
}

void LuaInspector::setData(RunData data)
{
    CommandContext& context = *m_machine.m_run.context;
    context.data = std::move(data.dataset);
    context.client.database = data.database;
    context.rng = data.rng;
}

std::span<const ScriptEffect> LuaInspector::effects()
{
    if (!m_machine.m_run.effects)
        return {};
    return *m_machine.m_run.effects;
}

std::size_t LuaInspector::memoryBytes()
{
    return m_machine.m_arena->usedBytes();
}

} // namespace engine
