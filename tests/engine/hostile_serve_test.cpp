// Hazards over the wire: a client's EVAL, ended by SCRIPT KILL from another. What has written cannot be killed, as in
// Redis; then SHUTDOWN NOSAVE ends the server. Each hazard comes in one form here.

#include "engine/resp/reply_parser.h"
#include "tests/support/ferrite_server.h"
#include "tests/support/hostile_scripts.h"
#include "tests/support/resp_connection.h"
#include "tests/support/work_watch.h"

#include <QtTest>

#include <memory>

using namespace engine;
using tests::HostileScript;
using tests::Pressure;
using tests::RespConnection;

namespace {

// maxmemory is judged when a script begins, as in Redis: what one writes is bounded by its own memory, and by a kill.
constexpr std::size_t kDataBytes = std::size_t(32) << 20;
constexpr BytesView kMark = "behind the hazard";

// The first reply in these bytes. Scripts nest deeper than replies are read: such a one is a value.
Reply firstReply(BytesView bytes)
{
    auto parsed = parseReply(bytes);
    if (parsed && *parsed)
        return (*parsed)->reply;
    Reply deep;
    deep.kind = ReplyKind::Status;
    return deep;
}

} // namespace

class HostileServeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void endsByAKillFromAnotherClient_data();
    void endsByAKillFromAnotherClient();
    void cleanupTestCase() { m_server.reset(); }

private:
    void watch(const HostileScript& script, RespConnection& runner, RespConnection& other);
    void shutDown(RespConnection& other);

    std::unique_ptr<tests::FerriteServer> m_server;
    std::size_t m_base = 0;
};

void HostileServeTest::init()
{
    if (m_server)
        return;
    m_server = std::make_unique<tests::FerriteServer>(QStringList{"--busy-reply-threshold", "5", "--lua-memory-limit",
        "64mb", "--maxmemory", "4mb", "--proto-max-bulk-len", "16mb", "--client-output-buffer-limit", "normal 0 0 0"});
    QVERIFY2(m_server->port() != 0, m_server->printed().constData());
    QCOMPARE(RespConnection(m_server->port()).text({"EVAL", "return 1", "0"}), Bytes("1"));
    m_base = tests::residentBytes(m_server->process().processId());
    QVERIFY(m_base > 0);
}

// A server that a hazard keeps is not the next one's.
void HostileServeTest::cleanup()
{
    if (!QTest::currentTestFailed() || !m_server)
        return;
    m_server->process().kill();
    m_server.reset();
}

void HostileServeTest::endsByAKillFromAnotherClient_data()
{
    QTest::addColumn<HostileScript>("script");
    for (const HostileScript& script : tests::someHostileScripts(2))
        QTest::newRow(script.name.c_str()) << script;
}

void HostileServeTest::endsByAKillFromAnotherClient()
{
    QFETCH(HostileScript, script);
    RespConnection runner(m_server->port());
    RespConnection other(m_server->port());
    runner.sendRequest({"FLUSHALL"});
    QCOMPARE(runner.read()->text, Bytes("OK"));
    watch(script, runner, other);
    if (m_server)
        QCOMPARE(other.text({"EVAL", "return redis.call('echo', 1 + 1)", "0"}), Bytes("2"));
}

void HostileServeTest::watch(const HostileScript& script, RespConnection& runner, RespConnection& other)
{
    const tests::WorkWatch watch(tests::hostileBounds(kDataBytes), m_base, m_server->process().processId());
    runner.sendRequest({"EVAL", script.body, "0"});
    runner.sendRequest({"ECHO", kMark});
    // Asked too early it kills nothing: a script that has not begun is not busy.
    Bytes kill = other.text({"SCRIPT", "KILL"});
    while (kill.starts_with("NOTBUSY") && !runner.arrives(10))
        kill = other.text({"SCRIPT", "KILL"});
    if (kill.starts_with("UNKILLABLE"))
        return shutDown(other);
    QVERIFY2(kill == "OK" || kill.starts_with("NOTBUSY"), kill.c_str());
    const Bytes answer = runner.readThrough(kMark);
    QVERIFY2(answer.ends_with(kMark), "no answer came");
    const Bytes tooMuch = watch.fault();
    QVERIFY2(tooMuch.empty(), tooMuch.c_str());
    const Reply reply = firstReply(answer);
    const Bytes fault = faultOfEnd(script, reply.isError(), reply.text, Pressure::Limits);
    QVERIFY2(fault.empty(), fault.c_str());
}

void HostileServeTest::shutDown(RespConnection& other)
{
    other.sendRequest({"SHUTDOWN", "NOSAVE"});
    QVERIFY(m_server->waitForEnd());
    QCOMPARE(m_server->process().exitCode(), 0);
    m_server.reset();
}

QTEST_GUILESS_MAIN(HostileServeTest)
#include "hostile_serve_test.moc"
