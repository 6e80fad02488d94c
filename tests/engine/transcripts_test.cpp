// Every transcript against the engine inside this process, in RESP2. (transcripts_oracle_test.cpp asks the real
// server.)

#include "engine/server/engine_thread.h"
#include "tests/support/client_group.h"
#include "tests/support/embedded_server.h"
#include "tests/support/transcript.h"

#include <QTest>

#include <filesystem>

using namespace engine;

class TranscriptsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyAnswerIsAsWritten_data() { addFiles(); }
    void everyAnswerIsAsWritten();
    void everyAnswerOverRespIsAsWritten_data() { addFiles(); }
    void everyAnswerOverRespIsAsWritten();

private:
    static void addFiles();
};

void TranscriptsTest::addFiles()
{
    QTest::addColumn<QByteArray>("path");
    for (const auto& path : tests::transcriptFiles())
        QTest::newRow(std::filesystem::path(path).stem().c_str()) << QByteArray::fromStdString(path);
}

void TranscriptsTest::everyAnswerIsAsWritten()
{
    QFETCH(QByteArray, path);
    Bytes error;
    const auto steps = tests::readTranscript(path.toStdString(), error);
    QVERIFY2(error.empty(), error.c_str());

    tests::EmbeddedServer server;
    const Bytes differences = tests::replayTranscript(steps,
        {.run = [&](const Bytes& client, const std::vector<Bytes>& argv) { return server.reply(argv, client); },
            .pass =
                [&](int milliseconds) {
                    server.clock().advance(std::chrono::milliseconds(milliseconds));
                    server.tick();
                },
            .hear = [&](const Bytes& client) { return server.hear(client); },
            .tell = [&](const Bytes& client, const std::vector<Bytes>& argv) { server.reply(argv, client); },
            .idOf = [&](const Bytes& client) { return std::to_string(server.client(client).id); }});
    QVERIFY2(differences.empty(), differences.c_str());
}

void TranscriptsTest::everyAnswerOverRespIsAsWritten()
{
    QFETCH(QByteArray, path);
    Bytes error;
    const auto steps = tests::readTranscript(path.toStdString(), error);
    QVERIFY2(error.empty(), error.c_str());

    ManualClock clock(UnixMs{1'700'000'000'000});
    EngineThread thread(clock, 42, {}, {.shutdown = [](const ShutdownRequest&) {}, .clientsChanged = {}});
    ListenOptions options;
    options.port = 0;
    const auto listening = thread.listen(options).get();
    QVERIFY2(listening.ok(), listening.ok() ? "" : listening.error().c_str());

    tests::ClientGroup clients(listening->port);
    const Bytes differences = tests::replayTranscript(steps,
        {.run = [&](const Bytes& client, const std::vector<Bytes>& argv) { return clients.ask(client, argv); },
            .pass = [&](int milliseconds) { clock.advance(std::chrono::milliseconds(milliseconds)); },
            .hear = [&](const Bytes& client) { return clients.hear(client); },
            .tell = [&](const Bytes& client, const std::vector<Bytes>& argv) { clients.tell(client, argv); },
            .idOf = [&](const Bytes& client) { return clients.idOf(client); }});
    QVERIFY2(differences.empty(), differences.c_str());
}

QTEST_GUILESS_MAIN(TranscriptsTest)
#include "transcripts_test.moc"
