// What the one function that every command passes through refuses, queues, counts and propagates.

#include "engine/command/change_sink.h"
#include "engine/command/client_state.h"
#include "engine/resp/reply_text.h"
#include "engine/resp/reply_tree_sink.h"
#include "tests/support/embedded_server.h"

#include <QTest>

using namespace engine;
using tests::EmbeddedServer;

namespace {

/// Writes down what commands tell.
class Recorder final : public ChangeSink {
public:
    void beforeWrite(int database, BytesView key, const Entry* before) override
    {
        note("before " + std::to_string(database) + " " + Bytes(key) + (before ? "" : " (missing)"));
    }
    void keyModified(int, BytesView key) override { note("modified " + Bytes(key)); }
    void event(EventClass, BytesView name, int, BytesView key) override
    {
        note("event " + Bytes(name) + " " + Bytes(key));
    }
    void databaseFlushed(int database) override { note("flushed " + std::to_string(database)); }
    void databasesSwapped(int a, int b) override { note("swapped " + std::to_string(a) + " " + std::to_string(b)); }
    void effect(int database, std::span<const BytesView> argv) override
    {
        Bytes line = "effect " + std::to_string(database);
        for (const BytesView word : argv)
            line += " " + Bytes(word);
        note(line);
    }
    QStringList take() { return std::exchange(m_notes, {}); }

private:
    void note(const Bytes& line) { m_notes << QString::fromStdString(line); }
    QStringList m_notes;
};

void put(Call& call)
{
    const BytesView key = call.nextKey();
    call.setString(key, call.nextBytes());
    call.changed(key, EventClass::String, "put");
    call.reply().ok();
}

void putUntil(Call& call)
{
    const BytesView key = call.nextKey();
    const std::int64_t until = call.nextInteger();
    if (call.failed())
        return;
    call.setString(key, "x");
    call.setExpiry(key, UnixMs{until});
    call.changed(key, EventClass::String, "put", 2);
    call.propagateAs({"PUT", key, "x"});
    call.reply().ok();
}

void look(Call& call)
{
    const auto value = call.findString(call.nextKey());
    if (call.failed())
        return;
    if (value)
        call.reply().bulk(value->view());
    else
        call.reply().null();
}

constexpr CommandSpec kRows[] = {
    {.name = "put", .arity = 3, .flags = Flag::Write | Flag::DenyOom, .keys = KeySpec::one(1), .run = put},
    {.name = "putuntil", .arity = 3, .flags = Flag::Write, .keys = KeySpec::one(1), .run = putUntil},
    {.name = "look", .arity = 2, .flags = Flag::ReadOnly, .keys = KeySpec::one(1), .run = look},
    {.name = "refused", .arity = -1, .flags = Flag::NoScript, .run = [](Call& call) { call.reply().ok(); }},
};

/// Commands of this test on a dataset of its own, called by a client that the test dresses.
struct Bench {
    Bench() { server.engine().setHooks({}); }

    QString run(std::initializer_list<BytesView> argv)
    {
        const EncodingLimits limits;
        CommandContext context{.data = data,
            .client = client,
            .commands = table,
            .dispatcher = dispatcher,
            .config = server.engine().config(),
            .clock = server.clock(),
            .rng = rng,
            .changes = changes,
            .server = server.engine(),
            .now = server.clock().now().ms(),
            .limits = limits,
            .outOfMemory = outOfMemory,
            .busyReply = busy};
        ReplyTreeSink sink;
        dispatcher.execute(context, Argv(argv.begin(), argv.size()), sink);
        last = {context.hits, context.misses, context.expired, context.dirty};
        return QString::fromStdString(formatReplyForPeople(sink.take()));
    }

    static inline const std::span<const CommandSpec> kFamilies[] = {kRows};
    EmbeddedServer server;
    CommandTable table{kFamilies};
    Dispatcher dispatcher;
    Keyspace data{1};
    ClientState client;
    Rng rng{1};
    Recorder changes;
    bool outOfMemory = false;
    Bytes busy;
    std::vector<std::uint64_t> last;
};

} // namespace

class DispatcherTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aWriteTellsTheKeyBeforeItsChangeAndItsEffect();
    void anExpiredKeyIsRemovedByWhoeverLooksAtIt();
    void anExpiredKeyIsOverwrittenAsIfItWereNew();
    void aReadCountsHitsAndMissesAndAWriteDoesNot();
    void scriptsGetTextsOfTheirOwn();
    void aScriptThatHasWrittenIsNotStoppedForMemory();
    void withoutMemoryNothingIsQueued();
    void whileAScriptIsBusyOthersAreTold();
    void theUnauthenticatedGetNoFurtherThanAuth();
    void commandsAreCountedAndSlowOnesLogged();
    void anErrorWithinAScriptsReplyIsAFailedCall();
    void aWatchedKeyThatExpiresFailsTheTransaction();
    void flushingABusyEngineMarksWatchers();
};

void DispatcherTest::aWriteTellsTheKeyBeforeItsChangeAndItsEffect()
{
    Bench bench;
    QCOMPARE(bench.run({"put", "k", "1"}), "OK");
    QCOMPARE(bench.changes.take(),
        (QStringList{"before 0 k (missing)", "event new k", "modified k", "event put k", "effect 0 put k 1"}));
    bench.client.database = 3;
    QCOMPARE(bench.run({"PUTUNTIL", "k", "9999999999999"}), "OK");
    QCOMPARE(bench.changes.take(),
        (QStringList{"before 3 k (missing)", "event new k", "modified k", "event put k", "effect 3 PUT k x"}));
    QCOMPARE(bench.last[3], 2U);
    QCOMPARE(bench.run({"putuntil", "k", "soon"}), "(error) ERR value is not an integer or out of range");
    QVERIFY(bench.changes.take().isEmpty());
}

void DispatcherTest::anExpiredKeyIsRemovedByWhoeverLooksAtIt()
{
    Bench bench;
    const std::int64_t now = bench.server.clock().now().ms().value;
    bench.run({"putuntil", "k", std::to_string(now + 10)});
    bench.changes.take();
    bench.server.clock().advance(std::chrono::milliseconds(10));
    QCOMPARE(bench.run({"look", "k"}), "\"x\"");
    bench.server.clock().advance(std::chrono::milliseconds(1));
    QCOMPARE(bench.run({"look", "k"}), "(nil)");
    QCOMPARE(bench.changes.take(),
        (QStringList{"before 0 k", "modified k", "event expired k", "effect 0 DEL k", "event keymiss k"}));
    QCOMPARE(bench.last[2], 1U);
    QCOMPARE(bench.data.database(0).size(), 0U);
}

void DispatcherTest::anExpiredKeyIsOverwrittenAsIfItWereNew()
{
    Bench bench;
    bench.run({"putuntil", "k", "5"});
    bench.changes.take();
    QCOMPARE(bench.run({"put", "k", "2"}), "OK");
    QCOMPARE(bench.changes.take(),
        (QStringList{"before 0 k", "modified k", "event expired k", "effect 0 DEL k", "modified k", "event put k",
            "effect 0 put k 2"}));
}

void DispatcherTest::aReadCountsHitsAndMissesAndAWriteDoesNot()
{
    Bench bench;
    bench.run({"put", "k", "1"});
    QCOMPARE(bench.last[0] + bench.last[1], 0U);
    bench.run({"look", "k"});
    QCOMPARE(bench.last[0], 1U);
    bench.run({"look", "nosuch"});
    QCOMPARE(bench.last[1], 1U);
}

void DispatcherTest::scriptsGetTextsOfTheirOwn()
{
    Bench bench;
    bench.client.isScript = true;
    QCOMPARE(bench.run({"nosuch"}), "(error) ERR Unknown Redis command called from script");
    QCOMPARE(bench.run({"put", "k"}), "(error) ERR Wrong number of args calling Redis command from script");
    QCOMPARE(bench.run({"refused"}), "(error) ERR This Redis command is not allowed from script");
    bench.client.script.readOnly = true;
    QCOMPARE(bench.run({"put", "k", "v"}), "(error) ERR Write commands are not allowed from read-only scripts.");
    QVERIFY(!bench.client.script.wrote);
    QCOMPARE(bench.run({"look", "k"}), "(nil)");
}

void DispatcherTest::aScriptThatHasWrittenIsNotStoppedForMemory()
{
    Bench bench;
    bench.client.isScript = true;
    bench.outOfMemory = true;
    QCOMPARE(bench.run({"put", "k", "v"}), "(error) OOM command not allowed when used memory > 'maxmemory'.");
    QCOMPARE(bench.run({"putuntil", "k", "9999999999999"}), "OK");
    QVERIFY(bench.client.script.wrote);
    QCOMPARE(bench.run({"put", "k", "v"}), "OK");
}

void DispatcherTest::withoutMemoryNothingIsQueued()
{
    EmbeddedServer server;
    {
        EngineTurn turn = server.engine().beginTurn();
        server.engine().data(turn).database(0).setString("k", "v");
    }
    server.run("MULTI");
    server.run("CONFIG SET maxmemory 1");
    QCOMPARE(server.run("EXEC"), Bytes("1) OK"));
    QCOMPARE(server.run("MULTI"), Bytes("OK"));
    QCOMPARE(server.run("PING"), Bytes("(error) OOM command not allowed when used memory > 'maxmemory'."));
    QCOMPARE(server.run("EXEC"), Bytes("(error) EXECABORT Transaction discarded because of previous errors."));
    QCOMPARE(server.run("PING"), Bytes("PONG"));
}

void DispatcherTest::whileAScriptIsBusyOthersAreTold()
{
    EmbeddedServer server;
    server.engine().setBusyReply("BUSY wait");
    QCOMPARE(server.run("PING"), Bytes("(error) BUSY wait"));
    QCOMPARE(server.run("MULTI"), Bytes("OK"));
    QCOMPARE(server.run("PING"), Bytes("(error) BUSY wait"));
    QCOMPARE(server.run("EXEC"), Bytes("(error) EXECABORT Transaction discarded because of: BUSY wait"));
    QCOMPARE(server.run("SHUTDOWN"), Bytes("(error) BUSY wait"));
    server.engine().setBusyReply("");
    QCOMPARE(server.run("PING"), Bytes("PONG"));
}

void DispatcherTest::theUnauthenticatedGetNoFurtherThanAuth()
{
    Config config;
    QVERIFY(config.setAtStart("requirepass", "secret").ok());
    EmbeddedServer server(config);
    QCOMPARE(server.run("PING"), Bytes("(error) NOAUTH Authentication required."));
    QCOMPARE(server.run("PING a b"), Bytes("(error) NOAUTH Authentication required."));
    QCOMPARE(server.run("NOSUCH"), Bytes("(error) ERR unknown command 'NOSUCH', with args beginning with: "));
    QVERIFY(server.run("HELLO 3").starts_with("(error) NOAUTH HELLO must be called with the client already"));
    QCOMPARE(server.run("AUTH secre"), Bytes("(error) WRONGPASS invalid username-password pair or user is disabled."));
    QCOMPARE(
        server.run("AUTH secret1"), Bytes("(error) WRONGPASS invalid username-password pair or user is disabled."));
    QCOMPARE(server.run("AUTH secret"), Bytes("OK"));
    QCOMPARE(server.run("PING"), Bytes("PONG"));
    QCOMPARE(server.run("RESET"), Bytes("RESET"));
    QCOMPARE(server.run("PING"), Bytes("(error) NOAUTH Authentication required."));
    QVERIFY(server.run("HELLO 2 AUTH default secret SETNAME me").find("\"redis\"") != Bytes::npos);
    QCOMPARE(server.run("CLIENT GETNAME"), Bytes("\"me\""));
}

void DispatcherTest::commandsAreCountedAndSlowOnesLogged()
{
    EmbeddedServer server;
    server.run("CLIENT SETNAME tester");
    server.run("DEBUG SLEEP 0.02");
    server.run("SELECT x");
    server.run("PING a b c");
    server.run("ECHO");
    server.run("NOSUCH");
    const Bytes stats = server.run("INFO commandstats");
    QVERIFY2(stats.find("cmdstat_debug:calls=1,usec=20000,usec_per_call=20000.00,rejected_calls=0,failed_calls=0")
            != Bytes::npos,
        stats.c_str());
    QVERIFY2(
        stats.find("cmdstat_select:calls=1,usec=0,usec_per_call=0.00,rejected_calls=0,failed_calls=1") != Bytes::npos,
        stats.c_str());
    QVERIFY2(
        stats.find("cmdstat_echo:calls=0,usec=0,usec_per_call=0.00,rejected_calls=1,failed_calls=0") != Bytes::npos,
        stats.c_str());
    QVERIFY(server.run("INFO errorstats").find("errorstat_ERR:count=4") != Bytes::npos);
    QCOMPARE(server.run("SLOWLOG GET"),
        Bytes("1) 1) (integer) 0\n   2) (integer) 1700000000\n   3) (integer) 20000\n   4) 1) \"DEBUG\"\n"
              "      2) \"SLEEP\"\n      3) \"0.02\"\n   5) \"127.0.0.1:50001\"\n   6) \"tester\""));
    server.run("CONFIG RESETSTAT");
    QVERIFY(server.run("INFO commandstats").find("cmdstat_debug") == Bytes::npos);
}

// Once for all errors that the script made, and once for each that a command which it called had.
void DispatcherTest::anErrorWithinAScriptsReplyIsAFailedCall()
{
    EmbeddedServer server;
    server.run("EVAL \"return {{err='MINE one'}, {err='MINE two'}, redis.pcall('GET'), redis.pcall('GET')}\" 0");
    QVERIFY(server.run("INFO commandstats")
                .find("cmdstat_eval:calls=1,usec=0,usec_per_call=0.00,rejected_calls=0,failed_calls=3")
        != Bytes::npos);
    QVERIFY(server.run("INFO stats").find("total_error_replies:4") != Bytes::npos);
    server.run("EVAL \"redis.pcall('GET')\" 0");
    server.run("EVAL \"redis.call('GET')\" 0");
    QVERIFY(server.run("INFO commandstats")
                .find("cmdstat_eval:calls=3,usec=0,usec_per_call=0.00,rejected_calls=0,failed_calls=4")
        != Bytes::npos);
    QVERIFY(server.run("INFO stats").find("total_error_replies:6") != Bytes::npos);
}

void DispatcherTest::aWatchedKeyThatExpiresFailsTheTransaction()
{
    EmbeddedServer server;
    const std::int64_t now = server.clock().now().ms().value;
    const auto setUntil = [&](UnixMs until) {
        EngineTurn turn = server.engine().beginTurn();
        server.engine().data(turn).database(0).setString("k", "v");
        server.engine().data(turn).database(0).setExpiry("k", until);
    };
    setUntil({now + 10});
    server.run("WATCH k");
    server.clock().advance(std::chrono::milliseconds(11));
    server.run("MULTI");
    server.run("PING");
    QCOMPARE(server.run("EXEC"), Bytes("(nil)"));

    // Already past its time when it is watched: its removal changes nothing for the watcher.
    setUntil({now});
    server.run("WATCH k");
    server.run("MULTI");
    server.run("PING");
    QCOMPARE(server.run("EXEC"), Bytes("1) PONG"));
}

void DispatcherTest::flushingABusyEngineMarksWatchers()
{
    EmbeddedServer server;
    const auto set = [&](const char* key) {
        EngineTurn turn = server.engine().beginTurn();
        server.engine().data(turn).database(0).setString(key, "v");
    };
    const auto flushed = [&](const char* key, const char* how) {
        server.run(Bytes("WATCH ") + key);
        server.run(how, "other");
        server.run("MULTI");
        return server.run("EXEC") == "(nil)";
    };
    set("k");
    QVERIFY(flushed("k", "FLUSHALL"));
    set("k");
    QVERIFY(!flushed("nosuch", "FLUSHDB"));
    set("k");
    QVERIFY(flushed("k", "SWAPDB 0 1"));
    QVERIFY(flushed("k", "SWAPDB 0 1"));
    QVERIFY(!flushed("k", "SWAPDB 2 3"));
}

QTEST_GUILESS_MAIN(DispatcherTest)
#include "dispatcher_test.moc"
