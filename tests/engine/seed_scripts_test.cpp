// labels: oracle
// The scripts of the user's page, byte for byte: the same reply through `ferrite run`, through EVAL and EVALSHA over
// RESP, and from redis-server, in RESP2 and RESP3.

#include "engine/base/sha1.h"
#include "tests/support/bytes_text.h"
#include "tests/support/ferrite_server.h"
#include "tests/support/redis_server.h"
#include "tests/support/resp_connection.h"

#include <QtTest>

using engine::Bytes;
using tests::RespConnection;

namespace {

using Words = std::vector<Bytes>;

struct Run {
    Words keys;
    Words argv;
};

/// Commands that are sent before a run; then the run.
struct Step {
    std::vector<Words> before;
    Run run;
};

struct Case {
    const char* script;
    std::vector<Step> steps; // the first has nothing before it: it is also what `ferrite run` does
};

const std::vector<Case>& cases()
{
    static const std::vector<Case> all{
        {"rate_limiter",
            {{{}, {{"limit:1"}, {"2", "60"}}}, {{}, {{"limit:1"}, {"2", "60"}}}, {{}, {{"limit:1"}, {"2", "60"}}},
                {{{"PERSIST", "limit:1"}}, {{"limit:1"}, {"2", "60"}}}, {{}, {{"limit:2"}, {"2", "1.5"}}},
                {{}, {{"limit:3"}, {"2", "0"}}}, {{}, {{"limit:4"}, {"x", "60"}}}, {{}, {{}, {"2", "60"}}}}},
        {"compare_and_swap",
            {{{}, {{"cas"}, {"old", "new"}}}, {{{"SET", "cas", "old"}}, {{"cas"}, {"old", "new"}}},
                {{}, {{"cas"}, {"old", "newer"}}}, {{{"LPUSH", "l", "x"}}, {{"l"}, {"a", "b"}}},
                {{{"SET", "cas", "a\r\nb"}}, {{"cas"}, {"a\r\nb", Bytes("\0", 1)}}}, {{}, {{"cas"}, {}}}}},
        {"acquire_lock",
            {{{}, {{"lock"}, {"token-1", "10000"}}}, {{}, {{"lock"}, {"token-2", "10000"}}},
                {{{"DEL", "lock"}}, {{"lock"}, {"token-2", "10000"}}}, {{}, {{"other"}, {"token", "soon"}}},
                {{}, {{"other"}, {"token", "0"}}}, {{}, {{"other"}, {"token", "1.5"}}}}},
        {"release_lock",
            {{{}, {{"lock"}, {"token-1"}}}, {{{"SET", "lock", "token-1"}}, {{"lock"}, {"token-2"}}},
                {{}, {{"lock"}, {"token-1"}}}, {{}, {{"lock"}, {"token-1"}}}}},
        {"leaderboard",
            {{{}, {{"board"}, {"alice", "100"}}}, {{}, {{"board"}, {"bob", "99.75"}}},
                {{}, {{"board"}, {"carol", "100"}}}, {{}, {{"board"}, {"alice", "0.1"}}},
                {{}, {{"board"}, {"dave", "inf"}}}, {{}, {{"board"}, {"dave", "9007199254740993"}}},
                {{}, {{"board"}, {"erin", "many"}}}}},
        {"stale_while_revalidate",
            {{{}, {{"cache", "cache:lock"}, {"10", "5"}}},
                {{{"SET", "cache", "value", "EX", "100"}}, {{"cache", "cache:lock"}, {"10", "5"}}},
                {{{"EXPIRE", "cache", "5"}}, {{"cache", "cache:lock"}, {"10", "5"}}},
                {{}, {{"cache", "cache:lock"}, {"10", "5"}}},
                {{{"PERSIST", "cache"}, {"DEL", "cache:lock"}}, {{"cache", "cache:lock"}, {"10", "5"}}},
                {{{"DEL", "cache:lock"}}, {{"cache", "cache:lock"}, {"10", "0"}}}}},
        {"sliding_window",
            {{{}, {{"window"}, {"60", "1000"}}}, {{}, {{"window"}, {"60", "1010", "3"}}},
                {{}, {{"window"}, {"60", "1065.5"}}}, {{}, {{"window"}, {"60", "1700000000123456"}}},
                {{}, {{"window"}, {"0.5", "1700000000123457"}}}, {{}, {{"window"}, {"60", "x"}}}}},
        {"hello", {{{}, {{}, {}}}}},
        {"echo_keys_and_args",
            {{{}, {{"key1", "key2"}, {"arg1", "arg2"}}}, {{}, {{"key1"}, {"arg1", "arg2"}}}, {{}, {{}, {}}}}},
        {"get",
            {{{}, {{"mykey"}, {}}}, {{{"SET", "mykey", "v"}}, {{"mykey"}, {}}},
                {{{"DEL", "mykey"}, {"SADD", "mykey", "x"}}, {{"mykey"}, {}}}}},
        {"init_or_increment",
            {{{}, {{"counter"}, {"100"}}}, {{}, {{"counter"}, {"100"}}},
                {{{"SET", "counter", "x"}}, {{"counter"}, {"1"}}}}},
        {"counter_add",
            {{{}, {{"counter"}, {"10"}}}, {{}, {{"counter"}, {"0.25"}}}, {{}, {{"counter"}, {"9007199254740992"}}},
                {{{"SET", "counter", "abc"}}, {{"counter"}, {"1"}}}}},
        {"increment_or_init_rust", {{{}, {{"counter"}, {"1"}}}, {{}, {{"counter"}, {"1"}}}}},
        {"increment_or_init_python", {{{}, {{"counter"}, {"100"}}}, {{}, {{"counter"}, {"100"}}}}},
        {"increment_or_init_typescript", {{{}, {{"counter"}, {"100"}}}, {{}, {{"counter"}, {"x"}}}}},
        {"increment_or_init_typescript_created", {{{}, {{"counter"}, {"1.5"}}}, {{}, {{"counter"}, {"1"}}}}},
    };
    return all;
}

QString pathOf(const QString& script)
{
    return QStringLiteral(FERRITE_SOURCE_DIR "/tests/support/seed_scripts/%1.lua").arg(script);
}

Words evaluation(const Bytes& command, const Bytes& script, const Run& run)
{
    Words words{command, script, std::to_string(run.keys.size())};
    words.insert(words.end(), run.keys.begin(), run.keys.end());
    words.insert(words.end(), run.argv.begin(), run.argv.end());
    return words;
}

QStringList commandLine(const Run& run)
{
    QStringList words;
    for (const Bytes& key : run.keys)
        words += QString::fromStdString(key);
    words += ",";
    for (const Bytes& argument : run.argv)
        words += QString::fromStdString(argument);
    return words;
}

} // namespace

class SeedScriptsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyScriptOfTheFolderHasACase();
    void repliesAreThoseOfRedis_data();
    void repliesAreThoseOfRedis();
    void ferriteRunPrintsWhatRedisCliPrints_data();
    void ferriteRunPrintsWhatRedisCliPrints();
    void scriptLoadGivesTheTrueHash();
    void theFalseHashIsUnknown();
    void cleanupTestCase();

private:
    void addRows();
    RespConnection connect(quint16 port, int protocol);

    std::unique_ptr<tests::RedisServer> m_redis;
    std::unique_ptr<tests::FerriteServer> m_ferrite;
};

void SeedScriptsTest::initTestCase()
{
    if (!tests::RedisServer::version().startsWith("7.0"))
        QSKIP("redis-server 7.0 is not installed: nothing to compare with");
    m_redis = std::make_unique<tests::RedisServer>();
    m_ferrite = std::make_unique<tests::FerriteServer>();
    QVERIFY(m_redis->port() != 0);
    QVERIFY(m_ferrite->port() != 0);
}

void SeedScriptsTest::cleanupTestCase()
{
    m_redis.reset();
    m_ferrite.reset();
}

void SeedScriptsTest::addRows()
{
    QTest::addColumn<std::size_t>("index");
    QTest::addColumn<int>("protocol");
    for (std::size_t i = 0; i < cases().size(); ++i) {
        for (const int protocol : {2, 3})
            QTest::addRow("%s, RESP%d", cases()[i].script, protocol) << i << protocol;
    }
}

RespConnection SeedScriptsTest::connect(quint16 port, int protocol)
{
    RespConnection connection(port);
    connection.ask({"HELLO", std::to_string(protocol)});
    connection.ask({"FLUSHALL"});
    connection.ask({"SCRIPT", "FLUSH"});
    return connection;
}

void SeedScriptsTest::everyScriptOfTheFolderHasACase()
{
    const QStringList files = QFileInfo(pathOf("hello")).dir().entryList({"*.lua"}, QDir::Files);
    QCOMPARE(static_cast<std::size_t>(files.size()), cases().size());
    for (const Case& each : cases())
        QVERIFY2(files.contains(QString(each.script) + ".lua"), each.script);
}

void SeedScriptsTest::repliesAreThoseOfRedis_data()
{
    addRows();
}

void SeedScriptsTest::repliesAreThoseOfRedis()
{
    QFETCH(std::size_t, index);
    QFETCH(int, protocol);
    QFile file(pathOf(cases()[index].script));
    QVERIFY(file.open(QFile::ReadOnly));
    const Bytes body = file.readAll().toStdString();

    for (const Bytes command : {"EVAL", "EVALSHA"}) {
        RespConnection ours = connect(m_ferrite->port(), protocol);
        RespConnection theirs = connect(m_redis->port(), protocol);
        Bytes script = body;
        if (command == "EVALSHA") {
            script = theirs.text({"SCRIPT", "LOAD", body});
            QCOMPARE(ours.text({"SCRIPT", "LOAD", body}), script);
        }
        for (const Step& step : cases()[index].steps) {
            for (const Words& words : step.before)
                QVERIFY(ours.ask(words) == theirs.ask(words));
            const Words words = evaluation(command, script, step.run);
            QVERIFY(ours.sendRequest(words) && theirs.sendRequest(words));
            const auto expected = theirs.read();
            const auto got = ours.read();
            QVERIFY(expected.has_value());
            QVERIFY(got.has_value());
            QCOMPARE(got->text, expected->text);
            QVERIFY2(*got == *expected, words.back().c_str());
        }
    }
}

void SeedScriptsTest::ferriteRunPrintsWhatRedisCliPrints_data()
{
    addRows();
}

void SeedScriptsTest::ferriteRunPrintsWhatRedisCliPrints()
{
    QFETCH(std::size_t, index);
    QFETCH(int, protocol);
    const QString path = pathOf(cases()[index].script);
    for (const Step& step : cases()[index].steps) {
        if (!step.before.empty())
            continue;
        connect(m_redis->port(), 2);
        const QStringList words = commandLine(step.run);
        QStringList cli{"-p", QString::number(m_redis->port())};
        if (protocol == 3)
            cli += "-3";
        const auto theirs = tests::runProgram("redis-cli", cli + QStringList{"--eval", path} + words);
        const auto ours = tests::runProgram(
            tests::ferriteProgram(), QStringList{"run", "--resp", QString::number(protocol), path} + words);
        QCOMPARE(ours.out, theirs.out);
    }
}

void SeedScriptsTest::scriptLoadGivesTheTrueHash()
{
    const Bytes script = "return redis.call('GET', KEYS[1])";
    RespConnection ours = connect(m_ferrite->port(), 2);
    QCOMPARE(ours.text({"SCRIPT", "LOAD", script}), Bytes("d3c21d0c2b9ca22f82737626a27bcaf5d288f99f"));
    QCOMPARE(engine::sha1Hex(script), Bytes("d3c21d0c2b9ca22f82737626a27bcaf5d288f99f"));
}

void SeedScriptsTest::theFalseHashIsUnknown()
{
    const Bytes falseHash = "a42059b356c875f0717db19a51f6aaa9161e77a2";
    for (const quint16 port : {m_ferrite->port(), m_redis->port()}) {
        RespConnection connection = connect(port, 2);
        connection.ask({"SCRIPT", "LOAD", "return redis.call('GET', KEYS[1])"});
        QCOMPARE(connection.text({"EVALSHA", falseHash, "1", "mykey"}),
            Bytes("NOSCRIPT No matching script. Please use EVAL."));
        QCOMPARE(connection.ask({"SCRIPT", "EXISTS", falseHash})->elements.at(0).integer, 0);
    }
}

QTEST_GUILESS_MAIN(SeedScriptsTest)
#include "seed_scripts_test.moc"
