// What the listener promises: bytes in whatever pieces, pipelines, refusals, limits, many clients, and a script that
// keeps everybody waiting.

#include "engine/server/engine_thread.h"
#include "tests/support/bytes_text.h"
#include "tests/support/resp_connection.h"

#include <QtTest>

#include <sys/resource.h>
#include <sys/stat.h>

#include <thread>

using namespace engine;
using namespace std::string_literals;
using tests::RespConnection;
using tests::textOf;

namespace {

/// An engine on a free port of loopback.
class Served {
public:
    explicit Served(std::initializer_list<std::pair<BytesView, BytesView>> parameters = {}, ListenOptions listen = {})
        : m_thread(
            m_clock, 42, configOf(parameters), {.shutdown = [this](const auto&) { ++shutdowns; }, .clientsChanged = {}})
    {
        listen.port = 0;
        auto opened = m_thread.listen(std::move(listen)).get();
        if (opened)
            report = *opened;
        else
            error = opened.error();
    }
    RespConnection connect() { return RespConnection(report.port); }
    EngineThread& thread() { return m_thread; }

    ListenReport report;
    Bytes error;
    std::atomic<int> shutdowns = 0;

private:
    static Config configOf(std::initializer_list<std::pair<BytesView, BytesView>> parameters)
    {
        Config config;
        for (const auto& [name, value] : parameters) {
            if (auto set = config.setAtStart(name, value); !set)
                qFatal("%s", set.error().c_str());
        }
        return config;
    }
    SystemClock m_clock;
    EngineThread m_thread;
};

ListenOptions addresses(std::vector<Bytes> list)
{
    ListenOptions options;
    options.addresses = std::move(list);
    return options;
}

Bytes repeated(BytesView text, int times)
{
    Bytes all;
    for (int i = 0; i < times; ++i)
        all += text;
    return all;
}

} // namespace

class ListenerTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aByteAtATimeIsAsGoodAsAll();
    void tenThousandPipelinedCommandsAnswerInOrder();
    void aPipelineIsRunAsIfItCameOneByOne();
    void aLargeValueGoesInAndComesOut();
    void inlineCommandsAreUnderstood();
    void protocolErrorsAreAnsweredBeforeTheConnectionCloses_data();
    void protocolErrorsAreAnsweredBeforeTheConnectionCloses();
    void whoEndsBehindItsRequestsIsAnswered();
    void whoEndsWhileItsScriptRunsIsAnswered();
    void quitAnswersAndCloses();
    void whatFollowsQuitIsNotRun();
    void aReaderThatDoesNotReadIsCutOff();
    void aWriterThatReadsLateGetsEverything();
    void aThousandClientsAreServed();
    void oneClientTooManyIsToldSo();
    void aRequestBeyondTheQueryLimitClosesTheConnection();
    void withAPasswordNothingWorksBeforeAuth();
    void anyAddressButLoopbackNeedsAPassword_data();
    void anyAddressButLoopbackNeedsAPassword();
    void withAPasswordEveryAddressIsAllowed();
    void aPortInUseIsSaidToBeInUse();
    void whatIsNoAddressIsSaidToBeNone();
    void aUnixSocketServesAndGoesAway();
    void anotherFileIsNeverReplacedByASocket();
    void theListenerClosesWithClientsConnected();
    void theListenerOpensAgainWhileClientsStay();
    void clientsAreListedAndDisconnected();
    void aSilentClientIsDisconnectedAfterTheTimeout();
    void askRunsOnTheEnginesThreadAndRethrows();
    void workThatNeverBeganReportsABrokenPromise();
    void severalEnginesLiveInOneProcess();
    void shutdownReachesTheOwner();
};

void ListenerTest::aByteAtATimeIsAsGoodAsAll()
{
    Served served;
    RespConnection client = served.connect();
    const Bytes request = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\n\0b\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"s;
    for (const char byte : request)
        QVERIFY(client.send({&byte, 1}));
    QCOMPARE(textOf(client.read()), Bytes("OK"));
    QCOMPARE(textOf(client.read()), Bytes("a\r\n\0b", 5));
}

void ListenerTest::tenThousandPipelinedCommandsAnswerInOrder()
{
    Served served;
    RespConnection client = served.connect();
    constexpr int kCommands = 10'000;
    std::thread writer([&] { client.send(repeated("*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n", kCommands)); });
    Bytes expected;
    for (int i = 1; i <= kCommands; ++i)
        expected += ":" + std::to_string(i) + "\r\n";
    const Bytes got = client.readBytes(expected.size());
    writer.join();
    QVERIFY(got == expected);
}

// Requests are read ahead of their turn; what one of them changes holds for the next.
void ListenerTest::aPipelineIsRunAsIfItCameOneByOne()
{
    Served served({{"requirepass", "secret"}});
    RespConnection client = served.connect();
    const Bytes tooManyWords = "*11\r\n$3\r\nDEL\r\n" + repeated("$1\r\nk\r\n", 10);
    const auto request = [](std::initializer_list<BytesView> words) {
        Bytes text = "*" + std::to_string(words.size()) + "\r\n";
        for (const BytesView word : words)
            text += "$" + std::to_string(word.size()) + "\r\n" + Bytes(word) + "\r\n";
        return text;
    };
    Bytes sent = request({"GET", "k"}) + request({"AUTH", "secret"}) + tooManyWords + request({"SET", "k", "1"})
        + "INCR k\r\n" + request({"SELECT", "1"}) + request({"GET", "k"}) + request({"SET", "k", "there"}) + "*0\r\n"
        + request({"SELECT", "0"}) + "GET k\r\nECHO \"a b\"\r\n" + request({"CLIENT", "REPLY", "SKIP"})
        + request({"PING"}) + request({"nothing", "k"}) + request({"MGET", "k", "k"}) + request({"RPUSH", "l", "x"})
        + request({"BLPOP", "l", "0"}) + request({"BLPOP", "l", "0"}) + request({"INCR", "k"}) + request({"RESET"})
        + tooManyWords + request({"PING"});
    QVERIFY(client.send(sent));
    RespConnection other = served.connect();
    QCOMPARE(other.text({"AUTH", "secret"}), Bytes("OK"));
    while (other.text({"CLIENT", "LIST"}).find("cmd=blpop") == Bytes::npos) { }
    QCOMPARE(other.text({"RPUSH", "l", "y"}), Bytes("1"));
    QCOMPARE(QByteArray::fromStdString(client.readToEnd()),
        QByteArray("-NOAUTH Authentication required.\r\n+OK\r\n:0\r\n+OK\r\n:2\r\n+OK\r\n$-1\r\n+OK\r\n+OK\r\n"
                   "$1\r\n2\r\n$3\r\na b\r\n-ERR unknown command 'nothing', with args beginning with: 'k' \r\n"
                   "*2\r\n$1\r\n2\r\n$1\r\n2\r\n:1\r\n*2\r\n$1\r\nl\r\n$1\r\nx\r\n*2\r\n$1\r\nl\r\n$1\r\ny\r\n"
                   ":3\r\n+RESET\r\n-ERR Protocol error: unauthenticated multibulk length\r\n"));
}

void ListenerTest::aLargeValueGoesInAndComesOut()
{
    Served served;
    RespConnection client = served.connect();
    Bytes value(20'000'000, '\0');
    for (std::size_t i = 0; i < value.size(); ++i)
        value[i] = static_cast<char>(i * 131 >> 7);
    QCOMPARE(client.text({"SET", "large", value}), Bytes("OK"));
    QVERIFY(client.text({"GET", "large"}) == value);
    QCOMPARE(client.text({"PING"}), Bytes("PONG"));
}

void ListenerTest::inlineCommandsAreUnderstood()
{
    Served served;
    RespConnection client = served.connect();
    QVERIFY(client.send("PING\r\n\r\n\nSET k \"a\\x41 b\"\nGET k\r\n"));
    QCOMPARE(textOf(client.read()), Bytes("PONG"));
    QCOMPARE(textOf(client.read()), Bytes("OK"));
    QCOMPARE(textOf(client.read()), Bytes("aA b"));
}

void ListenerTest::protocolErrorsAreAnsweredBeforeTheConnectionCloses_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("count") << QByteArray("*x\r\n") << QByteArray("-ERR Protocol error: invalid multibulk length\r\n");
    QTest::newRow("size") << QByteArray("*1\r\n$-5\r\n") << QByteArray("-ERR Protocol error: invalid bulk length\r\n");
    QTest::newRow("dollar") << QByteArray("*1\r\n:5\r\n")
                            << QByteArray("-ERR Protocol error: expected '$', got ':'\r\n");
    QTest::newRow("quotes") << QByteArray("GET \"k\r\n")
                            << QByteArray("-ERR Protocol error: unbalanced quotes in request\r\n");
    QTest::newRow("more behind") << QByteArray("PING\r\n*x\r\n") + QByteArray(100'000, 'x')
                                 << QByteArray("+PONG\r\n-ERR Protocol error: invalid multibulk length\r\n");
}

void ListenerTest::protocolErrorsAreAnsweredBeforeTheConnectionCloses()
{
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, answer);
    Served served;
    RespConnection client = served.connect();
    QVERIFY(client.send(sent.toStdString()));
    QCOMPARE(QByteArray::fromStdString(client.readToEnd()), answer);
    QCOMPARE(served.connect().text({"PING"}), Bytes("PONG"));
}

// The end comes together with the requests, or with the last of what one reading has no room for.
void ListenerTest::whoEndsBehindItsRequestsIsAnswered()
{
    Served served;
    for (const int requests : {1, 100, 5'000}) {
        RespConnection sleeper = served.connect();
        RespConnection client = served.connect();
        QCOMPARE(client.text({"SET", "n", "0"}), Bytes("OK"));
        QVERIFY(sleeper.sendRequest({"DEBUG", "SLEEP", "0.05"}));
        QVERIFY(client.send(repeated("*2\r\n$4\r\nINCR\r\n$1\r\nn\r\n", requests)));
        client.endSending();
        Bytes expected;
        for (int i = 1; i <= requests; ++i)
            expected += ":" + std::to_string(i) + "\r\n";
        QCOMPARE(client.readToEnd(), expected);
    }
}

void ListenerTest::whoEndsWhileItsScriptRunsIsAnswered()
{
    Served served;
    RespConnection client = served.connect();
    RespConnection other = served.connect();
    QCOMPARE(other.text({"CONFIG", "SET", "busy-reply-threshold", "1"}), Bytes("OK"));
    QVERIFY(client.sendRequest({"EVAL", "while true do end", "0"}));
    while (!other.text({"PING"}).starts_with("BUSY")) { }
    QVERIFY(client.sendRequest({"PING"}));
    client.endSending();
    QVERIFY(other.text({"PING"}).starts_with("BUSY"));
    QCOMPARE(other.text({"SCRIPT", "KILL"}), Bytes("OK"));
    QVERIFY(textOf(client.read()).starts_with("ERR Script killed by user"));
    QCOMPARE(textOf(client.read()), Bytes("PONG"));
    QVERIFY(client.readToEnd().empty());
}

void ListenerTest::quitAnswersAndCloses()
{
    Served served;
    RespConnection client = served.connect();
    QVERIFY(client.sendRequest({"QUIT"}));
    QCOMPARE(client.readToEnd(), Bytes("+OK\r\n"));
}

void ListenerTest::whatFollowsQuitIsNotRun()
{
    Served served;
    RespConnection client = served.connect();
    QVERIFY(client.send("QUIT\r\nSET after 1\r\n"));
    QCOMPARE(client.readToEnd(), Bytes("+OK\r\n"));
    QCOMPARE(served.connect().text({"EXISTS", "after"}), Bytes("0"));
}

void ListenerTest::aReaderThatDoesNotReadIsCutOff()
{
    Served served;
    RespConnection other = served.connect();
    QCOMPARE(other.text({"CONFIG", "SET", "client-output-buffer-limit", "normal 1mb 0 0"}), Bytes("OK"));
    QCOMPARE(other.text({"SET", "large", Bytes(1'000'000, 'x')}), Bytes("OK"));

    // More than the sockets of both ends hold.
    RespConnection greedy = served.connect();
    greedy.send(repeated("GET large\r\n", 100));
    QTRY_COMPARE(served.thread().connectedClients().get().size(), 1U);
    QVERIFY(greedy.readToEnd().size() < 100'000'000U);
    QCOMPARE(other.text({"PING"}), Bytes("PONG"));
}

void ListenerTest::aWriterThatReadsLateGetsEverything()
{
    Served served;
    RespConnection client = served.connect();
    QCOMPARE(client.text({"SET", "k", Bytes(100'000, 'x')}), Bytes("OK"));
    constexpr int kReads = 200;
    QVERIFY(client.send(repeated("GET k\r\n", kReads)));
    const std::size_t size = kReads * (Bytes("$100000\r\n\r\n").size() + 100'000);
    QCOMPARE(client.readBytes(size).size(), size);
    QCOMPARE(client.text({"PING"}), Bytes("PONG"));
}

void ListenerTest::aThousandClientsAreServed()
{
    constexpr std::size_t kClients = 1000;
    rlimit limit{};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 4 * kClients);
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &limit), 0);

    Served served;
    std::vector<RespConnection> clients;
    for (std::size_t i = 0; i < kClients; ++i) {
        clients.push_back(served.connect());
        QVERIFY(clients.back().connected());
    }
    for (std::size_t i = 0; i < kClients; ++i)
        QVERIFY(clients[i].sendRequest({"SET", "key:" + std::to_string(i), std::to_string(i)}));
    for (RespConnection& client : clients)
        QCOMPARE(textOf(client.read()), Bytes("OK"));
    for (std::size_t i = 0; i < kClients; ++i)
        QCOMPARE(clients[i].text({"GET", "key:" + std::to_string(i)}), std::to_string(i));
    QCOMPARE(served.thread().connectedClients().get().size(), kClients);
    clients.clear();
    QTRY_COMPARE(served.thread().connectedClients().get().size(), 0U);
}

void ListenerTest::oneClientTooManyIsToldSo()
{
    Served served({{"maxclients", "2"}});
    RespConnection first = served.connect();
    RespConnection second = served.connect();
    QCOMPARE(first.text({"PING"}), Bytes("PONG"));
    QCOMPARE(second.text({"PING"}), Bytes("PONG"));
    QCOMPARE(served.connect().readToEnd(), Bytes("-ERR max number of clients reached\r\n"));
    second.close();
    QTRY_COMPARE(served.thread().connectedClients().get().size(), 1U);
    QCOMPARE(served.connect().text({"PING"}), Bytes("PONG"));
}

void ListenerTest::aRequestBeyondTheQueryLimitClosesTheConnection()
{
    Served served({{"client-query-buffer-limit", "1mb"}});
    RespConnection client = served.connect();
    client.send("*2\r\n$4\r\nECHO\r\n$3000000\r\n");
    client.send(Bytes(2'500'000, 'x'));
    QCOMPARE(client.readToEnd(), Bytes());
    QCOMPARE(served.connect().text({"PING"}), Bytes("PONG"));
}

void ListenerTest::withAPasswordNothingWorksBeforeAuth()
{
    Served served({{"requirepass", "correct horse"}});
    RespConnection client = served.connect();
    QCOMPARE(client.text({"GET", "k"}), Bytes("NOAUTH Authentication required."));
    QCOMPARE(
        client.text({"AUTH", "correct hors"}), Bytes("WRONGPASS invalid username-password pair or user is disabled."));
    QCOMPARE(client.text({"AUTH", "correct horse battery"}),
        Bytes("WRONGPASS invalid username-password pair or user is disabled."));
    QCOMPARE(client.text({"AUTH", "correct horse"}), Bytes("OK"));
    QCOMPARE(client.text({"SET", "k", "v"}), Bytes("OK"));
    // An unauthenticated client may not make the server keep much.
    RespConnection stranger = served.connect();
    QVERIFY(stranger.send("*2\r\n$4\r\nECHO\r\n$100000\r\n"));
    QCOMPARE(stranger.readToEnd(), Bytes("-ERR Protocol error: unauthenticated bulk length\r\n"));
}

void ListenerTest::anyAddressButLoopbackNeedsAPassword_data()
{
    QTest::addColumn<QString>("address");
    for (const char* address : {"0.0.0.0", "*", "::", "192.0.2.1", "10.0.0.1", "::ffff:10.0.0.1"})
        QTest::newRow(address) << QString(address);
}

void ListenerTest::anyAddressButLoopbackNeedsAPassword()
{
    QFETCH(QString, address);
    Served served({}, addresses({address.toStdString()}));
    QVERIFY2(served.error.find("without a password") != Bytes::npos, served.error.c_str());
    QVERIFY2(served.error.find("requirepass") != Bytes::npos, served.error.c_str());
    QCOMPARE(served.report.port, quint16(0));
}

void ListenerTest::withAPasswordEveryAddressIsAllowed()
{
    Served served({{"requirepass", "secret"}}, addresses({"0.0.0.0"}));
    QCOMPARE(served.error, Bytes());
    RespConnection client = served.connect();
    QCOMPARE(client.text({"AUTH", "secret"}), Bytes("OK"));
    QCOMPARE(client.text({"PING"}), Bytes("PONG"));
}

void ListenerTest::aPortInUseIsSaidToBeInUse()
{
    Served first;
    SystemClock clock;
    EngineThread second(clock, 1);
    ListenOptions same;
    same.port = first.report.port;
    const auto report = second.listen(same).get();
    QVERIFY(!report);
    QVERIFY2(report.error().find("in use") != Bytes::npos, report.error().c_str());
    QVERIFY2(report.error().find(std::to_string(first.report.port)) != Bytes::npos, report.error().c_str());
}

void ListenerTest::whatIsNoAddressIsSaidToBeNone()
{
    Served served({}, addresses({"no such host"}));
    QVERIFY2(served.error.find("'no such host'") != Bytes::npos, served.error.c_str());
    // An address of documentation, which no machine has.
    Served elsewhere({{"requirepass", "x"}}, addresses({"192.0.2.1"}));
    QVERIFY2(elsewhere.error.find("no such address") != Bytes::npos, elsewhere.error.c_str());
    // One that may be missing is left out.
    Served optional({{"requirepass", "x"}}, addresses({"127.0.0.1", "-192.0.2.1"}));
    QCOMPARE(optional.error, Bytes());
    QCOMPARE(optional.report.addresses.size(), 1U);
}

void ListenerTest::aUnixSocketServesAndGoesAway()
{
    QTemporaryDir folder;
    const Bytes path = folder.filePath("s").toStdString();
    {
        ListenOptions options;
        options.addresses.clear();
        options.unixSocket = path;
        options.unixSocketMode = 0600;
        Served served({}, options);
        QCOMPARE(served.error, Bytes());
        struct stat found { };
        QCOMPARE(::stat(path.c_str(), &found), 0);
        QCOMPARE(found.st_mode & 0777U, 0600U);
        RespConnection client = RespConnection::toPath(path);
        QCOMPARE(client.text({"PING"}), Bytes("PONG"));
        QCOMPARE(served.thread().connectedClients().get().front().address, path + ":0");
    }
    QVERIFY(!QFile::exists(folder.filePath("s")));
}

void ListenerTest::anotherFileIsNeverReplacedByASocket()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("notes"));
    QVERIFY(file.open(QFile::WriteOnly));
    file.write("keep");
    file.close();
    ListenOptions options;
    options.unixSocket = folder.filePath("notes").toStdString();
    Served served({}, options);
    QVERIFY2(served.error.find("no socket") != Bytes::npos, served.error.c_str());
    QCOMPARE(QFileInfo(file).size(), 4);
}

void ListenerTest::theListenerClosesWithClientsConnected()
{
    Served served;
    RespConnection client = served.connect();
    QCOMPARE(client.text({"SET", "k", "kept"}), Bytes("OK"));
    served.thread().closeListener().get();
    QCOMPARE(client.readToEnd(), Bytes());
    QVERIFY(!served.connect().connected());
    QTRY_COMPARE(served.thread().connectedClients().get().size(), 0U);
    // The data stays, and so does the engine.
    ListenOptions again;
    again.port = 0;
    const auto report = served.thread().listen(again).get();
    QVERIFY(report.ok());
    QCOMPARE(RespConnection(report->port).text({"GET", "k"}), Bytes("kept"));
}

void ListenerTest::theListenerOpensAgainWhileClientsStay()
{
    Served served;
    RespConnection client = served.connect();
    QCOMPARE(client.text({"PING"}), Bytes("PONG"));
    ListenOptions other;
    other.port = 0;
    QVERIFY(served.thread().listen(other).get().ok());
    QVERIFY(!served.connect().connected());
    QCOMPARE(client.text({"PING"}), Bytes("PONG"));
}

void ListenerTest::clientsAreListedAndDisconnected()
{
    Served served;
    RespConnection client = served.connect();
    QCOMPARE(client.text({"CLIENT", "SETNAME", "worker"}), Bytes("OK"));
    QCOMPARE(client.text({"SELECT", "3"}), Bytes("OK"));
    QCOMPARE(client.text({"CONFIG", "GET", "port"}).empty(), true);
    const auto listed = served.thread().connectedClients().get();
    QCOMPARE(listed.size(), 1U);
    QCOMPARE(listed[0].name, Bytes("worker"));
    QCOMPARE(listed[0].database, 3);
    QCOMPARE(listed[0].lastCommand, Bytes("config|get"));
    QVERIFY2(listed[0].address.starts_with("127.0.0.1:"), listed[0].address.c_str());
    QVERIFY(served.thread().disconnect(listed[0].id).get());
    QCOMPARE(client.readToEnd(), Bytes());
    QTRY_VERIFY(!served.thread().disconnect(listed[0].id).get());
}

void ListenerTest::aSilentClientIsDisconnectedAfterTheTimeout()
{
    Served served({{"timeout", "1"}});
    RespConnection client = served.connect();
    QCOMPARE(client.text({"PING"}), Bytes("PONG"));
    QCOMPARE(client.readToEnd(), Bytes()); // ends because the other side closes; ten seconds would end it with us
    QTRY_COMPARE(served.thread().connectedClients().get().size(), 0U);
}

void ListenerTest::askRunsOnTheEnginesThreadAndRethrows()
{
    Served served;
    EngineThread& thread = served.thread();
    QVERIFY(!thread.isCurrent());
    QVERIFY(thread.ask([&](EngineTurn&) { return thread.isCurrent(); }).get());
    auto failing = thread.ask([](EngineTurn&) -> int { throw std::runtime_error("no"); });
    QVERIFY_EXCEPTION_THROWN(failing.get(), std::runtime_error);
    std::promise<std::pair<int, bool>> heard;
    thread.ask([](EngineTurn&) { return 7; }, [&](int value) { heard.set_value({value, thread.isCurrent()}); });
    QCOMPARE(heard.get_future().get(), std::pair(7, true));
}

void ListenerTest::workThatNeverBeganReportsABrokenPromise()
{
    SystemClock clock;
    std::promise<void> stopping;
    std::future<int> late;
    std::thread asker;
    {
        EngineThread thread(clock, 1);
        std::promise<void> begun;
        // Holds the thread until it is being stopped, with more work waiting behind.
        thread.post([&, stopped = stopping.get_future().share()](EngineTurn&) {
            begun.set_value();
            stopped.wait();
        });
        begun.get_future().wait();
        late = thread.ask([](EngineTurn&) { return 1; });
        asker = std::thread([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            stopping.set_value();
        });
    }
    asker.join();
    QVERIFY_EXCEPTION_THROWN(late.get(), std::future_error);
}

void ListenerTest::severalEnginesLiveInOneProcess()
{
    Served one;
    Served two;
    QCOMPARE(one.connect().text({"SET", "k", "one"}), Bytes("OK"));
    QCOMPARE(two.connect().text({"EXISTS", "k"}), Bytes("0"));
}

void ListenerTest::shutdownReachesTheOwner()
{
    Served served;
    RespConnection client = served.connect();
    QVERIFY(client.sendRequest({"SHUTDOWN", "NOSAVE"}));
    QTRY_COMPARE(served.shutdowns.load(), 1);
}

QTEST_GUILESS_MAIN(ListenerTest)
#include "listener_test.moc"
