#include "engine/script/lua_readonly.h"

#include "tests/support/lua_vm.h"

#include <QtTest>

using tests::CountingBudget;
using tests::LuaVm;

namespace {

void addRows(const std::vector<std::pair<const char*, const char*>>& rows)
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<QByteArray>("answer");
    for (const auto& [script, answer] : rows)
        QTest::newRow(script) << QByteArray(script) << QByteArray(answer);
}

void checkRow(LuaVm& vm)
{
    QFETCH(QByteArray, script);
    QFETCH(QByteArray, answer);
    const std::string got = vm.run({script.data(), static_cast<std::size_t>(script.size())});
    QCOMPARE(QByteArray(got.data(), static_cast<int>(got.size())), answer);
}

const char* const kRefused = "error: user_script:1: Attempt to modify a readonly table";
const char* const kRefusedByC = "error: Attempt to modify a readonly table";

} // namespace

class LuaReadonlyTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scriptsCannotChangeWhatIsShared_data()
    {
        addRows({
            {"x = 1", kRefused},
            {"string = 1", kRefused},
            {"KEYS = {}", kRefused},
            {"function f() end", kRefused},
            {"_G.x = 1", kRefused},
            {"_G[1] = 1", kRefused},
            {"string.x = 1", kRefused},
            {"string.sub = nil", kRefused},
            {"math.pi = 3", kRefused},
            {"bit.band = nil", kRefused},
            {"getmetatable(_G).__index = 1", kRefused},
            {"getmetatable('').__index = 1", kRefused},
            {"getmetatable('').__index.sub = 1", kRefused},
            {"getmetatable('').x = 1", kRefused},
            {"rawset(_G, 'x', 1)", kRefusedByC},
            {"rawset(string, 'x', 1)", kRefusedByC},
            {"rawset(getmetatable(''), '__index', 1)", kRefusedByC},
            {"setmetatable(_G, {})", kRefusedByC},
            {"setmetatable(_G, nil)", kRefusedByC},
            {"setmetatable(string, {})", kRefusedByC},
            {"setmetatable(getmetatable(_G), {})", kRefusedByC},
            {"for _, t in pairs(_G) do if type(t) == 'table' and pcall(rawset, t, 'x', 1) then return 'written' end "
             "end "
             "return 'none'",
                "none"},
            {"local f, t = pairs(string) t.x = 1", kRefused},
            {"local f, t = pairs(_G) t.x = 1", kRefused},
        });
    }
    void scriptsCannotChangeWhatIsShared()
    {
        LuaVm vm;
        checkRow(vm);
        QCOMPARE(
            vm.run("local s = ('abc'):sub(2) return s, math.pi > 3, rawget(_G, 'x'), string.x"), "bc true nil nil");
    }

    void missingNamesRaise_data()
    {
        addRows({
            {"return foo", "error: user_script:1: Script attempted to access nonexistent global variable 'foo'"},
            {"return _G[1]", "error: user_script:1: Script attempted to access nonexistent global variable '1'"},
            {"return _G[true]",
                "error: user_script:1: Second argument to luaProtectedTableError must be a string or number"},
            {"return _G[{}]",
                "error: user_script:1: Second argument to luaProtectedTableError must be a string or number"},
            {"foo()", "error: user_script:1: Script attempted to access nonexistent global variable 'foo'"},
            {"return string.nothing", "nil"},
            {"return rawget(_G, 'foo')", "nil"},
            {"return print", "error: user_script:1: Script attempted to access nonexistent global variable 'print'"},
            {"return newproxy",
                "error: user_script:1: Script attempted to access nonexistent global variable 'newproxy'"},
        });
    }
    void missingNamesRaise()
    {
        LuaVm vm;
        checkRow(vm);
    }

    void protectedTablesCanBeRead_data()
    {
        addRows({
            {"return rawequal(_G, _G._G), _G == _G._G", "true true"},
            {"local n = 0 for k, v in pairs(string) do n = n + 1 if string[k] ~= v then return k end end return n > 14",
                "true"},
            {"local n = 0 for k in pairs(_G) do n = n + 1 end return n > 20, next(_G) ~= nil", "true true"},
            {"for k, v in next, bit do if rawget(bit, k) ~= v then return k end end return 'same'", "same"},
            {"return type(getmetatable(_G)), type(getmetatable(_G).__index)", "table function"},
            {"return getmetatable(string), getmetatable('').__index == string", "nil true"},
            {"return rawget(string, 'sub') == string.sub, ('x').sub == string.sub", "true true"},
            {"return next({}), next({5}), pcall(next, {}, 'x')", "nil 1 false invalid key to 'next'"},
            {"return #string, pcall(next)", "0 false bad argument #1 to '?' (table expected, got no value)"},
        });
    }
    void protectedTablesCanBeRead()
    {
        LuaVm vm;
        checkRow(vm);
    }

    void ordinaryTablesBehaveAsBefore_data()
    {
        addRows({
            {"local t = setmetatable({}, {__index = {a = 1}}) rawset(t, 'b', 2) return t.a, t.b, rawget(t, 'a')",
                "1 2 nil"},
            {"return getmetatable(setmetatable({}, {__metatable = 'locked'}))", "locked"},
            {"setmetatable(setmetatable({}, {__metatable = 1}), {})",
                "error: user_script:1: cannot change a protected metatable"},
            {"setmetatable({}, 1)", "error: user_script:1: bad argument #2 to 'setmetatable' (nil or table expected)"},
            {"setmetatable(1, {})",
                "error: user_script:1: bad argument #1 to 'setmetatable' (table expected, got number)"},
            {"rawset({}, nil, 1)", "error: table index is nil"},
            {"rawset({}, 1)", "error: user_script:1: bad argument #3 to 'rawset' (value expected)"},
            {"rawget({})", "error: user_script:1: bad argument #2 to 'rawget' (value expected)"},
            {"local t = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v * 2) end}) t.a = 4 return t.a",
                "8"},
            {"return getmetatable(1), getmetatable({})", "nil nil"},
        });
    }
    void ordinaryTablesBehaveAsBefore()
    {
        LuaVm vm;
        checkRow(vm);
    }

    void hostsWriteThroughTheContents()
    {
        LuaVm vm;
        lua_State* const lua = vm.lua();
        engine::pushTableContents(lua, LUA_GLOBALSINDEX);
        lua_newtable(lua);
        lua_pushliteral(lua, "k1");
        lua_rawseti(lua, -2, 1);
        lua_setfield(lua, -2, "KEYS");
        lua_pop(lua, 1);
        QCOMPARE(vm.run("KEYS[2] = 'k2' return KEYS[1], KEYS[2]"), "k1 k2");
        QCOMPARE(vm.run("KEYS = nil"), kRefused);
        engine::protectLibraries(lua);
        QCOMPARE(vm.run("KEYS[3] = 'k3' return KEYS[3]"), "k3");
        QCOMPARE(lua_gettop(lua), 0);
    }

    void baseLibraryGuards_data()
    {
        addRows({
            {"return unpack({1, 2, 3}, -2, 2147483647)", "error: user_script:1: too many results to unpack"},
            {"return unpack({}, 0, 2147483647)", "error: user_script:1: too many results to unpack"},
            {"return unpack({}, -2147483648, 2147483647)", "error: user_script:1: too many results to unpack"},
            {"return unpack({}, 1, 9000)", "error: user_script:1: too many results to unpack"},
            {"return select('#', unpack({}, 1, 7900))", "7900"},
            {"return unpack({1, 2, 3})", "1 2 3"},
            {"return unpack({1, 2, 3}, 2)", "2 3"},
            {"return unpack({1, 2, 3}, 2, 5)", "2 3 nil nil"},
            {"return select('#', unpack({}, 2147483647, 2147483647)), select('#', unpack({}, 5, 1))", "1 0"},
            {"return unpack(1)", "error: user_script:1: bad argument #1 to 'unpack' (table expected, got number)"},
            {"return loadstring('return 1 + 1')()", "2"},
            {"return loadstring('x x')", "nil [string \"x x\"]:1: '=' expected near 'x'"},
            {"return loadstring('x x', '@name')", "nil name:1: '=' expected near 'x'"},
            {"return loadstring('\\27Lua', '=n')", "nil n:1: unexpected symbol near 'char(27)'"},
            {"return loadstring(string.dump(function() end), '=n')", "nil n:1: unexpected symbol near 'char(27)'"},
            {"local d, i = string.dump(function() end), 0 return load(function() i = i + 1 return d:sub(i, i) end)",
                "nil (load):1: unexpected symbol near 'char(27)'"},
            {"local p = {'return ', 4, 2} local i = 0 return load(function() i = i + 1 return p[i] end)()", "42"},
            {"return load(function() return {} end)", "nil user_script:1: reader function must return a string"},
            {"return load(function() error('no') end)", "nil user_script:1: no"},
            {"return load('x')", "error: user_script:1: bad argument #1 to 'load' (function expected, got string)"},
            {"return type(load(function() return nil end))", "function"},
            {"local n = 0 load(function() n = n + 1 if n < 3 then collectgarbage() return n == 2 and 'x=' or '' end "
             "end) return n",
                "3"},
            {"return loadstring((' '):rep(9000000))", "nil source of a chunk is longer than 8388608 bytes"},
            {"local s = (' '):rep(1000000) return load(function() return s end)",
                "nil source of a chunk is longer than 8388608 bytes"},
            {"collectgarbage('stop') local n = 0 for i = 1, 20000 do n = math.max(n, collectgarbage('count')) local s "
             "= ('x'):rep(1000) .. i end return n < 5000",
                "true"},
            {"return collectgarbage(), collectgarbage('restart'), collectgarbage('setpause', 5)", "0 0 200"},
            {"collectgarbage('x')", "error: user_script:1: bad argument #1 to 'collectgarbage' (invalid option 'x')"},
        });
    }
    void baseLibraryGuards()
    {
        LuaVm vm;
        checkRow(vm);
    }

    void aKillPassesThroughLoad()
    {
        LuaVm vm;
        CountingBudget budget(0);
        engine::setScriptBudget(vm.lua(), &budget);
        QCOMPARE(vm.run("return load(function() error('no') end)"), "error: out of steps");
        engine::setScriptBudget(vm.lua(), nullptr);
        QCOMPARE(vm.run("return load(function() error('no', 0) end)"), "nil no");
    }
};

QTEST_GUILESS_MAIN(LuaReadonlyTest)
#include "lua_readonly_test.moc"
