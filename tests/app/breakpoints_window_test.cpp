// Breakpoints of every sort, by mouse and keys: what is expected is read from what is shown.
// FERRITE_PICTURES=folder saves pictures, light and dark.

#include "tests/app/desk.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QPlainTextEdit>
#include <QStatusBar>

using tests::Desk;
using tests::fileWith;
using tests::Person;
using Sign = tests::Person::Sign;

namespace {

const QByteArray kLoop = "-- Adds up.\n"
                         "local sum = 0\n"
                         "for i = 1, 10 do\n"
                         "  sum = sum + i\n"
                         "  redis.call('SET', KEYS[1], sum)\n"
                         "end\n"
                         "return sum\n";

const QString kTable = QStringLiteral("breakpointsTable");

/// Writes into the cell whose editor is open, in place of what it holds.
void write(const QString& text)
{
    Person::press(Qt::Key_A, Qt::ControlModifier);
    Person::type(text);
    Person::press(Qt::Key_Return);
}

/// Chooses from the menu that is open, by its underlined letter.
bool choose(Qt::Key letter)
{
    if (!Person::waitFor([] { return QApplication::activePopupWidget() != nullptr; }))
        return false;
    QTest::keyClick(QApplication::activePopupWidget(), letter);
    QCoreApplication::processEvents();
    return true;
}

/// Right-clicks a line in the margin.
bool openMarginMenu(const Person& person, int line)
{
    QsciScintilla* editor = person.editor();
    if (!editor)
        return false;
    const long start = editor->SendScintilla(QsciScintilla::SCI_POSITIONFROMLINE, static_cast<unsigned long>(line - 1));
    const long y = editor->SendScintilla(QsciScintilla::SCI_POINTYFROMPOSITION, 0UL, start);
    const QPoint at(editor->marginWidth(0) / 2, static_cast<int>(y) + editor->textHeight(line - 1) / 2);
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, editor->viewport()->mapToGlobal(at));
    QApplication::sendEvent(editor->viewport(), &event);
    return Person::waitFor([] { return QApplication::activePopupWidget() != nullptr; });
}

/// Whether a row in sight begins with these cells, empty ones left out.
bool showsRow(const Person& person, const QStringList& cells)
{
    for (const QString& row : person.rows(kTable)) {
        QStringList shown;
        for (const QString& cell : row.split(QLatin1Char('|'))) {
            if (!cell.trimmed().isEmpty())
                shown += cell.trimmed();
        }
        if (shown.mid(0, cells.size()) == cells)
            return true;
    }
    return false;
}

QString logOf(const Person& person)
{
    if (!person.clickTab(QStringLiteral("Log")))
        return {};
    const auto* log = person.see<QPlainTextEdit>(QStringLiteral("logView"));
    return log ? log->toPlainText() : QString();
}

} // namespace

class BreakpointsWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aRunStopsBeforeTheLineThatWrites_data();
    void aRunStopsBeforeTheLineThatWrites();
    void aConditionStopsAtTheRightTurn();
    void aLogPointPrintsEachTurnAndIsFilledInAfterwards();
    void breakpointsFollowTheTextAndBindToCode();
    void theMarginHasAMenu();
    void rowsAreWorkedOnByKeyboard();
    void whatIsWrongIsSaid();
    void aRestartBringsThemAllBack();
    void aFileThatIsOpenedAgainGetsItsOwnBack();

private:
    static QString status(Desk& desk) { return desk.window().statusBar()->currentMessage(); }
    /// Adds an event by the keyboard: Insert, the letter in the menu, and a pattern.
    static bool addEvent(Qt::Key letter, const QString& pattern = {})
    {
        Person::press(Qt::Key_B, Qt::ControlModifier | Qt::AltModifier);
        Person::press(Qt::Key_Insert);
        if (!choose(letter))
            return false;
        if (!pattern.isEmpty())
            write(pattern);
        return true;
    }
};

void BreakpointsWindowTest::aRunStopsBeforeTheLineThatWrites_data()
{
    tests::addThemes();
}

void BreakpointsWindowTest::aRunStopsBeforeTheLineThatWrites()
{
    QFETCH(const QString, theme);
    const QTemporaryDir folder;
    QVERIFY(tests::chooseTheme(folder, theme));
    Desk desk(folder);
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.click(QStringLiteral("sample_rate_limiter")));
    QVERIFY(person.fill(QStringLiteral("keysTable"), 0, 2, QStringLiteral("rl:user:42")));
    QVERIFY(person.fill(QStringLiteral("argvTable"), 0, 2, QStringLiteral("5")));
    QVERIFY(person.fill(QStringLiteral("argvTable"), 1, 2, QStringLiteral("60000")));
    QVERIFY(person.clickTab(QStringLiteral("Breakpoints")));
    person.picture(theme + QStringLiteral("-breakpoints-1-empty"));

    QVERIFY(addEvent(Qt::Key_C, QStringLiteral("@write")));
    QVERIFY(showsRow(person, {QStringLiteral("calls @write")}));
    Person::press(Qt::Key_F5);
    const int incr = person.lineWith(QStringLiteral("'INCR'"));
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == incr; }));
    QVERIFY2(status(desk).contains(QStringLiteral("INCR rl:user:42")), qPrintable(status(desk)));
    QVERIFY(person.clickTab(QStringLiteral("Changes")));
    QVERIFY(person.rows(QStringLiteral("changesTree")).isEmpty());

    // More of them, of every sort, for the eye.
    QVERIFY(addEvent(Qt::Key_R, QStringLiteral("rl:*")));
    QVERIFY(addEvent(Qt::Key_E));
    QVERIFY(person.clickLine(person.lineWith(QStringLiteral("local resets"))));
    Person::press(Qt::Key_F9, Qt::ShiftModifier);
    write(QStringLiteral("current > limit"));
    QVERIFY(person.clickLine(person.lineWith(QStringLiteral("resets = window"))));
    Person::press(Qt::Key_F9, Qt::ControlModifier | Qt::ShiftModifier);
    write(QStringLiteral("a new window of {window} ms"));
    QVERIFY(person.clickMargin(person.lineWith(QStringLiteral("if current > limit"))));
    QVERIFY(person.clickLine(person.lineWith(QStringLiteral("if current > limit"))));
    Person::press(Qt::Key_F9, Qt::ControlModifier);
    QVERIFY(person.clickMargin(5)); // a comment: the next line with code is meant
    QVERIFY(Person::waitFor([&] {
        return showsRow(person, {QStringLiteral("rate_limiter.lua:5 → 9"), QStringLiteral("1")});
    }));
    QVERIFY(Person::waitFor([&] { return person.hasSign(9, Sign::Plain); }));
    person.picture(theme + QStringLiteral("-breakpoints-2-stopped"));

    const int expire = person.lineWith(QStringLiteral("'PEXPIRE'"));
    const int ttl = person.lineWith(QStringLiteral("'PTTL'"));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == ttl; }));
    QVERIFY2(status(desk).contains(QStringLiteral("PTTL rl:user:42")), qPrintable(status(desk)));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == expire; }));
    QVERIFY2(status(desk).contains(QStringLiteral("PEXPIRE")), qPrintable(status(desk)));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor(
        [&] { return person.label(QStringLiteral("resultHeadline")).contains(QStringLiteral("[1, 4, 60000]")); }));
    QVERIFY(logOf(person).contains(QStringLiteral("a new window of 60000 ms")));
    QVERIFY(person.clickTab(QStringLiteral("Breakpoints")));
    person.picture(theme + QStringLiteral("-breakpoints-3-ended"));
}

void BreakpointsWindowTest::aConditionStopsAtTheRightTurn()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("loop.lua"), kLoop)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.fill(QStringLiteral("keysTable"), 0, 2, QStringLiteral("sum")));
    QVERIFY(person.clickLine(4));
    Person::press(Qt::Key_F9, Qt::ShiftModifier);
    write(QStringLiteral("i == 7"));
    QVERIFY(person.hasSign(4, Sign::Conditional));
    QVERIFY(showsRow(person, {QStringLiteral("loop.lua:4"), QStringLiteral("i == 7")}));

    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 4; }));
    QVERIFY(person.showsRow(QStringLiteral("variablesView"), {QStringLiteral("i"), QStringLiteral("7")}));
    QVERIFY(person.clickTab(QStringLiteral("Breakpoints")));
    QVERIFY(showsRow(person, {QStringLiteral("loop.lua:4"), QStringLiteral("i == 7"), QStringLiteral("1")}));

    // From a hit on, in the cell beside: the ninth time is the ninth turn.
    auto* table = person.see<QTableView>(kTable);
    QVERIFY(table);
    QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(0, 1)).center());
    write(QStringLiteral("true"));
    QVERIFY(person.fill(kTable, 0, 2, QStringLiteral("9")));
    QVERIFY(Person::waitFor([&] {
        return showsRow(person, {QStringLiteral("loop.lua:4"), QStringLiteral("true"), QStringLiteral("9")});
    }));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] {
        return person.showsRow(QStringLiteral("variablesView"), {QStringLiteral("i"), QStringLiteral("9")});
    }));
}

void BreakpointsWindowTest::aLogPointPrintsEachTurnAndIsFilledInAfterwards()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("loop.lua"), kLoop)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.fill(QStringLiteral("keysTable"), 0, 2, QStringLiteral("sum")));
    QVERIFY(person.clickMargin(7));
    QVERIFY(person.clickLine(4));
    Person::press(Qt::Key_F9, Qt::ControlModifier | Qt::ShiftModifier);
    write(QStringLiteral("turn {i} of ten"));
    QVERIFY(person.hasSign(4, Sign::LogPoint));

    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 7; }));
    const QString log = logOf(person);
    for (int turn = 1; turn <= 10; ++turn)
        QVERIFY2(log.contains(QStringLiteral("turn %1 of ten").arg(turn)), qPrintable(log));
    QVERIFY(log.contains(QStringLiteral("log point, line 4, moment 3")));

    // One more, when the loop is over: what it would have printed comes all the same.
    QVERIFY(person.clickLine(5));
    Person::press(Qt::Key_F9, Qt::ControlModifier | Qt::ShiftModifier);
    write(QStringLiteral("sum was {sum}"));
    QVERIFY(Person::waitFor([&] { return logOf(person).contains(QStringLiteral("sum was 55")); }));
    QVERIFY(logOf(person).contains(QStringLiteral("sum was 1\n")));
    QCOMPARE(logOf(person).count(QStringLiteral("turn 3 of ten")), 1);
    QCOMPARE(person.arrowLine(), 7);
    person.picture(QStringLiteral("light-breakpoints-log"));
}

void BreakpointsWindowTest::breakpointsFollowTheTextAndBindToCode()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("loop.lua"), kLoop)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.fill(QStringLiteral("keysTable"), 0, 2, QStringLiteral("sum")));
    QVERIFY(person.clickTab(QStringLiteral("Breakpoints")));
    QVERIFY(person.clickMargin(7));
    QVERIFY(person.clickMargin(1));
    // The first line is a comment.
    QVERIFY(showsRow(person, {QStringLiteral("loop.lua:1 → 2")}));
    QVERIFY(!person.hasBreakpoint(1));
    QVERIFY(person.hasSign(2, Sign::Plain));

    QVERIFY(person.clickLine(3));
    Person::press(Qt::Key_Home);
    Person::press(Qt::Key_Return);
    Person::press(Qt::Key_Return);
    QVERIFY(person.hasSign(9, Sign::Plain));
    QVERIFY(!person.hasBreakpoint(7));
    QVERIFY(showsRow(person, {QStringLiteral("loop.lua:9")}));
    Person::press(Qt::Key_Backspace);
    QVERIFY(showsRow(person, {QStringLiteral("loop.lua:8")}));
    QVERIFY(person.clickMargin(2));
    QVERIFY(!person.hasBreakpoint(2));

    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 8; }));
    QVERIFY(person.showsRow(QStringLiteral("variablesView"), {QStringLiteral("sum"), QStringLiteral("55")}));
}

void BreakpointsWindowTest::theMarginHasAMenu()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("loop.lua"), kLoop)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(openMarginMenu(person, 5));
    QVERIFY(choose(Qt::Key_B));
    QVERIFY(person.hasSign(5, Sign::Plain));
    QVERIFY(openMarginMenu(person, 5));
    QVERIFY(choose(Qt::Key_D));
    QVERIFY(person.hasSign(5, Sign::PlainOff));
    QVERIFY(openMarginMenu(person, 5));
    QVERIFY(choose(Qt::Key_E));
    QVERIFY(openMarginMenu(person, 5));
    QVERIFY(choose(Qt::Key_L));
    write(QStringLiteral("sum {sum}"));
    QVERIFY(person.hasSign(5, Sign::LogPoint));
    QVERIFY(openMarginMenu(person, 5));
    QVERIFY(choose(Qt::Key_R));
    QVERIFY(!person.hasBreakpoint(5));

    // A new one that is left without a condition is none.
    QVERIFY(openMarginMenu(person, 4));
    QVERIFY(choose(Qt::Key_C));
    QVERIFY(person.hasBreakpoint(4));
    Person::press(Qt::Key_Escape);
    QVERIFY(Person::waitFor([&] { return !person.hasBreakpoint(4); }));
}

void BreakpointsWindowTest::rowsAreWorkedOnByKeyboard()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("loop.lua"), kLoop)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.clickLine(4));
    Person::press(Qt::Key_F9);
    QVERIFY(person.clickLine(7));
    Person::press(Qt::Key_F9);
    QVERIFY(addEvent(Qt::Key_U));
    QCOMPARE(person.rows(kTable).size(), 3);

    Person::press(Qt::Key_Up);
    Person::press(Qt::Key_Space);
    QVERIFY(person.hasSign(7, Sign::PlainOff));
    Person::press(Qt::Key_Space);
    QVERIFY(person.hasSign(7, Sign::Plain));
    // Typing over the line moves it; Return goes there.
    Person::press(Qt::Key_F2);
    write(QStringLiteral("5"));
    QVERIFY(person.hasSign(5, Sign::Plain));
    Person::press(Qt::Key_Return);
    QCOMPARE(QApplication::focusWidget(), person.editor());
    int line = 0;
    int column = 0;
    person.editor()->getCursorPosition(&line, &column);
    QCOMPARE(line, 4);

    Person::press(Qt::Key_B, Qt::ControlModifier | Qt::AltModifier);
    Person::press(Qt::Key_Delete);
    QVERIFY(!person.hasBreakpoint(5));
    QCOMPARE(person.rows(kTable).size(), 2);
    QVERIFY(person.click(QStringLiteral("disableBreakpoints")));
    QVERIFY(person.hasSign(4, Sign::PlainOff));
    QVERIFY(person.click(QStringLiteral("enableBreakpoints")));
    QVERIFY(person.hasSign(4, Sign::Plain));
    QVERIFY(person.click(QStringLiteral("removeBreakpoints")));
    QVERIFY(!person.hasBreakpoint(4));
    QVERIFY(person.rows(kTable).isEmpty());
}

void BreakpointsWindowTest::whatIsWrongIsSaid()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("loop.lua"), kLoop)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.fill(QStringLiteral("keysTable"), 0, 2, QStringLiteral("sum")));
    QVERIFY(addEvent(Qt::Key_C, QStringLiteral("frob")));
    QVERIFY(person.label(QStringLiteral("breakpointProblem")).contains(QStringLiteral("there is no command 'frob'")));
    QVERIFY(person.clickLine(4));
    Person::press(Qt::Key_F9, Qt::ShiftModifier);
    write(QStringLiteral("nothing.at > 1"));

    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 4; }));
    QVERIFY(person.clickTab(QStringLiteral("Breakpoints")));
    QVERIFY(Person::waitFor(
        [&] { return person.label(QStringLiteral("breakpointProblem")).contains(QStringLiteral("nothing")); }));
    person.picture(QStringLiteral("light-breakpoints-problem"));
    Person::press(Qt::Key_F5, Qt::ShiftModifier);
    // What went wrong in the run is over with it; what can never stop still cannot.
    QVERIFY(Person::waitFor(
        [&] { return !person.label(QStringLiteral("breakpointProblem")).contains(QStringLiteral("nothing")); }));
    QVERIFY(person.label(QStringLiteral("breakpointProblem")).contains(QStringLiteral("frob")));
}

void BreakpointsWindowTest::aRestartBringsThemAllBack()
{
    const QTemporaryDir folder;
    const QString path = fileWith(folder, QStringLiteral("loop.lua"), kLoop);
    {
        Desk desk(folder, {path});
        QVERIFY(desk.ready);
        const Person& person = desk.person;
        QVERIFY(person.clickLine(4));
        Person::press(Qt::Key_F9, Qt::ShiftModifier);
        write(QStringLiteral("i == 2"));
        QVERIFY(person.clickLine(5));
        Person::press(Qt::Key_F9, Qt::ControlModifier | Qt::ShiftModifier);
        write(QStringLiteral("sum {sum}"));
        QVERIFY(person.clickLine(7));
        Person::press(Qt::Key_F9);
        Person::press(Qt::Key_F9, Qt::ControlModifier);
        QVERIFY(addEvent(Qt::Key_W, QStringLiteral("sum*")));
        QVERIFY(addEvent(Qt::Key_E));
        QVERIFY(desk.window().close());
    }
    Desk desk(folder);
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.hasSign(4, Sign::Conditional));
    QVERIFY(person.hasSign(5, Sign::LogPoint));
    QVERIFY(person.hasSign(7, Sign::PlainOff));
    Person::press(Qt::Key_B, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(showsRow(person, {QStringLiteral("loop.lua:4"), QStringLiteral("i == 2")}));
    QVERIFY(showsRow(person, {QStringLiteral("loop.lua:5"), QStringLiteral("sum {sum}")}));
    QVERIFY(showsRow(person, {QStringLiteral("loop.lua:7")}));
    QVERIFY(showsRow(person, {QStringLiteral("writes sum*")}));
    QVERIFY(showsRow(person, {QStringLiteral("an error reply")}));
    QCOMPARE(person.rows(kTable).size(), 5);
}

void BreakpointsWindowTest::aFileThatIsOpenedAgainGetsItsOwnBack()
{
    const QTemporaryDir folder;
    const QString path = fileWith(folder, QStringLiteral("loop.lua"), kLoop);
    {
        Desk desk(folder, {path});
        QVERIFY(desk.ready);
        const Person& person = desk.person;
        QVERIFY(person.clickMargin(4));
        Person::press(Qt::Key_B, Qt::ControlModifier | Qt::AltModifier);
        QVERIFY(showsRow(person, {QStringLiteral("loop.lua:4")}));
        Person::press(Qt::Key_W, Qt::ControlModifier);
        QVERIFY(!person.editor());
        QVERIFY(person.rows(kTable).isEmpty());
        QVERIFY(desk.window().close());
    }
    Desk desk(folder, {path});
    QVERIFY(desk.ready);
    QVERIFY(desk.person.hasSign(4, Sign::Plain));
}

QTEST_MAIN(BreakpointsWindowTest)
#include "breakpoints_window_test.moc"
