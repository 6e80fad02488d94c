// redis.*: what scripts call. Texts and misuse are Redis 7.0's; commands go straight to the dispatcher.
// Source: https://redis.io/docs/manual/programmability/lua-api/

#include "engine/script/lua_sandbox.h"

#include "engine/acl/acl_user.h"
#include "engine/base/sha1.h"
#include "engine/command/client_state.h"
#include "engine/command/command_table.h"
#include "engine/script/ldb_text.h"
#include "engine/script/lua_function_lua.h"
#include "engine/script/script_machine.h"

namespace engine {
namespace {

constexpr char kNeedsArgument[] = "ERR Please specify at least one argument for this redis lib call";
constexpr char kNeedsStrings[] = "ERR Lua redis lib command arguments must be strings or integers";
constexpr char kMisusedReply[] = "ERR wrong number or type of arguments";

BytesView stringAt(lua_State* state, int index)
{
    std::size_t size = 0;
    const char* text = lua_tolstring(state, index, &size);
    return {text, text ? size : 0};
}

int call(lua_State* state)
{
    if (!ScriptMachine::of(state).callCommand(state))
        return lua_error(state);
    return 1;
}

int pcall(lua_State* state)
{
    ScriptMachine::of(state).callCommand(state);
    return 1;
}

// {field = text}, or the error that tells the misuse: it is returned, not raised.
int singleField(lua_State* state, const char* field, const Bytes& text)
{
    lua_createtable(state, 0, 1);
    lua_pushlstring(state, text.data(), text.size());
    lua_setfield(state, -2, field);
    return 1;
}

bool isOneString(lua_State* state)
{
    return lua_gettop(state) == 1 && lua_type(state, 1) == LUA_TSTRING;
}

int errorReply(lua_State* state)
{
    if (!isOneString(state)) {
        pushErrorTable(state, kMisusedReply);
        return 1;
    }
    // Up to a NUL, as a C text.
    BytesView text = lua_tostring(state, 1);
    if (text.starts_with('-'))
        text.remove_prefix(1);
    // Without a blank there is no code, and ERR becomes it.
    Bytes whole = text.find(' ') == BytesView::npos ? "ERR " + Bytes(text) : Bytes(text);
    while (whole.ends_with('\n') || whole.ends_with('\r'))
        whole.pop_back();
    return singleField(state, "err", whole);
}

int statusReply(lua_State* state)
{
    if (!isOneString(state)) {
        pushErrorTable(state, kMisusedReply);
        return 1;
    }
    return singleField(state, "ok", Bytes(stringAt(state, 1)));
}

int sha1hex(lua_State* state)
{
    if (lua_gettop(state) != 1)
        raiseErrorTable(state, "ERR wrong number of arguments");
    const Bytes digits = sha1Hex(stringAt(state, 1));
    lua_pushlstring(state, digits.data(), digits.size());
    return 1;
}

int log(lua_State* state)
{
    const int count = lua_gettop(state);
    if (count < 2)
        raiseErrorTable(state, "ERR redis.log() requires two arguments or more.");
    if (!lua_isnumber(state, 1))
        raiseErrorTable(state, "ERR First argument must be a number (log level).");
    const double level = lua_tonumber(state, 1);
    if (!(level > -1 && level < 4))
        raiseErrorTable(state, "ERR Invalid debug level.");
    Bytes text;
    bool first = true;
    for (int i = 2; i <= count; ++i) {
        const BytesView part = stringAt(state, i);
        if (!lua_isstring(state, i))
            continue;
        if (!first)
            text += ' ';
        first = false;
        text += part;
    }
    ScriptMachine::of(state).log(static_cast<int>(level), text);
    return 0;
}

int setresp(lua_State* state)
{
    if (lua_gettop(state) != 1)
        raiseErrorTable(state, "ERR redis.setresp() requires one argument.");
    const double version = lua_tonumber(state, 1);
    if (!(version >= 2 && version < 4))
        raiseErrorTable(state, "ERR RESP version must be 2 or 3.");
    ScriptMachine::of(state).run().protocol = version < 3 ? Protocol::Resp2 : Protocol::Resp3;
    return 0;
}

int setRepl(lua_State* state)
{
    if (lua_gettop(state) != 1)
        raiseErrorTable(state, "ERR redis.set_repl() requires two arguments.");
    const double flags = lua_tonumber(state, 1);
    if (!(flags > -1 && flags < 4))
        raiseErrorTable(state, "ERR Invalid replication flags. Use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
    ScriptMachine::of(state).setReplication(static_cast<int>(flags));
    return 0;
}

int replicateCommands(lua_State* state)
{
    lua_pushboolean(state, 1);
    return 1;
}

int breakpoint(lua_State* state)
{
    lua_pushboolean(state, ScriptMachine::of(state).breakpoint() ? 1 : 0);
    return 1;
}

int debug(lua_State* state)
{
    ScriptMachine& machine = ScriptMachine::of(state);
    if (!machine.watched())
        return 0;
    Bytes text;
    for (int i = 1, count = lua_gettop(state); i <= count; ++i) {
        if (i > 1)
            text += ", ";
        text += ldbText(state, i);
    }
    machine.debugOutput(state, text);
    return 0;
}

int aclCheckCommand(lua_State* state)
{
    const int count = lua_gettop(state);
    if (count == 0)
        raiseErrorTable(state, kNeedsArgument);
    std::vector<BytesView> words;
    for (int i = 1; i <= count; ++i) {
        if (!lua_isstring(state, i))
            raiseErrorTable(state, kNeedsStrings);
        words.push_back(stringAt(state, i));
    }
    const CommandContext* context = ScriptMachine::of(state).run().context;
    const Command* command = context ? context->commands.resolve(words) : nullptr;
    if (!command)
        raiseErrorTable(state, "ERR Invalid command passed to redis.acl_check_cmd()");
    const AclUser* user = context->client.user.get();
    lua_pushboolean(state, !user || user->judge(*command, words).allowed() ? 1 : 0);
    return 1;
}

// Where a function is found.
constexpr unsigned kInScripts = 1U << static_cast<unsigned>(RedisApi::Script);
constexpr unsigned kInFunctions = 1U << static_cast<unsigned>(RedisApi::Function);
constexpr unsigned kInLoading = 1U << static_cast<unsigned>(RedisApi::LibraryLoading);

struct ApiFunction {
    const char* name;
    lua_CFunction function;
    unsigned where = kInScripts | kInFunctions;
};
constexpr ApiFunction kFunctions[] = {
    {"call", guarded<call>},
    {"pcall", guarded<pcall>},
    {"error_reply", guarded<errorReply>},
    {"status_reply", guarded<statusReply>},
    {"sha1hex", guarded<sha1hex>},
    {"log", guarded<log>, kInScripts | kInFunctions | kInLoading},
    {"setresp", guarded<setresp>},
    {"set_repl", guarded<setRepl>},
    {"replicate_commands", guarded<replicateCommands>, kInScripts},
    {"breakpoint", guarded<breakpoint>, kInScripts},
    {"debug", guarded<debug>, kInScripts},
    {"acl_check_cmd", guarded<aclCheckCommand>},
    {"register_function", guarded<registerFunction>, kInLoading},
};

struct Constant {
    const char* name;
    int value;
    unsigned where = kInScripts | kInFunctions;
};
constexpr unsigned kEverywhere = kInScripts | kInFunctions | kInLoading;
constexpr Constant kConstants[] = {
    {"LOG_DEBUG", 0, kEverywhere},
    {"LOG_VERBOSE", 1, kEverywhere},
    {"LOG_NOTICE", 2, kEverywhere},
    {"LOG_WARNING", 3, kEverywhere},
    {"REPL_NONE", 0},
    {"REPL_AOF", 1},
    {"REPL_SLAVE", 2},
    {"REPL_REPLICA", 2},
    {"REPL_ALL", 3},
    {"REDIS_VERSION_NUM", 0x0007000f, kEverywhere},
};

} // namespace

void pushRedisApi(lua_State* state, RedisApi api)
{
    const unsigned here = 1U << static_cast<unsigned>(api);
    lua_createtable(state, 0, 32);
    for (const ApiFunction& function : kFunctions) {
        if ((function.where & here) == 0)
            continue;
        lua_pushcfunction(state, function.function);
        lua_setfield(state, -2, function.name);
    }
    for (const Constant& constant : kConstants) {
        if ((constant.where & here) == 0)
            continue;
        lua_pushinteger(state, constant.value);
        lua_setfield(state, -2, constant.name);
    }
    lua_pushliteral(state, "7.0.15");
    lua_setfield(state, -2, "REDIS_VERSION");
}

const char* ScriptMachine::readWords(lua_State* state)
{
    const int count = lua_gettop(state);
    if (count == 0)
        return kNeedsArgument;
    constexpr std::size_t kNumberBytes = 40;
    m_words.clear();
    m_numberText.resize(static_cast<std::size_t>(count) * kNumberBytes);
    for (int i = 1; i <= count; ++i) {
        switch (lua_type(state, i)) {
        case LUA_TSTRING:
            m_words.push_back(stringAt(state, i));
            break;
        case LUA_TNUMBER: {
            char* text = m_numberText.data() + static_cast<std::size_t>(i - 1) * kNumberBytes;
            m_words.emplace_back(text, writeNumberArgument(lua_tonumber(state, i), text));
            break;
        }
        default:
            return kNeedsStrings;
        }
    }
    return nullptr;
}

} // namespace engine
