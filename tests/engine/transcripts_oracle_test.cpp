// labels: oracle
// Every transcript against the real redis-server: what the transcripts say is what it says.

#include "tests/support/client_group.h"
#include "tests/support/redis_server.h"
#include "tests/support/transcript.h"

#include <QTest>

#include <filesystem>

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

    tests::ClientGroup clients(m_server->port());
    tests::RespConnection cleaner(m_server->port());
    cleaner.ask({"FLUSHALL"});
    cleaner.ask({"CONFIG", "RESETSTAT"});
    const engine::Bytes differences = tests::replayTranscript(steps,
        {.run = [&](const engine::Bytes& client,
                    const std::vector<engine::Bytes>& argv) { return clients.ask(client, argv); },
            .pass = [](int milliseconds) { QTest::qWait(milliseconds); },
            .hear = [&](const engine::Bytes& client) { return clients.hear(client); },
            .tell = [&](const engine::Bytes& client,
                        const std::vector<engine::Bytes>& argv) { clients.tell(client, argv); },
            .idOf = [&](const engine::Bytes& client) { return clients.idOf(client); }});
    QVERIFY2(differences.empty(), differences.c_str());
}

QTEST_GUILESS_MAIN(TranscriptsOracleTest)
#include "transcripts_oracle_test.moc"
