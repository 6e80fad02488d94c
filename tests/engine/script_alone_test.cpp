// What scripts do where redis-server cannot be asked: replies that no command of a script gives, and errors that would
// end it.

#include "tests/support/embedded_server.h"
#include "tests/support/script_ground.h"

#include <QtTest>

using namespace engine;
using tests::EmbeddedServer;
using tests::FunctionProbe;
using tests::ScriptGround;

class ScriptAloneTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rareRepliesBecomeLuaValues_data();
    void rareRepliesBecomeLuaValues();
    void anErrorTableWithoutTextIsAnError_data();
    void anErrorTableWithoutTextIsAnError();
};

void ScriptAloneTest::rareRepliesBecomeLuaValues_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("resp2");
    QTest::addColumn<QByteArray>("resp3");
    const auto row = [](const char* name, ReplyKind kind, const char* resp2, const char* resp3) {
        QTest::newRow(name) << static_cast<int>(kind) << QByteArray(resp2) << QByteArray(resp3);
    };
    row("D.1.9: a boolean", ReplyKind::Boolean, "number 1", "boolean true");
    row("D.1.10: a big number", ReplyKind::BigNumber, "string 12345678901234567890", "table 12345678901234567890");
}

void ScriptAloneTest::rareRepliesBecomeLuaValues()
{
    QFETCH(int, kind);
    QFETCH(QByteArray, resp2);
    QFETCH(QByteArray, resp3);
    Reply given;
    given.kind = static_cast<ReplyKind>(kind);
    given.integer = 1;
    given.text = "12345678901234567890";
    FunctionProbe probe;
    probe.command = [&](LuaInspect&, Argv) { return &given; };
    for (const char* protocol : {"2", "3"}) {
        ScriptGround ground;
        const Bytes body = "redis.setresp(" + Bytes(protocol)
            + ") local r = redis.call('PING') return type(r) .. ' ' .. tostring(type(r) == 'table' and r.big_number or "
              "r)";
        const Bytes& expected = (protocol[0] == '2' ? resp2 : resp3).toStdString();
        QCOMPARE(ground.run(body, {}, {}, &probe).reply.text, expected);
    }
}

void ScriptAloneTest::anErrorTableWithoutTextIsAnError_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("C.4.19: no err") << QByteArray("error({foo = 'x'})");
    QTest::newRow("C.4.19: nothing at all") << QByteArray("error({})");
    QTest::newRow("C.4.20: fields that raise")
        << QByteArray("error(setmetatable({err = 'E'}, {__index = function() error('in') end}))");
}

void ScriptAloneTest::anErrorTableWithoutTextIsAnError()
{
    QFETCH(QByteArray, body);
    EmbeddedServer server;
    const Reply reply = server.reply(std::vector<Bytes>{"EVAL", body.toStdString(), "0"});
    QVERIFY(reply.isError());
    QVERIFY2(reply.text.ends_with(", on @user_script:1."), reply.text.c_str());
    QVERIFY2(reply.text.starts_with("E script: ")
            || reply.text.starts_with("ERR the error is a table without an 'err' string script: "),
        reply.text.c_str());
    QCOMPARE(server.run("EVAL \"return 1\" 0"), Bytes("(integer) 1"));
}

QTEST_GUILESS_MAIN(ScriptAloneTest)
#include "script_alone_test.moc"
