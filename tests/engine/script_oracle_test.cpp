// labels: slow oracle
// Random scripts here and on redis-server, over RESP2 and RESP3: every reply, and the data that they leave.

#include "engine/acl/access_control.h"
#include "engine/resp/reply_text.h"
#include "engine/server/engine_thread.h"
#include "tests/support/environment.h"
#include "tests/support/redis_server.h"
#include "tests/support/resp_connection.h"
#include "tests/support/script_generator.h"

#include <QtTest>

using namespace engine;
using tests::RandomScript;
using tests::RespConnection;
using tests::ScriptGenerator;

namespace {

constexpr int kTogether = 50; // scripts sent before their replies are read
constexpr int kMostShown = 5;

struct Side {
    quint16 port = 0;
    RespConnection clients[2]; // RESP2 and RESP3

    void connect()
    {
        clients[0] = RespConnection(port);
        clients[1] = RespConnection(port);
        clients[1].ask({"HELLO", "3"});
        const std::vector<std::vector<Bytes>> ground = {{"FLUSHALL"}, {"SET", "text", "some text"},
            {"SET", "number", "7"}, {"RPUSH", "list", "a", "b", "c"},
            {"HSET", "hash", "f", "v", "g", "w", "some", "1", "more", "2", "fields", "3"},
            {"SADD", "set", "1", "2", "3"}, {"ZADD", "zset", "1.5", "m"}, {"XADD", "stream", "1-1", "f", "v"}};
        for (const auto& words : ground)
            clients[0].ask(words);
    }
    void send(const RandomScript& script, int protocol)
    {
        std::vector<Bytes> words{"EVAL", script.body, std::to_string(script.keys.size())};
        words.insert(words.end(), script.keys.begin(), script.keys.end());
        words.insert(words.end(), script.argv.begin(), script.argv.end());
        clients[protocol].sendRequest(words);
    }
};

} // namespace

class ScriptOracleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void randomScriptsAnswerTheSame();
    void aDifferenceIsFound();

private:
    /// Differences among so many scripts; a planted fault changes one of our replies.
    int compare(std::uint64_t seed, int scripts, bool planted, ScriptGenerator& generator, int& succeeded);
    bool sameData(int done);

    SystemClock m_clock;
    std::unique_ptr<EngineThread> m_engine;
    std::unique_ptr<tests::RedisServer> m_server;
    Side m_ours;
    Side m_theirs;
};

void ScriptOracleTest::initTestCase()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
}

bool ScriptOracleTest::sameData(int done)
{
    const Bytes ours = m_ours.clients[0].text({"DEBUG", "DIGEST"});
    const Bytes theirs = m_theirs.clients[0].text({"DEBUG", "DIGEST"});
    if (ours == theirs)
        return true;
    qWarning("after %d scripts the data differ", done);
    return false;
}

int ScriptOracleTest::compare(std::uint64_t seed, int scripts, bool planted, ScriptGenerator& generator, int& succeeded)
{
    // Fresh, so that math.random begins alike.
    m_engine = std::make_unique<EngineThread>(
        m_clock, seed, Config(), EngineThreadHooks{.shutdown = [](const ShutdownRequest&) {}, .clientsChanged = {}});
    m_server =
        std::make_unique<tests::RedisServer>(QStringList{"--enable-debug-command", "yes", "--loglevel", "warning"});
    ListenOptions options;
    options.port = 0;
    m_ours.port = m_engine->listen(options).get()->port;
    m_theirs.port = m_server->port();
    m_ours.connect();
    m_theirs.connect();

    int differences = 0;
    for (int done = 0; done < scripts; done += kTogether) {
        const int protocol = done / kTogether % 2;
        std::vector<RandomScript> sent;
        for (int i = 0; i < kTogether; ++i) {
            sent.push_back(generator.next());
            m_ours.send(sent.back(), protocol);
            m_theirs.send(sent.back(), protocol);
        }
        for (const RandomScript& script : sent) {
            const auto theirs = m_theirs.clients[protocol].read();
            auto ours = m_ours.clients[protocol].read();
            if (planted && ours && done == 0 && &script == &sent.back())
                ours->text += "planted";
            succeeded += theirs && !theirs->isError() ? 1 : 0;
            if (ours && theirs && *ours == *theirs)
                continue;
            if (++differences > kMostShown || planted)
                continue;
            qWarning("RESP%d\n%s\n-- here\n%s\n-- redis-server\n%s", protocol + 2, script.body.c_str(),
                ours ? formatReplyForPeople(*ours).c_str() : "(nothing)",
                theirs ? formatReplyForPeople(*theirs).c_str() : "(nothing)");
        }
        if ((done % 5000 == 0 || done + kTogether >= scripts) && !sameData(done + kTogether))
            return differences + 1;
    }
    return differences;
}

void ScriptOracleTest::randomScriptsAnswerTheSame()
{
    const std::uint64_t seed = tests::fromEnvironment("FERRITE_SCRIPTS_SEED", 20261127);
    const auto scripts = static_cast<int>(tests::fromEnvironment("FERRITE_SCRIPTS_COUNT", 100'000));
    ScriptGenerator generator(seed);
    int succeeded = 0;
    const int differences = compare(seed, scripts, false, generator, succeeded);
    qInfo("%d scripts, %d of them without an error", scripts, succeeded);
    for (const auto& [what, count] : generator.counts())
        qInfo("%8d %s", count, what.c_str());
    QCOMPARE(differences, 0);
    QVERIFY(succeeded >= scripts * 3 / 10);
    // Each redis.* function, and each type of reply.
    QVERIFY(generator.counts().size() >= 24);
    for (const auto& [what, count] : generator.counts())
        QVERIFY2(count >= scripts / 200, what.c_str());
}

void ScriptOracleTest::aDifferenceIsFound()
{
    ScriptGenerator generator(1);
    int succeeded = 0;
    QCOMPARE(compare(1, 1000, true, generator, succeeded), 1);
}

QTEST_GUILESS_MAIN(ScriptOracleTest)
#include "script_oracle_test.moc"
