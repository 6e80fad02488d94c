#include "engine/script/lua_cjson.h"
#include "engine/script/script_input.h"

#include "tests/support/lua_cases.h"
#include "tests/support/lua_vm.h"

#include <QtTest>

using tests::CountingBudget;
using tests::LuaVm;

namespace {

QByteArray run(LuaVm& vm, const QByteArray& script)
{
    return QByteArray::fromStdString(vm.run({script.data(), static_cast<std::size_t>(script.size())}));
}

} // namespace

class LuaLibrariesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void librariesAnswerAsRedisDoes_data() { tests::addLuaCases(); }
    void librariesAnswerAsRedisDoes()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, answer);
        LuaVm vm;
        const QByteArray got = run(vm, tests::showing(body));
        QVERIFY2(got == answer, qPrintable("\n  got      " + got.left(3000) + "\n  expected " + answer.left(3000)));
        QCOMPARE(lua_gettop(vm.lua()), 0);
    }

    void cjsonSettingsGoInAndOut()
    {
        LuaVm vm;
        QVERIFY(engine::cjsonOptions(vm.lua()) == engine::CjsonOptions{});
        engine::CjsonOptions options;
        options.encodeMaxDepth = 3;
        options.encodeInvalidNumbers = 2;
        engine::setCjsonOptions(vm.lua(), options);
        QCOMPARE(run(vm, "return cjson.encode_max_depth(), cjson.encode({1/0}), cjson.new().encode_max_depth()"),
            QByteArray("3 [null] 1000"));
        run(vm,
            "cjson.encode_sparse_array(true, 5, 6) cjson.decode_max_depth(7) cjson.encode_number_precision(8) "
            "cjson.encode_keep_buffer(false) cjson.decode_invalid_numbers(false) cjson.new().encode_max_depth(9)");
        options.encodeSparseConvert = true;
        options.encodeSparseRatio = 5;
        options.encodeSparseSafe = 6;
        options.decodeMaxDepth = 7;
        options.encodeNumberPrecision = 8;
        options.encodeKeepBuffer = false;
        options.decodeInvalidNumbers = false;
        QVERIFY(engine::cjsonOptions(vm.lua()) == options);
    }

    void longLoopsAskTheBudget_data()
    {
        QTest::addColumn<QByteArray>("setUp");
        QTest::addColumn<QByteArray>("script");
        const auto row = [](const char* setUp, const char* script) {
            QTest::newRow(script) << QByteArray(setUp) << QByteArray(script);
        };
        const char* const numbers = "T = {} for i = 1, 200000 do T[i] = (i * 7919) % 200003 end";
        row("", "table.insert({}, -3e7, 1)");
        row(numbers, "table.insert(T, 1, 1)");
        row(numbers, "table.remove(T, 1)");
        row(numbers, "table.sort(T)");
        row(numbers, "table.concat(T, ',')");
        row(numbers, "cjson.encode(T)");
        row(numbers, "cmsgpack.pack(T)");
        row(numbers, "table.maxn(T)");
        row(numbers, "table.foreach(T, function() end)");
        row(numbers, "table.foreachi(T, function() end)");
        row("S = ('[1,2,3],'):rep(30000)", "cjson.decode('[' .. S .. '1]')");
        row("S = ('a'):rep(5e6)", "cjson.encode(S)");
        row("S = '\"' .. ('\\\\n'):rep(200000) .. '\"'", "cjson.decode(S)");
        row("S = '\\221\\0\\255\\255\\255' .. ('\\1'):rep(200000)", "cmsgpack.unpack(S)");
        row("S = ('a'):rep(5e6)", "local t = {} for i = 1, 100 do t[i] = S end cjson.encode(t)");
        row(numbers, "for i = 1, 100 do collectgarbage() end");
    }
    void longLoopsAskTheBudget()
    {
        QFETCH(QByteArray, setUp);
        QFETCH(QByteArray, script);
        LuaVm vm(LuaVm::Protection::Off);
        QCOMPARE(run(vm, setUp), QByteArray());
        // Lua's own table of strings grows in the first of the two.
        std::size_t used[2] = {};
        for (std::size_t& after : used) {
            CountingBudget budget(100000);
            engine::setScriptBudget(vm.lua(), &budget);
            QCOMPARE(run(vm, script), QByteArray("error: out of steps"));
            QVERIFY(budget.tripped);
            lua_gc(vm.lua(), LUA_GCCOLLECT, 0);
            after = vm.usedBytes();
        }
        QVERIFY2(used[1] < used[0] + 20000, "a library's buffer was not freed");
    }

    void whatALibraryBuildsIsWithinTheMemoryLimit_data()
    {
        QTest::addColumn<QByteArray>("script");
        for (const char* const script :
            {
                "local s = ('a'):rep(500000) local t = {} for i = 1, 100 do t[i] = s end return cjson.encode(t)",
                "local s = ('a'):rep(500000) local t = {} for i = 1, 100 do t[i] = s end return cmsgpack.pack(t)",
                "local s = ('a'):rep(500000) local t = {} for i = 1, 100 do t[i] = s end return table.concat(t)",
                "local s = ('a'):rep(500000) return struct.pack(('s'):rep(40), unpack((function() local t = {} for i = "
                "1, 40 do t[i] = s end return t end)()))",
                "return cjson.decode('[' .. ('{},'):rep(100000) .. '1]')",
                "return cmsgpack.unpack('\\221\\0\\1\\255\\255' .. ('\\144'):rep(200000))",
                "local s = ('a'):rep(900000) return load(function() return s end)",
            })
            QTest::newRow(script) << QByteArray(script);
    }
    void whatALibraryBuildsIsWithinTheMemoryLimit()
    {
        QFETCH(QByteArray, script);
        LuaVm vm;
        run(vm, "return 1");
        vm.setLimit(vm.usedBytes() + (3U << 20U));
        QCOMPARE(run(vm, script), QByteArray("error: not enough memory"));
        QCOMPARE(run(vm, "return cjson.encode({1, 'a'})"), QByteArray("[1,\"a\"]"));
    }

    // Stock table.sort is the oracle: the comparisons it makes and where equal elements end up.
    void sortsAsStockLuaDoes()
    {
        LuaVm vm(LuaVm::Protection::Off);
        lua_State* const lua = vm.lua();
        lua_getglobal(lua, "table");
        lua_getfield(lua, -1, "sort");
        lua_setglobal(lua, "ours");
        lua_pushcfunction(lua, luaopen_table);
        lua_call(lua, 0, 0);
        lua_getglobal(lua, "table");
        lua_getfield(lua, -1, "sort");
        lua_setglobal(lua, "stock");
        lua_settop(lua, 0);
        QCOMPARE(run(vm, "return ours == stock"), QByteArray("false"));
        const char* const script = R"(
            local function trace(sort, list, compare)
                local copy, calls = {unpack(list)}, {}
                local ok, message = pcall(sort, copy, compare and function(a, b)
                    calls[#calls + 1] = tostring(a) .. '<' .. tostring(b)
                    return compare(a, b, #calls)
                end)
                for i = 1, #list do copy[i] = tostring(copy[i]) end
                return tostring(ok) .. tostring(message) .. table.concat(copy, ',') .. ';' .. table.concat(calls, ',')
            end
            local kinds = {
                false,
                function(a, b) return a < b end,
                function(a, b) return a > b end,
                function(a, b) return a % 3 < b % 3 end,
                function(a, b) return true end,
                function(a, b) return false end,
                function(a, b, n) return n % 3 == 0 end,
                function(a, b, n) return n * 7 % 5 < 3 end,
            }
            for case = 1, 4000 do
                local list = {}
                for i = 1, math.random(0, case % 60) do list[i] = math.random(case % 40 + 1) end
                if case % 50 == 0 and #list > 2 then list[2] = 'x' end
                local compare = kinds[case % #kinds + 1] or nil
                local a, b = trace(ours, list, compare), trace(stock, list, compare)
                if a ~= b then return case, a, b end
            end
            return 'same')";
        QCOMPARE(run(vm, script), QByteArray("same"));
    }

    void damagedInputIsRefusedOrReadButNeverHarms()
    {
        LuaVm vm;
        const char* const script = R"(
            local whole = cmsgpack.pack({1, 'abc', {a = {1.5, -7, true}}, 70000, -2 ^ 40, ('x'):rep(300)})
            local json = cjson.encode({1, 'a\n', {b = {1.5, -7, true, cjson.null}}, '\1\127'})
            local refused, read = 0, 0
            local function count(ok) if ok then read = read + 1 else refused = refused + 1 end end
            for _, text in ipairs({whole, json}) do
                local decode = text == json and cjson.decode or cmsgpack.unpack
                for i = 0, #text do
                    count(pcall(decode, text:sub(1, i)))
                    for _, byte in ipairs({0, 1, 34, 92, 127, 128, 192, 217, 220, 223, 255}) do
                        count(pcall(decode, text:sub(1, i) .. string.char(byte) .. text:sub(i + 2)))
                    end
                end
            end
            for i = 0, 255 do
                local option = string.char(i)
                for _, number in ipairs({'', '0', '3', '32', '33', '2147483647', '99999999999'}) do
                    count(pcall(struct.unpack, option .. number .. option, ('\200'):rep(40)))
                    count(pcall(struct.pack, '!' .. number .. option .. number, 'abcdef', -1))
                    count(pcall(struct.size, option .. number))
                end
            end
            return refused > 1000, read > 1000)";
        QCOMPARE(run(vm, script), QByteArray("true true"));
    }
};

QTEST_GUILESS_MAIN(LuaLibrariesTest)
#include "lua_libraries_test.moc"
