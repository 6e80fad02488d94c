// labels: oracle
#include "tests/support/lua_cases.h"
#include "tests/support/redis_server.h"
#include "tests/support/resp_connection.h"

#include <QtTest>

#include <memory>

// The recorded answers of the library cases are what the real server answers.
class LuaLibrariesOracleTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<tests::RedisServer>();
        if (m_server->port() == 0)
            QSKIP("no redis-server on this machine");
        if (tests::RedisServer::version() != "7.0.15")
            QSKIP("the recorded answers are those of redis-server 7.0.15");
        m_connection = tests::RespConnection(m_server->port());
        QVERIFY(m_connection.connected());
    }

    void theServerAnswersAsRecorded_data() { tests::addLuaCases(); }
    void theServerAnswersAsRecorded()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, answer);
        const QByteArray script = tests::showing(body);
        const engine::Bytes got =
            m_connection.text({"EVAL", {script.data(), static_cast<std::size_t>(script.size())}, "0"});
        QCOMPARE(QByteArray(got.data(), static_cast<int>(got.size())), answer);
    }

private:
    std::unique_ptr<tests::RedisServer> m_server;
    tests::RespConnection m_connection;
};

QTEST_GUILESS_MAIN(LuaLibrariesOracleTest)
#include "lua_libraries_oracle_test.moc"
