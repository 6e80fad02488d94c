// KEYS and ARGV as people write and paste them.

#include "widgets/models/argument_text.h"

#include <QTest>

using namespace widgets;

using Words = QList<QByteArray>;
Q_DECLARE_METATYPE(Words)

class ArgumentTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aLineIsSplitIntoKeysAndArguments_data();
    void aLineIsSplitIntoKeysAndArguments();
    void aWrongLineSaysWhyAndGivesNothing_data();
    void aWrongLineSaysWhyAndGivesNothing();
    void everyByteSurvivesTheEscapes();
    void textInOtherScriptsIsShownAsItIs();
    void aLoneBackslashStandsForItself();
    void everyByteSurvivesQuoting();
    void namesComeFromTheCommentsAtTheHead();
};

void ArgumentTextTest::aLineIsSplitIntoKeysAndArguments_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<Words>("keys");
    QTest::addColumn<Words>("argv");
    QTest::addColumn<bool>("hasNote");
    const auto row = [](const char* line, const Words& keys, const Words& argv, bool hasNote) {
        QTest::newRow(line) << QByteArray(line) << keys << argv << hasNote;
    };
    row("a b , c d", {"a", "b"}, {"c", "d"}, false);
    row("a b", {"a", "b"}, {}, false);
    row(", c", {}, {"c"}, false);
    row("", {}, {}, false);
    row("a , b , c", {"a"}, {"b", ",", "c"}, false);
    row("a, b", {"a"}, {"b"}, true);
    row("\"a b\" 'c' , \"\\x00\\n\"", {"a b", "c"}, {QByteArray("\0\n", 2)}, false);
    row("redis-cli --eval script.lua k1 k2 , v", {"k1", "k2"}, {"v"}, false);
    row("redis-cli -p 6380 --eval script.lua k1, v", {"k1"}, {"v"}, true);
    row("redis-cli --eval script.lua 1 k1 v", {"k1"}, {"v"}, true);
    row("redis-cli --eval script.lua 5", {"5"}, {}, false);
    row("redis-cli --eval script.lua", {}, {}, false);
    row("EVAL \"return 1\" 2 a b c", {"a", "b"}, {"c"}, false);
    row("evalsha 0123 0 c d", {}, {"c", "d"}, false);
    row("EVAL_RO \"return 1\" 1 a", {"a"}, {}, false);
}

void ArgumentTextTest::aLineIsSplitIntoKeysAndArguments()
{
    QFETCH(const QByteArray, line);
    const ParsedArguments parsed = parseArguments(line);
    QCOMPARE(parsed.error, QString());
    QTEST(parsed.keys, "keys");
    QTEST(parsed.argv, "argv");
    QTEST(!parsed.note.isEmpty(), "hasNote");
}

void ArgumentTextTest::aWrongLineSaysWhyAndGivesNothing_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("says");
    QTest::newRow("open quote") << QByteArray("a \"b") << QStringLiteral("quotes");
    QTest::newRow("text behind a quote") << QByteArray("\"a\"b") << QStringLiteral("quotes");
    QTest::newRow("more keys than words") << QByteArray("EVAL x 3 a b") << QStringLiteral("3");
    QTest::newRow("negative") << QByteArray("EVAL x -1 a b") << QStringLiteral("-1");
    QTest::newRow("no number") << QByteArray("EVAL x two a b") << QStringLiteral("two");
    QTest::newRow("huge number") << QByteArray("EVAL x 99999999999999999999 a") << QStringLiteral("99999");
}

void ArgumentTextTest::aWrongLineSaysWhyAndGivesNothing()
{
    QFETCH(const QByteArray, line);
    QFETCH(const QString, says);
    const ParsedArguments parsed = parseArguments(line);
    QVERIFY2(parsed.error.contains(says), qPrintable(parsed.error));
    QVERIFY(parsed.keys.isEmpty() && parsed.argv.isEmpty());
}

void ArgumentTextTest::everyByteSurvivesTheEscapes()
{
    QByteArray all;
    for (int byte = 0; byte < 256; ++byte)
        all += static_cast<char>(byte);
    QCOMPARE(unescaped(escaped(all)), all);
    for (int byte = 0; byte < 256; ++byte) {
        const QByteArray one(1, static_cast<char>(byte));
        QCOMPARE(unescaped(escaped(one)), one);
        const QByteArray among = "a" + one + "\\x41";
        QCOMPARE(unescaped(escaped(among)), among);
    }
    for (const QChar unit : escaped(all))
        QVERIFY(unit.unicode() >= 0x20 && unit.unicode() != 0x7f);
}

void ArgumentTextTest::textInOtherScriptsIsShownAsItIs()
{
    const QString text = QStringLiteral("ключ:日本\U0001F511");
    QCOMPARE(escaped(text.toUtf8()), text);
    QCOMPARE(unescaped(text), text.toUtf8());
    // C1 controls and separators would make a line look like another, or like two.
    const QByteArray hidden = QStringLiteral("a\u0085b\u2028c\u202ed").toUtf8();
    QVERIFY(escaped(hidden).contains(QLatin1String("\\x")));
    QCOMPARE(unescaped(escaped(hidden)), hidden);
}

void ArgumentTextTest::aLoneBackslashStandsForItself()
{
    QCOMPARE(unescaped(QStringLiteral("\\")), QByteArray("\\"));
    QCOMPARE(unescaped(QStringLiteral("\\q")), QByteArray("\\q"));
    QCOMPARE(unescaped(QStringLiteral("\\x4")), QByteArray("\\x4"));
    QCOMPARE(unescaped(QStringLiteral("\\xzz")), QByteArray("\\xzz"));
    QCOMPARE(unescaped(QStringLiteral("\\x41\\t")), QByteArray("A\t"));
    QCOMPARE(unescaped(QStringLiteral("\\x-1")), QByteArray("\\x-1"));
    QCOMPARE(unescaped(QStringLiteral("\\x 1")), QByteArray("\\x 1"));
}

void ArgumentTextTest::everyByteSurvivesQuoting()
{
    for (int byte = 0; byte < 256; ++byte) {
        const QByteArray word = QByteArray("w ") + static_cast<char>(byte) + "\"'\\";
        const ParsedArguments parsed = parseArguments(quotedWord(word) + " , " + quotedWord(QByteArray(1, char(byte))));
        QCOMPARE(parsed.error, QString());
        QCOMPARE(parsed.keys, Words{word});
        QCOMPARE(parsed.argv, Words{QByteArray(1, char(byte))});
    }
    QCOMPARE(quotedWord("user:1"), QByteArray("user:1"));
    QCOMPARE(parseArguments(quotedWord("") + " x").keys, (Words{"", "x"}));
}

void ArgumentTextTest::namesComeFromTheCommentsAtTheHead()
{
    const auto names = argumentNames("-- KEYS[1] = counter of one caller\n--ARGV[2]: window\n  -- ARGV[2] = again\n"
                                     "local x = KEYS[2] -- KEYS[3] = no\n-- KEYS[4]\n");
    QCOMPARE(names.size(), 2);
    QCOMPARE(names.value(QStringLiteral("KEYS[1]")), QStringLiteral("counter of one caller"));
    QCOMPARE(names.value(QStringLiteral("ARGV[2]")), QStringLiteral("window"));
}

QTEST_GUILESS_MAIN(ArgumentTextTest)

#include "argument_text_test.moc"
