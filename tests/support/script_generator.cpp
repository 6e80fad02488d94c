#include "tests/support/script_generator.h"

namespace tests {

using engine::Bytes;

namespace {

// Keys by what they hold, which commands of other kinds then meet too.
constexpr const char* kKeys[] = {
    "'text'", "'number'", "'list'", "'hash'", "'set'", "'zset'", "'stream'", "'none'", "'other'", "KEYS[1]", "KEYS[2]"};

struct Reply {
    const char* kind;
    const char* words; // %k: a key, %s: a string, %n: a number
};
// Unordered replies are of one element or of integers, which both servers keep in order.
constexpr Reply kCommands[] = {{"status", "'SET', %k, %s"}, {"status", "'MSET', 'text', %s, 'other', %n"},
    {"status", "'TYPE', %k"}, {"status", "'PING'"}, {"status", "'LSET', 'list', 0, %s"},
    {"status", "'RENAME', 'other', 'other'"}, {"integer", "'INCR', 'number'"}, {"integer", "'STRLEN', %k"},
    {"integer", "'LPUSH', 'list', %s"}, {"integer", "'RPUSH', 'list', %s, %n"}, {"integer", "'DEL', 'other'"},
    {"integer", "'EXISTS', %k, %k"}, {"integer", "'HSET', 'hash', 'f', %n"}, {"integer", "'SADD', 'set', 5"},
    {"integer", "'ZADD', 'zset', %n, 'm'"}, {"integer", "'LLEN', %k"}, {"integer", "'SCARD', %k"},
    {"integer", "'XLEN', %k"}, {"integer", "'PEXPIREAT', %k, 99999999999999"}, {"integer", "'PERSIST', %k"},
    {"bulk", "'GET', %k"}, {"bulk", "'GETRANGE', %k, 0, 3"}, {"bulk", "'ECHO', %s"}, {"bulk", "'HGET', %k, 'f'"},
    {"bulk", "'LINDEX', %k, 0"}, {"bulk", "'GETSET', 'text', %s"}, {"bulk", "'INCRBYFLOAT', 'number', '0.5'"},
    {"bulk", "'LPOP', 'list'"}, {"null", "'GET', 'none'"}, {"null", "'HGET', 'hash', 'none'"},
    {"null", "'ZSCORE', 'zset', 'none'"}, {"null", "'LPOP', 'none'"}, {"null array", "'LPOP', 'none', 1"},
    {"null array", "'XREAD', 'STREAMS', 'none', '0'"}, {"array", "'LRANGE', %k, 0, -1"},
    {"array", "'MGET', %k, %k, %k"}, {"array", "'HMGET', %k, 'f', 'g'"}, {"array", "'HVALS', %k"},
    {"array", "'ZRANGE', %k, 0, -1"}, {"array", "'ZRANGE', %k, 0, -1, 'WITHSCORES'"},
    {"array", "'XRANGE', %k, '-', '+'"}, {"array", "'LPOS', 'list', %s, 'COUNT', 0"},
    {"array", "'COMMAND', 'GETKEYS', 'GET', 'x'"}, {"array", "'ZMSCORE', 'zset', 'm', 'none'"},
    {"array", "'LMPOP', 2, 'none', 'list', 'LEFT'"}, {"map", "'HGETALL', %k"}, {"map", "'CONFIG', 'GET', 'x'"},
    {"map", "'XINFO', 'STREAM', 'none'"}, {"map", "'HGETALL', 'hash'"}, {"map", "'COMMAND', 'DOCS', 'none'"},
    {"set", "'SMEMBERS', 'set'"}, {"set", "'SINTER', 'set', 'set'"}, {"set", "'SMEMBERS', %k"},
    {"double", "'ZSCORE', 'zset', 'm'"}, {"double", "'ZINCRBY', 'zset', %n, 'm'"},
    {"double", "'ZADD', 'zset', 'INCR', %n, 'n'"}, {"double", "'GEODIST', 'zset', 'm', 'm'"},
    {"verbatim", "'INFO', 'nosuch'"}, {"error", "'LPUSH', 'text', 1"}, {"error", "'INCR', 'text'"},
    {"error", "'HSET', 'hash', 'f'"}, {"error", "'SET', %k"}, {"error", "'NOSUCH', %s"}, {"error", "'SUBSCRIBE', 'x'"},
    {"error", "'ZADD', 'zset', 'x', 'm'"}, {"error", "'XADD', 'stream', '0-0', 'f', 'v'"},
    {"error", "'EVAL', 'return 1', '0'"}, {"error", "'GET', {}"}, {"error", ""},
    {"error", "'SETRANGE', 'text', -1, 'x'"}};

} // namespace

RandomScript ScriptGenerator::next()
{
    m_variables = m_loops = 0;
    RandomScript script;
    for (const char* name : {"text", "list"})
        script.keys.emplace_back(chance(3) ? "other" : name);
    for (std::size_t i = below(4); i > 0; --i)
        script.argv.push_back(chance(2) ? std::to_string(below(100)) : Bytes(below(6), static_cast<char>(below(256))));
    if (chance(3)) {
        count("redis.setresp");
        script.body += chance(4) ? "redis.setresp(2)\n" : "redis.setresp(3)\n";
    }
    script.body += statements(3);
    script.body += "return " + expression(4);
    while (chance(8))
        script.body += ", " + expression(1);
    return script;
}

Bytes ScriptGenerator::statements(int depth)
{
    Bytes text;
    for (std::size_t i = below(5); i > 0; --i)
        text += statement(depth) + "\n";
    return text;
}

// What a block declares is out of sight behind it.
Bytes ScriptGenerator::block(int depth)
{
    const int before = m_variables;
    Bytes text = "\n" + statements(depth - 1);
    m_variables = before;
    return text;
}

Bytes ScriptGenerator::newVariable()
{
    return "v" + std::to_string(m_variables++);
}

Bytes ScriptGenerator::variable()
{
    return m_variables == 0 ? literal() : "v" + std::to_string(below(static_cast<std::size_t>(m_variables)));
}

Bytes ScriptGenerator::statement(int depth)
{
    switch (below(depth > 0 ? 14 : 6)) {
    case 0:
    case 1:
    case 2: {
        const Bytes value = expression(depth);
        return "local " + newVariable() + " = " + value;
    }
    case 3:
    case 4: {
        const Bytes value = call(depth);
        return "local " + newVariable() + " = " + value;
    }
    case 5:
        return m_variables == 0 ? "local unused = " + literal() : variable() + " = " + expression(depth);
    case 6:
        return "if " + expression(1) + " then" + block(depth) + (chance(2) ? "else" + block(depth) : Bytes()) + "end";
    case 7: {
        const Bytes name = "i" + std::to_string(m_loops++);
        return "for " + name + " = 1, " + std::to_string(below(4)) + " do" + block(depth) + "end";
    }
    case 8:
        return "for index, each in ipairs(" + table(1) + ") do" + block(depth) + "end";
    case 9: {
        const Bytes body = block(depth);
        const Bytes value = expression(2);
        const Bytes flag = newVariable();
        return "local " + flag + ", " + newVariable() + " = pcall(function()" + body + "return " + value + "\nend)";
    }
    case 10: {
        count("failing");
        const Bytes what = failing(depth);
        const Bytes flag = newVariable();
        return "local " + flag + ", " + newVariable() + " = pcall(function() " + what + " end)";
    }
    case 11: {
        const Bytes value = expression(2);
        return "local " + newVariable() + " = coroutine.wrap(function(a)" + block(depth) + "coroutine.yield(a)\nend)("
            + value + ")";
    }
    case 12:
        return chance(4) ? failing(depth) : "do" + block(depth) + "end";
    default:
        return api(depth);
    }
}

Bytes ScriptGenerator::failing(int depth)
{
    switch (below(9)) {
    case 0:
        return "error(" + string() + ")";
    case 1:
        return "error({err = " + string() + "})";
    case 2:
        // A table without a text, uncaught, takes the real server down.
        return "error(" + (chance(2) ? number() : Bytes(chance(2) ? "true" : "nil")) + ")";
    case 3:
        return "local x = nil; x.y = 1";
    case 4:
        return "local x = {} .. 'a'";
    case 5:
        return "nothing()";
    case 6:
        return "string.rep()";
    case 7:
        count("redis.error_reply");
        return "error(redis.error_reply(" + string() + "))";
    default:
        return "local x = " + call(depth) + " + {}";
    }
}

Bytes ScriptGenerator::expression(int depth)
{
    if (depth <= 0)
        return chance(3) ? variable() : literal();
    switch (below(13)) {
    case 0:
    case 1:
        return literal();
    case 2:
    case 3:
        return variable();
    case 4:
    case 5:
        return table(depth);
    case 6:
        return replyTable(depth);
    case 7:
    case 8:
        return call(depth);
    case 9:
        return api(depth);
    case 10:
        return library(depth);
    case 11:
        return "(" + expression(depth - 1)
            + (chance(2)        ? " == "
                    : chance(2) ? " and "
                                : " or ")
            + expression(depth - 1) + ")";
    default:
        return "ARGV[" + std::to_string(1 + below(3)) + "]";
    }
}

Bytes ScriptGenerator::literal()
{
    constexpr const char* kWords[] = {"nil", "true", "false", "''", "{}"};
    switch (below(3)) {
    case 0:
        return pick(kWords);
    case 1:
        return number();
    default:
        return string();
    }
}

Bytes ScriptGenerator::number()
{
    constexpr const char* kNumbers[] = {"0", "1", "-1", "3.7", "-3.7", "0.1", "1e10", "1e15", "1e17", "123456789012345",
        "9007199254740993", "1e100", "-0", "2^53", "1/3", "100", "65536", "1e-5", "0/1", "255"};
    return pick(kNumbers);
}

Bytes ScriptGenerator::string()
{
    constexpr const char* kStrings[] = {"'a'", "''", "'some text'", "'12'", "'1.5'", "'a\\r\\nb'", "'\\0\\1\\255'",
        "'WITH CODE'", "'-dash'", "'ERR x'", "'\\228'", "'m'", "'f'", "('x'):rep(70)", "'{\"a\":[1,2.5,null,\"x\"]}'",
        "'%d'"};
    return pick(kStrings);
}

Bytes ScriptGenerator::key()
{
    return pick(kKeys);
}

Bytes ScriptGenerator::table(int depth)
{
    Bytes text = "{";
    for (std::size_t i = below(5); i > 0; --i) {
        if (chance(6))
            text += "[" + std::to_string(below(6)) + "] = ";
        else if (chance(8))
            text += "name = ";
        text += expression(depth - 1) + ", ";
    }
    return text + "}";
}

Bytes ScriptGenerator::replyTable(int depth)
{
    switch (below(9)) {
    case 0:
        return "{ok = " + string() + "}";
    case 1:
        return "{err = " + string() + "}";
    case 2:
        return "{double = " + number() + "}";
    case 3:
        return "{map = {[" + (chance(2) ? string() : number()) + "] = " + expression(depth - 1) + "}}";
    case 4:
        return "{set = {[" + (chance(2) ? string() : number()) + "] = true}}";
    case 5:
        return "{big_number = " + string() + "}";
    case 6:
        return "{verbatim_string = {format = 'txt', string = " + string() + "}}";
    case 7:
        return "{ok = " + expression(1) + ", err = " + expression(1) + "}";
    default:
        return "{double = " + expression(1) + "}";
    }
}

Bytes ScriptGenerator::command()
{
    const Reply& row = kCommands[below(std::size(kCommands))];
    count(Bytes("reply ") + row.kind);
    Bytes text;
    for (const char* at = row.words; *at != '\0'; ++at) {
        if (*at != '%') {
            text += *at;
            continue;
        }
        ++at;
        text += *at == 'k' ? key() : *at == 's' ? string() : number();
    }
    return text;
}

// Mostly so that an error does not end the script.
Bytes ScriptGenerator::call(int)
{
    const bool raises = chance(5);
    count(raises ? "redis.call" : "redis.pcall");
    return Bytes(raises ? "redis.call(" : "redis.pcall(") + command() + ")";
}

// A call of redis.* that is a statement as well as a value.
Bytes ScriptGenerator::api(int depth)
{
    struct Form {
        const char* name;
        Bytes arguments;
    };
    const Bytes any = expression(depth > 0 ? 1 : 0);
    const Form forms[] = {
        {"redis.status_reply", chance(6) ? any : string()},
        {"redis.error_reply", chance(6) ? any : string()},
        {"redis.sha1hex", chance(6) ? Bytes() : string()},
        {"redis.log", chance(6) ? any : "redis.LOG_DEBUG, " + string()},
        {"redis.setresp",
            chance(4)       ? any
                : chance(2) ? Bytes("2")
                            : Bytes("3")},
        {"redis.set_repl", chance(4) ? any : Bytes("redis.REPL_ALL")},
        {"redis.replicate_commands", {}},
        {"redis.breakpoint", {}},
        {"redis.debug", any},
        {"redis.acl_check_cmd", chance(4) ? any : command()},
    };
    const Form& form = forms[below(std::size(forms))];
    count(form.name);
    // Misuse raises, which is not to end most scripts.
    if (chance(3))
        return Bytes(form.name) + "(" + form.arguments + ")";
    return "select(2, pcall(" + Bytes(form.name) + (form.arguments.empty() ? "" : ", ") + form.arguments + "))";
}

Bytes ScriptGenerator::library(int depth)
{
    const Bytes value = expression(depth - 1);
    switch (below(19)) {
    case 18:
        // The order of a table's keys is a script's to see.
        return "(function(t) local names = {} if type(t) == 'table' then for k in pairs(t) do names[#names + 1] = "
               "type(k) "
               "== 'table' and '{}' or tostring(k) end end return names end)("
            + value + ")";
    case 0:
        return "select(2, pcall(cjson.encode, " + value + "))";
    case 1:
        return "select(2, pcall(cjson.decode, " + string() + "))";
    case 2:
        return "select(2, pcall(cmsgpack.pack, " + value + "))";
    case 3:
        return "select(2, pcall(function() return cmsgpack.unpack(cmsgpack.pack(" + value + ")) end))";
    case 4:
        return "select(2, pcall(struct.pack, '>I4s', " + number() + ", " + string() + "))";
    case 5:
        return "bit.tohex(" + number() + ")";
    case 6:
        return "select(2, pcall(bit.bor, " + value + ", 5))";
    case 7:
        return "tostring(" + number() + ")";
    case 8:
        return "select(2, pcall(tonumber, " + string() + "))";
    case 9:
        return "type(" + value + ")";
    case 10:
        return "select(2, pcall(string.format, '%5.2f|%s', " + number() + ", " + string() + "))";
    case 11:
        return "(" + string() + "):upper():sub(1, 3)";
    case 12:
        return "select(2, pcall(table.concat, " + table(1) + ", ','))";
    case 13:
        return "math.floor(" + number() + ")";
    case 14:
        return "math.random(" + std::to_string(1 + below(1000)) + ")";
    case 15:
        return "select('#', " + value + ", " + literal() + ")";
    case 16:
        return "#" + string();
    default:
        return "{(" + string() + "):find(" + string() + ", 1, true)}";
    }
}

} // namespace tests
