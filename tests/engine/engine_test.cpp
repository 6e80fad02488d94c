// What the engine does between and around commands: expiry, memory, clients, snapshots, the slow log, frozen views.

#include "engine/command/client_state.h"
#include "engine/resp/reply_tree_sink.h"
#include "tests/support/embedded_server.h"

#include "tests/support/bytes_text.h"

#include <QTest>

using namespace engine;
using tests::EmbeddedServer;

namespace {

void put(EmbeddedServer& server, const Bytes& key, const Bytes& value, std::optional<UnixMs> until = std::nullopt)
{
    EngineTurn turn = server.engine().beginTurn();
    Database& keys = server.engine().data(turn).database(0);
    keys.setString(key, value);
    keys.setExpiry(key, until);
}

bool infoHas(EmbeddedServer& server, const Bytes& section, const Bytes& line)
{
    return server.reply(std::vector<Bytes>{"INFO", section}).text.find("\n" + line + "\r") != Bytes::npos;
}

} // namespace

class EngineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ticksRemoveKeysWhoseTimeHasCome();
    void aSnapshotKeepsWhatFlushallRemoves();
    void replacingTheDataFailsWatchersOfKeysThatAreThere();
    void memoryIsRefusedWithoutAPolicy();
    void memoryIsMadeByThePolicy_data();
    void memoryIsMadeByThePolicy();
    void clientsGetNumbersThatNeverComeAgain();
    void aClientThatLeavesIsForgottenByWatch();
    void theSlowLogCutsWordsAndHidesSecrets();
    void theSlowLogIsShortenedWithItsLimit();
    void aFrozenViewKeepsTheMomentAndRefusesToReachOutside();
    void shutdownWithoutAnOwnerIsRefused();
    void aPipelineBehindASlowCommandSeesTheTime();
};

void EngineTest::ticksRemoveKeysWhoseTimeHasCome()
{
    EmbeddedServer server;
    const std::int64_t now = server.clock().now().ms().value;
    for (int i = 0; i < 500; ++i)
        put(server, "due" + std::to_string(i), "v", UnixMs{now + 5});
    put(server, "later", "v", UnixMs{now + 10'000});
    put(server, "always", "v");
    server.tick();
    QCOMPARE(server.run("DBSIZE"), Bytes("(integer) 502"));
    server.clock().advance(std::chrono::milliseconds(6));
    server.tick();
    QCOMPARE(server.run("DBSIZE"), Bytes("(integer) 2"));
    QVERIFY(infoHas(server, "stats", "expired_keys:500"));
    QVERIFY(infoHas(server, "keyspace", "db0:keys=2,expires=1,avg_ttl=9994"));
}

void EngineTest::aSnapshotKeepsWhatFlushallRemoves()
{
    EmbeddedServer server;
    put(server, "k", "v");
    const Snapshot earlier = server.snapshot();
    QCOMPARE(server.run("FLUSHALL"), Bytes("OK"));
    QCOMPARE(server.run("DBSIZE"), Bytes("(integer) 0"));
    QVERIFY(earlier.database(0).find("k"));
}

void EngineTest::replacingTheDataFailsWatchersOfKeysThatAreThere()
{
    EmbeddedServer server;
    put(server, "k", "v");
    const Keyspace earlier = server.snapshot();
    server.run("FLUSHALL");
    server.run("WATCH k", "watcher");
    server.run("WATCH nosuch", "bystander");
    {
        EngineTurn turn = server.engine().beginTurn();
        server.engine().replaceData(turn, earlier);
    }
    QCOMPARE(server.run("DBSIZE"), Bytes("(integer) 1"));
    server.run("MULTI", "watcher");
    QCOMPARE(server.run("EXEC", "watcher"), Bytes("(nil)"));
    server.run("MULTI", "bystander");
    QCOMPARE(server.run("EXEC", "bystander"), Bytes("(empty array)"));
}

void EngineTest::memoryIsRefusedWithoutAPolicy()
{
    EmbeddedServer server;
    put(server, "k", Bytes(10'000, 'x'));
    QCOMPARE(server.run("CONFIG SET maxmemory 1000"), Bytes("OK"));
    QCOMPARE(server.run("EVAL \"return 1\" 0"), Bytes("(integer) 1"));
    QCOMPARE(server.run("DBSIZE"), Bytes("(integer) 1"));
    QVERIFY(infoHas(server, "stats", "evicted_keys:0"));
}

void EngineTest::memoryIsMadeByThePolicy_data()
{
    QTest::addColumn<QByteArray>("policy");
    QTest::addColumn<QByteArray>("kept");
    QTest::newRow("volatile-ttl takes what ends soonest") << QByteArray("volatile-ttl") << QByteArray("persistent");
    QTest::newRow("volatile-random spares the persistent") << QByteArray("volatile-random") << QByteArray("persistent");
    QTest::newRow("volatile-lru spares the persistent") << QByteArray("volatile-lru") << QByteArray("persistent");
    QTest::newRow("allkeys-lru spares what was just read") << QByteArray("allkeys-lru") << QByteArray("persistent");
    QTest::newRow("allkeys-random takes anything") << QByteArray("allkeys-random") << QByteArray();
}

void EngineTest::memoryIsMadeByThePolicy()
{
    QFETCH(QByteArray, policy);
    QFETCH(QByteArray, kept);
    EmbeddedServer server;
    const std::int64_t now = server.clock().now().ms().value;
    for (int i = 0; i < 200; ++i)
        put(server, "k" + std::to_string(i), Bytes(1000, 'x'), UnixMs{now + 100'000 + i});
    put(server, "persistent", "x");
    const std::size_t before = server.engine().memory();
    server.clock().advance(std::chrono::seconds(50));
    server.run("CONFIG SET maxmemory-samples 64 maxmemory-policy " + policy.toStdString());
    {
        EngineTurn turn = server.engine().beginTurn();
        server.engine()
            .data(turn)
            .database(0)
            .find("persistent")
            ->touch(static_cast<std::uint32_t>(turn.now().value / 1000));
    }
    server.run("CONFIG SET maxmemory " + std::to_string(before / 2));
    QCOMPARE(server.run("PING"), Bytes("PONG"));
    QVERIFY(server.engine().memory() <= before / 2);
    QVERIFY(server.snapshot().database(0).size() > 50);
    QVERIFY(kept.isEmpty() || server.snapshot().database(0).find(kept.toStdString()));
    QVERIFY(!infoHas(server, "stats", "evicted_keys:0"));
}

void EngineTest::clientsGetNumbersThatNeverComeAgain()
{
    EmbeddedServer server;
    QCOMPARE(server.run("CLIENT ID", "a"), Bytes("(integer) 1"));
    QCOMPARE(server.run("CLIENT ID", "b"), Bytes("(integer) 2"));
    server.leave("a");
    QCOMPARE(server.run("CLIENT ID", "a"), Bytes("(integer) 3"));
    const Bytes list = server.reply(std::vector<Bytes>{"CLIENT", "LIST"}, "b").text;
    QVERIFY2(list.starts_with("id=2 addr=127.0.0.1:50002 laddr=127.0.0.1:6380 fd=-1 name= age=0 idle=0 flags=N db=0 "
                              "sub=0 psub=0 ssub=0 multi=-1 "),
        list.c_str());
    QVERIFY2(list.find("cmd=client|list user=default redir=-1 resp=2\nid=3 ") != Bytes::npos, list.c_str());
    QVERIFY(server.reply(std::vector<Bytes>{"CLIENT", "LIST", "ID", "3"}, "b").text.starts_with("id=3 "));
}

void EngineTest::aClientThatLeavesIsForgottenByWatch()
{
    EmbeddedServer server;
    put(server, "k", "v");
    server.run("WATCH k", "gone");
    server.leave("gone");
    // Under the address sanitizer this would touch freed memory if the registry still knew the client.
    QCOMPARE(server.run("FLUSHALL"), Bytes("OK"));
}

void EngineTest::theSlowLogCutsWordsAndHidesSecrets()
{
    using Words = std::vector<Bytes>;
    const auto shown = [](const Words& words) {
        return slowlogWords(std::vector<BytesView>(words.begin(), words.end()));
    };
    QVERIFY(shown(Words(32, "a")) == Words(32, "a"));
    Words many = Words(31, "a");
    many.push_back("... (2 more arguments)");
    QVERIFY(shown(Words(33, "a")) == many);
    QVERIFY(shown({Bytes(128, 'x')}) == Words{Bytes(128, 'x')});
    QVERIFY(shown({Bytes(129, 'x')}) == Words{Bytes(128, 'x') + "... (1 more bytes)"});
    QVERIFY((shown({"AUTH", "me", "secret"}) == Words{"AUTH", "(redacted)", "(redacted)"}));
    QVERIFY((shown({"hello", "3", "AUTH", "me", "secret", "SETNAME", "x"})
        == Words{"hello", "3", "AUTH", "(redacted)", "(redacted)", "SETNAME", "x"}));
    QVERIFY((shown({"config", "set", "timeout", "1", "requirepass", "secret"})
        == Words{"config", "set", "timeout", "1", "requirepass", "(redacted)"}));
}

void EngineTest::theSlowLogIsShortenedWithItsLimit()
{
    EmbeddedServer server;
    server.run("CONFIG SET slowlog-log-slower-than 0 slowlog-max-len 3");
    for (int i = 0; i < 5; ++i)
        server.run("PING");
    QCOMPARE(server.run("SLOWLOG LEN"), Bytes("(integer) 3"));
    server.run("CONFIG SET slowlog-max-len 1 slowlog-log-slower-than -1");
    QCOMPARE(server.run("SLOWLOG LEN"), Bytes("(integer) 1"));
    QCOMPARE(server.run("SLOWLOG RESET"), Bytes("OK"));
    server.run("PING");
    QCOMPARE(server.run("SLOWLOG LEN"), Bytes("(integer) 0"));
    server.run("CONFIG SET slowlog-log-slower-than 0");
    QVERIFY(server.run("SLOWLOG GET 1").starts_with("1) 1) (integer) 7\n"));
}

void EngineTest::aFrozenViewKeepsTheMomentAndRefusesToReachOutside()
{
    EmbeddedServer server;
    server.run("CLIENT SETNAME first");
    FrozenServerView frozen(server.engine());
    server.run("CLIENT SETNAME second");
    server.run("PING", "another");
    QCOMPARE(frozen.clients().size(), 1U);
    QCOMPARE(frozen.clients()[0]->name, Bytes("first"));
    const ConfigAssignment assignment{.name = "timeout", .value = "5"};
    QVERIFY(!frozen.setConfig({&assignment, 1}).ok());
    QVERIFY(!frozen.rewriteConfig().ok());
    QVERIFY(!frozen.requestShutdown({}).ok());
    QCOMPARE(server.engine().config().number(Param::Timeout), 0);
}

void EngineTest::shutdownWithoutAnOwnerIsRefused()
{
    EmbeddedServer server;
    QVERIFY(server.run("SHUTDOWN NOSAVE").starts_with("(error) ERR "));
    int asked = 0;
    EngineHooks hooks;
    hooks.shutdown = [&asked](const ShutdownRequest& request) {
        asked += request.save == ShutdownRequest::Save::NoSave ? 1 : 100;
    };
    server.engine().setHooks(std::move(hooks));
    QCOMPARE(server.run("SHUTDOWN NOSAVE"), Bytes("OK"));
    QCOMPARE(asked, 1);
}

void EngineTest::aPipelineBehindASlowCommandSeesTheTime()
{
    EmbeddedServer server;
    EngineTurn turn = server.engine().beginTurn();
    const UnixMs before = turn.now();
    ReplyTreeSink sink;
    const BytesView sleep[] = {"DEBUG", "SLEEP", "2"};
    server.engine().execute(turn, server.client(), sleep, sink);
    QCOMPARE(turn.now().value - before.value, 2000);
}

QTEST_GUILESS_MAIN(EngineTest)
#include "engine_test.moc"
