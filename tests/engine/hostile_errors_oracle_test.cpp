// labels: oracle
// What hazards that do a real server no harm answer there: here it is the same.

#include "engine/resp/reply_text.h"
#include "engine/server/engine_thread.h"
#include "tests/support/hostile_scripts.h"
#include "tests/support/redis_server.h"
#include "tests/support/resp_connection.h"

#include <QRegularExpression>
#include <QtTest>

using namespace engine;
using tests::HostileScript;
using tests::RespConnection;

namespace {

// A reply in an error's or a value's place; addresses are each process's own.
Bytes shown(const std::optional<Reply>& reply)
{
    if (!reply)
        return "(no reply)";
    static const QRegularExpression address(QStringLiteral("0x[0-9a-f]{6,}"));
    const QByteArray text = QByteArray::fromStdString(formatReplyForPeople(*reply));
    return QString::fromLatin1(text).replace(address, QStringLiteral("ADDRESS")).toLatin1().toStdString();
}

Bytes cut(const Bytes& text)
{
    return text.substr(0, 400);
}

} // namespace

class HostileErrorsOracleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void answersAsRedisDoes_data();
    void answersAsRedisDoes();
    void aDifferenceIsSeen();

private:
    static Bytes answer(quint16 port, const Bytes& body);

    SystemClock m_clock;
    std::unique_ptr<EngineThread> m_thread;
    std::unique_ptr<tests::RedisServer> m_redis;
    quint16 m_port = 0;
};

void HostileErrorsOracleTest::initTestCase()
{
    m_redis = std::make_unique<tests::RedisServer>();
    if (m_redis->port() == 0 || tests::RedisServer::version() != QStringLiteral("7.0.15"))
        QSKIP("redis-server 7.0.15 is not installed");
    m_thread = std::make_unique<EngineThread>(
        m_clock, 42, Config(), EngineThreadHooks{.shutdown = [](const ShutdownRequest&) {}, .clientsChanged = {}});
    ListenOptions options;
    options.port = 0;
    const auto report = m_thread->listen(options).get();
    QVERIFY(report.ok());
    m_port = report->port;
}

Bytes HostileErrorsOracleTest::answer(quint16 port, const Bytes& body)
{
    RespConnection client(port);
    // Nothing of the scripts before: data, settings of cjson.
    client.ask({"FLUSHALL"});
    client.ask({"SCRIPT", "FLUSH"});
    return shown(client.ask({"EVAL", body, "0"}));
}

void HostileErrorsOracleTest::answersAsRedisDoes_data()
{
    QTest::addColumn<HostileScript>("script");
    for (const HostileScript& script : tests::bareHostileScripts()) {
        if (script.outcome.asksRedis)
            QTest::newRow(script.name.c_str()) << script;
    }
}

void HostileErrorsOracleTest::answersAsRedisDoes()
{
    QFETCH(HostileScript, script);
    const Bytes theirs = answer(m_redis->port(), script.body);
    const Bytes ours = answer(m_port, script.body);
    QVERIFY(theirs != "(no reply)");
    if (ours.size() > 400 || theirs.size() > 400)
        QVERIFY2(ours == theirs, (cut(ours) + " | " + cut(theirs)).c_str());
    else
        QCOMPARE(ours, theirs);
}

void HostileErrorsOracleTest::aDifferenceIsSeen()
{
    QVERIFY(answer(m_redis->port(), "error('a')") != answer(m_port, "error('b')"));
}

QTEST_GUILESS_MAIN(HostileErrorsOracleTest)
#include "hostile_errors_oracle_test.moc"
