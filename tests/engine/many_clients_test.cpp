// labels: slow
// Ten thousand clients, half of them waiting: all are served, one that does not read harms nobody, and what they took
// is there for the next ones.

#include "tests/support/ferrite_server.h"
#include "tests/support/resp_connection.h"

#include <QTest>

#include <sys/resource.h>

#include <fstream>

using namespace engine;
using tests::RespConnection;
using tests::textOf;

namespace {

constexpr std::size_t kClients = 10'000;
constexpr std::size_t kWaiting = 5'000;

// The other ends are the server's, a process of its own that inherits the limit.
bool mayOpen(rlim_t descriptors)
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max < descriptors)
        return false;
    limit.rlim_cur = descriptors;
    return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

std::size_t residentKb(qint64 process)
{
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (Bytes line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:"))
            return std::stoul(line.substr(6));
    }
    return 0;
}

Bytes fact(RespConnection& client, const char* section, const Bytes& name)
{
    const Bytes info = client.text({"INFO", section});
    const std::size_t at = info.find(name + ":");
    return at == Bytes::npos ? Bytes() : info.substr(at + name.size() + 1, info.find('\r', at) - at - name.size() - 1);
}

} // namespace

class ManyClientsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void halfOfTenThousandWaitAndAllAreServed();
    void aSubscriberThatDoesNotReadIsCutOff();

private:
    std::size_t connected();
    void serveAll(std::size_t& residentThen);

    std::unique_ptr<tests::FerriteServer> m_server;
    std::unique_ptr<RespConnection> m_looker;
    quint16 m_port = 0;
};

void ManyClientsTest::initTestCase()
{
    if (!mayOpen(kClients + 200))
        QSKIP("this machine does not let a process open that many sockets");
    m_server = std::make_unique<tests::FerriteServer>(QStringList{"--maxclients", "20000"});
    m_port = m_server->port();
    QVERIFY(m_port != 0);
    m_looker = std::make_unique<RespConnection>(m_port);
}

std::size_t ManyClientsTest::connected()
{
    return std::stoul(fact(*m_looker, "clients", "connected_clients"));
}

void ManyClientsTest::serveAll(std::size_t& residentThen)
{
    std::vector<RespConnection> clients;
    for (std::size_t i = 0; i < kClients; ++i) {
        clients.emplace_back(m_port);
        QVERIFY(clients.back().connected());
    }
    // Every tenth of those that wait has a key of its own, the others share one.
    const auto keyOf = [](std::size_t i) { return i % 10 == 0 ? "own:" + std::to_string(i) : Bytes("shared"); };
    for (std::size_t i = 0; i < kWaiting; ++i)
        QVERIFY(clients[i].sendRequest({"BLPOP", keyOf(i), "0"}));
    QTRY_COMPARE_WITH_TIMEOUT(fact(*m_looker, "clients", "blocked_clients"), std::to_string(kWaiting), 30'000);

    for (std::size_t i = kWaiting; i < kClients; ++i)
        QVERIFY(clients[i].sendRequest({"SET", "key:" + std::to_string(i), std::to_string(i)}));
    for (std::size_t i = kWaiting; i < kClients; ++i)
        QCOMPARE(textOf(clients[i].read()), Bytes("OK"));
    residentThen = residentKb(m_server->process().processId());

    for (std::size_t i = 0; i < kWaiting; ++i)
        QVERIFY(clients[kClients - 1 - i % 100].sendRequest({"RPUSH", keyOf(i), std::to_string(i)}));
    std::size_t served = 0;
    for (std::size_t i = 0; i < kWaiting; ++i) {
        const auto reply = clients[i].read();
        QVERIFY(reply && reply->elements.size() == 2);
        QCOMPARE(reply->elements[0].text, keyOf(i));
        ++served;
    }
    QCOMPARE(served, kWaiting);
    QCOMPARE(fact(*m_looker, "clients", "blocked_clients"), Bytes("0"));

    clients.clear();
    QTRY_COMPARE_WITH_TIMEOUT(connected(), std::size_t(1), 30'000);
}

void ManyClientsTest::halfOfTenThousandWaitAndAllAreServed()
{
    const auto resident = [this] { return residentKb(m_server->process().processId()); };
    const std::size_t before = resident();
    std::size_t first = 0;
    std::size_t second = 0;
    serveAll(first);
    QVERIFY(before > 0 && first > before);
#if defined(__SANITIZE_ADDRESS__)
    QSKIP("what is freed is kept by the address sanitizer");
#endif
    // What they held goes back to the system, within seconds.
    QTRY_VERIFY2_WITH_TIMEOUT(resident() < before + (first - before) / 3,
        (std::to_string(before) + " kB, " + std::to_string(first) + " kB, " + std::to_string(resident()) + " kB")
            .c_str(),
        30'000);
    serveAll(second);
    QVERIFY2(second < first + first / 5, (std::to_string(first) + " kB, " + std::to_string(second) + " kB").c_str());
}

void ManyClientsTest::aSubscriberThatDoesNotReadIsCutOff()
{
    RespConnection publisher(m_port);
    RespConnection reader(m_port);
    RespConnection deaf(m_port);
    QCOMPARE(publisher.text({"CONFIG", "SET", "client-output-buffer-limit", "pubsub 1mb 0 0"}), Bytes("OK"));
    QVERIFY(reader.ask({"SUBSCRIBE", "news"}) && deaf.ask({"SUBSCRIBE", "news"}));
    const Bytes message(100'000, 'x');
    std::size_t heard = 0;
    // The kernel's buffers hold some of it; then the limit ends the one that does not read.
    for (int i = 0; i < 400 && publisher.text({"PUBLISH", "news", message}) == "2"; ++i) {
        const auto got = reader.read();
        QVERIFY(got && got->elements.size() == 3);
        ++heard;
    }
    QVERIFY(heard > 0 && heard < 400);
    QTRY_COMPARE(connected(), std::size_t(3));
    QCOMPARE(publisher.text({"PING"}), Bytes("PONG"));
}

QTEST_GUILESS_MAIN(ManyClientsTest)
#include "many_clients_test.moc"
