// A pure table.
// What Redis changed in its Lua, and published faults of the language itself.

#include "tests/support/hazards.h"

namespace tests {
namespace {

constexpr Hazard kHazards[] = {
    // Tables that may not be written to
    {"I.2 CVE-2022-24735", "overwriting redis", "redis = nil",
        fails("ERR user_script:1: Attempt to modify a readonly table")},
    {"I.2 CVE-2022-24735", "overwriting a function", "redis.call = nil",
        fails("ERR user_script:1: Attempt to modify a readonly table")},
    {"I.1 read-only tables", "overwriting by rawset", "rawset(string, 'rep', nil)",
        fails("ERR Attempt to modify a readonly table")},
    {"I.1 read-only tables", "overwriting by insert", "table.insert(redis, 1)",
        fails("ERR Attempt to modify a readonly table")},
    {"I.1 read-only tables", "overwriting by remove", "table.remove(redis, 1)", kSame},
    {"I.1 read-only tables", "overwriting by sort", "table.sort(redis, function() return true end) return 1", kSame},
    {"I.1 read-only tables", "overwriting by setn", "table.setn(redis, 3)",
        fails("ERR user_script:1: 'setn' is obsolete")},
    {"I.1 read-only tables", "overwriting a metatable", "setmetatable(_G, {})",
        fails("ERR Attempt to modify a readonly table")},
    {"I.1 read-only tables", "overwriting behind the metatable", "getmetatable(_G).__index.redis = nil",
        fails("ERR user_script:1: attempt to index field '__index' (a function value)")},
    {"I.1 read-only tables", "overwriting by foreach", "table.foreach(_G, function(k) _G[k] = nil end)",
        fails("ERR user_script:1: Attempt to modify a readonly table")},
    {"I.1 read-only tables", "overwriting by pairs", "for k in pairs(_G) do rawset(_G, k, nil) end",
        fails("ERR Attempt to modify a readonly table")},
    {"I.1 read-only tables", "overwriting by next", "local k = next(math) math[k] = nil",
        fails("ERR user_script:1: Attempt to modify a readonly table")},
    {"I.2 CVE-2022-24735", "overwriting the error handler", "__redis__err__handler = nil",
        fails("ERR user_script:1: Attempt to modify a readonly table")},
    {"I.2 CVE-2022-24735", "a new global", "function hazard() end",
        fails("ERR user_script:1: Attempt to modify a readonly table")},
    {"I.2 CVE-2022-24735", "keys as globals", "KEYS = nil",
        fails("ERR user_script:1: Attempt to modify a readonly table")},
    {"I.1 read-only tables", "keys and arguments filled", "for i = 1, 1e5 do KEYS[i] = i ARGV[-i] = i end return #KEYS",
        kSame},
    // Compiled chunks
    {"I.1 compiled chunks", "bytecode", "loadstring('\\27Lua\\81\\0\\1\\4\\8\\4\\8\\0')()",
        fails("ERR user_script:1: attempt to call a nil value")},
    {"I.1 compiled chunks", "dumped bytecode", "loadstring(string.dump(function() return 1 end))()",
        fails("ERR user_script:1: attempt to call a nil value")},
    {"I.2 CVE-2015-4335", "bytecode from a reader",
        "local parts = {string.dump(function() return 1 end)} "
        "assert(load(function() return table.remove(parts) end))",
        fails("ERR user_script:1: (load):1: unexpected symbol near 'char(27)'")},
    {"I.2 CVE-2015-4335", "bytecode behind an empty piece",
        "local n = 0 assert(load(function() n = n + 1 if n == 1 then return '' end "
        "if n == 2 then return string.dump(function() return 1 end) end end))",
        fails("ERR user_script:1: (load):1: unexpected symbol near 'char(27)'")},
    {"I.2 CVE-2015-4335", "bytecode with each byte changed",
        "local chunk, loaded = string.dump(function(a) local b = {a} return function() return b end end), 0 "
        "for i = 1, #chunk do if loadstring(chunk:sub(1, i - 1) .. '\\255' .. chunk:sub(i + 1)) and i > 1 then "
        "loaded = loaded + 1 end end return loaded",
        kSame},
    {"I.2 CVE-2015-4335", "bytecode that is cut off",
        "local chunk, loaded = string.dump(function(a) return a end), 0 "
        "for i = 1, #chunk do if loadstring(chunk:sub(1, i)) then loaded = loaded + 1 end end return loaded",
        kSame},
    {"I.1 compiled chunks", "dump of a C function", "string.dump(string.rep)",
        fails("ERR user_script:1: unable to dump given function")},
    {"I.1 compiled chunks", "dump of a large function for ever",
        "local f = loadstring('return {' .. ('1,'):rep(1e5) .. '}') while true do string.dump(f) end", kLimit},
    // Strings and numbers chosen so that a table puts all of them into one list
    {"I.1 hashes", "strings that differ where no hash looks",
        "local head, t = ('a'):rep(991), {} for i = 1, 1e9 do t[head .. ('%032d'):format(i) .. 'a'] = i end", kLimit},
    {"I.1 hashes", "short strings that differ where no hash looks",
        "local t = {} for i = 1, 1e9 do t[(('%016d'):format(i):gsub('.', '%0a')) .. ('a'):rep(8)] = i end", kLimit},
    {"I.1 hashes", "strings of one hash that are not kept",
        "local head = ('a'):rep(991) while true do for i = 1, 1e5 do local s = head .. ('%032d'):format(i) .. 'a' end "
        "end",
        kLimit},
    {"I.1 hashes", "numbers of one hash", "local t = {} for i = 1, 2^20 do t[2^52 + i * (2^32 - 1)] = i end return 1",
        kLimit},
    // Many variable arguments
    {"I.2 CVE-2014-5461", "many variable arguments",
        "local t = {} for i = 1, 7900 do t[i] = i end return select('#', (function(...) return ... end)(unpack(t)))",
        kSame},
    {"I.2 CVE-2014-5461", "more parameters than arguments",
        "local t = {} for i = 1, 50 do t[i] = 'p' .. i end "
        "local f = loadstring('local function f(' .. table.concat(t, ',') .. ', ...) return ... end return f') "
        "return f()(1, 2, 3)",
        kSame},
    {"I.2 CVE-2014-5461", "variable arguments that grow",
        "local function f(...) return select('#', f(1, 2, 3, 4, 5, 6, 7, 8, ...)) end return f()", kLimit},
    {"I.2 CVE-2014-5461", "variable arguments that grow in a tail call",
        "local function f(...) return f(1, 2, 3, 4, 5, 6, 7, 8, ...) end return f()", kLimit},
    {"I.2 CVE-2014-5461", "select of the least number", "return select(-2147483648, 1, 2, 3)",
        fails("ERR user_script:1: bad argument #1 to 'select' (index out of range)")},
    {"I.2 CVE-2014-5461", "select far behind", "return select(2147483647, 1, 2, 3)", kSame},
    // Libraries that are not there
    {"I.2 CVE-2022-0543", "loaders", "package.loadlib('libc.so.6', 'system')",
        fails("ERR user_script:1: Script attempted to access nonexistent global variable 'package'")},
    {"I.2 CVE-2022-0543", "files", "io.open('/etc/passwd')",
        fails("ERR user_script:1: Script attempted to access nonexistent global variable 'io'")},
    {"I.2 CVE-2022-0543", "programs", "os.execute('true')",
        fails("ERR user_script:1: Script attempted to access nonexistent global variable 'os'")},
    {"I.2 CVE-2022-0543", "hooks", "debug.sethook()",
        fails("ERR user_script:1: Script attempted to access nonexistent global variable 'debug'")},
    {"I.2 CVE-2022-0543", "modules", "require('os')",
        fails("ERR user_script:1: Script attempted to access nonexistent global variable 'require'")},
    {"I.2 CVE-2022-0543", "files of Lua", "dofile('/etc/passwd')",
        fails("ERR user_script:1: Script attempted to access nonexistent global variable 'dofile'")},
    // Readers of load
    {"I.2 CVE-2025-49844", "collecting load reader", "return type(load(function() collectgarbage() return nil end))",
        kSame},
    {"I.2 CVE-2025-49844", "collecting load reader with an error",
        "local n = 0 local f, message = load(function() n = n + 1 collectgarbage() if n == 3 then return '+' end "
        "return n == 2 and 'x' or '' end) return tostring(message)",
        kSame},
    {"I.2 CVE-2025-49844", "load reader that never ends", "load(function() return 'local x = 1 ' end)", kLimit},
    {"I.2 CVE-2025-49844", "load reader of spaces", "load(function() return (' '):rep(1e5) end)", kFine},
    {"I.2 CVE-2025-49844", "load reader that raises", "return select(2, load(function() error({1}, 0) end))", kSame},
    {"I.2 CVE-2025-49844", "load reader that loops", "load(function() while true do end end)", kLimit},
    {"I.2 CVE-2025-49844", "load reader that yields",
        "return coroutine.wrap(function() return select(2, load(coroutine.yield)) end)()", kSame},
    {"I.2 CVE-2025-49844", "load reader that loads",
        "local function f() return load(f) and '' end return select(2, load(f))", kLimit},
    {"I.2 CVE-2025-49844", "load reader of tables", "return select(2, load(function() return {} end))", kFine},
    {"I.2 CVE-2025-49844", "load reader of numbers",
        "local n = 0 return select(2, load(function() n = n + 1 if n < 1000 then return n end end))", kSame},
    // Counts of unpack
    {"I.2 CVE-2025-46817", "unpack count overflow", "return unpack({1, 2, 3}, -2, 2147483647)",
        fails("ERR user_script:1: too many results to unpack")},
    {"I.2 CVE-2025-46817", "unpack count overflow from 0", "return unpack({1, 2, 3}, 0, 2147483647)",
        fails("ERR user_script:1: too many results to unpack")},
    {"I.2 CVE-2025-46817", "unpack of all numbers", "return unpack({}, -2147483648, 2147483647)",
        fails("ERR user_script:1: too many results to unpack")},
    {"I.2 CVE-2025-46817", "unpack of everything", "return unpack({}, 1, 1e6)",
        fails("ERR user_script:1: too many results to unpack")},
    {"I.2 CVE-2025-46817", "unpack past the stack", "return unpack({}, 1, 8000)",
        fails("ERR user_script:1: too many results to unpack")},
    {"I.2 CVE-2025-46817", "unpack at the end of numbers", "return unpack({}, 2147483647, 2147483647)", kSame},
    {"I.2 CVE-2025-46817", "unpack backwards", "return unpack({}, 2147483647, -2147483648)", kSame},
    {"I.2 CVE-2025-46817", "unpack in unpack", "local function f(...) return f(unpack({...}, 1, 7000)) end return f(1)",
        kLimit},
    // Metatables of basic types
    {"I.2 CVE-2025-46818", "metatable of strings", "getmetatable('').__index = nil",
        fails("ERR user_script:1: Attempt to modify a readonly table")},
    {"I.2 CVE-2025-46818", "texts of strings", "getmetatable('').__tostring = error",
        fails("ERR user_script:1: Attempt to modify a readonly table")},
    {"I.2 CVE-2025-46818", "metatable of strings by rawset", "rawset(getmetatable(''), '__index', nil)",
        fails("ERR Attempt to modify a readonly table")},
    {"I.2 CVE-2025-46818", "another metatable of strings", "setmetatable('', {})",
        fails("ERR user_script:1: bad argument #1 to 'setmetatable' (table expected, got string)")},
    {"I.2 CVE-2025-46818", "a field of a string", "local s = 'x' s.y = 1",
        fails("ERR user_script:1: attempt to index local 's' (a string value)")},
    {"I.2 CVE-2025-46818", "metatable of numbers", "getmetatable(1).__index = nil",
        fails("ERR user_script:1: attempt to index a nil value")},
    {"I.2 CVE-2025-46818", "environments", "setfenv(1, {})",
        fails("ERR user_script:1: Script attempted to access nonexistent global variable 'setfenv'")},
    {"I.2 CVE-2025-46818", "environments of others", "getfenv(0).redis = nil",
        fails("ERR user_script:1: Script attempted to access nonexistent global variable 'getfenv'")},
    // Counters of the lexer
    {"I.2 CVE-2025-46819", "long bracket", "return loadstring('return [' .. ('='):rep(2^20) .. '[')", kSame},
    {"I.2 CVE-2025-46819", "long bracket that closes",
        "local e = ('='):rep(2^20) return loadstring('return [' .. e .. '[x]' .. e .. ']')()", kSame},
    {"I.2 CVE-2025-46819", "long string without an end", "return loadstring('return [[' .. ('x'):rep(1e6))", kSame},
    {"I.2 CVE-2025-46819", "long comment without an end", "return loadstring('--[==[' .. ('x'):rep(1e6))", kSame},
    {"I.2 CVE-2025-46819", "many lines", "return type(loadstring(('\\n'):rep(2e6)))", kSame},
    {"I.2 CVE-2025-46819", "huge source", "loadstring(('x = 1 '):rep(4e6))", kFine},
    {"I.2 CVE-2025-46819", "source past its limit", "return select(2, loadstring((' '):rep(2^23 + 1)))", kFine},
    {"I.2 CVE-2025-46819", "long name", "return #loadstring('return \"' .. ('x'):rep(1e6) .. '\"')()", kSame},
    {"I.2 CVE-2025-46819", "long number", "return loadstring('return ' .. ('9'):rep(1e5))()", kSame},
    {"I.2 CVE-2025-46819", "long chunk name", "return #select(2, loadstring('+', ('x'):rep(1e6)))", kSame},
    // Finalisers
    {"I.2 CVE-2024-46981", "proxies", "newproxy(true)",
        fails("ERR user_script:1: Script attempted to access nonexistent global variable 'newproxy'")},
    {"I.2 CVE-2024-46981", "finalisers of tables",
        "while true do setmetatable({}, {__gc = function() while true do end end}) end", kLimit},
    // Wrappers of the text
    {"I.2 CVE-2022-24736", "closing a wrapper", "return select(2, loadstring('return 1 end redis = nil'))", kSame},
    {"I.2 CVE-2026-23631", "a flush of scripts", "return redis.call('script', 'flush')",
        fails("ERR This Redis command is not allowed from script")},
    {"I.2 CVE-2026-23631", "a flush of functions", "return redis.call('function', 'flush')",
        fails("ERR This Redis command is not allowed from script")},
    {"I.2 CVE-2026-23631", "a reload", "return redis.call('debug', 'reload')",
        fails("ERR This Redis command is not allowed from script")},
    {"I.2 CVE-2026-23631", "a script in a script", "return redis.call('eval', 'return 1', 0)",
        fails("ERR This Redis command is not allowed from script")},
    // Parsers
    {"I.3 parsers", "syntax levels", "assert(loadstring('return ' .. ('('):rep(1e5)))",
        fails("ERR user_script:1: [string \"return ((((((((((((((((((((((((((((((((((((((((((((((((((((((((...\"]:1: "
              "chunk has too many syntax levels")},
    {"I.3 parsers", "nested constructors", "assert(loadstring('return ' .. ('{'):rep(1e5)))",
        fails("ERR user_script:1: [string \"return {{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{...\"]:1: "
              "chunk has too many syntax levels")},
    {"I.3 parsers", "nested functions", "assert(loadstring(('return function() '):rep(1e4)))",
        fails("ERR user_script:1: [string \"return function() return function() return function() return fu...\"]:1: "
              "chunk has too many syntax levels")},
    {"I.3 parsers", "nested blocks", "assert(loadstring(('do '):rep(1e5)))",
        fails("ERR user_script:1: [string \"do do do do do do do do do do do do do do do do do do do do do ...\"]:1: "
              "chunk has too many syntax levels")},
    {"I.3 parsers", "nested conditions", "assert(loadstring(('if x then '):rep(1e5)))",
        fails("ERR user_script:1: [string \"if x then if x then if x then if x then if x then if x then if ...\"]:1: "
              "chunk has too many syntax levels")},
    {"I.3 parsers", "nested signs", "assert(loadstring('return ' .. ('- '):rep(1e5) .. '1'))",
        fails("ERR user_script:1: [string \"return - - - - - - - - - - - - - - - - - - - - - - - - - - - - ...\"]:1: "
              "chunk has too many syntax levels")},
    {"I.3 parsers", "long chains", "assert(loadstring('return ' .. ('x'):rep(1e5, '.')))", kSame},
    {"I.3 parsers", "concatenations in a row", "assert(loadstring('return ' .. ('1 ..'):rep(1e5) .. '1'))",
        fails("ERR user_script:1: [string \"return 1 ..1 ..1 ..1 ..1 ..1 ..1 ..1 ..1 ..1 ..1 ..1 ..1 ..1 .....\"]:1: "
              "chunk has too many syntax levels")},
    {"I.3 parsers", "powers in a row", "assert(loadstring('return ' .. ('1^'):rep(1e5) .. '1'))",
        fails("ERR user_script:1: [string \"return 1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^1^...\"]:1: "
              "chunk has too many syntax levels")},
    {"I.3 parsers", "many locals", "assert(loadstring(('local x '):rep(201)))",
        fails("ERR user_script:1: [string \"local x local x local x local x local x local x local x local x...\"]:1: "
              "main function has more than 200 local variables")},
    {"I.3 parsers", "many upvalues",
        "local t = {} for i = 1, 61 do t[i] = 'x' .. i end local names = table.concat(t, ',') "
        "assert(loadstring('local ' .. names .. ' return function() return ' .. names .. ' end'))",
        fails("ERR user_script:1: [string \"local x1,x2,x3,x4,x5,x6,x7,x8,x9,x10,x11,x12,x13,x14,x15,x16,x1...\"]:1: "
              "function at line 1 has more than 60 upvalues")},
    {"I.3 parsers", "many constants",
        "local t = {} for i = 1, 3e5 do t[i] = 'x=' .. i end return loadstring(table.concat(t, ' '))", kLimit},
    {"I.3 parsers", "many breaks", "loadstring('while true do ' .. ('if x then break end '):rep(4e5) .. ' end')",
        kLimit},
    {"I.3 parsers", "many conditions in a row", "loadstring('return ' .. ('x or '):rep(1e6) .. 'x')", kLimit},
    {"I.3 parsers", "many branches", "loadstring('if x then ' .. (' elseif x then '):rep(4e5) .. ' end')", kLimit},
    {"I.3 parsers", "many arguments of a call", "assert(loadstring('f(' .. ('1,'):rep(300) .. '1)'))",
        fails("ERR user_script:1: [string \"f(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1...\"]:1: "
              "function or expression too complex near '1'")},
    {"I.3 parsers", "many values of an assignment",
        "assert(loadstring(('x,'):rep(300) .. 'x = ' .. ('1,'):rep(300) .. '1'))",
        fails("ERR user_script:1: [string \"x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x,x...\"]:1: "
              "main function has more than 198 variables in assignment")},
    {"I.3 parsers", "many fields", "return #loadstring('return {' .. ('1,'):rep(1e5) .. '}')()", kSame},
    {"I.3 parsers", "many functions", "loadstring(('f = function() end '):rep(2e5))", kLimit},
    {"I.3 parsers", "parsing for ever", "local s = ('x = 1 '):rep(1e5) while true do loadstring(s) end", kLimit},
    {"I.3 parsers", "an error at the end of much",
        "local s = ('x = 1 '):rep(1e5) .. '+' while true do loadstring(s) end", kLimit},
};

} // namespace

std::span<const Hazard> hazardsOfLua()
{
    return kHazards;
}

} // namespace tests
