// Giving variables and fields of tables other values, in the present and in the past; and going back to a line.

#include "tests/debugger/session_rig.h"
#include "tests/support/bytes_text.h"

#include <QtTest>

using namespace debugger;
using test::SessionRig;

namespace {

const Bytes kTables = "local t = {a = {b = 1}, 5}\n"
                      "local up = 1\n"
                      "local function sum()\n"
                      "  return t.a.b + t[1] + up\n"
                      "end\n"
                      "local n = sum()\n"
                      "KEYS[1] = KEYS[1] .. '!'\n"
                      "return {n, KEYS[1]}\n";

} // namespace

class SessionEditsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fieldsOfTablesCanBeSet();
    void aFieldSetInThePastIsReplayed();
    void argumentsCanBeSet();
    void whatCannotBeSetSaysWhyAndChangesNothing_data();
    void whatCannotBeSetSaysWhyAndChangesNothing();
    void goesBackToALine();

private:
    static Bytes set(SessionRig& rig, const Bytes& name, const Bytes& expression)
    {
        const auto value = rig.ask<VariableSet>(SetVariableRequest{.frame = 0, .name = name, .expression = expression});
        rig.wait<Stopped>();
        return value.value.text;
    }
};

void SessionEditsTest::fieldsOfTablesCanBeSet()
{
    SessionRig rig(kTables, {"k"});
    rig.start();
    rig.ask<Stopped>(RunToLineRequest{6});
    QCOMPARE(set(rig, "t.a.b", "t.a.b + 99"), Bytes("100"));
    QCOMPARE(set(rig, "t[1]", "t.a.b * 2"), Bytes("200"));
    QCOMPARE(set(rig, "t.new", "'x'"), Bytes("\"x\""));
    QCOMPARE(rig.evaluate("t.new"), Bytes("\"x\""));
    QCOMPARE(rig.goToEnd().reply.elements[0].integer, 301);
}

void SessionEditsTest::aFieldSetInThePastIsReplayed()
{
    SessionRig rig(kTables, {"k"});
    rig.start();
    QCOMPARE(rig.goToEnd().reply.elements[0].integer, 7);
    const Stopped there = rig.ask<Stopped>(RunToLineRequest{.line = 6, .back = true});
    set(rig, "t.a.b", "10");
    QCOMPARE(rig.goToEnd().reply.elements[0].integer, 16);
    // Before it, at it, and behind it.
    rig.seek(there.moment - 1);
    QCOMPARE(rig.evaluate("t.a.b"), Bytes("1"));
    rig.seek(there.moment);
    QCOMPARE(rig.evaluate("t.a.b"), Bytes("10"));
    rig.go(Move::Into);
    QCOMPARE(rig.evaluate("t.a.b"), Bytes("10"));
    QCOMPARE(rig.goToEnd(Move::ToEnd).reply.elements[0].integer, 16);
}

void SessionEditsTest::argumentsCanBeSet()
{
    SessionRig rig(kTables, {"k"});
    rig.start();
    QCOMPARE(set(rig, "KEYS[1]", "'other'"), Bytes("\"other\""));
    QCOMPARE(rig.goToEnd().reply.elements[1].text, Bytes("other!"));
}

void SessionEditsTest::whatCannotBeSetSaysWhyAndChangesNothing_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("expression");
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("unknown") << QByteArray("nosuch") << QByteArray("1") << QByteArray("there is no local or upvalue");
    QTest::newRow("field of nothing") << QByteArray("t.x.y") << QByteArray("1") << QByteArray("attempt to index");
    QTest::newRow("call") << QByteArray("sum()") << QByteArray("1") << QByteArray("is no variable, and no field");
    QTest::newRow("half") << QByteArray("t.") << QByteArray("1") << QByteArray("is no variable, and no field");
    QTest::newRow("nothing") << QByteArray("") << QByteArray("1") << QByteArray("there is no local or upvalue");
    QTest::newRow("expression") << QByteArray("t[1]") << QByteArray("1 +") << QByteArray("unexpected symbol");
    QTest::newRow("raises") << QByteArray("t[1]") << QByteArray("error('no')") << QByteArray("no");
    QTest::newRow("read-only") << QByteArray("string.rep") << QByteArray("1") << QByteArray("readonly table");
    QTest::newRow("never ends") << QByteArray("t[1]") << QByteArray("(function() while true do end end)()")
                                << QByteArray("was ended");
}

void SessionEditsTest::whatCannotBeSetSaysWhyAndChangesNothing()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, expression);
    QFETCH(QByteArray, reason);
    SessionRig rig(kTables, {"k"});
    rig.start();
    rig.ask<Stopped>(RunToLineRequest{6});
    const auto failed = rig.ask<Failed>(
        SetVariableRequest{.frame = 0, .name = name.toStdString(), .expression = expression.toStdString()});
    QVERIFY2(failed.text.find(reason.toStdString()) != Bytes::npos, failed.text.c_str());
    QCOMPARE(rig.goToEnd().reply.elements[0].integer, 7);
}

void SessionEditsTest::goesBackToALine()
{
    SessionRig rig("local n = 0\nfor i = 1, 3 do\n  n = n + i\nend\nreturn n");
    rig.start();
    rig.goToEnd();
    QCOMPARE(rig.ask<Stopped>(RunToLineRequest{.line = 3, .back = true}).moment, Moment(7));
    const Stopped second = rig.ask<Stopped>(RunToLineRequest{.line = 3, .back = true});
    QCOMPARE(second.moment, Moment(5));
    QCOMPARE(second.reason, StopReason::Arrived);
    // A line without code means the next one that has some.
    QCOMPARE(rig.ask<Stopped>(RunToLineRequest{.line = 1, .back = true}).line, 1);
    const auto failed = rig.ask<Failed>(RunToLineRequest{.line = 3, .back = true});
    QCOMPARE(failed.text, Bytes("line 3 has not run before this moment"));
    QVERIFY(!rig.ask<Failed>(RunToLineRequest{.line = 30, .back = true}).text.empty());
}

QTEST_GUILESS_MAIN(SessionEditsTest)
#include "session_edits_test.moc"
