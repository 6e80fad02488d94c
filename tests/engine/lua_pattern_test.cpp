#include "engine/script/lua_string_guards.h"

#include "tests/support/environment.h"
#include "tests/support/lua_vm.h"

#include <QtTest>

#include <random>

using tests::CountingBudget;
using tests::LuaVm;

namespace {

constexpr int kCases = 120000;

/// Makes the random calls, one a case, from a seed.
class CaseMaker {
public:
    explicit CaseMaker(unsigned seed) : m_random(seed) { }

    std::string subject()
    {
        std::string text;
        for (int left = below(14); left > 0; --left)
            text += "aaabbc1 %(]_.A\xe9-\n"[below(17)];
        if (below(12) == 0)
            text += '\0';
        return text;
    }
    std::string pattern()
    {
        std::string text = below(5) == 0 ? "^" : "";
        for (int left = below(7); left > 0; --left)
            text += piece();
        if (below(6) == 0)
            text += '$';
        // Sometimes cut anywhere, so that it is malformed.
        if (below(10) == 0 && !text.empty())
            text.resize(static_cast<std::size_t>(below(static_cast<int>(text.size()))));
        return text;
    }
    std::string replacement()
    {
        static const char* const kPieces[] = {"x", "%0", "%1", "%2", "%%", "%a", "", "<%1>", "%", "%9"};
        return std::string(kPieces[below(10)]) + kPieces[below(10)];
    }
    int below(int limit) { return static_cast<int>(m_random() % static_cast<unsigned>(limit)); }

private:
    std::string piece()
    {
        static const char* const kItems[] = {"a", "b", ".", "%a", "%d", "%s", "%w", "%A", "%p", "%z", "%x", "%l", "%c",
            "%u", "[ab]", "[^a]", "[a-c]", "[%a_]", "[]]", "[^]]", "[a-]", "[%]]", "%.", "%%", "1", "[%w%-]", "\xe9",
            "[\x80-\xff]", "-", "c"};
        static const char* const kSpecial[] = {
            "(", ")", "()", "%1", "%2", "%b()", "%bab", "%f[%w]", "%f[a]", "%f", "%b", "$", "^", "]", "["};
        if (below(4) == 0)
            return kSpecial[below(15)];
        std::string text = kItems[below(30)];
        if (below(3) == 0)
            text = "(" + text + "*?+-"[below(4)] + ")";
        if (below(2) == 0)
            text += "*?+-"[below(4)];
        return text;
    }

    std::mt19937 m_random;
};

/// Calls a function of a table with strings and a number, and shows all it gives.
std::string call(lua_State* lua, int table, const char* function, const std::vector<std::string>& texts, int number)
{
    const int base = lua_gettop(lua);
    lua_getfield(lua, table, function);
    for (const std::string& text : texts)
        lua_pushlstring(lua, text.data(), text.size());
    int arguments = static_cast<int>(texts.size());
    if (number != 0) {
        lua_pushinteger(lua, number);
        ++arguments;
    }
    std::string shown = lua_pcall(lua, arguments, LUA_MULTRET, 0) == 0 ? "ok" : "error";
    for (int i = base + 1; i <= lua_gettop(lua); ++i) {
        std::size_t length = 0;
        const char* const text = lua_tolstring(lua, i, &length);
        shown += '|' + (text ? std::string(text, length) : luaL_typename(lua, i));
    }
    lua_settop(lua, base);
    return shown;
}

QByteArray bytes(const std::string& text)
{
    return QByteArray::fromStdString(text);
}

} // namespace

class LuaPatternTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The stock library in the same process is the oracle.
    void randomPatternsMatchAsInStockLua()
    {
        LuaVm vm(LuaVm::Protection::Off);
        lua_State* const lua = vm.lua();
        lua_getglobal(lua, "string"); // 1: ours
        lua_pushcfunction(lua, luaopen_string);
        lua_pushnil(lua);
        lua_setglobal(lua, "string");
        lua_getfield(lua, LUA_REGISTRYINDEX, "_LOADED");
        lua_pushnil(lua);
        lua_setfield(lua, -2, "string");
        lua_pop(lua, 1);
        lua_call(lua, 0, 1); // 2: stock
        QVERIFY(!lua_rawequal(lua, 1, 2));
        defineLister(lua);

        const auto seed = static_cast<unsigned>(tests::fromEnvironment("FERRITE_PATTERN_SEED", 20261127));
        qInfo("seed %u", seed);
        CaseMaker maker(seed);
        int errors = 0;
        for (int i = 0; i < kCases; ++i) {
            const std::string subject = maker.subject();
            const std::string pattern = maker.pattern();
            static const char* const kFunctions[] = {"find", "match", "gsub", "list"};
            const char* const function = kFunctions[maker.below(4)];
            std::vector<std::string> texts{subject, pattern};
            if (function == kFunctions[2])
                texts.push_back(maker.replacement());
            const int number = maker.below(3) == 0 ? maker.below(12) - 4 : 0;
            const std::string ours = call(lua, 1, function, texts, number);
            const std::string stock = call(lua, 2, function, texts, number);
            errors += stock.starts_with("error") ? 1 : 0;
            if (ours != stock)
                QFAIL(qPrintable(
                    QString("seed %1 case %2: %3('%4', '%5', %6) gives %7, stock Lua %8")
                        .arg(seed)
                        .arg(i)
                        .arg(function, QString::fromLatin1(bytes(subject)), QString::fromLatin1(bytes(pattern)))
                        .arg(number)
                        .arg(QString::fromLatin1(bytes(ours)), QString::fromLatin1(bytes(stock)))));
        }
        // Neither all faulty nor all sound.
        QVERIFY(errors > kCases / 50 && errors < kCases / 2);
    }

    void faultsAreNamedAsInStockLua_data()
    {
        QTest::addColumn<QByteArray>("script");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* script, const char* message) {
            QTest::newRow(script) << QByteArray(script) << QByteArray("error: user_script:1: ") + message;
        };
        row("('a'):find('%')", "malformed pattern (ends with '%')");
        row("('a'):find('[a')", "malformed pattern (missing ']')");
        row("('a'):find('[]')", "malformed pattern (missing ']')");
        row("('a'):find('[a%')", "malformed pattern (missing ']')");
        row("('a'):find('%b')", "unbalanced pattern");
        row("('a'):find('%bx')", "unbalanced pattern");
        row("('a'):find('%f')", "missing '[' after '%f' in pattern");
        row("('a'):find('%1')", "invalid capture index");
        row("('a'):find('(a%1)')", "invalid capture index");
        row("('a'):find('(a')", "unfinished capture");
        row("('a'):match('a)')", "invalid pattern capture");
        row("('a'):find(('()'):rep(33))", "too many captures");
        row("('a'):gsub('a', '%1%2')", "invalid capture index");
        row("('a'):gsub('a', true)", "bad argument #2 to 'gsub' (string/function/table expected)");
        row("('a'):gsub('a', function() return {} end)", "invalid replacement value (a table)");
        row("string.find('a')", "bad argument #2 to 'find' (string expected, got no value)");
        row("('a'):rep({})", "bad argument #1 to 'rep' (number expected, got table)");
        row("('x'):rep(2147483647)", "resulting string too large");
    }
    void faultsAreNamedAsInStockLua()
    {
        QFETCH(QByteArray, script);
        QFETCH(QByteArray, message);
        LuaVm vm;
        QCOMPARE(bytes(vm.run({script.data(), static_cast<std::size_t>(script.size())})), message);
    }

    void repRepeats()
    {
        LuaVm vm;
        QCOMPARE(bytes(vm.run("return ('ab'):rep(3), ('ab'):rep(0) == '', ('ab'):rep(-5) == '', ('x'):rep(3, ',')")),
            QByteArray("ababab true true xxx"));
        QCOMPARE(bytes(vm.run("return #(''):rep(2147483647), ('x'):rep(2 ^ 31) == ''")), QByteArray("0 true"));
        QCOMPARE(
            bytes(vm.run("local s = ('abcdefg'):rep(1000000) return #s, s:sub(-9), (s:gsub('abcdefg', '')) == ''")),
            QByteArray("7000000 fgabcdefg true"));
    }

    void deepPatternsTakeNoCStack()
    {
        LuaVm vm;
        QCOMPARE(bytes(vm.run("return string.find(('a'):rep(200000), ('a?'):rep(200000))")), QByteArray("1 200000"));
        QCOMPARE(
            bytes(vm.run("return #string.match(('a'):rep(300000), ('.-'):rep(1000) .. '$')")), QByteArray("300000"));
    }

    void theMatchersMemoryIsWithinTheLimit()
    {
        LuaVm vm;
        vm.run("local warm = ('a'):rep(10)");
        vm.setLimit(vm.usedBytes() + (2U << 20U));
        QCOMPARE(bytes(vm.run("return string.find(('a'):rep(200000), ('a?'):rep(200000))")),
            QByteArray("error: not enough memory"));
        QCOMPARE(bytes(vm.run("return ('x'):rep(100000000)")), QByteArray("error: not enough memory"));
        QCOMPARE(bytes(vm.run("return (('x'):rep(1000):gsub('x', ('y'):rep(10000)))")),
            QByteArray("error: not enough memory"));
        QCOMPARE(bytes(vm.run("return ('abc'):find('b')")), QByteArray("2 2"));
    }

    void longMatchesAskTheBudget_data()
    {
        QTest::addColumn<QByteArray>("script");
        for (const char* const script : {
                 "return string.find(('a'):rep(29), ('a?'):rep(28) .. ('a'):rep(29))",
                 "return string.find(('a'):rep(3000), ('a-'):rep(4) .. 'b')",
                 "return string.find(('x'):rep(30000), '.-b')",
                 "return string.match(('x'):rep(30000), '.*.*.*b')",
                 "return string.gsub(('x'):rep(30000), '.-b', '')",
                 "for w in string.gmatch(('x'):rep(30000), '.-b') do end",
                 "return string.find(('('):rep(30000), '%b()')",
                 "return ('x'):rep(500000000)",
             })
            QTest::newRow(script) << QByteArray(script);
    }
    void longMatchesAskTheBudget()
    {
        QFETCH(QByteArray, script);
        LuaVm vm;
        CountingBudget budget(1000000);
        engine::setScriptBudget(vm.lua(), &budget);
        const std::size_t before = vm.usedBytes();
        QCOMPARE(
            bytes(vm.run({script.data(), static_cast<std::size_t>(script.size())})), QByteArray("error: out of steps"));
        QVERIFY(budget.tripped);
        // Asked often: what is spent beyond the limit is one batch.
        QVERIFY(budget.spent < 1000000 + (64U << 10U));
        lua_gc(vm.lua(), LUA_GCCOLLECT, 0);
        QVERIFY2(vm.usedBytes() < before + 100000, "the matcher's memory was not freed");
    }

    void plainSearchIsLinear()
    {
        LuaVm vm;
        CountingBudget budget(10000000);
        engine::setScriptBudget(vm.lua(), &budget);
        QCOMPARE(bytes(vm.run("return string.find(('a'):rep(4000000), ('a'):rep(2000000) .. 'b', 1, true)")),
            QByteArray("nil"));
    }

private:
    /// Adds `list` to both libraries: what gmatch gives, joined. [-0, +0]
    static void defineLister(lua_State* lua)
    {
        const char* const source = "local string = ... function string.list(s, p) local all = '' "
                                   "for a, b in string.gmatch(s, p) do all = all .. '<' .. a .. (b and ',' .. b or '') "
                                   "end return all end";
        for (const int table : {1, 2}) {
            QCOMPARE(luaL_loadstring(lua, source), 0);
            lua_pushvalue(lua, table);
            lua_call(lua, 1, 0);
        }
    }
};

QTEST_GUILESS_MAIN(LuaPatternTest)
#include "lua_pattern_test.moc"
#include "tests/support/environment.h"
