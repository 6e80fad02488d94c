// `ferrite serve` from its start to its end.

#include "tests/support/bytes_text.h"
#include "tests/support/ferrite_server.h"
#include "tests/support/resp_connection.h"

#include <QtTest>

#include <csignal>

using engine::Bytes;
using tests::FerriteServer;
using tests::Finished;
using tests::RespConnection;

class FerriteServeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itSaysHowToConnect();
    void signalsEndIt_data();
    void signalsEndIt();
    void shutdownEndsIt();
    void shutdownEndsItThoughAScriptLoops();
    void parametersOfTheCommandLineAreSet();
    void aFileOfParametersIsRead();
    void usersOfAFileAreServedAndAWrongFileIsRefused();
    void theCommandLineComesBeforeTheFile();
    void aPasswordOpensOtherAddresses();
    void withoutAPasswordOtherAddressesAreRefused();
    void aPortInUseIsSaidPlainly();
    void badUsageEndsWithTwo_data();
    void badUsageEndsWithTwo();
};

void FerriteServeTest::itSaysHowToConnect()
{
    FerriteServer server;
    QVERIFY(server.port() != 0);
    QVERIFY2(server.printed().contains("redis-cli -p " + QByteArray::number(server.port())), server.printed());
    RespConnection client(server.port());
    QCOMPARE(client.text({"PING"}), Bytes("PONG"));
}

void FerriteServeTest::signalsEndIt_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGINT") << SIGINT;
}

void FerriteServeTest::signalsEndIt()
{
    QFETCH(int, signal);
    FerriteServer server;
    RespConnection client(server.port());
    QCOMPARE(client.text({"PING"}), Bytes("PONG"));
    ::kill(static_cast<pid_t>(server.process().processId()), signal);
    QVERIFY(server.waitForEnd());
    QCOMPARE(server.process().exitStatus(), QProcess::NormalExit);
    QCOMPARE(server.process().exitCode(), 0);
    QVERIFY2(server.printed().contains("has ended"), server.printed());
    QCOMPARE(client.readToEnd(), Bytes());
}

void FerriteServeTest::shutdownEndsIt()
{
    FerriteServer server;
    RespConnection client(server.port());
    QVERIFY(client.sendRequest({"SHUTDOWN"}));
    QVERIFY(server.waitForEnd());
    QCOMPARE(server.process().exitCode(), 0);
    QCOMPARE(client.readToEnd(), Bytes());
}

void FerriteServeTest::shutdownEndsItThoughAScriptLoops()
{
    FerriteServer server({"--busy-reply-threshold", "10"});
    RespConnection runner(server.port());
    QVERIFY(runner.sendRequest({"EVAL", "redis.call('SET','k',1) while true do end", "0"}));
    RespConnection other(server.port());
    QTRY_VERIFY(other.text({"PING"}).starts_with("BUSY"));
    QVERIFY(other.sendRequest({"SHUTDOWN", "NOSAVE"}));
    QVERIFY(server.waitForEnd());
    QCOMPARE(server.process().exitCode(), 0);
}

void FerriteServeTest::parametersOfTheCommandLineAreSet()
{
    FerriteServer server({"--maxclients", "7", "--slowlog-log-slower-than=0", "--timeout", "30"});
    QVERIFY(server.port() != 0);
    RespConnection client(server.port());
    const auto reply = client.ask({"CONFIG", "GET", "maxclients", "slowlog-log-slower-than"});
    QVERIFY(reply && reply->elements.size() == 4);
    QCOMPARE(reply->elements[1].text, Bytes("7"));
    QCOMPARE(reply->elements[3].text, Bytes("0"));
}

void FerriteServeTest::aFileOfParametersIsRead()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("ferrite.conf"));
    QVERIFY(file.open(QFile::WriteOnly));
    file.write("# what a demo needs\nmaxclients 9\nrequirepass \"two words\"\n");
    file.close();
    FerriteServer server({"--config", file.fileName()});
    RespConnection client(server.port());
    QCOMPARE(client.text({"PING"}), Bytes("NOAUTH Authentication required."));
    QCOMPARE(client.text({"AUTH", "two words"}), Bytes("OK"));
    QCOMPARE(client.ask({"CONFIG", "GET", "maxclients"})->elements[1].text, Bytes("9"));
}

void FerriteServeTest::usersOfAFileAreServedAndAWrongFileIsRefused()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("users.acl"));
    QVERIFY(file.open(QFile::WriteOnly));
    file.write("user alice on >secret ~* +@all\nuser default off\n");
    file.close();
    FerriteServer server({"--aclfile", file.fileName()});
    QVERIFY(server.port() != 0);
    QVERIFY2(server.printed().contains("--askpass"), server.printed());
    RespConnection client(server.port());
    QCOMPARE(client.text({"PING"}), Bytes("NOAUTH Authentication required."));
    QCOMPARE(client.text({"AUTH", "alice", "secret"}), Bytes("OK"));

    QVERIFY(file.open(QFile::Append));
    file.write("user bob +nosuch\n");
    file.close();
    FerriteServer refused({"--aclfile", file.fileName()});
    QCOMPARE(refused.port(), quint16{0});
    QVERIFY(refused.waitForEnd());
    QCOMPARE(refused.process().exitCode(), 1);
}

void FerriteServeTest::theCommandLineComesBeforeTheFile()
{
    QTemporaryDir folder;
    QFile file(folder.filePath("ferrite.conf"));
    QVERIFY(file.open(QFile::WriteOnly));
    file.write("maxclients 9\n");
    file.close();
    FerriteServer server({"--config", file.fileName(), "--maxclients", "5"});
    RespConnection client(server.port());
    QCOMPARE(client.ask({"CONFIG", "GET", "maxclients"})->elements[1].text, Bytes("5"));
}

void FerriteServeTest::aPasswordOpensOtherAddresses()
{
    FerriteServer server({"--bind", "127.0.0.1", "--bind", "0.0.0.0", "--requirepass", "secret"});
    // Both addresses on one port cannot be: the first holds it. The answer must be an error, not silence.
    if (server.port() == 0) {
        QVERIFY(server.waitForEnd());
        QCOMPARE(server.process().exitCode(), 1);
    }
    FerriteServer all({"--bind", "0.0.0.0", "--requirepass", "secret"});
    RespConnection client(all.port());
    QCOMPARE(client.text({"AUTH", "secret"}), Bytes("OK"));
    QVERIFY2(all.printed().contains("--askpass"), all.printed());
}

void FerriteServeTest::withoutAPasswordOtherAddressesAreRefused()
{
    for (const QString& address : {QString("0.0.0.0"), QString("*"), QString("::")}) {
        const Finished done = tests::runProgram(tests::ferriteProgram(), {"serve", "--port", "0", "--bind", address});
        QCOMPARE(done.code, 1);
        QVERIFY2(done.error.contains("password") && done.error.contains("requirepass"), done.error);
        QCOMPARE(done.error.count('\n'), 1);
    }
}

void FerriteServeTest::aPortInUseIsSaidPlainly()
{
    FerriteServer first;
    const Finished second =
        tests::runProgram(tests::ferriteProgram(), {"serve", "--port", QString::number(first.port())});
    QCOMPARE(second.code, 1);
    QVERIFY2(second.error.contains("in use"), second.error);
}

void FerriteServeTest::badUsageEndsWithTwo_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("no such parameter") << QStringList{"--nosuch", "1"} << QByteArray("nosuch");
    QTest::newRow("no number") << QStringList{"--port", "x"} << QByteArray("--port");
    QTest::newRow("no such port") << QStringList{"--port", "70000"} << QByteArray("--port");
    QTest::newRow("no value") << QStringList{"--port"} << QByteArray("--port");
    QTest::newRow("a word") << QStringList{"now"} << QByteArray("'now'");
    QTest::newRow("no such file") << QStringList{"--config", "/no/such.conf"} << QByteArray("/no/such.conf");
}

void FerriteServeTest::badUsageEndsWithTwo()
{
    QFETCH(QStringList, words);
    QFETCH(QByteArray, says);
    const Finished done = tests::runProgram(tests::ferriteProgram(), QStringList{"serve"} + words);
    QCOMPARE(done.code, 2);
    QCOMPARE(done.out, QByteArray());
    QCOMPARE(done.error.count('\n'), 1);
    QVERIFY2(done.error.contains(says), done.error);
}

QTEST_GUILESS_MAIN(FerriteServeTest)
#include "ferrite_serve_test.moc"
