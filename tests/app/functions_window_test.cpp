// A library's function debugged and run in the window: chosen, remembered, called with KEYS and ARGV; what does not
// load is said with its line. FERRITE_PICTURES=folder saves a picture of each stage.

#include "tests/app/desk.h"

#include <QClipboard>
#include <QComboBox>
#include <QMenu>
#include <QPlainTextEdit>
#include <QStatusBar>

using tests::Desk;
using tests::fileWith;
using tests::Person;

namespace {

const QByteArray kLibrary = "#!lua name=shop\n"
                            "local step = 5\n"
                            "local function add(keys, args)\n"
                            "  local n = redis.call('INCRBY', keys[1], args[1] * step)\n"
                            "  return n\n"
                            "end\n"
                            "local function peek(keys)\n"
                            "  local found = redis.call('GET', keys[1])\n"
                            "  return found\n"
                            "end\n"
                            "redis.register_function('add', add)\n"
                            "redis.register_function{function_name='peek', callback=peek, flags={'no-writes'}}\n";

QMenu* openMenu()
{
    QMenu* menu = nullptr;
    Person::waitFor([&] {
        menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        return menu != nullptr;
    });
    return menu;
}

bool headlineSays(const Person& person, const QString& text)
{
    return Person::waitFor([&] { return person.label(QStringLiteral("resultHeadline")).contains(text); });
}

} // namespace

class FunctionsWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aFunctionIsChosenDebuggedAndRemembered_data();
    void aFunctionIsChosenDebuggedAndRemembered();
    void runCallsTheFunctionAndItsWritesStay();
    void aRunOnASnapshotLeavesTheEngineAlone();
    void theOnlyFunctionNeedsNoChoice();
    void whatDoesNotLoadIsSaidWithItsLine_data();
    void whatDoesNotLoadIsSaidWithItsLine();
    void theCommandLineIsAnFcall();
    void aScriptHasNoFunctionToChoose();

private:
    static bool fillArguments(const Person& person)
    {
        return person.fill(QStringLiteral("keysTable"), 0, 2, QStringLiteral("stock"))
            && person.fill(QStringLiteral("argvTable"), 0, 2, QStringLiteral("2"));
    }
    static bool chooseFunction(const Person& person, int row)
    {
        auto* box = person.see<QComboBox>(QStringLiteral("functionBox"));
        if (!box)
            return false;
        box->setFocus();
        Person::press(Qt::Key_Home);
        for (int i = 0; i < row; ++i)
            Person::press(Qt::Key_Down);
        return box->currentIndex() == row;
    }
};

void FunctionsWindowTest::aFunctionIsChosenDebuggedAndRemembered_data()
{
    QTest::addColumn<QString>("theme");
    QTest::newRow("light") << QStringLiteral("light");
    QTest::newRow("dark") << QStringLiteral("dark");
}

void FunctionsWindowTest::aFunctionIsChosenDebuggedAndRemembered()
{
    QFETCH(const QString, theme);
    const QTemporaryDir folder;
    QDir(folder.path()).mkpath(QStringLiteral("config"));
    QVERIFY(!fileWith(folder, QStringLiteral("config/workbench.ini"), "[General]\ntheme=" + theme.toLatin1() + "\n")
                 .isEmpty());
    {
        Desk desk(folder, {fileWith(folder, QStringLiteral("shop.lua"), kLibrary)});
        QVERIFY(desk.ready);
        const Person& person = desk.person;
        QVERIFY(person.label(QStringLiteral("libraryName")).contains(QStringLiteral("shop")));
        QVERIFY(fillArguments(person));
        QVERIFY(person.clickMargin(4));

        Person::press(Qt::Key_F5);
        QMenu* menu = openMenu();
        QVERIFY(menu);
        QCOMPARE(menu->actions().size(), 3); // the question, and two functions
        QVERIFY(desk.window().statusBar()->currentMessage().contains(QStringLiteral("2 functions")));
        QTest::keyClick(menu, Qt::Key_Return);

        QVERIFY(Person::waitFor([&] { return person.arrowLine() == 4; }));
        QVERIFY(Person::waitFor([&] { return person.showsRow("variablesView", {"step", "5"}); }));
        person.picture(theme + QStringLiteral("-function-stopped"));
        Person::press(Qt::Key_F10);
        QVERIFY(Person::waitFor([&] { return person.showsRow("variablesView", {"n", "10"}); }));
        Person::press(Qt::Key_F5);
        QVERIFY(headlineSays(person, QStringLiteral("10")));
        Person::press(Qt::Key_F5, Qt::ShiftModifier);
        // Once chosen there is no question.
        Person::press(Qt::Key_F5);
        QVERIFY(Person::waitFor([&] { return person.arrowLine() == 4; }));
        QVERIFY(person.clickTab(QStringLiteral("Log")));
        QVERIFY(person.see<QPlainTextEdit>(QStringLiteral("logView"))
                    ->toPlainText()
                    .contains(QStringLiteral("shop.lua: FCALL add. The session has loaded the library afresh")));
        desk.window().close();
    }
    // Nor in another window, later.
    Desk desk(folder);
    QVERIFY(desk.ready);
    QVERIFY(desk.person.see<QComboBox>(QStringLiteral("functionBox")));
    QCOMPARE(desk.person.see<QComboBox>(QStringLiteral("functionBox"))->currentText(), QStringLiteral("add"));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return desk.person.arrowLine() == 4; }));
}

void FunctionsWindowTest::runCallsTheFunctionAndItsWritesStay()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("shop.lua"), kLibrary)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(fillArguments(person));
    QVERIFY(chooseFunction(person, 0));
    Person::press(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(headlineSays(person, QStringLiteral("10")));
    QVERIFY(person.clickTab(QStringLiteral("Commands")));
    QVERIFY(person.rows(QStringLiteral("callsTree")).join(QLatin1Char('\n')).contains("INCRBY stock 10 | 10"));
    person.picture(QStringLiteral("light-function-run"));
    // The engine has the library now.
    QVERIFY(person.clickTab(QStringLiteral("Console")));
    QVERIFY(person.click(QStringLiteral("consoleInput")));
    Person::type(QStringLiteral("FCALL peek 1 stock"));
    Person::press(Qt::Key_Return);
    const auto* output = person.see<QPlainTextEdit>(QStringLiteral("consoleOutput"));
    QVERIFY(Person::waitFor([&] { return output->toPlainText().trimmed().endsWith(QStringLiteral("\"10\"")); }));
    // And again, on what the first run left.
    QVERIFY(chooseFunction(person, 0));
    Person::press(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(headlineSays(person, QStringLiteral("20")));
}

void FunctionsWindowTest::aRunOnASnapshotLeavesTheEngineAlone()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("shop.lua"), kLibrary)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(fillArguments(person));
    QVERIFY(chooseFunction(person, 0));
    Person::press(Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(headlineSays(person, QStringLiteral("10")));
    QVERIFY(person.clickTab(QStringLiteral("Console")));
    QVERIFY(person.click(QStringLiteral("consoleInput")));
    Person::type(QStringLiteral("FCALL peek 1 stock"));
    Person::press(Qt::Key_Return);
    const auto* output = person.see<QPlainTextEdit>(QStringLiteral("consoleOutput"));
    QVERIFY(Person::waitFor([&] { return output->toPlainText().contains(QStringLiteral("Function not found")); }));
}

void FunctionsWindowTest::theOnlyFunctionNeedsNoChoice()
{
    const QTemporaryDir folder;
    // Its name is computed: nobody reads it in the text.
    Desk desk(folder,
        {fileWith(folder, QStringLiteral("one.lua"),
            "#!lua name=one\nlocal name = 'com' .. 'puted'\nredis.register_function(name, function()\n  return "
            "'alone'\n"
            "end)\n")});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 4; }));
    QCOMPARE(person.see<QComboBox>(QStringLiteral("functionBox"))->currentText(), QStringLiteral("computed"));
    Person::press(Qt::Key_F5);
    QVERIFY(headlineSays(person, QStringLiteral("alone")));
}

void FunctionsWindowTest::whatDoesNotLoadIsSaidWithItsLine_data()
{
    QTest::addColumn<QByteArray>("library");
    QTest::addColumn<QString>("message");
    QTest::newRow("no function") << QByteArray("#!lua name=empty\nlocal nothing = 1\n")
                                 << QStringLiteral("The library registers no function.");
    QTest::newRow("does not compile") << QByteArray("#!lua name=bad\nlocal ok = 1\nlocal = 2\n")
                                      << QStringLiteral(
                                             "Line 3. The library does not load: ERR Error compiling function");
    QTest::newRow("fails while it loads")
        << QByteArray("#!lua name=bad\n\nlocal x = nil .. 'x'\n")
        << QStringLiteral("Line 3. The library does not load: ERR Error registering functions");
}

void FunctionsWindowTest::whatDoesNotLoadIsSaidWithItsLine()
{
    QFETCH(const QByteArray, library);
    QFETCH(const QString, message);
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("bad.lua"), library)});
    QVERIFY(desk.ready);
    for (const auto& [key, modifier] : {std::pair(Qt::Key_F5, Qt::NoModifier), {Qt::Key_Return, Qt::ControlModifier}}) {
        Person::press(key, modifier);
        QVERIFY2(Person::waitFor([&] { return desk.person.label(QStringLiteral("pageMessage")).contains(message); }),
            qPrintable(desk.person.label(QStringLiteral("pageMessage"))));
    }
    desk.person.picture(
        QStringLiteral("light-function-") + QString::fromLatin1(QTest::currentDataTag()).replace(' ', '-'));
}

void FunctionsWindowTest::theCommandLineIsAnFcall()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("shop.lua"), kLibrary)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(fillArguments(person));
    QApplication::clipboard()->clear();
    Person::press(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(desk.window().statusBar()->currentMessage().contains(QStringLiteral("Choose a function first")));
    QVERIFY(chooseFunction(person, 1));
    Person::press(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("redis-cli FCALL peek 1 stock 2"));
    QApplication::clipboard()->setText(QStringLiteral("redis-cli FCALL peek 2 a b c"));
    Person::press(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(person.showsRow(QStringLiteral("argvTable"), {"c"})
        || person.rows(QStringLiteral("argvTable")).value(0).contains(QStringLiteral("| c")));
}

void FunctionsWindowTest::aScriptHasNoFunctionToChoose()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("plain.lua"), "#!lua flags=no-writes\nreturn 1\n")});
    QVERIFY(desk.ready);
    QVERIFY(!desk.person.see<QWidget>(QStringLiteral("functionBox")));
    Person::press(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(headlineSays(desk.person, QStringLiteral("1")));
}

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", qgetenv("QT_QPA_PLATFORM").isEmpty() ? "offscreen" : qgetenv("QT_QPA_PLATFORM"));
    QApplication application(argc, argv);
    FunctionsWindowTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "functions_window_test.moc"
