// labels: oracle
// Every transcript over RESP3, against the engine and the real server at once: both give the same. A transcript's own
// lines are RESP2's answers, so here they only say which answers cannot be known.

#include "engine/resp/reply_text.h"
#include "engine/server/engine_thread.h"
#include "tests/support/client_group.h"
#include "tests/support/redis_server.h"
#include "tests/support/transcript.h"

#include <QTest>

#include <filesystem>
#include <set>

using namespace engine;
using tests::TranscriptStep;

namespace {

/// Of subscribers who may not do much else. Over RESP3 they may: a MULTI that is to be refused is not, and queues the
/// rest. The file has a part over RESP3 of its own.
constexpr BytesView kAboutResp2 = "pubsub";

/// One server, and its clients, who all begin with HELLO 3.
class Party {
public:
    explicit Party(quint16 port) : m_clients(port) { }

    /// What the step is answered, or hears.
    Reply reply(const TranscriptStep& step)
    {
        if (m_greeted.insert(step.client).second)
            m_clients.ask(step.client, {"HELLO", "3"});
        if (step.hears)
            return m_clients.hear(step.client);
        const auto argv = tests::wordsOf(step, [this](const Bytes& client) { return m_clients.idOf(client); });
        if (!step.isSilent())
            return m_clients.ask(step.client, argv);
        m_clients.tell(step.client, argv);
        return {};
    }

private:
    tests::ClientGroup m_clients;
    std::set<Bytes> m_greeted;
};

/// The reply's kind is part of the text: a set is not shown as an array is.
Bytes shown(Reply reply, const TranscriptStep& step)
{
    if (step.sorted)
        tests::sortElements(reply);
    return formatReplyForPeople(reply);
}

} // namespace

class TranscriptsResp3OracleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void bothServersAnswerAlike_data();
    void bothServersAnswerAlike();

private:
    std::unique_ptr<tests::RedisServer> m_server;
};

void TranscriptsResp3OracleTest::initTestCase()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    m_server = std::make_unique<tests::RedisServer>(QStringList{"--enable-debug-command", "yes"});
    QVERIFY(m_server->port() != 0);
}

void TranscriptsResp3OracleTest::bothServersAnswerAlike_data()
{
    QTest::addColumn<QByteArray>("path");
    for (const auto& path : tests::transcriptFiles()) {
        const Bytes name = std::filesystem::path(path).stem().string();
        if (name != kAboutResp2)
            QTest::newRow(name.c_str()) << QByteArray::fromStdString(path);
    }
}

void TranscriptsResp3OracleTest::bothServersAnswerAlike()
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
    tests::RespConnection cleaner(m_server->port());
    cleaner.ask({"FLUSHALL"});
    cleaner.ask({"CONFIG", "RESETSTAT"});

    Party ours(listening->port);
    Party real(m_server->port());
    // The first difference ends a file: what follows would be shifted by it.
    Bytes difference;
    for (const TranscriptStep& step : steps) {
        if (step.command.empty() && !step.hears) {
            clock.advance(std::chrono::milliseconds(step.passMs));
            QTest::qWait(step.passMs);
            continue;
        }
        const Bytes got = shown(ours.reply(step), step);
        const Bytes wanted = shown(real.reply(step), step);
        if (got != wanted && !step.hasPatterns()) {
            difference = "line " + std::to_string(step.line) + ": " + step.command + "\n  the real server\n" + wanted
                + "\n  this one\n" + got;
            break;
        }
    }
    QVERIFY2(difference.empty(), difference.c_str());
}

QTEST_GUILESS_MAIN(TranscriptsResp3OracleTest)
#include "transcripts_resp3_oracle_test.moc"
