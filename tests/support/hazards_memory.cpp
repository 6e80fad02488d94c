// A pure table.
// Memory: of strings, tables, coroutines and closures, and what hides it from the collector.

#include "tests/support/hazards.h"

namespace tests {
namespace {

constexpr Hazard kHazards[] = {
    {"I.3 memory", "rep", "return string.rep('x', 6e8)", refused("ERR user_script:1: resulting string too large")},
    {"I.3 memory", "rep of all that is allowed", "return #string.rep('x', 2^29)", kLimit},
    {"I.3 memory", "rep of a text past all", "return string.rep(('x'):rep(1000), 2147483647)",
        refused("ERR user_script:1: resulting string too large")},
    {"I.3 memory", "doubling", "local s = 'x' while true do s = s .. s end", kLimit},
    {"I.3 memory", "doubling in one expression",
        "local s = ('x'):rep(1e6) while true do s = s .. s .. s .. s .. s .. s .. s .. s end", kLimit},
    {"I.3 memory", "text that grows by one", "local s = ('x'):rep(1e6) while true do s = s .. 'x' end", kLimit},
    {"I.3 memory", "tables", "local t = {} while true do t = {t, t, t} end", kLimit},
    {"I.3 memory", "long array", "local t = {} local i = 1 while true do t[i] = i i = i + 1 end", kLimit},
    {"I.3 memory", "wide hash", "local t = {} local i = 1 while true do t['k' .. i] = i i = i + 1 end", kLimit},
    {"I.3 memory", "array that is set from above", "local t = {} for i = 2^26, 1, -1 do t[i] = i end", kLimit},
    {"I.3 memory", "large constructor", "return #{('x'):rep(7900):byte(1, -1)}", kSame},
    {"I.3 memory", "texts that are kept", "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end", kLimit},
    {"I.3 memory", "long texts that are kept", "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end", kLimit},
    {"I.3 memory", "growing gsub", "local s = ('x'):rep(1000) while true do s = s:gsub('x', 'xx') end", kLimit},
    {"I.3 memory", "concat", "local t, s = {}, ('x'):rep(1e6) for i = 1, 1e4 do t[i] = s end return #table.concat(t)",
        kLimit},
    {"I.3 memory", "concat of itself", "local t = {'x'} while true do t[#t + 1] = table.concat(t) end", kLimit},
    {"I.3 memory", "format that grows", "local s = 'x' while true do s = ('%s%s%s'):format(s, s, s) end", kLimit},
    {"I.3 memory", "quotes that grow", "local s = '\\\\' while true do s = ('%q'):format(s) end", kLimit},
    {"I.3 memory", "many characters of a format",
        "local s, t = ('x'):rep(1e6), {} for i = 1, 200 do t[i] = s end return #('%s'):rep(200):format(unpack(t))",
        kLimit},
    {"I.3 memory", "upper that is kept",
        "local t, s = {}, ('x'):rep(1e6) while true do t[#t + 1] = (s .. #t):upper() end", kLimit},
    {"I.3 memory", "closures", "local t = {} while true do t[#t + 1] = function() return t end end", kLimit},
    {"I.3 memory", "loaded chunks", "local t = {} while true do t[#t + 1] = loadstring('return ' .. #t) end", kLimit},
    {"I.3 memory", "coroutines", "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end", kLimit},
    {"I.3 memory", "coroutines in the middle",
        "local t = {} while true do local c = coroutine.wrap(function(...) coroutine.yield(...) end) "
        "c(unpack({}, 1, 1000)) t[#t + 1] = c end",
        kLimit},
    {"I.3 memory", "coroutines with deep stacks",
        "local function f(n) if n == 0 then coroutine.yield() else f(n - 1) end return 1 end "
        "local t = {} while true do local c = coroutine.wrap(f) c(10000) t[#t + 1] = c end",
        kLimit},
    {"I.3 memory", "no collection",
        "collectgarbage('stop') collectgarbage('setpause', 1e6) while true do local t = {{}, {}} end", kLimit},
    {"I.3 memory", "no collection by steps",
        "collectgarbage('setstepmul', 0) while true do local s = ('x'):rep(1000) .. collectgarbage('count') end",
        kLimit},
    {"I.3 memory", "bytes as results", "return string.byte(('x'):rep(1e6), 1, -1)",
        fails("ERR user_script:1: stack overflow (string slice too long)")},
    {"I.3 memory", "out of memory again and again",
        "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end", kLimit},
    {"I.3 memory", "out of memory in a handler",
        "xpcall(function() local s = 'x' while true do s = s .. s end end, function() local s = 'x' "
        "while true do s = s .. s end end)",
        kLimit},
    {"I.3 memory", "out of memory in a metamethod",
        "local t = setmetatable({}, {__index = function() local s = 'x' while true do s = s .. s end end}) return t.x",
        kLimit},
    {"I.3 memory", "out of memory with much held",
        "local t = {} pcall(function() while true do t = {t, ('x'):rep(100) .. collectgarbage('count')} end end) "
        "while true do t = {t} end",
        kLimit},
    {"I.3 memory", "error texts that grow", "local e = 'x' while true do e = select(2, pcall(error, e .. e)) end",
        kLimit},
    {"I.3 memory", "error levels that grow",
        "local function f(n) local ok, e = pcall(f, n .. n) return e end f('xxxxxxxx')", kLimit},
    {"I.3 memory", "error tables that are kept",
        "local t = {} while true do t[#t + 1] = redis.error_reply(('x'):rep(1e4) .. #t) end", kLimit},
    {"I.3 memory", "metatables that are kept",
        "local t = {} while true do t = setmetatable({t}, {__index = t, __newindex = t}) end", kLimit},
    {"I.3 memory", "keys of weak tables",
        "local t = setmetatable({}, {__mode = 'k'}) local held = {} "
        "for i = 1, 1e9 do local k = {} held[i] = k t[k] = k end",
        kLimit},
    {"I.3 memory", "json that is kept",
        "local t, s = {}, '[' .. ('1,'):rep(1e5) .. '1]' while true do t[#t + 1] = cjson.decode(s) end", kLimit},
    {"I.3 memory", "texts of tables", "local t = {} while true do t[tostring({})] = 1 end", kLimit},
    {"I.3 memory", "numbers as texts", "local t = {} for i = 1, 1e9 do t[i] = i .. '' end", kLimit},
    {"I.3 memory", "arguments of calls that are kept",
        "local t = {} local function f(...) t[#t + 1] = {...} end while true do f(unpack({}, 1, 7000)) end", kLimit},
};

} // namespace

std::span<const Hazard> hazardsOfMemory()
{
    return kHazards;
}

} // namespace tests
