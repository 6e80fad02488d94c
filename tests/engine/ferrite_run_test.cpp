// `ferrite run` as a person or a script of the shell meets it.

#include "tests/support/program.h"

#include <QtTest>

using tests::Finished;

namespace {

Finished runScript(const QByteArray& script, const QStringList& words = {}, const QStringList& options = {})
{
    return tests::runProgram(tests::ferriteProgram(), QStringList{"run"} + options + QStringList{"-"} + words, script);
}

} // namespace

class FerriteRunTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void repliesArePrintedRawWhereThereIsNoTerminal_data();
    void repliesArePrintedRawWhereThereIsNoTerminal();
    void repliesArePrintedAsJson_data();
    void repliesArePrintedAsJson();
    void anErrorReplyEndsWithOne();
    void aLoneCommaSeparatesKeysFromArguments();
    void likelyMistakesGetAHint_data();
    void likelyMistakesGetAHint();
    void argumentsMayLookLikeOptions();
    void aScriptComesFromAFileByteForByte();
    void theEngineIsEmptyAtEveryRun();
    void theClockStandsAtTheGivenMoment_data();
    void theClockStandsAtTheGivenMoment();
    void linesOfTheLogGoToStandardError();
    void resp3IsShownWhenAskedFor();
    void aScriptThatLoopsIsEnded();
    void aScriptThatFillsMemoryIsEnded_data();
    void aScriptThatFillsMemoryIsEnded();
    void badUsageEndsWithTwoAndOneLine_data();
    void badUsageEndsWithTwoAndOneLine();
    void aFunctionOfALibraryIsRun();
    void helpAndVersionArePrinted();
};

void FerriteRunTest::repliesArePrintedRawWhereThereIsNoTerminal_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<QByteArray>("printed");
    QTest::newRow("string") << QByteArray("return 'a\\0b'") << QByteArray("a\0b\n", 4);
    QTest::newRow("integer") << QByteArray("return 3.99") << QByteArray("3\n");
    QTest::newRow("nothing") << QByteArray("return nil") << QByteArray("\n");
    QTest::newRow("array") << QByteArray("return {1,'two',{3,false}}") << QByteArray("1\ntwo\n3\n\n");
    QTest::newRow("status") << QByteArray("return redis.call('SET','k','v')") << QByteArray("OK\n");
}

void FerriteRunTest::repliesArePrintedRawWhereThereIsNoTerminal()
{
    QFETCH(QByteArray, script);
    QFETCH(QByteArray, printed);
    const Finished done = runScript(script);
    QCOMPARE(done.out, printed);
    QCOMPARE(done.error, QByteArray());
    QCOMPARE(done.code, 0);
}

void FerriteRunTest::repliesArePrintedAsJson_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<QByteArray>("json");
    const QStringList two{"--json"};
    const QStringList three{"--json", "--resp", "3"};
    QTest::newRow("array") << QByteArray("return {1,'two',{3,false}}") << two << QByteArray("[1,\"two\",[3,null]]\n");
    QTest::newRow("quotes") << QByteArray("return 'say \"hi\"\\n'") << two << QByteArray("\"say \\\"hi\\\"\\n\"\n");
    QTest::newRow("deep") << QByteArray("local t = {7} for i = 1, 300 do t = {t} end return t") << two
                          << QByteArray(200, '[') + "{\"deeper\":1}" + QByteArray(200, ']') + "\n";
    QTest::newRow("bytes") << QByteArray("return '\\255\\0'") << two << QByteArray("{\"hex\":\"ff00\"}\n");
    QTest::newRow("error") << QByteArray("return redis.error_reply('MY Err')") << two
                           << QByteArray("{\"error\":\"MY Err\"}\n");
    QTest::newRow("map") << QByteArray("return {map={a=1}}") << three << QByteArray("{\"a\":1}\n");
    QTest::newRow("double") << QByteArray("return {double=0.5}") << three << QByteArray("0.5\n");
    QTest::newRow("true") << QByteArray("redis.setresp(3) return true") << three << QByteArray("true\n");
}

void FerriteRunTest::repliesArePrintedAsJson()
{
    QFETCH(QByteArray, script);
    QFETCH(QStringList, options);
    QFETCH(QByteArray, json);
    QCOMPARE(runScript(script, {}, options).out, json);
}

void FerriteRunTest::anErrorReplyEndsWithOne()
{
    const Finished returned = runScript("return redis.error_reply('MY Err')");
    QCOMPARE(returned.out, QByteArray("MY Err\n\n"));
    QCOMPARE(returned.code, 1);
    const Finished raised = runScript("local x = nil; return x.y");
    QVERIFY2(raised.out.startsWith("ERR user_script:1: attempt to index local 'x' (a nil value) script: "), raised.out);
    QCOMPARE(raised.code, 1);
    const Finished unreadable = runScript("return +");
    QVERIFY2(unreadable.out.startsWith("ERR Error compiling script (new function): user_script:1:"), unreadable.out);
    QCOMPARE(unreadable.code, 1);
}

void FerriteRunTest::aLoneCommaSeparatesKeysFromArguments()
{
    const QByteArray show = "return {#KEYS, #ARGV, KEYS[1] or '-', ARGV[1] or '-'}";
    const QStringList json{"--json"};
    QCOMPARE(runScript(show, {"k", ",", "a", "b"}, json).out, QByteArray("[1,2,\"k\",\"a\"]\n"));
    QCOMPARE(runScript(show, {"k", "l"}, json).out, QByteArray("[2,0,\"k\",\"-\"]\n"));
    QCOMPARE(runScript(show, {",", "a"}, json).out, QByteArray("[0,1,\"-\",\"a\"]\n"));
    QCOMPARE(runScript(show, {"k", ",", "a", ","}, json).out, QByteArray("[1,2,\"k\",\"a\"]\n"));
    QCOMPARE(runScript(show, {"", ",", ""}, json).out, QByteArray("[1,1,\"\",\"\"]\n"));
}

void FerriteRunTest::likelyMistakesGetAHint_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("hint");
    QTest::addColumn<QByteArray>("reply");
    QTest::newRow("glued") << QStringList{"mykey,", "arg1"} << QByteArray("blanks on both sides") << QByteArray("2\n");
    QTest::newRow("numkeys") << QStringList{"1", "mykey", "arg1"} << QByteArray("no number of keys")
                             << QByteArray("3\n");
    QTest::newRow("right") << QStringList{"1", "k,", ",", "a"} << QByteArray() << QByteArray("2\n");
    QTest::newRow("one key") << QStringList{"1"} << QByteArray() << QByteArray("1\n");
}

void FerriteRunTest::likelyMistakesGetAHint()
{
    QFETCH(QStringList, words);
    QFETCH(QByteArray, hint);
    QFETCH(QByteArray, reply);
    const Finished done = runScript("return #KEYS", words);
    QCOMPARE(done.error.isEmpty(), hint.isEmpty());
    QVERIFY2(done.error.contains(hint), done.error);
    // The words mean what they mean to redis-cli all the same.
    QCOMPARE(done.out, reply);
    QCOMPARE(done.code, 0);
}

void FerriteRunTest::argumentsMayLookLikeOptions()
{
    const QByteArray show = "return {KEYS[1], ARGV[1], ARGV[2]}";
    QCOMPARE(runScript(show, {"-k", ",", "-1", "--what"}).out, QByteArray("-k\n-1\n--what\n"));
    QCOMPARE(runScript(show, {"k", ",", "-1", "2", "--json"}).out, QByteArray("[\"k\",\"-1\",\"2\"]\n"));
    const Finished literal =
        tests::runProgram(tests::ferriteProgram(), {"run", "--", "-", "k", ",", "--json", "--at"}, show);
    QCOMPARE(literal.out, QByteArray("k\n--json\n--at\n"));
}

void FerriteRunTest::aScriptComesFromAFileByteForByte()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("s.lua"));
    QVERIFY(file.open(QFile::WriteOnly));
    file.write("return '\xff\0\r\n'", 13);
    file.close();
    // The bytes of a string of the file come out as they are, but that Lua reads a line's end inside one as an error.
    QCOMPARE(tests::runProgram(tests::ferriteProgram(), {"run", file.fileName()}).code, 1);
    QVERIFY(file.open(QFile::WriteOnly | QFile::Truncate));
    file.write("#!lua flags=no-writes\nreturn '\xff\x01'");
    file.close();
    QCOMPARE(tests::runProgram(tests::ferriteProgram(), {"run", file.fileName()}).out, QByteArray("\xff\x01\n"));
}

void FerriteRunTest::theEngineIsEmptyAtEveryRun()
{
    for (int i = 0; i < 2; ++i)
        QCOMPARE(
            runScript("return {redis.call('INCR', KEYS[1]), redis.call('DBSIZE')}", {"n"}).out, QByteArray("1\n1\n"));
}

void FerriteRunTest::theClockStandsAtTheGivenMoment_data()
{
    QTest::addColumn<QString>("at");
    QTest::addColumn<QByteArray>("time");
    QTest::newRow("seconds") << "1700000000" << QByteArray("1700000000\n0\n");
    QTest::newRow("fraction") << "1700000000.25" << QByteArray("1700000000\n250000\n");
    QTest::newRow("day") << "2024-02-29" << QByteArray("1709164800\n0\n");
    QTest::newRow("time") << "2024-02-29T12:30:15.5Z" << QByteArray("1709209815\n500000\n");
}

void FerriteRunTest::theClockStandsAtTheGivenMoment()
{
    QFETCH(QString, at);
    QFETCH(QByteArray, time);
    QCOMPARE(runScript("return redis.call('TIME')", {}, {"--at", at}).out, time);
}

void FerriteRunTest::linesOfTheLogGoToStandardError()
{
    const Finished done = runScript("redis.log(redis.LOG_WARNING, 'watch out') return 1");
    QCOMPARE(done.out, QByteArray("1\n"));
    QCOMPARE(done.error, QByteArray("warning: watch out\n"));
}

void FerriteRunTest::resp3IsShownWhenAskedFor()
{
    QCOMPARE(runScript("return {map={a=1}}").out, QByteArray("a\n1\n"));
    QCOMPARE(runScript("return {map={a=1}}", {}, {"--resp", "3"}).out, QByteArray("a 1\n"));
}

void FerriteRunTest::aScriptThatLoopsIsEnded()
{
    const Finished done =
        runScript("while true do pcall(function() while true do end end) end", {}, {"--timeout", "0.2"});
    QCOMPARE(done.code, 1);
    QVERIFY2(!done.out.isEmpty(), done.error);
}

void FerriteRunTest::aScriptThatFillsMemoryIsEnded_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::newRow("in Lua") << QByteArray("local t = {} while true do t[#t + 1] = ('x'):rep(1000) .. #t end");
    QTest::newRow("in Lua, caught") << QByteArray(
        "while true do pcall(function() local s = 'x' while true do s = s .. s end end) end");
    QTest::newRow("in the dataset") << QByteArray(
        "local i = 0 while true do i = i + 1 redis.call('SETRANGE', 'k' .. i, 1000000, 'x') end");
}

void FerriteRunTest::aScriptThatFillsMemoryIsEnded()
{
    QFETCH(QByteArray, script);
    const Finished done = runScript(script, {}, {"--memory", "16", "--timeout", "10"});
    QCOMPARE(done.code, 1);
    QVERIFY2(!done.out.isEmpty(), done.error);
}

void FerriteRunTest::badUsageEndsWithTwoAndOneLine_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("nothing") << QStringList{} << QByteArray("--help");
    QTest::newRow("no such command") << QStringList{"walk"} << QByteArray("'walk'");
    QTest::newRow("no script") << QStringList{"run"} << QByteArray("SCRIPT");
    QTest::newRow("no such file") << QStringList{"run", "/no/such.lua"} << QByteArray("/no/such.lua");
    QTest::newRow("a folder") << QStringList{"run", "/"} << QByteArray("folder");
    QTest::newRow("no such option") << QStringList{"run", "--jsn", "-"} << QByteArray("--jsn");
    QTest::newRow("bad moment") << QStringList{"run", "--at", "tomorrow", "-"} << QByteArray("2024-05-01T12:30:00");
    QTest::newRow("no such day") << QStringList{"run", "--at", "2023-02-29", "-"} << QByteArray("2023-02-29");
    QTest::newRow("bad protocol") << QStringList{"run", "--resp", "4", "-"} << QByteArray("--resp");
    QTest::newRow("bad limit") << QStringList{"run", "--timeout", "0", "-"} << QByteArray("--timeout");
    QTest::newRow("missing value") << QStringList{"run", "-", "--at"} << QByteArray("--at");
}

void FerriteRunTest::badUsageEndsWithTwoAndOneLine()
{
    QFETCH(QStringList, words);
    QFETCH(QByteArray, says);
    const Finished done = tests::runProgram(tests::ferriteProgram(), words);
    QCOMPARE(done.code, 2);
    QCOMPARE(done.out, QByteArray());
    QCOMPARE(done.error.count('\n'), 1);
    QVERIFY2(done.error.contains(says), done.error);
}

void FerriteRunTest::aFunctionOfALibraryIsRun()
{
    const QByteArray library = "#!lua name=sums\nredis.register_function('plus', function(keys, args)\n"
                               "  return redis.call('INCRBY', keys[1], args[1])\nend)\n";
    QCOMPARE(runScript(library, {"k", ",", "7"}, {"--function", "PLUS"}).out, QByteArray("7\n"));
    QCOMPARE(runScript(library, {}, {"--function", "minus"}).out, QByteArray("ERR Function not found\n\n"));
    const Finished unnamed = runScript(library);
    QCOMPARE(unnamed.code, 2);
    QVERIFY2(unnamed.error.contains("--function NAME"), unnamed.error);
}

void FerriteRunTest::helpAndVersionArePrinted()
{
    const Finished version = tests::runProgram(tests::ferriteProgram(), {"--version"});
    QCOMPARE(version.out, QByteArray("ferrite " FERRITE_VERSION "\n"));
    QCOMPARE(version.code, 0);
    for (const QStringList& words : {QStringList{"--help"}, {"run", "--help"}, {"serve", "--help"}}) {
        const Finished help = tests::runProgram(tests::ferriteProgram(), words);
        QVERIFY2(help.out.contains("Usage: ferrite"), help.out);
        QCOMPARE(help.code, 0);
    }
}

QTEST_GUILESS_MAIN(FerriteRunTest)
#include "ferrite_run_test.moc"
