#include "tests/support/walk_scripts.h"

#include "tests/support/walk_commands.h"

#include <utility>

namespace tests {

namespace {

constexpr int kDeepestBlock = 4;
constexpr const char* kStrings[] = {"'a'", "''", "'some text'", "'12'", "'a\\r\\nb'", "'\\0\\1\\255'", "'m'", "'ERR x'",
    "('x'):rep(70)", "ARGV[1]", "ARGV[2]", "'{\"a\":[1,2.5,null,\"x\"]}'", "'k\\195\\164'"};

} // namespace

struct WalkScriptGenerator::Statement {
    const char* kind;
    int weight;
    void (WalkScriptGenerator::*write)();
    bool nests = false; // left out where blocks are deep
};

const std::vector<WalkScriptGenerator::Statement>& WalkScriptGenerator::statements()
{
    using G = WalkScriptGenerator;
    static const std::vector<Statement> all = {{"number", 8, &G::numberLocal}, {"string", 5, &G::stringLocal},
        {"table", 6, &G::tableLocal}, {"assignment", 8, &G::assignment}, {"table change", 6, &G::tableChange},
        {"table keys", 3, &G::tableKeys}, {"branch", 6, &G::branch, true}, {"for", 4, &G::numericLoop, true},
        {"pairs", 5, &G::pairsLoop, true}, {"while", 2, &G::whileLoop, true}, {"repeat", 2, &G::repeatLoop, true},
        {"do", 1, &G::doBlock, true}, {"shadowing", 2, &G::shadowing}, {"function", 5, &G::function, true},
        {"varargs", 2, &G::varargs, true}, {"recursion", 2, &G::recursion, true}, {"closure", 3, &G::closure, true},
        {"tail call", 2, &G::tailCalls, true}, {"calls in one statement", 3, &G::neighbours},
        {"metamethod", 2, &G::methods, true}, {"pcall", 4, &G::protectedCall, true},
        {"failing command", 3, &G::failingCommand}, {"xpcall", 2, &G::handledError, true},
        {"coroutine", 4, &G::coroutine, true}, {"wrap", 3, &G::wrapped, true}, {"resume", 5, &G::resume},
        {"yield", 3, &G::yield}, {"command", 32, &G::redisCall}, {"TIME", 2, &G::time},
        {"math.random", 3, &G::randomness}, {"tostring({})", 3, &G::addresses}, {"libraries", 4, &G::libraries},
        {"gsub callback", 2, &G::callbacks, true}, {"sort callback", 2, &G::comparator, true},
        {"loadstring", 1, &G::otherChunk}, {"output", 2, &G::outputs}, {"several on a line", 2, &G::severalOnALine},
        {"several lines", 2, &G::severalLines}, {"counter", 4, &G::uniqueCounter}, {"garbage", 3, &G::garbage},
        {"weak table", 2, &G::weakTable, true}};
    return all;
}

std::vector<Bytes> WalkScriptGenerator::kinds()
{
    std::vector<Bytes> kinds{"error at the end"};
    for (const Statement& each : statements())
        kinds.emplace_back(each.kind);
    return kinds;
}

WalkCase WalkScriptGenerator::next()
{
    m_body.clear();
    m_lines = m_indent = m_names = m_yields = 0;
    m_wanted = static_cast<int>(18 + below(chance(3) ? 40 : 125));
    m_scopes = {{}};
    // Never hidden by another of its name: what is told of its history can be worked out.
    emit("local counter = 0");
    // One of each kind is always in sight.
    emit("local n, s, t = 7, 'new', {}");
    emit("local function f(a, b) return a, b end");
    m_scopes.back() = {{"n", Kind::Number}, {"s", Kind::String}, {"t", Kind::Table}, {"f", Kind::Function}};
    while (m_lines < m_wanted)
        statement();
    if (chance(6)) {
        ++m_counts["error at the end"];
        emit(failure());
    }
    const Bytes first = number();
    const Bytes second = string();
    emit("return {" + first + ", " + second + ", " + variable(Kind::Table) + ", counter}");

    WalkCase made{.body = m_body, .keys = {"text", "other"}, .argv = {literal(100), Bytes("a\0\xff", 3)}};
    made.given = {{"SET", "text", "given"}, {"SET", "other", "1"}, {"RPUSH", "list", "a", "b", "c"},
        {"HSET", "hash", "f", "1", "g", "2"}, {"SADD", "set", "1", "2", "3", "x", "y"},
        {"ZADD", "zset", "1", "m", "2", "n"}, {"XADD", "stream", "1-1", "f", "v"}, {"SET", "soon", "x", "PX", "1000"}};
    made.rngSeed = m_rng.next() % 1000;
    return made;
}

void WalkScriptGenerator::emit(const Bytes& line)
{
    m_body += Bytes(static_cast<std::size_t>(m_indent) * 2, ' ') + line + "\n";
    ++m_lines;
}

void WalkScriptGenerator::open(const Bytes& line)
{
    emit(line);
    ++m_indent;
    m_scopes.emplace_back();
}

void WalkScriptGenerator::close(const Bytes& line)
{
    m_scopes.pop_back();
    --m_indent;
    emit(line);
}

void WalkScriptGenerator::reopen(const Bytes& line)
{
    close(line);
    m_scopes.emplace_back();
    ++m_indent;
}

void WalkScriptGenerator::block(int most)
{
    for (std::size_t left = 1 + below(static_cast<std::size_t>(most)); left > 0; --left)
        statement();
}

void WalkScriptGenerator::statement()
{
    const auto& all = statements();
    static const int total = [&all] {
        int sum = 0;
        for (const Statement& each : all)
            sum += each.weight;
        return sum;
    }();
    for (;;) {
        auto at = static_cast<int>(below(static_cast<std::size_t>(total)));
        const Statement* chosen = all.data();
        while (at >= chosen->weight)
            at -= (chosen++)->weight;
        if ((chosen->nests && m_indent >= kDeepestBlock)
            || (chosen->write == &WalkScriptGenerator::yield && m_yields == 0)
            || (chosen->write == &WalkScriptGenerator::resume && !find(Kind::Coroutine)))
            continue;
        ++m_counts[chosen->kind];
        return (this->*chosen->write)();
    }
}

Bytes WalkScriptGenerator::declare(Kind kind)
{
    constexpr const char* kLetters[] = {"n", "s", "t", "f", "co"};
    const Bytes name = kLetters[static_cast<int>(kind)] + std::to_string(m_names++);
    m_scopes.back().push_back({name, kind});
    return name;
}

const WalkScriptGenerator::Variable* WalkScriptGenerator::find(Kind kind)
{
    std::vector<const Variable*> found;
    for (const auto& scope : m_scopes) {
        for (const Variable& each : scope) {
            if (each.kind == kind)
                found.push_back(&each);
        }
    }
    return found.empty() ? nullptr : found[below(found.size())];
}

Bytes WalkScriptGenerator::variable(Kind kind)
{
    return find(kind)->name;
}

// --- Expressions: a number is always one, and so on, so that most scripts come far.

Bytes WalkScriptGenerator::number(int depth)
{
    if (depth <= 0)
        return find(Kind::Number) && !chance(3) ? variable(Kind::Number) : literal(20);
    switch (below(9)) {
    case 0:
        return literal(1000);
    case 1:
        return "(" + number(depth - 1) + " + " + number(depth - 1) + ") % 97";
    case 2:
        return "math.random(" + std::to_string(1 + below(50)) + ")";
    case 3:
        return "#" + variable(Kind::Table);
    case 4:
        return "#" + variable(Kind::String);
    case 5:
        return "math.floor(" + number(depth - 1) + " / 3)";
    case 6:
        return "(tonumber(" + string(depth - 1) + ") or " + literal(9) + ")";
    case 7:
        return number(depth - 1) + " * 0.5";
    default:
        return find(Kind::Function) ? call(variable(Kind::Function)) : number(depth - 1);
    }
}

Bytes WalkScriptGenerator::string(int depth)
{
    if (depth <= 0)
        return find(Kind::String) && !chance(3) ? variable(Kind::String) : Bytes(kStrings[below(std::size(kStrings))]);
    switch (below(8)) {
    case 0:
        return "tostring(" + number(depth - 1) + ")";
    case 1:
        return "(" + string(depth - 1) + " .. " + string(depth - 1) + "):sub(1, 40)";
    case 2:
        return "tostring({})";
    case 3:
        return "cjson.encode({" + string(0) + "})";
    case 4:
        return "redis.sha1hex(" + string(0) + ")";
    case 5:
        return "('%5s|%q'):format(" + number(depth - 1) + ", " + string(0) + ")";
    case 6:
        return "type(" + variable(Kind::Table) + ")";
    default:
        return string(0);
    }
}

Bytes WalkScriptGenerator::table(int depth)
{
    if (depth <= 0)
        return find(Kind::Table) && !chance(3) ? variable(Kind::Table) : Bytes("{}");
    switch (below(7)) {
    case 0:
        return "{" + number(1) + ", " + string(1) + ", " + table(depth - 1) + "}";
    case 1:
        return "{x = " + number(1) + ", y = {z = " + string(1) + "}, [" + number(0) + "] = true}";
    case 2:
        return "{[{}] = " + number(0) + ", [{1}] = " + string(0) + ", [" + table(0) + "] = 'by table'}";
    case 3:
        return "{" + table(depth - 1) + ", {" + table(depth - 1) + "}, n = " + number(0) + "}";
    case 4:
        return "{f = " + (find(Kind::Function) ? variable(Kind::Function) : Bytes("type")) + ", [false] = 0.1}";
    case 5:
        return "{" + string(1) + ", nil, " + number(1) + ", ['odd key'] = cjson.null}";
    default:
        return table(0);
    }
}

Bytes WalkScriptGenerator::condition()
{
    switch (below(5)) {
    case 0:
        return "math.random(2) == 1";
    case 1:
        return number(1) + " > " + number(1);
    case 2:
        return string(1) + " == " + string(0);
    case 3:
        return "next(" + variable(Kind::Table) + ") and not (" + number(0) + " == 3)";
    default:
        return number(1) + " % 2 == 0";
    }
}

Bytes WalkScriptGenerator::call(const Bytes& function)
{
    return function + "(" + number(0) + ", " + string(0) + ")";
}

Bytes WalkScriptGenerator::command(bool& raises)
{
    const auto rows = walkCommands();
    const WalkCommand& row = rows[below(rows.size())];
    raises = row.raises;
    Bytes text;
    for (const char* at = row.words; *at != '\0'; ++at) {
        if (*at != '%') {
            text += *at;
            continue;
        }
        ++at;
        text += *at == 'n' ? number(1) : *at == 's' ? string(1) : literal(20);
    }
    return text;
}

} // namespace tests
