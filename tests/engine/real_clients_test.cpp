// labels: oracle
// Programs that people really use, against the listener: redis-cli, redis-benchmark, redis-py, ioredis, node-redis and
// hiredis. Each does the same against redis-server first, so that a wrong expectation shows.

#include "tests/support/ferrite_server.h"
#include "tests/support/npm_libraries.h"
#include "tests/support/redis_server.h"

#include <QtTest>

using tests::Finished;

namespace {

const QString kClients = QStringLiteral(FERRITE_SOURCE_DIR "/tests/support/clients/");

QString pythonWithRedis()
{
    for (const QString& python : {QString("/usr/bin/python3"), QString("python3")}) {
        if (tests::runProgram(python, {"-c", "import redis"}).code == 0)
            return python;
    }
    return {};
}

} // namespace

class RealClientsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void redisCliPrintsTheSame_data();
    void redisCliPrintsTheSame();
    void redisCliReadsCommandsFromItsInput();
    void redisCliPipesAMillionBytes();
    void redisBenchmarkRunsItsTests_data();
    void redisBenchmarkRunsItsTests();
    void redisPyWorks();
    void nodeClientsWork_data();
    void nodeClientsWork();
    void hiredisWorks();
    void cleanupTestCase();

private:
    Finished cli(quint16 port, const QStringList& words, const QByteArray& input = {})
    {
        return tests::runProgram("redis-cli", QStringList{"-p", QString::number(port)} + words, input);
    }
    void bothSayOk(const QString& program, const QStringList& words);

    std::unique_ptr<tests::RedisServer> m_redis;
    std::unique_ptr<tests::FerriteServer> m_ferrite;
};

void RealClientsTest::initTestCase()
{
    if (!tests::RedisServer::version().startsWith("7.0"))
        QSKIP("redis-server 7.0 is not installed: nothing to compare with");
    m_redis = std::make_unique<tests::RedisServer>();
    m_ferrite = std::make_unique<tests::FerriteServer>();
    QVERIFY(m_redis->port() != 0);
    QVERIFY(m_ferrite->port() != 0);
}

void RealClientsTest::cleanupTestCase()
{
    m_redis.reset();
    m_ferrite.reset();
}

void RealClientsTest::redisCliPrintsTheSame_data()
{
    QTest::addColumn<QStringList>("words");
    const auto row = [](const char* name, QStringList words) { QTest::newRow(name) << std::move(words); };
    row("ping", {"PING"});
    row("set", {"SET", "k", "v"});
    row("get", {"GET", "k"});
    row("missing", {"GET", "missing"});
    row("no such command", {"NOSUCH", "a", "b"});
    row("wrong number of words", {"GET"});
    row("terminal's form", {"--no-raw", "RPUSH", "list", "a", "b \"c\"", "d"});
    row("terminal's list", {"--no-raw", "LRANGE", "list", "0", "-1"});
    row("csv", {"--csv", "LRANGE", "list", "0", "-1"});
    row("RESP3 map", {"-3", "--no-raw", "HSET", "hash", "a", "1"});
    row("RESP3 hash", {"-3", "--no-raw", "HGETALL", "hash"});
    row("RESP3 score", {"-3", "--no-raw", "ZADD", "zset", "1.5", "m"});
    row("RESP3 scores", {"-3", "--no-raw", "ZRANGE", "zset", "0", "-1", "WITHSCORES"});
    row("RESP3 command", {"-3", "--no-raw", "COMMAND", "INFO", "get"});
    row("json", {"-3", "--json", "HGETALL", "hash"});
    row("repeat", {"-r", "3", "INCR", "n"});
    row("database", {"-n", "3", "SET", "k", "in three"});
    row("eval", {"EVAL", "return {1,'two',{3}}", "0"});
    row("script file",
        {"--eval", FERRITE_SOURCE_DIR "/tests/support/seed_scripts/rate_limiter.lua", "rl", ",", "1", "60"});
    row("script file again",
        {"--eval", FERRITE_SOURCE_DIR "/tests/support/seed_scripts/rate_limiter.lua", "rl", ",", "1", "60"});
    row("scan", {"--scan", "--pattern", "has*"});
    row("error code", {"-e", "LPUSH", "k", "x"});
}

void RealClientsTest::redisCliPrintsTheSame()
{
    QFETCH(QStringList, words);
    const Finished theirs = cli(m_redis->port(), words);
    const Finished ours = cli(m_ferrite->port(), words);
    QCOMPARE(ours.out, theirs.out);
    QCOMPARE(ours.error, theirs.error);
    QCOMPARE(ours.code, theirs.code);
    QVERIFY(theirs.code >= 0);
}

void RealClientsTest::redisCliReadsCommandsFromItsInput()
{
    const QByteArray input =
        "SET a 1\nINCR a\nMULTI\nINCR a\nGET a\nEXEC\nSET \"q\\\"u\" \"x\\x00y\"\nGET \"q\\\"u\"\nSELECT 5\nDBSIZE\n";
    const Finished theirs = cli(m_redis->port(), {}, input);
    QCOMPARE(cli(m_ferrite->port(), {}, input).out, theirs.out);
    QVERIFY(theirs.out.contains("QUEUED"));
}

void RealClientsTest::redisCliPipesAMillionBytes()
{
    QByteArray bytes;
    int commands = 0;
    while (bytes.size() < 1'000'000) {
        const QByteArray key = "piped:" + QByteArray::number(commands++);
        bytes += "*3\r\n$3\r\nSET\r\n$" + QByteArray::number(key.size()) + "\r\n" + key + "\r\n$5\r\nvalue\r\n";
    }
    const Finished done = cli(m_ferrite->port(), {"--pipe"}, bytes);
    QCOMPARE(done.code, 0);
    QVERIFY2(done.out.contains("errors: 0, replies: " + QByteArray::number(commands)), done.out);
    QCOMPARE(cli(m_ferrite->port(), {"EXISTS", "piped:" + QString::number(commands - 1)}).out, QByteArray("1\n"));
}

void RealClientsTest::redisBenchmarkRunsItsTests_data()
{
    QTest::addColumn<QStringList>("options");
    QTest::newRow("no pipeline") << QStringList{"-n", "2000"};
    QTest::newRow("pipeline") << QStringList{"-n", "20000", "-P", "16"};
    QTest::newRow("threads") << QStringList{"-n", "5000", "--threads", "2", "-c", "100"};
}

void RealClientsTest::redisBenchmarkRunsItsTests()
{
    QFETCH(QStringList, options);
    const Finished done = tests::runProgram("redis-benchmark",
        QStringList{"-p", QString::number(m_ferrite->port()), "-q", "-r", "1000", "-t",
            "ping_inline,ping_mbulk,set,get,incr,lpush,rpush,lpop,rpop,sadd,hset,spop,zadd,zpopmin,lrange_100,mset"}
            + options);
    QCOMPARE(done.code, 0);
    QVERIFY2(!done.out.contains("ERR") && !done.error.contains("ERR"), done.out + done.error);
    // A line each: LRANGE's test fills its list first.
    QCOMPARE(done.out.count("requests per second"), 17);
}

void RealClientsTest::bothSayOk(const QString& program, const QStringList& words)
{
    for (const quint16 port : {m_redis->port(), m_ferrite->port()}) {
        const Finished done = tests::runProgram(program, words + QStringList{QString::number(port)}, {}, 120'000);
        QVERIFY2(done.code == 0 && done.out.trimmed() == "ok", done.out + done.error);
    }
}

void RealClientsTest::redisPyWorks()
{
    const QString python = pythonWithRedis();
    if (python.isEmpty())
        QSKIP("redis-py is not installed (Debian's python3-redis)");
    bothSayOk(python, {kClients + "redis_py_client.py"});
}

void RealClientsTest::nodeClientsWork_data()
{
    QTest::addColumn<QString>("module");
    QTest::newRow("node-redis") << "redis";
    QTest::newRow("ioredis") << "ioredis";
}

void RealClientsTest::nodeClientsWork()
{
    QFETCH(QString, module);
    if (tests::runProgram("node", {"--version"}).code != 0)
        QSKIP("node is not installed (Debian's nodejs)");
    // The distribution's module, and where it has none the registry's.
    const auto comesFrom = [&](const QString& folder) {
        return tests::runProgram("env", {"NODE_PATH=" + folder, "node", "-e", "require('" + module + "')"}).code == 0;
    };
    QString folder = "/usr/share/nodejs";
    if (!comesFrom(folder)) {
        const tests::NpmLibraries libraries = tests::npmLibraries();
        if (!libraries.missing.isEmpty())
            QSKIP(libraries.missing.constData());
        QVERIFY2(libraries.fault.isEmpty(), libraries.fault);
        folder = libraries.folder;
    }
    bothSayOk("env", {"NODE_PATH=" + folder, "node", kClients + "node_client.js", module});
}

void RealClientsTest::hiredisWorks()
{
    QTemporaryDir folder;
    const QString program = folder.filePath("hiredis_client");
    const Finished built = tests::runProgram("cc", {"-O1", "-o", program, kClients + "hiredis_client.c", "-lhiredis"});
    if (built.error.contains("hiredis.h: No such file") || built.code == -1)
        QSKIP("hiredis or a C compiler is not installed (Debian's libhiredis-dev)");
    QVERIFY2(built.code == 0, built.error);
    bothSayOk(program, {});
}

QTEST_GUILESS_MAIN(RealClientsTest)
#include "real_clients_test.moc"
