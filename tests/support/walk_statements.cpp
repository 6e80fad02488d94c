// The statements of random scripts for a debugger to walk in, one function a kind.

#include "tests/support/walk_scripts.h"

#include "tests/support/walk_commands.h"

#include <utility>

namespace tests {

Bytes WalkScriptGenerator::failure()
{
    constexpr const char* kFailures[] = {"error('planned')", "error({err = 'MY planned'})", "error()",
        "local x = nil; x.y = 1", "local x = {} .. 'a'", "nothing()", "string.rep()",
        "error(redis.error_reply('ERR own'))", "local x = {} < {}", "error('level', 2)",
        "error(setmetatable({}, {__tostring = function() return 'told' end}))"};
    return kFailures[below(std::size(kFailures))];
}

void WalkScriptGenerator::assignNew(Kind kind, const Bytes& value)
{
    emit("local " + declare(kind) + " = " + value);
}

void WalkScriptGenerator::assignment()
{
    const auto kind = static_cast<Kind>(below(3));
    const Bytes name = variable(kind);
    emit(name + " = " + (kind == Kind::Number ? number() : kind == Kind::String ? string() : table()));
}

void WalkScriptGenerator::tableChange()
{
    const Bytes name = variable(Kind::Table);
    switch (below(7)) {
    case 0:
        return emit(name + ".x = " + number());
    case 1:
        return emit(name + "[#" + name + " + 1] = " + string());
    case 2:
        return emit(name + ".self = " + name);
    case 3:
        return emit("table.remove(" + name + ")");
    case 4:
        return emit(name + "[" + string(0) + "] = nil");
    case 5:
        return emit(name + ".inner = {" + number(1) + ", deeper = " + table(1) + "}");
    default:
        return emit("table.insert(" + name + ", 1, " + number(1) + ")");
    }
}

void WalkScriptGenerator::tableKeys()
{
    const Bytes name = variable(Kind::Table);
    emit(name + "[{}] = " + number(1));
    emit(name + "[" + table(1) + "] = " + string(1));
}

void WalkScriptGenerator::branch()
{
    open("if " + condition() + " then");
    block(2);
    if (chance(3)) {
        reopen("elseif " + condition() + " then");
        block(2);
    }
    if (chance(2)) {
        reopen("else");
        block(2);
    }
    close();
}

void WalkScriptGenerator::numericLoop()
{
    const Bytes name = "i" + std::to_string(m_names++);
    open("for " + name + " = 1, " + literal(5) + " do");
    m_scopes.back().push_back({name, Kind::Number});
    block(3);
    close();
}

// What it visits may change under way, which ends nowhere by itself.
void WalkScriptGenerator::pairsLoop()
{
    const Bytes visited = variable(Kind::Table);
    const Bytes guard = declare(Kind::Number);
    emit("local " + guard + " = 0");
    open("for k, v in " + Bytes(chance(4) ? "ipairs" : "pairs") + "(" + visited + ") do");
    emit(guard + " = " + guard + " + 1");
    emit("if " + guard + " > 5 then break end");
    if (chance(2))
        assignNew(Kind::String, "type(k) == 'table' and 'by table' or tostring(k)");
    block(2);
    close();
}

void WalkScriptGenerator::whileLoop()
{
    const Bytes turns = "w" + std::to_string(m_names++);
    emit("local " + turns + " = 0");
    open("while " + turns + " < " + literal(4) + " do");
    emit(turns + " = " + turns + " + 1");
    block(2);
    if (chance(3))
        emit("if " + condition() + " then break end");
    close();
}

void WalkScriptGenerator::repeatLoop()
{
    const Bytes turns = "w" + std::to_string(m_names++);
    emit("local " + turns + " = 0");
    open("repeat");
    emit(turns + " = " + turns + " + 1");
    block(2);
    close("until " + turns + " >= " + literal(4));
}

void WalkScriptGenerator::doBlock()
{
    open("do");
    block(3);
    close();
}

void WalkScriptGenerator::shadowing()
{
    const auto kind = static_cast<Kind>(below(3));
    const Bytes name = variable(kind);
    emit("local " + name + " = "
        + (kind == Kind::Number        ? name + " + 1"
                : kind == Kind::String ? name + ":upper()"
                                       : "{was = " + name + "}"));
}

void WalkScriptGenerator::function()
{
    const Bytes name = "f" + std::to_string(m_names++);
    const int yields = std::exchange(m_yields, 0);
    const Bytes a = "n" + std::to_string(m_names++);
    const Bytes b = "s" + std::to_string(m_names++);
    open("local function " + name + "(" + a + ", " + b + ")");
    m_scopes.back() = {{a, Kind::Number}, {b, Kind::String}};
    block(4);
    if (chance(3))
        emit("if " + condition() + " then return " + literal(50) + " end");
    emit("return " + number());
    close();
    m_yields = yields;
    m_scopes.back().push_back({name, Kind::Function});
}

void WalkScriptGenerator::varargs()
{
    const Bytes name = "f" + std::to_string(m_names++);
    const int yields = std::exchange(m_yields, 0);
    open("local function " + name + "(...)");
    assignNew(Kind::Number, "select('#', ...)");
    assignNew(Kind::Table, "{...}");
    block(2);
    emit("return " + number());
    close();
    m_yields = yields;
    m_scopes.back().push_back({name, Kind::Function});
    assignNew(Kind::Number, name + "(" + number(0) + ", nil, " + string(0) + ", " + table(0) + ", nil)");
}

void WalkScriptGenerator::recursion()
{
    const Bytes name = "f" + std::to_string(m_names++);
    const int yields = std::exchange(m_yields, 0);
    open("local function " + name + "(left, sum)");
    emit("if left <= 0 then return sum end");
    assignNew(Kind::Number, "left * 2");
    block(1);
    emit(chance(2) ? "return 1 + " + name + "(left - 1, sum + left)" : "return " + name + "(left - 1, sum + left)");
    close();
    m_yields = yields;
    assignNew(Kind::Number, name + "(" + literal(5) + ", 0)");
}

void WalkScriptGenerator::closure()
{
    const Bytes maker = "make" + std::to_string(m_names++);
    const int yields = std::exchange(m_yields, 0);
    open("local function " + maker + "(start)");
    emit("local kept = start");
    open("return function(by)");
    emit("kept = kept + (tonumber(by) or 1)");
    block(1);
    emit("return kept");
    close();
    close();
    m_yields = yields;
    const Bytes first = declare(Kind::Function);
    emit("local " + first + " = " + maker + "(" + literal(10) + ")");
    const Bytes second = declare(Kind::Function);
    emit("local " + second + " = " + maker + "(" + first + "(2))");
    assignNew(Kind::Number, second + "(" + literal(10) + ") + " + first + "()");
}

void WalkScriptGenerator::tailCalls()
{
    const Bytes inner = variable(Kind::Function);
    const Bytes name = "f" + std::to_string(m_names++);
    open("local function " + name + "(a, b)");
    emit("counter = counter + 1");
    emit("return " + inner + "(a, b)");
    close();
    m_scopes.back().push_back({name, Kind::Function});
    assignNew(Kind::Number, "tonumber((" + call(name) + ")) or 0");
}

void WalkScriptGenerator::neighbours()
{
    const Bytes one = variable(Kind::Function);
    const Bytes other = variable(Kind::Function);
    const auto asNumber = [](const Bytes& value) { return "(tonumber((" + value + ")) or 0)"; };
    assignNew(Kind::Number,
        asNumber(call(one)) + " + " + asNumber("select(2, pcall(" + other + ", 1, 'x'))") + " + "
            + asNumber(call(other)));
}

void WalkScriptGenerator::methods()
{
    const Bytes name = "meta" + std::to_string(m_names++);
    const int yields = std::exchange(m_yields, 0);
    emit("local " + name + " = setmetatable({base = " + number(1) + "}, {");
    open("  __index = function(t, k)");
    block(1);
    emit("return k");
    close("end,");
    open("  __add = function(a, b)");
    emit("counter = counter + 1");
    emit("return 5");
    close("end,");
    emit("  __call = function(self, n) return n end,");
    emit("  __newindex = function(t, k, v) rawset(t, k, v) end,");
    emit("})");
    m_yields = yields;
    emit("local missing = " + name + ".nothing .. tostring(" + name + "(3))");
    emit(name + ".own = " + name + " + 1");
}

void WalkScriptGenerator::protectedCall()
{
    const int yields = std::exchange(m_yields, 0);
    open("local ok, message = pcall(function()");
    block(2);
    emit(chance(3) ? "return " + number(1) : failure());
    close("end)");
    m_yields = yields;
}

void WalkScriptGenerator::failingCommand()
{
    constexpr const char* kFailing[] = {"'INCR', 'list'", "'LPUSH', 'text', 1", "'NOSUCH'", "'GET'",
        "'HGET', 'zset', 'f'", "'SUBSCRIBE', 'x'", "'GET', {}", "'SET', 'text', 'x', 'EX', 'never'",
        "'EVAL', 'return 1', 0"};
    const Bytes words = kFailing[below(std::size(kFailing))];
    emit(chance(2) ? "local reply = redis.pcall(" + words + ")" : "local ok, reply = pcall(redis.call, " + words + ")");
}

void WalkScriptGenerator::handledError()
{
    const int yields = std::exchange(m_yields, 0);
    open("local ok, trace = xpcall(function()");
    block(1);
    emit(failure());
    reopen("end, function(e)");
    assignNew(Kind::String, "type(e)");
    block(1);
    emit("return e");
    close("end)");
    m_yields = yields;
}

void WalkScriptGenerator::coroutine()
{
    const Bytes name = "co" + std::to_string(m_names++);
    const int yields = std::exchange(m_yields, 1);
    open("local " + name + " = coroutine.create(function(first, second)");
    block(3);
    emit("local got = coroutine.yield(first)");
    open("for step = 1, " + literal(4) + " do");
    emit("coroutine.yield(step)");
    block(1);
    close();
    if (chance(4))
        emit(failure());
    close("end)");
    m_yields = yields;
    m_scopes.back().push_back({name, Kind::Coroutine});
    open("for turn = 1, " + literal(5) + " do");
    emit("local ok, value = coroutine.resume(" + name + ", turn, " + string(0) + ")");
    block(1);
    close();
}

void WalkScriptGenerator::wrapped()
{
    const Bytes name = "gen" + std::to_string(m_names++);
    const int yields = std::exchange(m_yields, 1);
    open("local " + name + " = coroutine.wrap(function(from)");
    open("for step = from, from + 2 do");
    block(1);
    emit("coroutine.yield(step)");
    close();
    close("end)");
    m_yields = yields;
    for (std::size_t left = 1 + below(3); left > 0; --left)
        assignNew(Kind::Number, "tonumber((" + name + "(" + literal(5) + "))) or 0");
}

void WalkScriptGenerator::resume()
{
    const Bytes name = variable(Kind::Coroutine);
    emit("local ok, value = coroutine.resume(" + name + ", " + number(0) + ")");
    if (chance(3))
        assignNew(Kind::String, "coroutine.status(" + name + ")");
}

void WalkScriptGenerator::yield()
{
    emit("local back = coroutine.yield(" + number(1) + ", " + string(0) + ")");
}

void WalkScriptGenerator::redisCall()
{
    bool raises = false;
    const Bytes words = command(raises);
    const Bytes made = (raises && chance(2) ? "redis.call(" : "redis.pcall(") + words + ")";
    switch (below(4)) {
    case 0:
        return emit(made);
    case 1:
        return assignNew(Kind::Number, "tonumber(" + made + ") or 0");
    case 2:
        return emit("local reply = " + made);
    default:
        return emit("local both = {" + made + ", tostring({})}");
    }
}

void WalkScriptGenerator::time()
{
    emit("local now = redis.call('TIME')");
    assignNew(Kind::Number, "now[1] % 10 + now[2] % 7");
}

void WalkScriptGenerator::randomness()
{
    if (chance(4))
        return emit("math.randomseed(" + number(1) + ")");
    assignNew(Kind::Number, "math.random(" + std::to_string(1 + below(1000)) + ")");
}

void WalkScriptGenerator::addresses()
{
    constexpr const char* kMade[] = {"{}", "function() end", "coroutine.create(function() end)", "{{}, {}}"};
    assignNew(Kind::String, "tostring(" + Bytes(kMade[below(std::size(kMade))]) + ")");
}

void WalkScriptGenerator::libraries()
{
    switch (below(6)) {
    case 0:
        return assignNew(Kind::Table, "cjson.decode('{\"a\":[1,2,{\"b\":null}],\"c\":\"x\"}')");
    case 1:
        return assignNew(Kind::Table, "cmsgpack.unpack(cmsgpack.pack({" + number(0) + ", {" + string(0) + "}}))");
    case 2:
        return assignNew(Kind::Number, "bit.bxor(" + literal(100) + ", 21)");
    case 3:
        return assignNew(Kind::String, "struct.pack('>I4', " + literal(1000) + ")");
    case 4:
        return assignNew(Kind::String, "table.concat({" + number(1) + ", " + string(1) + "}, '/')");
    default:
        return emit("local ok, encoded = pcall(cjson.encode, " + table(1) + ")");
    }
}

void WalkScriptGenerator::callbacks()
{
    const int yields = std::exchange(m_yields, 0);
    const Bytes name = declare(Kind::String);
    open("local " + name + " = ('a1b2'):gsub('%w', function(c)");
    block(1);
    emit("return c .. '-'");
    close("end)");
    m_yields = yields;
}

void WalkScriptGenerator::comparator()
{
    const int yields = std::exchange(m_yields, 0);
    const Bytes name = declare(Kind::Table);
    emit("local " + name + " = {" + literal(50) + ", " + literal(50) + ", " + literal(50) + ", " + literal(50) + "}");
    open("table.sort(" + name + ", function(left, right)");
    if (chance(2))
        emit("counter = counter + 1");
    emit("return left < right");
    close("end)");
    m_yields = yields;
}

void WalkScriptGenerator::otherChunk()
{
    assignNew(Kind::Number, "loadstring('local a = ...\\nlocal b = a + 1\\nreturn b')(" + literal(9) + ")");
}

void WalkScriptGenerator::outputs()
{
    switch (below(4)) {
    case 0:
        return emit("redis.log(redis.LOG_NOTICE, " + string(1) + ")");
    case 1:
        return emit("redis.debug(" + table(1) + ", " + number(1) + ")");
    case 2:
        return emit("redis.breakpoint()");
    default:
        return emit(chance(2) ? "redis.setresp(3)" : "redis.setresp(2)");
    }
}

void WalkScriptGenerator::severalOnALine()
{
    const Bytes name = variable(Kind::Number);
    emit("for i = 1, 3 do " + name + " = (" + name + " + i) % 50; redis.call('INCR', 'count') end");
}

void WalkScriptGenerator::severalLines()
{
    emit("local spread = {");
    emit("  a = " + number(1) + ",");
    emit("  b = redis.pcall('GET',");
    emit("    'text'),");
    emit("}");
}

void WalkScriptGenerator::uniqueCounter()
{
    emit("counter = (counter * 3 + " + literal(5) + ") % 1000");
}

// What a script sees of the collector follows from every byte that was asked for before.
void WalkScriptGenerator::garbage()
{
    constexpr const char* kCollecting[] = {
        "collectgarbage()", "collectgarbage('step', 5)", "collectgarbage('setpause', 120)"};
    if (chance(2))
        return emit(kCollecting[below(std::size(kCollecting))]);
    assignNew(Kind::Number, "collectgarbage('count')");
}

void WalkScriptGenerator::weakTable()
{
    const Bytes name = "weak" + std::to_string(m_names++);
    emit("local " + name + " = setmetatable({}, {__mode = '" + Bytes(chance(2) ? "k" : "v") + "'})");
    const Bytes seen = declare(Kind::Number);
    emit("local " + seen + " = 0");
    emit("for i = 1, 40 do " + name + "[{i}] = {i} end");
    block(1);
    emit("for k, v in pairs(" + name + ") do " + seen + " = " + seen + " + 1 end");
}

} // namespace tests
