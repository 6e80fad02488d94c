#include "tests/support/hostile_scripts.h"

namespace tests {

using engine::Bytes;

namespace {

struct Hazard {
    const char* name;
    const char* code;
};

constexpr Hazard kHazards[] = {
    // Memory safety of stock Lua and of the libraries (CVE-2025-49844, -46817, -46818, -46819, 2024-31449, 2022-24834,
    // …)
    {"collecting load reader", "load(function() collectgarbage() return nil end) error('x')"},
    {"load reader that never ends", "load(function() return 'local x = 1 ' end) error('x')"},
    {"unpack count overflow", "return unpack({1, 2, 3}, -2, 2147483647)"},
    {"unpack count overflow from 0", "return unpack({1, 2, 3}, 0, 2147483647)"},
    {"unpack of everything", "return unpack({}, 1, 1e6)"},
    {"metatable of strings", "getmetatable('').__index = nil"},
    {"long bracket", "loadstring('return [' .. ('='):rep(2^20) .. '[') error('x')"},
    {"huge source", "loadstring(('x = 1 '):rep(4e6)) error('x')"},
    {"proxies", "newproxy(true)"},
    {"tohex of the lowest integer", "bit.tohex(1, -2147483648) error('x')"},
    {"cjson growth", "return #cjson.encode(('\\1'):rep(2^27))"},
    {"cjson depth",
        "local t = {} for i = 1, 1e5 do t = {t} end cjson.encode_max_depth(2^31 - 1) cjson.encode(t) error('x')"},
    {"cjson cycle", "local t = {} t[1] = t cjson.encode(t)"},
    {"cjson decode depth", "cjson.decode_max_depth(2^31 - 1) cjson.decode(('['):rep(1e6))"},
    {"cmsgpack depth", "cmsgpack.unpack(('\\145'):rep(1e6))"},
    {"cmsgpack cycle", "local t = {} t[1] = t cmsgpack.pack(t) error('x')"},
    {"cmsgpack many values", "return cmsgpack.unpack(('\\1'):rep(1e6))"},
    {"struct size", "struct.pack('i33', 1)"},
    {"struct size overflow", "struct.unpack('c4294967297', 'x')"},
    {"struct growth", "return #struct.pack(('c0'):rep(10), ('x'):rep(2^27))"},
    {"bytecode", "loadstring('\\27Lua\\81\\0\\1\\4\\8\\4\\8\\0')()"},
    {"dumped bytecode", "loadstring(string.dump(function() return 1 end))()"},
    {"loaders", "package.loadlib('libc.so.6', 'system')"},
    {"files", "io.open('/etc/passwd')"},
    {"environments", "setfenv(1, {})"},
    // C stacks
    {"pattern recursion", "return string.find(('a'):rep(2e5), ('a?'):rep(2e5))"},
    {"captures", "return string.find('x', ('('):rep(100))"},
    {"recursion", "local function f() return f() .. 'x' end return f()"},
    {"recursion through gsub", "local function f() return (('x'):gsub('.', f)) end return f()"},
    {"recursion through sort", "local function f() table.sort({3, 2, 1}, f) end return f()"},
    {"recursion through pcall", "local function f() return pcall(f) end f() error('x')"},
    {"recursion through coroutines", "local function f() return coroutine.wrap(f)() end return f()"},
    {"recursion through __index", "return setmetatable({}, {__index = function(t, k) return t[k] end}).x"},
    {"recursion through __tostring",
        "local m = {} m.__tostring = function(t) return tostring(t) end return tostring(setmetatable({}, m))"},
    {"syntax levels", "assert(loadstring('return ' .. ('('):rep(1e5)))"},
    {"nested constructors", "assert(loadstring('return ' .. ('{'):rep(1e5)))"},
    // Time in C
    {"exponential pattern", "return string.find(('a'):rep(28), ('a?'):rep(28) .. ('a'):rep(28))"},
    {"many lazy pattern items", "return string.find(('a'):rep(1000), ('a-'):rep(6) .. 'b')"},
    {"quadratic pattern", "return string.find(('a'):rep(1e6), '.-b')"},
    {"quadratic gsub", "return string.gsub(('a'):rep(1e6), '.-b', 'x')"},
    {"gmatch for ever", "for _ in string.gmatch(('a'):rep(1e6), '.-b') do end error('x')"},
    {"rep of nothing", "return #string.rep('', 2^31 - 1)"},
    {"insert far below", "table.insert({}, -3e7, 1) error('x')"},
    {"sort of many", "local t = {} for i = 1, 4e5 do t[i] = -i end table.sort(t) error('x')"},
    {"sort without order", "local t = {} for i = 1, 1e4 do t[i] = i end table.sort(t, function() return true end)"},
    {"maxn of many", "local t = {} for i = 1, 4e5 do t[i] = i end for i = 1, 1e9 do table.maxn(t) end"},
    {"collecting for ever", "local t = {} for i = 1, 1e5 do t[i] = {} end while true do collectgarbage() end"},
    // Time in Lua
    {"endless loop", "while true do end"},
    {"endless loop with calls", "local function f() end while true do f() end"},
    {"endless repeat of errors", "while true do pcall(error, 'x') end"},
    {"nearly endless for", "for i = 1, 1e308 do end"},
    {"handler that loops", "xpcall(function() while true do end end, function() while true do end end)"},
    {"handler that fails", "xpcall(function() error('x') end, function() error('y') end) error('z')"},
    {"coroutine that loops", "coroutine.wrap(function() while true do end end)()"},
    {"wrap in wrap", "while true do coroutine.wrap(function() pcall(function() while true do end end) end)() end"},
    {"commands for ever", "while true do redis.call('ping') end"},
    {"failing commands for ever", "while true do redis.pcall('nosuch') end"},
    {"log for ever", "while true do redis.log(redis.LOG_DEBUG, ('x'):rep(1000)) end"},
    // Memory
    {"rep", "return string.rep('x', 6e8)"},
    {"doubling", "local s = 'x' while true do s = s .. s end"},
    {"tables", "local t = {} while true do t = {t, t, t} end"},
    {"long array", "local t = {} local i = 1 while true do t[i] = i i = i + 1 end"},
    {"growing gsub", "local s = ('x'):rep(1000) while true do s = s:gsub('x', 'xx') end"},
    {"concat", "local t, s = {}, ('x'):rep(1e6) for i = 1, 1e4 do t[i] = s end return table.concat(t)"},
    {"closures", "local t = {} while true do t[#t + 1] = function() return t end end"},
    {"coroutines", "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end"},
    {"no collection", "collectgarbage('stop') collectgarbage('setpause', 1e6) while true do local t = {{}, {}} end"},
    {"wide format", "return string.format('%99999d', 1)"},
    {"many arguments",
        "local t = {} for i = 1, 7000 do t[i] = 'x' end while true do redis.pcall('echo', unpack(t)) end"},
    {"bytes as results", "return string.byte(('x'):rep(1e6), 1, -1)"},
    // Errors that are no text
    {"error of an empty table", "error({})"},
    {"error of a table without err", "error({foo = 'x'})"},
    {"error whose fields raise", "error(setmetatable({err = 'E'}, {__index = function() error('in') end}))"},
    {"error whose fields loop", "error(setmetatable({}, {__index = function() while true do end end}))"},
    {"error of the globals", "error(_G)"},
    {"error with line breaks", "error('a\\r\\n+OK\\r\\n')"},
    {"error of nothing", "error()"},
    // Other people's scripts
    {"overwriting redis", "redis = nil"},
    {"overwriting a function", "redis.call = nil"},
    {"overwriting by rawset", "rawset(string, 'rep', nil)"},
    {"overwriting by insert", "table.insert(redis, 1)"},
    {"overwriting a metatable", "setmetatable(_G, {})"},
    {"overwriting behind the metatable", "getmetatable(_G).__index.redis = nil"},
    {"overwriting by foreach", "table.foreach(_G, function(k) _G[k] = nil end)"},
};

// In a loop, so that an error that the wrapping holds is no way out.
constexpr const char* kWrappings[][3] = {
    {"in pcall", "while true do pcall(function() ", " end) end"},
    {"in an xpcall handler", "while true do xpcall(function() error('x') end, function() ", " end) end"},
    {"in a coroutine", "while true do coroutine.resume(coroutine.create(function() ", " end)) end"},
};

} // namespace

std::vector<HostileScript> hostileScripts()
{
    std::vector<HostileScript> scripts;
    for (const Hazard& hazard : kHazards) {
        // Bare, what the hazard gives if it ends well is turned into an error.
        scripts.push_back(
            {hazard.name, "local function hazard() " + Bytes(hazard.code) + " end hazard() error('ended well')"});
        for (const auto& wrapping : kWrappings)
            scripts.push_back(
                {Bytes(hazard.name) + ", " + wrapping[0], wrapping[1] + Bytes(hazard.code) + wrapping[2]});
    }
    return scripts;
}

} // namespace tests
