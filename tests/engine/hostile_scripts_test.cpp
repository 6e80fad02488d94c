// labels: slow

// Scripts that would crash, hang or fill their host end with an error inside their limits, alone and in company, and
// the next script works.

#include "tests/support/embedded_server.h"
#include "tests/support/hostile_scripts.h"
#include "tests/support/script_ground.h"

#include <QElapsedTimer>
#include <QFile>
#include <QtTest>

using namespace engine;

class HostileScriptsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void endsInsideItsLimits_data() { rows(); }
    void endsInsideItsLimits();
    void canBeKilledLive_data() { rows(); }
    void canBeKilledLive();
    void residentMemoryStaysInBounds();

private:
    static constexpr std::size_t kMemoryBytes = std::size_t(64) << 20;

    static void rows()
    {
        QTest::addColumn<QByteArray>("body");
        for (const tests::HostileScript& script : tests::hostileScripts())
            QTest::newRow(script.name.c_str()) << QByteArray::fromStdString(script.body);
    }
    static std::size_t residentPeakBytes()
    {
        QFile status("/proc/self/status");
        if (!status.open(QIODevice::ReadOnly))
            return 0;
        for (const QByteArray& line : status.readAll().split('\n')) {
            if (line.startsWith("VmHWM:"))
                return line.mid(6).chopped(3).trimmed().toULongLong() * 1024;
        }
        return 0;
    }

    tests::ScriptGround m_ground{{.memoryLimitBytes = kMemoryBytes, .arenaSlot = ScriptRunnerOptions::kRecorded}};
    tests::EmbeddedServer m_server;
};

void HostileScriptsTest::endsInsideItsLimits()
{
    QFETCH(QByteArray, body);
    ScriptInput input = m_ground.input(body.toStdString());
    input.limits.time = std::chrono::milliseconds(20);
    QElapsedTimer timer;
    timer.start();
    const ScriptOutcome outcome = m_ground.runner.run(std::move(input));
    // Not a measurement: whoever waits ten seconds for a limit of 20 ms waits for ever.
    QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY2(outcome.reply.isError(), outcome.reply.text.c_str());
    QVERIFY2(!outcome.reply.text.starts_with("ERR user_script:1: ended well") || !body.contains("while true"),
        outcome.reply.text.c_str());
    QCOMPARE(m_ground.run("return 1").reply.integer, 1);
}

void HostileScriptsTest::canBeKilledLive()
{
    QFETCH(QByteArray, body);
    m_server.scripts().setInterrupt([this] { m_server.scripts().requestKill(); });
    const Reply reply = m_server.reply(std::vector<Bytes>{"EVAL", body.toStdString(), "0"});
    QVERIFY2(reply.isError(), reply.text.c_str());
    m_server.scripts().setInterrupt({});
    QCOMPARE(m_server.reply(std::vector<Bytes>{"EVAL", "return redis.call('echo', 1 + 1)", "0"}).text, Bytes("2"));
}

void HostileScriptsTest::residentMemoryStaysInBounds()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("a sanitizer keeps memory of its own");
#endif
    // Two Lua states, the larger of 256 MiB, and a program around them.
    QVERIFY(residentPeakBytes() > 0);
    QVERIFY2(residentPeakBytes() < std::size_t(600) << 20, qPrintable(QString::number(residentPeakBytes() >> 20)));
}

QTEST_GUILESS_MAIN(HostileScriptsTest)
#include "hostile_scripts_test.moc"
