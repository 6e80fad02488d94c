// Scripts that would crash, hang or fill their host end when they are killed, live, in every form, and the next script
// works. They are given some milliseconds first, to get where it hurts.

#include "tests/support/embedded_server.h"
#include "tests/support/hostile_scripts.h"
#include "tests/support/work_watch.h"

#include <QtTest>

#include <memory>

using namespace engine;
using tests::HostileScript;
using tests::Pressure;

namespace {

// maxmemory is judged when a script begins, as in Redis: what one writes is bounded by its own memory, and by a kill.
constexpr std::size_t kDataBytes = std::size_t(32) << 20;

} // namespace

class HostileKillTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void endsWhenItIsKilled_data();
    void endsWhenItIsKilled();
    void whoIsNotKilledGoesOn();

private:
    /// Runs a script, which is killed at its first look at the time after `patience`.
    Reply eval(const Bytes& body, std::chrono::milliseconds patience);

    std::unique_ptr<tests::EmbeddedServer> m_server;
    std::size_t m_base = 0;
    std::chrono::steady_clock::time_point m_killAt;
};

void HostileKillTest::initTestCase()
{
    tests::limitOwnMemory();
    m_base = tests::residentBytes();
    QVERIFY(m_base > 0);
    m_server = std::make_unique<tests::EmbeddedServer>();
    QCOMPARE(m_server->run("CONFIG SET lua-memory-limit 64mb"), Bytes("OK"));
    QCOMPARE(m_server->run("CONFIG SET maxmemory 4mb"), Bytes("OK"));
    QCOMPARE(m_server->run("CONFIG SET proto-max-bulk-len 16mb"), Bytes("OK"));
    m_server->scripts().setInterrupt([this] {
        if (std::chrono::steady_clock::now() >= m_killAt)
            m_server->scripts().requestKill();
    });
}

Reply HostileKillTest::eval(const Bytes& body, std::chrono::milliseconds patience)
{
    m_killAt = std::chrono::steady_clock::now() + patience;
    return m_server->reply(std::vector<Bytes>{"EVAL", body, "0"});
}

void HostileKillTest::endsWhenItIsKilled_data()
{
    QTest::addColumn<HostileScript>("script");
    for (const HostileScript& script : tests::hostileScripts())
        QTest::newRow(script.name.c_str()) << script;
}

void HostileKillTest::endsWhenItIsKilled()
{
    QFETCH(HostileScript, script);
    Bytes fault;
    {
        const tests::WorkWatch watch(tests::hostileBounds(kDataBytes), m_base);
        const Reply reply = eval(script.body, std::chrono::milliseconds(5));
        fault = watch.fault();
        if (fault.empty())
            fault = faultOfEnd(script, reply.isError(), reply.text, Pressure::Limits);
    }
    // What it has left behind is not the next one's.
    m_server->run("FLUSHALL");
    m_server->run("SCRIPT FLUSH");
    QVERIFY2(fault.empty(), fault.c_str());
    QCOMPARE(eval("return redis.call('echo', 1 + 1)", std::chrono::seconds(20)).text, Bytes("2"));
}

void HostileKillTest::whoIsNotKilledGoesOn()
{
    const Reply reply = eval("for i = 1, 1e6 do end return 1", std::chrono::seconds(20));
    QCOMPARE(reply.integer, 1);
    const Reply killed = eval("for i = 1, 1e6 do end return 1", std::chrono::seconds(0));
    QVERIFY2(killed.text.starts_with("ERR Script killed by user"), killed.text.c_str());
}

QTEST_GUILESS_MAIN(HostileKillTest)
#include "hostile_kill_test.moc"
