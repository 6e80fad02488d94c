// The libraries inside a whole run: they are there, guarded, asked to stop, and cjson's settings go in and out with it.

#include "tests/support/lua_cases.h"
#include "tests/support/resp_connection.h"
#include "tests/support/script_ground.h"

#include <QtTest>

using namespace engine;
using tests::ScriptGround;

class ScriptLibrariesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void runsAnswerAsRedisDoes_data() { tests::addLuaCases(); }
    void runsAnswerAsRedisDoes()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, answer);
        const Bytes got = tests::textOf(m_ground.run(tests::showing(body).toStdString()).reply);
        QCOMPARE(QByteArray::fromStdString(got), answer);
    }

    void cjsonSettingsGoThroughARun()
    {
        ScriptGround ground;
        ScriptInput input = ground.input("cjson.decode_max_depth(7) return cjson.encode({1/0})");
        input.cjson.encodeInvalidNumbers = 2;
        const ScriptOutcome outcome = ground.runner.run(std::move(input));
        QCOMPARE(tests::textOf(outcome.reply), "[null]");
        QCOMPARE(outcome.cjson.encodeInvalidNumbers, 2);
        QCOMPARE(outcome.cjson.decodeMaxDepth, 7);
        // What the next run is not given, it does not have.
        QVERIFY(ground.run("return 1").cjson == CjsonOptions{});
    }

private:
    ScriptGround m_ground;
};

QTEST_GUILESS_MAIN(ScriptLibrariesTest)
#include "script_libraries_test.moc"
