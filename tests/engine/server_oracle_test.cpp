// labels: oracle
// The server's own commands beside the real server's: every parameter of CONFIG with good and bad values, the names of
// INFO's fields, and DEBUG DIGEST.

#include "tests/support/redis_server.h"
#include "tests/support/side.h"

#include "engine/resp/reply_text.h"

#include <QTest>

#include <algorithm>
#include <map>
#include <sstream>

using namespace engine;

namespace {

/// Where we differ on purpose.
struct Exception {
    BytesView name;
    BytesView reason;
};

// Neither shown nor set alike.
constexpr Exception kParameters[] = {
    {"appendonly", "refused until data is kept in files"},
    {"bind", "fixed at the start here"},
    {"client-output-buffer-limit", "judged by the transcripts"},
    {"dbfilename", "shown with the server's own start"},
    {"dir", "fixed at the start here"},
    {"hz", "a value outside is put inside, and both say so"},
    {"maxclients", "bounded by the descriptors of the process there"},
    {"cluster-link-sendbuf-limit", "of 64 bits there, 63 here"},
    {"maxmemory", "of 64 bits there, 63 here"},
    {"repl-backlog-size", "rounded up there to what the backlog takes, which is not kept here"},
    {"oom-score-adj", "would change the other server's process"},
    {"port", "each has its own"},
    {"proc-title-template", "would rename the other server's process"},
    {"requirepass", "would shut the test out"},
    {"save", "refused until data is kept in files"},
    {"shutdown-on-sigint", "the other server is ended by a signal"},
    {"shutdown-on-sigterm", "the other server is ended by a signal"},
    {"tls-port", "would open a port"},
    {"enable-debug-command", "DEBUG has nothing here that could hurt, and is open"},
    {"enable-module-command", "the test starts the other server with it"},
    {"unixsocketperm", "judged by config_test"},
};

// Lines of INFO that one side alone has.
constexpr Exception kFields[] = {
    {"server_name", "says who this is"},
    {"ferrite_version", "says who this is"},
};

bool excepted(std::span<const Exception> rows, BytesView name)
{
    return std::ranges::any_of(rows, [name](const Exception& row) { return row.name == name; });
}

std::map<Bytes, Bytes> parameters(tests::Side& side)
{
    const Reply reply = side.ask({"CONFIG", "GET", "*"});
    std::map<Bytes, Bytes> values;
    for (std::size_t i = 0; i + 1 < reply.elements.size(); i += 2)
        values[reply.elements[i].text] = reply.elements[i + 1].text;
    return values;
}

// What is tried on every parameter, whatever its type.
const tests::Words& attempts()
{
    static const tests::Words values{"", " ", "x", "yes", "no", "YES", "-1", "0", "1", "2", "10", "100", "101", "1000",
        "65535", "65536", "2147483647", "2147483648", "4294967296", "9223372036854775807", "9223372036854775808",
        "-2147483648", "-2147483649", "1.5", "01", "0x10", " 1", "1 2 3", "-2000 0 2001", "1k", "1kb", "1GB", "5%",
        "101%", "-1%", "a b", "allkeys-lru", "ALLKEYS-LFU", "volatile-lfu", "nosuch", "KEA", "Kg$lshzxetd", "50 99",
        "a.b-c", "{title}", "{nosuch}"};
    return values;
}

// "section/field" of each line.
std::vector<Bytes> fieldNames(const Reply& reply)
{
    std::vector<Bytes> names;
    Bytes section;
    std::istringstream lines(reply.text);
    for (Bytes line; std::getline(lines, line);) {
        if (line.starts_with("# "))
            names.push_back(section = line.substr(2, line.find_last_not_of("\r\n") - 1));
        else if (const auto colon = line.find(':'); colon != Bytes::npos && !excepted(kFields, line.substr(0, colon)))
            names.push_back(section + "/" + line.substr(0, colon));
    }
    return names;
}

} // namespace

class ServerOracleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everyParameterIsThereWithItsDefault();
    void everyParameterTakesAndRefusesTheSame();
    void infoHasTheSameFieldsInTheSameOrder_data();
    void infoHasTheSameFieldsInTheSameOrder();
    void digestsAreEqual();

private:
    std::unique_ptr<tests::RedisServer> m_server;
    std::unique_ptr<tests::SocketSide> m_theirs;
    tests::EmbeddedSide m_ours{1};
};

void ServerOracleTest::initTestCase()
{
    if (tests::RedisServer::version() != "7.0.15")
        QSKIP("redis-server 7.0.15 is not installed");
    m_server = std::make_unique<tests::RedisServer>(QStringList{"--enable-debug-command", "yes"});
    QVERIFY(m_server->port() != 0);
    m_theirs = std::make_unique<tests::SocketSide>(m_server->port());
}

void ServerOracleTest::everyParameterIsThereWithItsDefault()
{
    const auto ours = parameters(m_ours);
    const auto theirs = parameters(*m_theirs);
    for (const auto& [name, value] : theirs) {
        QVERIFY2(ours.contains(name), name.c_str());
        if (!excepted(kParameters, name))
            QCOMPARE(name + " " + ours.at(name), name + " " + value);
    }
    for (const auto& [name, value] : ours)
        QVERIFY2(theirs.contains(name) || name == "lua-memory-limit", name.c_str()); // ours alone
}

void ServerOracleTest::everyParameterTakesAndRefusesTheSame()
{
    int differences = 0;
    for (const auto& [name, initial] : parameters(*m_theirs)) {
        if (excepted(kParameters, name))
            continue;
        for (const Bytes& value : attempts()) {
            const tests::Words set{"CONFIG", "SET", name, value};
            const tests::Words get{"CONFIG", "GET", name};
            const Bytes ours = formatReplyForPeople(m_ours.ask(set)) + formatReplyForPeople(m_ours.ask(get));
            const Bytes theirs = formatReplyForPeople(m_theirs->ask(set)) + formatReplyForPeople(m_theirs->ask(get));
            if (ours == theirs)
                continue;
            ++differences;
            qWarning("%s '%s'\nours:   %s\ntheirs: %s", name.c_str(), value.c_str(), ours.c_str(), theirs.c_str());
        }
        m_ours.ask({"CONFIG", "SET", name, initial});
        m_theirs->ask({"CONFIG", "SET", name, initial});
    }
    QCOMPARE(differences, 0);
}

void ServerOracleTest::infoHasTheSameFieldsInTheSameOrder_data()
{
    QTest::addColumn<QByteArray>("sections");
    for (const char* words : {"", "default", "all", "everything", "server clients", "cpu nosuch", "keyspace", "STATS"})
        QTest::newRow(words) << QByteArray(words);
}

void ServerOracleTest::infoHasTheSameFieldsInTheSameOrder()
{
    QFETCH(QByteArray, sections);
    for (tests::Side* side : {static_cast<tests::Side*>(&m_ours), static_cast<tests::Side*>(m_theirs.get())}) {
        side->ask({"CONFIG", "RESETSTAT"});
        side->ask({"SET", "a", "1", "PX", "100000"});
        side->ask({"NOSUCH"});
        side->ask({"GET"});
    }
    tests::Words info{"INFO"};
    for (const QByteArray& word : sections.split(' ')) {
        if (!word.isEmpty())
            info.push_back(word.toStdString());
    }
    const auto names = [&](tests::Side& side) {
        std::vector<Bytes> all = fieldNames(side.ask(info));
        // The order of commands in a section follows from a hash table there.
        const auto counted = [](const Bytes& name) {
            return name.find("/cmdstat_") != Bytes::npos || name.find("/latency_percentiles") != Bytes::npos;
        };
        for (auto run = std::ranges::find_if(all, counted); run != all.end();) {
            const auto end = std::find_if_not(run, all.end(), counted);
            std::sort(run, end);
            run = std::find_if(end, all.end(), counted);
        }
        return all;
    };
    QCOMPARE(names(m_ours), names(*m_theirs));
}

void ServerOracleTest::digestsAreEqual()
{
    const tests::Words commands[] = {{"FLUSHALL"}, {"DEBUG", "DIGEST"}, {"SET", "s", "12"}, {"SET", "t", "text"},
        {"PEXPIRE", "t", "100000"}, {"RPUSH", "l", "a", "1", ""}, {"HSET", "h", "f", "v", "g", "7"},
        {"SADD", "i", "1", "2"}, {"SADD", "m", "1", "x"}, {"ZADD", "z", "1.5", "a", "-0", "b", "inf", "c", "0.1", "d"},
        {"DEBUG", "DIGEST-VALUE", "s", "t", "l", "h", "i", "m", "z", "nosuch"}, {"DEBUG", "DIGEST"}, {"SELECT", "3"},
        {"SET", "s", "12"}, {"DEBUG", "DIGEST"}, {"DEBUG", "DIGEST-VALUE"}, {"SELECT", "0"}};
    for (const tests::Words& argv : commands)
        QCOMPARE(formatReplyForPeople(m_ours.ask(argv)), formatReplyForPeople(m_theirs->ask(argv)));
}

QTEST_GUILESS_MAIN(ServerOracleTest)
#include "server_oracle_test.moc"
