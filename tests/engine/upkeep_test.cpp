// What goes on beside commands: uses counted for the LFU policies, large values freed elsewhere, the latency monitor,
// and expiry that can be switched off.

#include "engine/server/latency_histogram.h"
#include "tests/support/embedded_server.h"

#include <QTest>

using namespace engine;
using tests::EmbeddedServer;

namespace {

std::int64_t integer(EmbeddedServer& server, const Bytes& line)
{
    const Bytes text = server.run(line);
    constexpr BytesView kPrefix = "(integer) ";
    return text.starts_with(kPrefix) ? std::stoll(text.substr(kPrefix.size())) : -1;
}

Bytes infoValue(EmbeddedServer& server, const Bytes& name)
{
    const Bytes text = server.reply(std::vector<Bytes>{"INFO", "everything"}).text;
    const std::size_t at = text.find("\n" + name + ":");
    if (at == Bytes::npos)
        return "(none)";
    const std::size_t from = at + name.size() + 2;
    return text.substr(from, text.find('\r', from) - from);
}

} // namespace

class UpkeepTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void usesGrowSlowlyAndFadeWithTheMinutes();
    void aNewValueGoesOnWithTheCountOfTheOld();
    void anLfuPolicySparesWhatIsUsedOften();
    void idleTimeAndUsesExcludeEachOther();
    void largeValuesAreFreedElsewhereWhereAParameterSaysSo();
    void flushingAsynchronouslyCountsTheKeys();
    void expiryInTheBackgroundCanBeSwitchedOff();
    void slowCommandsAreKeptByTheLatencyMonitor();
    void percentilesHaveTwoSignificantDigits();
};

void UpkeepTest::usesGrowSlowlyAndFadeWithTheMinutes()
{
    EmbeddedServer server;
    server.run("CONFIG SET maxmemory-policy allkeys-lfu");
    server.run("SET k v");
    QCOMPARE(integer(server, "OBJECT FREQ k"), 5);
    for (int i = 0; i < 1000; ++i)
        server.run("GET k");
    const std::int64_t used = integer(server, "OBJECT FREQ k");
    QVERIFY2(used > 8 && used < 40, std::to_string(used).c_str());
    server.clock().advance(std::chrono::minutes(3));
    QCOMPARE(integer(server, "OBJECT FREQ k"), used - 3);
    server.run("CONFIG SET lfu-decay-time 0");
    QCOMPARE(integer(server, "OBJECT FREQ k"), used);
    server.run("CONFIG SET lfu-decay-time 1");
    server.clock().advance(std::chrono::minutes(300));
    QCOMPARE(integer(server, "OBJECT FREQ k"), 0);
}

void UpkeepTest::aNewValueGoesOnWithTheCountOfTheOld()
{
    EmbeddedServer server;
    server.run("CONFIG SET maxmemory-policy allkeys-lfu lfu-log-factor 0");
    server.run("SET k v");
    for (int i = 0; i < 20; ++i)
        server.run("GET k");
    QCOMPARE(integer(server, "OBJECT FREQ k"), 25);
    server.run("SET k another");
    QCOMPARE(integer(server, "OBJECT FREQ k"), 26);
    server.run("APPEND k more");
    QCOMPARE(integer(server, "OBJECT FREQ k"), 27);
}

void UpkeepTest::anLfuPolicySparesWhatIsUsedOften()
{
    EmbeddedServer server;
    server.run("CONFIG SET maxmemory-policy allkeys-lfu maxmemory-samples 64 lfu-log-factor 0");
    for (int i = 0; i < 100; ++i)
        server.run("SET k" + std::to_string(i) + " " + Bytes(500, 'x'));
    for (int i = 0; i < 50; ++i)
        server.run("GET k7");
    server.run("CONFIG SET maxmemory " + std::to_string(server.engine().memory() / 2));
    server.run("PING");
    QCOMPARE(integer(server, "EXISTS k7"), 1);
    QVERIFY(integer(server, "DBSIZE") < 60);
}

void UpkeepTest::idleTimeAndUsesExcludeEachOther()
{
    EmbeddedServer server;
    server.run("SET k v");
    QVERIFY(server.run("OBJECT FREQ k").starts_with("(error) ERR An LFU maxmemory policy is not selected"));
    QCOMPARE(integer(server, "OBJECT IDLETIME k"), 0);
    server.run("CONFIG SET maxmemory-policy volatile-lfu");
    QVERIFY(server.run("OBJECT IDLETIME k").starts_with("(error) ERR An LFU maxmemory policy is selected"));
}

void UpkeepTest::largeValuesAreFreedElsewhereWhereAParameterSaysSo()
{
    EmbeddedServer server;
    const Bytes large(200'000, 'x');
    const auto put = [&] { server.reply(std::vector<Bytes>{"SET", "k", large}); };
    put();
    server.run("DEL k");
    QCOMPARE(infoValue(server, "lazyfreed_objects"), Bytes("0"));
    put();
    server.run("UNLINK k");
    QCOMPARE(infoValue(server, "lazyfreed_objects"), Bytes("1"));
    server.run("CONFIG SET lazyfree-lazy-user-del yes lazyfree-lazy-expire yes lazyfree-lazy-server-del yes");
    put();
    server.run("DEL k");
    QCOMPARE(infoValue(server, "lazyfreed_objects"), Bytes("2"));
    put();
    server.run("PEXPIRE k 10");
    server.clock().advance(std::chrono::milliseconds(20));
    server.run("GET k");
    QCOMPARE(infoValue(server, "lazyfreed_objects"), Bytes("3"));
    put();
    server.run("SET k small");
    QCOMPARE(infoValue(server, "lazyfreed_objects"), Bytes("4"));
    // What is small costs less to free than to hand over.
    server.run("UNLINK k");
    QCOMPARE(infoValue(server, "lazyfreed_objects"), Bytes("4"));
}

void UpkeepTest::flushingAsynchronouslyCountsTheKeys()
{
    EmbeddedServer server;
    server.run("MSET a 1 b 2");
    server.run("FLUSHDB");
    QCOMPARE(infoValue(server, "lazyfreed_objects"), Bytes("0"));
    server.run("MSET a 1 b 2");
    const Keyspace before = server.snapshot();
    server.run("FLUSHALL ASYNC");
    QCOMPARE(infoValue(server, "lazyfreed_objects"), Bytes("2"));
    QCOMPARE(before.database(0).size(), 2U);
    QCOMPARE(integer(server, "DBSIZE"), 0);
    server.run("CONFIG RESETSTAT");
    QCOMPARE(infoValue(server, "lazyfreed_objects"), Bytes("0"));
}

void UpkeepTest::expiryInTheBackgroundCanBeSwitchedOff()
{
    EmbeddedServer server;
    server.run("DEBUG SET-ACTIVE-EXPIRE 0");
    server.run("SET k v PX 10");
    server.clock().advance(std::chrono::milliseconds(20));
    server.tick();
    QCOMPARE(server.snapshot().database(0).size(), 1U);
    server.run("DEBUG SET-ACTIVE-EXPIRE 1");
    server.tick();
    QCOMPARE(server.snapshot().database(0).size(), 0U);
}

void UpkeepTest::slowCommandsAreKeptByTheLatencyMonitor()
{
    EmbeddedServer server;
    server.engine().setHooks(
        {.shutdown = {}, .configChanged = {}, .wakeAt = {}, .sleep = [&](std::chrono::microseconds d) {
             server.clock().advance(std::chrono::duration_cast<std::chrono::milliseconds>(d));
         }});
    server.run("DEBUG SLEEP 0.5");
    QCOMPARE(server.run("LATENCY LATEST"), Bytes("(empty array)"));
    server.run("CONFIG SET latency-monitor-threshold 100");
    server.run("DEBUG SLEEP 0.05");
    QCOMPARE(server.run("LATENCY LATEST"), Bytes("(empty array)"));
    server.run("DEBUG SLEEP 0.2");
    server.run("DEBUG SLEEP 2");
    QVERIFY(server.run("LATENCY LATEST").find("(integer) 2000") != Bytes::npos);
    QVERIFY(server.run("LATENCY HISTORY command").find("(integer) 200") != Bytes::npos);
    QVERIFY(server.run("LATENCY GRAPH command").find("command - high 2000 ms, low 200 ms") != Bytes::npos);
    QVERIFY(server.run("LATENCY DOCTOR").find("1. command: 2 latency spikes") != Bytes::npos);
    QCOMPARE(integer(server, "LATENCY RESET"), 1);
}

// Figures that redis-server 7.0.15 has given for the same durations.
void UpkeepTest::percentilesHaveTwoSignificantDigits()
{
    LatencyHistogram histogram;
    QCOMPARE(histogram.percentile(50), 0.0);
    histogram.add(std::chrono::microseconds(3));
    QCOMPARE(histogram.percentile(50), 3.007);
    QCOMPARE(histogram.percentile(0), 2.992);
    histogram.add(std::chrono::microseconds(290));
    QCOMPARE(histogram.percentile(99), 290.815);
    QCOMPARE(histogram.percentile(50), 3.007);
    const auto steps = histogram.steps();
    QCOMPARE(steps.size(), 2U);
    QCOMPARE(steps[0].micros, 4);
    QCOMPARE(steps[1].count, 2U);
    histogram.add(std::chrono::hours(1));
    QVERIFY(histogram.percentile(100) < 1.01e6);
}

QTEST_GUILESS_MAIN(UpkeepTest)
#include "upkeep_test.moc"
