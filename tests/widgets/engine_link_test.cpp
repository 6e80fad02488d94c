// The window's engine as clients of its listener see it.

#include "engine/acl/access_control.h"
#include "engine/server/engine_thread.h"
#include "tests/support/ldb_server.h"
#include "widgets/link/engine_link.h"

#include <QSignalSpy>
#include <QtTest>

using namespace engine;
using tests::RespConnection;

class EngineLinkTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void clientsMayDebugScripts();
    void aClosedListenerEndsTheirSessions();

private:
    static quint16 listen(widgets::EngineLink& link)
    {
        quint16 port = 0;
        QObject thisCall; // the link outlives the call, and may listen again
        QObject::connect(&link, &widgets::EngineLink::listening, &thisCall,
            [&port](const ListenReport& report) { port = report.port; });
        ListenOptions options;
        options.port = 0;
        link.listen(options, {});
        if (!QTest::qWaitFor([&port] { return port != 0; }))
            qFatal("the listener never opened");
        return port;
    }

    SystemClock m_clock;
};

void EngineLinkTest::clientsMayDebugScripts()
{
    widgets::EngineLink link(m_clock, 7);
    const quint16 port = listen(link);
    const auto heard = tests::playLdb(
        port, {.mode = "sync", .script = "redis.call('SET', 'k', 'v')\nreturn redis.call('GET', 'k')"}, {"s", "c"});
    QCOMPARE(heard.at(1),
        Bytes("<redis> SET k v | <reply> \"+OK\" | * Stopped at 2, stop reason = step over | -> 2   return "
              "redis.call('GET', 'k')"));
    QCOMPARE(heard.at(3), Bytes("\"v\""));
    QCOMPARE(RespConnection(port).text({"GET", "k"}), Bytes("v"));
}

void EngineLinkTest::aClosedListenerEndsTheirSessions()
{
    widgets::EngineLink link(m_clock, 7);
    const quint16 port = listen(link);
    RespConnection client(port);
    startDebugging(client, {.mode = "sync", .script = "redis.call('SET', 'k', 'v')\nredis.call('SET', 'k', 'other')"});
    QVERIFY(tests::ldbLines(client.read()).starts_with("* Stopped at 1"));
    client.sendRequest({"s"});
    QVERIFY(tests::ldbLines(client.read()).starts_with("<redis> SET k v"));
    QSignalSpy closed(&link, &widgets::EngineLink::listenerClosed);
    link.closeListener();
    QVERIFY(closed.wait());
    client.readToEnd();
    // The script has gone no further, and nobody is held any more.
    QCOMPARE(RespConnection(listen(link)).text({"GET", "k"}), Bytes("v"));
}

QTEST_GUILESS_MAIN(EngineLinkTest)
#include "engine_link_test.moc"
