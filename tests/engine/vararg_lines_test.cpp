// Which lines of a source have `...`, numbered as Lua numbers them.

#include "engine/script/vararg_lines.h"

#include <QtTest>

using engine::Bytes;
using engine::varargLines;

class VarargLinesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSourceWithoutHasNone()
    {
        QVERIFY(varargLines("").empty());
        QVERIFY(varargLines("return 'a' .. 'b'\n").empty());
    }
    void eachLineIsThereOnce()
    {
        QCOMPARE(varargLines("...\n\nf(..., ...)\n-- and so on...\nreturn 1\n..."), (std::vector<int>{1, 3, 4, 6}));
    }
    void aPairOfBreaksThatDifferIsOneBreak()
    {
        QCOMPARE(varargLines("a\r\n..."), (std::vector<int>{2}));
        QCOMPARE(varargLines("a\n\r..."), (std::vector<int>{2}));
        QCOMPARE(varargLines("a\r..."), (std::vector<int>{2}));
        QCOMPARE(varargLines("a\n\n..."), (std::vector<int>{3}));
        QCOMPARE(varargLines("a\r\r..."), (std::vector<int>{3}));
        QCOMPARE(varargLines("a\r\n\r\n...\r"), (std::vector<int>{3}));
    }
};

QTEST_GUILESS_MAIN(VarargLinesTest)

#include "vararg_lines_test.moc"
