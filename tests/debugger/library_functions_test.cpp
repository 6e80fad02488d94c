// A library's functions: found by loading it, and run as FUNCTION LOAD REPLACE and FCALL would, watched.

#include "debugger/library_functions.h"
#include "debugger/watched_run.h"
#include "engine/resp/reply_text.h"
#include "engine/resp/reply_tree_sink.h"
#include "engine/script/script_runner.h"

#include <QtTest>

using namespace debugger;

namespace {

const Bytes kCounter = "#!lua name=counter\n"
                       "local calls = 0\n"
                       "local function count(keys, args)\n"
                       "  calls = calls + 1\n"
                       "  redis.call('SET', keys[1], calls)\n"
                       "  return {calls, args[1]}\n"
                       "end\n"
                       "redis.register_function('count', count)\n"
                       "redis.register_function('fail', function(keys)\n"
                       "  redis.call('SET', keys[1], 'x')\n"
                       "  return redis.call('LPUSH', keys[1], 'y')\n"
                       "end)\n";

class Bench {
public:
    Bench()
    {
        auto turn = engine.beginTurn();
        engine.setScripts(&runner);
    }
    RunReport run(RunRequest request)
    {
        auto turn = engine.beginTurn();
        return runWatched(engine, turn, request);
    }
    Bytes command(const std::vector<Bytes>& words)
    {
        auto turn = engine.beginTurn();
        engine::ClientState client;
        const std::vector<BytesView> argv(words.begin(), words.end());
        engine::ReplyTreeSink sink(engine::Protocol::Resp2);
        engine.execute(turn, client, argv, sink);
        return engine::formatReplyForPeople(sink.take());
    }

    engine::ManualClock clock;
    engine::ScriptRunner runner;
    engine::Engine engine{clock, 7};
};

RunRequest callOf(Bytes function, bool keepWrites = true)
{
    RunRequest request;
    request.body = kCounter;
    request.function = std::move(function);
    request.keys = {"k"};
    request.argv = {"a"};
    request.keepWrites = keepWrites;
    return request;
}

} // namespace

class LibraryFunctionsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void functionsAreListedAsTheyWereRegistered();
    void whatDoesNotLoadSaysWhyAndWhere_data();
    void whatDoesNotLoadSaysWhyAndWhere();
    void aRunLoadsTheLibraryOnceAndKeepsItsState();
    void anotherLibraryOfTheNameIsReplaced();
    void aRunOnASnapshotLoadsItAfreshAndLeavesNothing();
    void aFailedCallTellsItsLineAndWhatItHadWritten();
    void aFunctionThatIsNotThereIsSaid();
};

void LibraryFunctionsTest::functionsAreListedAsTheyWereRegistered()
{
    QVERIFY(isLibrary(kCounter));
    QVERIFY(!isLibrary("return 1"));
    QVERIFY(!isLibrary("#!lua flags=no-writes\nreturn 1"));
    const LibraryListing listing = listFunctions(kCounter);
    QVERIFY(listing.error.empty());
    QVERIFY(listing.functions == std::vector<Bytes>({"count", "fail"}));
}

void LibraryFunctionsTest::whatDoesNotLoadSaysWhyAndWhere_data()
{
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("error");
    QTest::addColumn<int>("line");
    QTest::newRow("nothing registered") << QByteArray("#!lua name=x\n") << QByteArray("ERR No functions registered")
                                        << 0;
    QTest::newRow("no Lua") << QByteArray("#!lua name=x\nlocal = 1") << QByteArray("ERR Error compiling function: ")
                            << 2;
    QTest::newRow("an error") << QByteArray("#!lua name=x\n\nerror('no')")
                              << QByteArray("ERR Error registering functions: ") << 3;
    QTest::newRow("endless") << QByteArray("#!lua name=x\nwhile true do end")
                             << QByteArray("ERR Error registering functions: ") << 2;
}

void LibraryFunctionsTest::whatDoesNotLoadSaysWhyAndWhere()
{
    QFETCH(const QByteArray, code);
    QFETCH(const QByteArray, error);
    QFETCH(const int, line);
    const LibraryListing listing = listFunctions(code.toStdString());
    QVERIFY2(QByteArray::fromStdString(listing.error).startsWith(error), listing.error.c_str());
    if (QByteArray(QTest::currentDataTag()) != "endless")
        QCOMPARE(listing.errorLine, line);
    QVERIFY(listing.functions.empty());
}

void LibraryFunctionsTest::aRunLoadsTheLibraryOnceAndKeepsItsState()
{
    Bench bench;
    const RunReport first = bench.run(callOf("count"));
    QCOMPARE(engine::formatReplyForPeople(first.reply), Bytes("1) (integer) 1\n2) \"a\""));
    QCOMPARE(first.loadedLibrary, Bytes("counter"));
    QCOMPARE(first.calls.size(), 1U);
    QCOMPARE(first.calls.front().line, 5);
    QCOMPARE(first.changes.keys.size(), 1U);
    QCOMPARE(first.returnedValues, 1U);
    // The same bytes are not loaded again: what the library keeps stays, as with a client's FCALL.
    const RunReport second = bench.run(callOf("count"));
    QVERIFY(second.loadedLibrary.empty());
    QCOMPARE(bench.command({"GET", "k"}), Bytes("\"2\""));
    QCOMPARE(bench.command({"FCALL", "count", "1", "k", "b"}), Bytes("1) (integer) 3\n2) \"b\""));
}

void LibraryFunctionsTest::anotherLibraryOfTheNameIsReplaced()
{
    Bench bench;
    bench.run(callOf("count"));
    RunRequest changed = callOf("count");
    changed.body += "-- changed\n";
    QCOMPARE(bench.run(changed).loadedLibrary, Bytes("counter"));
    QCOMPARE(bench.command({"GET", "k"}), Bytes("\"1\""));
}

void LibraryFunctionsTest::aRunOnASnapshotLoadsItAfreshAndLeavesNothing()
{
    Bench bench;
    for (int i = 0; i < 2; ++i) {
        const RunReport report = bench.run(callOf("count", false));
        QCOMPARE(engine::formatReplyForPeople(report.reply), Bytes("1) (integer) 1\n2) \"a\""));
        QVERIFY(report.loadedLibrary.empty());
    }
    QCOMPARE(bench.command({"EXISTS", "k"}), Bytes("(integer) 0"));
    QVERIFY(bench.command({"FCALL", "count", "1", "k"}).starts_with("(error) ERR Function not found"));
}

void LibraryFunctionsTest::aFailedCallTellsItsLineAndWhatItHadWritten()
{
    Bench bench;
    const RunReport report = bench.run(callOf("fail"));
    QVERIFY2(report.reply.isError() && report.reply.text.starts_with("WRONGTYPE"), report.reply.text.c_str());
    QCOMPARE(report.errorLine, 11);
    QCOMPARE(report.changes.keys.size(), 1U);
}

void LibraryFunctionsTest::aFunctionThatIsNotThereIsSaid()
{
    Bench bench;
    QCOMPARE(bench.run(callOf("nobody")).reply.text, Bytes("ERR Function not found"));
    QVERIFY(bench.run(callOf("nobody", false)).reply.text.starts_with("ERR Function not found"));
}

QTEST_APPLESS_MAIN(LibraryFunctionsTest)
#include "library_functions_test.moc"
