// Which lines a breakpoint can be put on.

#include "engine/script/code_lines.h"

#include <QtTest>

class CodeLinesTest : public QObject {
    Q_OBJECT

private:
    using Lines = std::vector<int>;

private Q_SLOTS:
    void blankLinesCommentsAndElseHaveNoCode()
    {
        QCOMPARE(engine::codeLines("-- a\n\nlocal a = 1\nif a then\n  a = 2\nelse\n  a = 3\nend\nreturn a\n"),
            (Lines{3, 4, 5, 7, 9}));
    }
    void innerFunctionsCountThoughTheyNeverRun()
    {
        QCOMPARE(
            engine::codeLines("local function f(x)\n  local g = function()\n    return x\n  end\n  return g\nend\n"),
            (Lines{3, 4, 5, 6}));
    }
    void constantsOfEveryKindAreReadOver()
    {
        QCOMPARE(
            engine::codeLines("local t = {nil, true, 1.5, 'text', [false] = \"a\\0b\"}\nreturn t\n"), (Lines{1, 2}));
    }
    void aShebangLineKeepsTheNumbers() { QCOMPARE(engine::codeLines("#!lua flags=no-writes\nreturn 1"), (Lines{2})); }
    void aShebangAloneIsAnEmptyScript() { QCOMPARE(engine::codeLines("#!lua"), (Lines{1})); }
    void whatDoesNotCompileHasNoLines()
    {
        QVERIFY(engine::codeLines("return (").empty());
        QVERIFY(engine::codeLines(std::string(100'000, '(')).empty());
    }
    void bytecodeIsNotRead() { QVERIFY(engine::codeLines("\x1bLua garbage").empty()); }
};

QTEST_GUILESS_MAIN(CodeLinesTest)
#include "code_lines_test.moc"
