// One script's way through the window, by mouse and keys alone: what is expected is read from what is shown.
// FERRITE_PICTURES=folder saves a picture of each stage, light and dark.

#include "tests/app/desk.h"
#include "tests/support/resp_connection.h"

#include <QClipboard>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTemporaryDir>

using tests::Desk;
using tests::fileWith;
using tests::Person;

namespace {

bool contains(const QStringList& rows, const QString& text)
{
    for (const QString& row : rows) {
        if (row.contains(text))
            return true;
    }
    return false;
}

} // namespace

class WindowStoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theRateLimiterIsSteppedForwardsAndBackwards_data();
    void theRateLimiterIsSteppedForwardsAndBackwards();
    void aRunShowsTheReplyBesideTheLuaValueAndWhatWasLost();
    void aFailedRunSaysWhichLineAndWhatItHadWritten();
    void aLoopOfAThousandRoundsIsTravelled();
    void aCaughtErrorIsSteppedOver();
    void aCoroutineIsSteppedInto();
    void watchesAndTheEvaluateLineFollowTheStop();
    void theConsoleAnswers();
    void theListenerIsSwitchedOnAndCountsClients();
    void aRestartBringsBackWhatWasOpen();
    void argumentsArePastedFromACommandLine();
};

void WindowStoryTest::theRateLimiterIsSteppedForwardsAndBackwards_data()
{
    tests::addThemes();
}

void WindowStoryTest::theRateLimiterIsSteppedForwardsAndBackwards()
{
    QFETCH(const QString, theme);
    const QTemporaryDir folder;
    QVERIFY(tests::chooseTheme(folder, theme));
    Desk desk(folder);
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    person.picture(theme + QStringLiteral("-1-welcome"));

    QVERIFY(person.click(QStringLiteral("sample_rate_limiter")));
    QVERIFY(person.fill(QStringLiteral("keysTable"), 0, 2, QStringLiteral("rl:user:42")));
    QVERIFY(person.fill(QStringLiteral("argvTable"), 0, 2, QStringLiteral("5")));
    QVERIFY(person.fill(QStringLiteral("argvTable"), 1, 2, QStringLiteral("60000")));
    QVERIFY(contains(person.rows(QStringLiteral("keysTable")), QStringLiteral("rl:user:42")));
    QVERIFY(
        Person::waitFor([&] { return contains(person.rows(QStringLiteral("argvTable")), QStringLiteral("| 60000")); }));
    const int incr = person.lineWith(QStringLiteral("'INCR'"));
    QVERIFY(incr > 0);
    QVERIFY(person.clickMargin(incr));
    QVERIFY(person.hasBreakpoint(incr));
    person.picture(theme + QStringLiteral("-2-filled"));

    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == incr; }));
    QVERIFY(contains(person.rows(QStringLiteral("variablesView")), QStringLiteral("limit | 5")));
    QVERIFY(person.rows(QStringLiteral("changesTree")).isEmpty());

    Person::press(Qt::Key_F10);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() > incr; }));
    QVERIFY(contains(person.rows(QStringLiteral("variablesView")), QStringLiteral("current | 1")));
    QVERIFY(contains(person.rows(QStringLiteral("changesTree")), QStringLiteral("rl:user:42")));
    QVERIFY(contains(person.rows(QStringLiteral("stepChangesTree")), QStringLiteral("rl:user:42")));
    person.picture(theme + QStringLiteral("-3-stepped"));

    Person::press(Qt::Key_F11, Qt::ShiftModifier | Qt::AltModifier);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == incr; }));
    QVERIFY(person.rows(QStringLiteral("changesTree")).isEmpty());
    QVERIFY(!contains(person.rows(QStringLiteral("variablesView")), QStringLiteral("current | 1")));
    person.picture(theme + QStringLiteral("-4-stepped-back"));

    Person::press(Qt::Key_F10);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() > incr; }));
    Person::press(Qt::Key_F10, Qt::ShiftModifier | Qt::AltModifier);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == incr; }));
    QVERIFY(person.rows(QStringLiteral("changesTree")).isEmpty());

    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor(
        [&] { return person.label(QStringLiteral("resultHeadline")).contains(QStringLiteral("[1, 4, 60000]")); }));
    QVERIFY(contains(person.rows(QStringLiteral("replyTree")), QStringLiteral("integer | 4")));
    QVERIFY(person.clickTab(QStringLiteral("Changes")));
    QVERIFY(contains(person.rows(QStringLiteral("changesTree")), QStringLiteral("rl:user:42")));
    QVERIFY(person.clickTab(QStringLiteral("Timeline")));
    QVERIFY(contains(person.rows(QStringLiteral("timelineList")), QStringLiteral("INCR rl:user:42")));
    person.picture(theme + QStringLiteral("-5-ended"));

    Person::press(Qt::Key_F5, Qt::ShiftModifier);
    QCOMPARE(person.arrowLine(), 0);
    QVERIFY(person.rows(QStringLiteral("timelineList")).isEmpty());
}

void WindowStoryTest::aRunShowsTheReplyBesideTheLuaValueAndWhatWasLost()
{
    const QTemporaryDir folder;
    const QString path = fileWith(folder, QStringLiteral("lossy.lua"),
        "redis.call('SET', KEYS[1], ARGV[1])\nreturn {3.7, 'kept', nil, 'never seen', name = 'x'}\n");
    Desk desk(folder, {path});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.fill(QStringLiteral("keysTable"), 0, 2, QStringLiteral("greeting")));
    QVERIFY(person.fill(QStringLiteral("argvTable"), 0, 2, QStringLiteral("hello")));

    Person::press(Qt::Key_Return, Qt::ControlModifier);

    QVERIFY(Person::waitFor(
        [&] { return person.label(QStringLiteral("resultHeadline")).contains(QStringLiteral("[3, \"kept\"]")); }));
    QVERIFY(contains(person.rows(QStringLiteral("luaTree")), QStringLiteral("3.7")));
    QVERIFY(contains(person.rows(QStringLiteral("replyTree")), QStringLiteral("integer | 3")));
    QVERIFY(!person.label(QStringLiteral("resultLosses")).isEmpty());
    person.picture(QStringLiteral("light-run-losses"));
    QVERIFY(person.clickTab(QStringLiteral("Commands")));
    QVERIFY(contains(person.rows(QStringLiteral("callsTree")), QStringLiteral("SET greeting hello | OK")));
    QVERIFY(person.clickTab(QStringLiteral("Changes of the run")));
    QVERIFY(contains(person.rows(QStringLiteral("runChangesTree")), QStringLiteral("greeting")));
}

void WindowStoryTest::aFailedRunSaysWhichLineAndWhatItHadWritten()
{
    const QTemporaryDir folder;
    const QString path = fileWith(folder, QStringLiteral("fails.lua"),
        "redis.call('SET', 'left', 'behind')\nredis.call('LPUSH', 'left', 'x')\nreturn 1\n");
    Desk desk(folder, {path});
    QVERIFY(desk.ready);
    const Person& person = desk.person;

    Person::press(Qt::Key_Return, Qt::ControlModifier);

    QVERIFY(Person::waitFor(
        [&] { return person.label(QStringLiteral("resultHeadline")).contains(QStringLiteral("WRONGTYPE")); }));
    const QString headline = person.label(QStringLiteral("resultHeadline"));
    QVERIFY2(headline.contains(QStringLiteral("line 2")), qPrintable(headline));
    QVERIFY2(headline.contains(QStringLiteral("already changed 1 key")), qPrintable(headline));
    person.picture(QStringLiteral("light-run-failed"));
}

void WindowStoryTest::aLoopOfAThousandRoundsIsTravelled()
{
    const QTemporaryDir folder;
    const QString path = fileWith(folder, QStringLiteral("loop.lua"),
        "local sum = 0\nfor i = 1, 1000 do\n  sum = sum + i\n  redis.call('SET', KEYS[1], sum)\nend\nreturn sum\n");
    Desk desk(folder, {path});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.fill(QStringLiteral("keysTable"), 0, 2, QStringLiteral("sum")));
    QVERIFY(person.clickMargin(6));

    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 6; }));
    QVERIFY(contains(person.rows(QStringLiteral("variablesView")), QStringLiteral("sum | 500500")));
    QVERIFY(contains(person.rows(QStringLiteral("changesTree")), QStringLiteral("500500")));
    QVERIFY(person.clickTab(QStringLiteral("Timeline")));
    QVERIFY(Person::waitFor([&] { return !person.rows(QStringLiteral("timelineList")).isEmpty(); }));
    person.picture(QStringLiteral("light-loop-timeline"));

    // A click in the middle of the strip goes to the middle of the run.
    auto* strip = person.see<QWidget>(QStringLiteral("timelineStrip"));
    QVERIFY(strip);
    QTest::mouseClick(strip, Qt::LeftButton, {}, strip->rect().center());
    QVERIFY(Person::waitFor([&] { return person.arrowLine() > 0 && person.arrowLine() != 6; }));
    QVERIFY(!contains(person.rows(QStringLiteral("variablesView")), QStringLiteral("sum | 500500")));

    // The caret's line is chosen by a click, and the run goes on to it.
    QVERIFY(person.clickLine(6));
    Person::press(Qt::Key_F10, Qt::ControlModifier);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 6; }));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor(
        [&] { return person.label(QStringLiteral("resultHeadline")).contains(QStringLiteral("500500")); }));
}

void WindowStoryTest::aCaughtErrorIsSteppedOver()
{
    const QTemporaryDir folder;
    const QString path = fileWith(folder, QStringLiteral("caught.lua"),
        "redis.call('SET', KEYS[1], 'text')\n"
        "local ok, why = pcall(redis.call, 'INCR', KEYS[1])\n"
        "local also = redis.pcall('LPUSH', KEYS[1], 'x')\n"
        "return {tostring(ok), also.err}\n");
    Desk desk(folder, {path});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.fill(QStringLiteral("keysTable"), 0, 2, QStringLiteral("k")));
    QVERIFY(person.clickLine(2));
    Person::press(Qt::Key_F9);
    QVERIFY(person.hasBreakpoint(2));

    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 2; }));
    Person::press(Qt::Key_F10);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 3; }));
    QVERIFY(contains(person.rows(QStringLiteral("variablesView")), QStringLiteral("ok | false")));
    Person::press(Qt::Key_F10);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 4; }));
    QVERIFY(contains(person.rows(QStringLiteral("variablesView")), QStringLiteral("WRONGTYPE")));
    Person::press(Qt::Key_F10, Qt::ShiftModifier | Qt::AltModifier);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 3; }));
    Person::press(Qt::Key_F5, Qt::ShiftModifier | Qt::AltModifier);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 2; }));
    // F9 takes the breakpoint away again.
    Person::press(Qt::Key_F9);
    QVERIFY(!person.hasBreakpoint(2));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor(
        [&] { return person.label(QStringLiteral("resultHeadline")).contains(QStringLiteral("WRONGTYPE")); }));
    QVERIFY(contains(person.rows(QStringLiteral("replyTree")), QStringLiteral("bulk string | \"false\"")));
}

void WindowStoryTest::aCoroutineIsSteppedInto()
{
    const QTemporaryDir folder;
    const QString path = fileWith(folder, QStringLiteral("coroutine.lua"),
        "local function count(key)\n"
        "  while true do\n"
        "    coroutine.yield(redis.call('INCR', key))\n"
        "  end\n"
        "end\n"
        "local next = coroutine.wrap(count)\n"
        "local first = next(KEYS[1])\n"
        "local second = next()\n"
        "return {first, second}\n");
    Desk desk(folder, {path});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.fill(QStringLiteral("keysTable"), 0, 2, QStringLiteral("turns")));
    QVERIFY(person.clickMargin(3));

    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 3; }));
    const QStringList stack = person.rows(QStringLiteral("stackView"));
    QVERIFY2(
        !stack.isEmpty() && stack.first().endsWith(QStringLiteral("| 3")), qPrintable(stack.join(QLatin1Char('\n'))));
    QVERIFY(contains(person.rows(QStringLiteral("variablesView")), QStringLiteral("key | \"turns\"")));
    person.picture(QStringLiteral("light-coroutine"));
    Person::press(Qt::Key_F11, Qt::ShiftModifier);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 8; }));
    QVERIFY(contains(person.rows(QStringLiteral("variablesView")), QStringLiteral("first | 1")));
    Person::press(Qt::Key_F11, Qt::ShiftModifier | Qt::AltModifier);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 3; }));
    QVERIFY(person.rows(QStringLiteral("changesTree")).isEmpty());
    QVERIFY(person.clickMargin(3));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor(
        [&] { return person.label(QStringLiteral("resultHeadline")).contains(QStringLiteral("[1, 2]")); }));
}

void WindowStoryTest::watchesAndTheEvaluateLineFollowTheStop()
{
    const QTemporaryDir folder;
    const QString path = fileWith(folder, QStringLiteral("watched.lua"),
        "local total = 40\ntotal = total + 2\nlocal inner = {list = {1, 2, 3}, name = 'x'}\nreturn total\n");
    Desk desk(folder, {path});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    auto* watches = person.see<QTreeView>(QStringLiteral("watchesTable"));
    QVERIFY(watches);
    QTest::mouseClick(watches->viewport(), Qt::LeftButton, {}, QPoint(10, 5));
    Person::type(QStringLiteral("total * 2"));
    Person::press(Qt::Key_Return);
    QVERIFY(Person::waitFor(
        [&] { return contains(person.rows(QStringLiteral("watchesTable")), QStringLiteral("total * 2")); }));

    QVERIFY(person.clickLine(2));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 1; }));
    Person::press(Qt::Key_F10);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 2; }));
    QVERIFY(contains(person.rows(QStringLiteral("watchesTable")), QStringLiteral("total * 2 | 80")));
    Person::press(Qt::Key_F10);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 3; }));
    QVERIFY(contains(person.rows(QStringLiteral("watchesTable")), QStringLiteral("total * 2 | 84")));

    QVERIFY(person.click(QStringLiteral("evaluateLine")));
    Person::type(QStringLiteral("redis.call('SET', 'k', total)"));
    Person::press(Qt::Key_Return);
    QVERIFY(
        Person::waitFor([&] { return person.label(QStringLiteral("evaluateAnswer")).contains(QStringLiteral("OK")); }));
    QVERIFY(person.rows(QStringLiteral("changesTree")).isEmpty());

    // A table unfolds when its row is opened.
    Person::press(Qt::Key_F10);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 4; }));
    QVERIFY(person.clickRow(QStringLiteral("variablesView"), QStringLiteral("inner")));
    Person::press(Qt::Key_Right);
    QVERIFY(Person::waitFor(
        [&] { return contains(person.rows(QStringLiteral("variablesView")), QStringLiteral("name | \"x\"")); }));
    person.picture(QStringLiteral("light-watches"));

    // And a value typed over another is what the script goes on with.
    QVERIFY(person.clickRow(QStringLiteral("variablesView"), QStringLiteral("total | 42")));
    Person::press(Qt::Key_F2);
    auto* field = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    QVERIFY(field);
    Person::press(Qt::Key_A, Qt::ControlModifier);
    Person::type(QStringLiteral("7"));
    Person::press(Qt::Key_Return);
    QVERIFY(Person::waitFor(
        [&] { return contains(person.rows(QStringLiteral("variablesView")), QStringLiteral("total | 7")); }));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor(
        [&] { return person.label(QStringLiteral("resultHeadline")).contains(QStringLiteral("gave 7")); }));
}

void WindowStoryTest::theConsoleAnswers()
{
    const QTemporaryDir folder;
    Desk desk(folder);
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.clickTab(QStringLiteral("Console")));
    QVERIFY(person.click(QStringLiteral("consoleInput")));

    Person::type(QStringLiteral("SET greeting 'hello there'"));
    QVERIFY(person.label(QStringLiteral("consoleHint")).contains(QStringLiteral("SET")));
    Person::press(Qt::Key_Return);
    Person::type(QStringLiteral("GET greeting"));
    Person::press(Qt::Key_Return);

    const auto* output = person.see<QPlainTextEdit>(QStringLiteral("consoleOutput"));
    QVERIFY(output);
    QVERIFY(Person::waitFor([&] { return output->toPlainText().contains(QStringLiteral("\"hello there\"")); }));
    Person::press(Qt::Key_Up);
    QCOMPARE(person.see<QLineEdit>(QStringLiteral("consoleInput"))->text(), QStringLiteral("GET greeting"));
    QVERIFY(
        Person::waitFor([&] { return person.label(QStringLiteral("dataStatus")).contains(QStringLiteral("1 key")); }));
    Person::type(QStringLiteral(" surplus"));
    Person::press(Qt::Key_Return);
    QVERIFY(
        Person::waitFor([&] { return output->toPlainText().contains(QStringLiteral("(error) ERR wrong number")); }));
    person.picture(QStringLiteral("light-console"));
}

void WindowStoryTest::theListenerIsSwitchedOnAndCountsClients()
{
    const QTemporaryDir folder;
    Desk desk(folder);
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.clickTab(QStringLiteral("Listener")));
    // 0 is any free port.
    QVERIFY(person.click(QStringLiteral("listenerPort")));
    Person::press(Qt::Key_A, Qt::ControlModifier);
    Person::type(QStringLiteral("0"));

    QVERIFY(person.click(QStringLiteral("listenerSwitch")));

    QVERIFY(Person::waitFor(
        [&] { return person.label(QStringLiteral("listenerStatus")).contains(QStringLiteral("127.0.0.1:")); }));
    const QString shown = person.label(QStringLiteral("listenerStatus"));
    const auto port = static_cast<quint16>(shown.mid(shown.lastIndexOf(QLatin1Char(':')) + 1).toInt());
    QVERIFY(port != 0);
    {
        tests::RespConnection client(port);
        QVERIFY(client.connected());
        QCOMPARE(client.text({"PING"}), engine::Bytes("PONG"));
        QVERIFY(Person::waitFor(
            [&] { return person.label(QStringLiteral("listenerClients")).startsWith(QStringLiteral("1 client")); }));
        person.picture(QStringLiteral("light-listener"));
    }
    QVERIFY(Person::waitFor(
        [&] { return person.label(QStringLiteral("listenerClients")).startsWith(QStringLiteral("0 client")); }));

    QVERIFY(person.click(QStringLiteral("listenerSwitch")));
    QVERIFY(Person::waitFor(
        [&] { return person.label(QStringLiteral("listenerStatus")).contains(QStringLiteral("off")); }));
    const tests::RespConnection late(port);
    QVERIFY(!late.connected());
}

void WindowStoryTest::aRestartBringsBackWhatWasOpen()
{
    const QTemporaryDir folder;
    const QString path =
        fileWith(folder, QStringLiteral("kept.lua"), "local a = 1\nlocal b = 2\nreturn redis.call('GET', KEYS[1])\n");
    {
        Desk desk(folder, {path});
        QVERIFY(desk.ready);
        const Person& person = desk.person;
        QVERIFY(person.fill(QStringLiteral("keysTable"), 0, 2, QStringLiteral("some:key")));
        QVERIFY(person.clickMargin(2));
        Person::press(Qt::Key_N, Qt::ControlModifier);
        QVERIFY(Person::waitFor([&] { return person.editor() && person.editor()->text().isEmpty(); }));
        Person::type(QStringLiteral("return 'never saved'"));
        QVERIFY(person.clickTab(QStringLiteral("Console")));
        QVERIFY(person.click(QStringLiteral("consoleInput")));
        Person::type(QStringLiteral("PING"));
        Person::press(Qt::Key_Return);
        QVERIFY(desk.window().close());
    }
    {
        Desk desk(folder);
        QVERIFY(desk.ready);
        const Person& person = desk.person;
        QVERIFY(person.editor());
        QVERIFY(person.editor()->text().contains(QStringLiteral("return 'never saved'")));
        QVERIFY(person.see<QPlainTextEdit>(QStringLiteral("consoleOutput")));
        QVERIFY(person.click(QStringLiteral("consoleInput")));
        Person::press(Qt::Key_Up);
        QCOMPARE(person.see<QLineEdit>(QStringLiteral("consoleInput"))->text(), QStringLiteral("PING"));
        QVERIFY(person.clickTab(QStringLiteral("kept.lua")));
        QVERIFY(person.hasBreakpoint(2));
        QVERIFY(contains(person.rows(QStringLiteral("keysTable")), QStringLiteral("some:key")));
    }
}

void WindowStoryTest::argumentsArePastedFromACommandLine()
{
    const QTemporaryDir folder;
    const QString path = fileWith(folder, QStringLiteral("pasted.lua"), "return {KEYS[1], ARGV[1], ARGV[2]}\n");
    Desk desk(folder, {path});
    QVERIFY(desk.ready);
    const Person& person = desk.person;

    // Redis's own document counts keys where redis-cli wants a comma.
    QApplication::clipboard()->setText(QStringLiteral("redis-cli --eval pasted.lua 1 key \"first value\" 2"));
    Person::press(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);

    QVERIFY(contains(person.rows(QStringLiteral("keysTable")), QStringLiteral("key")));
    QVERIFY(contains(person.rows(QStringLiteral("argvTable")), QStringLiteral("first value")));
    QVERIFY(!person.label(QStringLiteral("argumentsNote")).isEmpty());
    person.picture(QStringLiteral("light-pasted"));
    Person::press(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(Person::waitFor([&] {
        return person.label(QStringLiteral("resultHeadline")).contains(QStringLiteral("[\"key\", \"first value\""));
    }));
}

QTEST_MAIN(WindowStoryTest)

#include "window_story_test.moc"
