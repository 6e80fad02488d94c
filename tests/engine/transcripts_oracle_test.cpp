// labels: oracle
// Every transcript against the real redis-server: what the transcripts say is what it says.

#include "tests/support/redis_server.h"
#include "tests/support/resp_connection.h"
#include "tests/support/transcript.h"

#include <QTest>

#include <filesystem>
#include <map>

class TranscriptsOracleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void theRealServerAnswersAsWritten_data();
    void theRealServerAnswersAsWritten();

private:
    std::unique_ptr<tests::RedisServer> m_server;
};

void TranscriptsOracleTest::initTestCase()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    m_server = std::make_unique<tests::RedisServer>(QStringList{"--enable-debug-command", "yes"});
    QVERIFY(m_server->port() != 0);
}

void TranscriptsOracleTest::theRealServerAnswersAsWritten_data()
{
    QTest::addColumn<QByteArray>("path");
    for (const auto& path : tests::transcriptFiles())
        QTest::newRow(std::filesystem::path(path).stem().c_str()) << QByteArray::fromStdString(path);
}

void TranscriptsOracleTest::theRealServerAnswersAsWritten()
{
    QFETCH(QByteArray, path);
    engine::Bytes error;
    const auto steps = tests::readTranscript(path.toStdString(), error);
    QVERIFY2(error.empty(), error.c_str());

    std::map<engine::Bytes, tests::RespConnection> clients;
    const auto ask = [&](const engine::Bytes& client, const std::vector<engine::Bytes>& argv) {
        const auto place = clients.try_emplace(client, m_server->port()).first;
        auto reply = place->second.ask(argv);
        engine::Reply none;
        none.kind = engine::ReplyKind::Error;
        none.text = "(no reply)";
        return reply.value_or(none);
    };
    ask("cleaner", {"FLUSHALL"});
    ask("cleaner", {"CONFIG", "RESETSTAT"});
    const engine::Bytes differences =
        tests::replayTranscript(steps, {.run = ask, .pass = [](int milliseconds) { QTest::qWait(milliseconds); }});
    QVERIFY2(differences.empty(), differences.c_str());
}

QTEST_GUILESS_MAIN(TranscriptsOracleTest)
#include "transcripts_oracle_test.moc"
