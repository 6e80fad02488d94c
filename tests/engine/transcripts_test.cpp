// Every transcript against the engine inside this process, in RESP2. (transcripts_oracle_test.cpp asks the real
// server.)

#include "tests/support/embedded_server.h"
#include "tests/support/transcript.h"

#include <QTest>

#include <filesystem>

class TranscriptsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyAnswerIsAsWritten_data();
    void everyAnswerIsAsWritten();
};

void TranscriptsTest::everyAnswerIsAsWritten_data()
{
    QTest::addColumn<QByteArray>("path");
    for (const auto& path : tests::transcriptFiles())
        QTest::newRow(std::filesystem::path(path).stem().c_str()) << QByteArray::fromStdString(path);
}

void TranscriptsTest::everyAnswerIsAsWritten()
{
    QFETCH(QByteArray, path);
    engine::Bytes error;
    const auto steps = tests::readTranscript(path.toStdString(), error);
    QVERIFY2(error.empty(), error.c_str());

    tests::EmbeddedServer server;
    const engine::Bytes differences = tests::replayTranscript(steps,
        {.run = [&](const engine::Bytes& client,
                    const std::vector<engine::Bytes>& argv) { return server.reply(argv, client); },
            .pass = [&](int milliseconds) { server.clock().advance(std::chrono::milliseconds(milliseconds)); }});
    QVERIFY2(differences.empty(), differences.c_str());
}

QTEST_GUILESS_MAIN(TranscriptsTest)
#include "transcripts_test.moc"
