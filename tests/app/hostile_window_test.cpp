// labels: gui slow
// Hostile scripts through the window: each ends with an error inside its limits, under Run and under the debugger, and
// what comes after works. Then the other things that go wrong at a desk. By mouse and keys, as in the story.

#include "app/main_window.h"
#include "app/workbench.h"
#include "tests/support/hostile_scripts.h"
#include "tests/app/person.h"
#include "tests/support/resp_connection.h"

#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QPlainTextEdit>
#include <QStatusBar>
#include <QTcpServer>
#include <QTemporaryDir>

#include <algorithm>

using tests::Person;

namespace {

// Run gives up soon, so that the table is through in minutes.
constexpr char kPreferences[] = "[General]\ntheme=light\n[run]\ntimeLimitMs=150\n";
// What the process may hold at its peak: an arena of 256 MiB for the live state, one for a session's, its recording
// (512 MiB), and the program.
constexpr long kMostMiB = 1'600;

class Desk {
public:
    Desk()
    {
        QDir(m_folder.path()).mkpath(QStringLiteral("config"));
        QFile file(m_folder.filePath(QStringLiteral("config/workbench.ini")));
        if (file.open(QIODevice::WriteOnly))
            file.write(kPreferences);
        file.close();
        m_workbench = std::make_unique<app::Workbench>(
            app::Settings(m_folder.filePath(QStringLiteral("config")), m_folder.filePath(QStringLiteral("state"))));
        person = std::make_unique<Person>(m_workbench->window());
        m_workbench->start({});
        Person::activate(m_workbench->window());
        ready = QTest::qWaitForWindowActive(&m_workbench->window());
        Person::press(Qt::Key_N, Qt::ControlModifier);
        ready = ready && Person::waitFor([this] { return person->editor() != nullptr; });
    }

    /// Puts a script into the editor as a paste does.
    void paste(const QByteArray& script)
    {
        QApplication::clipboard()->setText(QString::fromUtf8(script));
        person->editor()->setFocus();
        Person::press(Qt::Key_A, Qt::ControlModifier);
        Person::press(Qt::Key_V, Qt::ControlModifier);
    }

    QString headline() const { return person->label(QStringLiteral("resultHeadline")); }
    QString message() const { return m_workbench->window().statusBar()->currentMessage(); }

    /// Runs what is in the editor; the headline once it has ended.
    QString run()
    {
        Person::press(Qt::Key_Return, Qt::ControlModifier);
        if (!Person::waitFor([this] { return !headline().contains(QStringLiteral("is running")); }))
            return QStringLiteral("(no end)");
        return headline();
    }

    QMainWindow& window() { return m_workbench->window(); }
    void leave() { m_workbench.reset(); }

private:
    QTemporaryDir m_folder;
    std::unique_ptr<app::Workbench> m_workbench;

public:
    std::unique_ptr<Person> person;
    bool ready = false;
};

/// The dataset of the window has no limit, so that scripts which fill it come last: the peak counts all that ran
/// before.
bool isLarge(const tests::HostileScript& script)
{
    // A session keeps a reply beside what Lua makes of it: ten million random members are gigabytes, for a moment.
    return script.part == "I.3 data that grows" || script.name.starts_with("random ");
}

std::vector<tests::HostileScript> scriptsOf(std::size_t turn)
{
    std::vector<tests::HostileScript> scripts = tests::someHostileScripts(turn);
    std::ranges::stable_partition(scripts, [](const tests::HostileScript& script) { return !isLarge(script); });
    return scripts;
}

/// What needs a limit has failed; of the rest it is enough that it has ended, and of what only a limit of the data
/// would hold.
bool endedAsItShould(const tests::HostileScript& script, const QString& headline)
{
    return headline.contains(QStringLiteral(" failed: "))
        || ((script.outcome.end != tests::HazardEnd::Limit || isLarge(script))
            && headline.contains(QStringLiteral(" gave ")));
}

/// Counts the peak of resident memory anew.
void forgetPeak()
{
    QFile file(QStringLiteral("/proc/self/clear_refs"));
    if (file.open(QIODevice::WriteOnly))
        file.write("5");
}

qint64 peakMiB()
{
    QFile file(QStringLiteral("/proc/self/status"));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& line : file.readAll().split('\n')) {
        if (line.startsWith("VmHWM:"))
            return line.mid(6).chopped(2).trimmed().toLongLong() / 1024;
    }
    return 0;
}

} // namespace

class HostileWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyHostileScriptEndsUnderRun();
    void everyHostileScriptEndsUnderTheDebugger();
    void aScriptWithoutEndIsStoppedByHand();
    void aScriptWithoutEndIsPausedAndStopped();
    void closingTheWindowWaitsForNobody_data();
    void closingTheWindowWaitsForNobody();
    void closingTheDebuggedScriptEndsItsSession();
    void aPortInUseIsSaid();
    void anOpenAddressWithoutPasswordIsRefused();
    void hugeTextIsTakenAsKeys();
    void filesThatCannotBeOpenedAreSaid();
};

void HostileWindowTest::everyHostileScriptEndsUnderRun()
{
    Desk desk;
    QVERIFY(desk.ready);
    forgetPeak();
    QVERIFY(peakMiB() > 0);
    for (const tests::HostileScript& script : scriptsOf(0)) {
        desk.paste(QByteArray::fromStdString(script.body));
        const QString end = desk.run();
        QVERIFY2(endedAsItShould(script, end), (script.name + ": " + end.toStdString()).c_str());
        QVERIFY2(
            isLarge(script) || peakMiB() < kMostMiB, (script.name + ": " + std::to_string(peakMiB()) + " MiB").c_str());
    }
    desk.paste("return 1");
    const QString end = desk.run();
    QVERIFY2(end.contains(QStringLiteral("gave 1")), qPrintable(end));
}

void HostileWindowTest::everyHostileScriptEndsUnderTheDebugger()
{
    Desk desk;
    QVERIFY(desk.ready);
    forgetPeak();
    QVERIFY(peakMiB() > 0);
    for (const tests::HostileScript& script : scriptsOf(1)) {
        desk.paste(QByteArray::fromStdString(script.body));
        Person::press(Qt::Key_F5);
        QVERIFY2(Person::waitFor([&] {
            return desk.person->arrowLine() > 0 || desk.message().contains(QStringLiteral("has ended"));
        }),
            script.name.c_str());
        // It goes on, and ends by itself or at its limit of time; or it waits, where its recording is full.
        Person::press(Qt::Key_F5);
        QVERIFY2(Person::waitFor([&] {
            return desk.person->arrowLine() > 0 || desk.message().contains(QStringLiteral("has ended"));
        }),
            script.name.c_str());
        if (desk.person->arrowLine() == 0)
            QVERIFY2(
                endedAsItShould(script, desk.headline()), (script.name + ": " + desk.headline().toStdString()).c_str());
        Person::press(Qt::Key_F5, Qt::ShiftModifier);
        // Nothing more is said of it but what became of its writes.
        QVERIFY2(desk.message().isEmpty() || desk.message().contains(QStringLiteral("discarded")),
            (script.name + ": " + desk.message().toStdString()).c_str());
        QVERIFY2(
            isLarge(script) || peakMiB() < kMostMiB, (script.name + ": " + std::to_string(peakMiB()) + " MiB").c_str());
    }
    desk.paste("return 1");
    const QString end = desk.run();
    QVERIFY2(end.contains(QStringLiteral("gave 1")), qPrintable(end));
}

void HostileWindowTest::aScriptWithoutEndIsStoppedByHand()
{
    Desk desk;
    QVERIFY(desk.ready);
    desk.paste("while true do end");
    Person::press(Qt::Key_Return, Qt::ControlModifier);
    Person::press(Qt::Key_Period, Qt::ControlModifier);
    QVERIFY(Person::waitFor([&] { return desk.headline().contains(QStringLiteral(" failed: ")); }));
    desk.paste("return 2");
    QVERIFY(desk.run().contains(QStringLiteral("gave 2")));
}

void HostileWindowTest::aScriptWithoutEndIsPausedAndStopped()
{
    Desk desk;
    QVERIFY(desk.ready);
    desk.paste("local n = 0\nwhile true do\n  n = n + 1\nend\n");
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return desk.person->arrowLine() == 1; }));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return desk.person->arrowLine() == 0; }));
    Person::press(Qt::Key_F6);
    QVERIFY(Person::waitFor([&] { return desk.person->arrowLine() > 1; }));
    QVERIFY(!desk.person->rows(QStringLiteral("variablesView")).isEmpty());
    Person::press(Qt::Key_F5);
    Person::press(Qt::Key_F5, Qt::ShiftModifier);
    QVERIFY(desk.person->rows(QStringLiteral("variablesView")).isEmpty());
    // The lines can be written again.
    desk.paste("return 3");
    QVERIFY(desk.run().contains(QStringLiteral("gave 3")));
}

void HostileWindowTest::closingTheWindowWaitsForNobody_data()
{
    QTest::addColumn<bool>("debugged");
    QTest::addColumn<bool>("goesOn");
    QTest::newRow("while it runs") << false << false;
    QTest::newRow("while the debugger waits") << true << false;
    QTest::newRow("while it runs in the debugger") << true << true;
}

void HostileWindowTest::closingTheWindowWaitsForNobody()
{
    QFETCH(const bool, debugged);
    QFETCH(const bool, goesOn);
    Desk desk;
    QVERIFY(desk.ready);
    desk.paste("while true do redis.call('INCR', 'n') end");
    if (!debugged)
        Person::press(Qt::Key_Return, Qt::ControlModifier);
    else {
        Person::press(Qt::Key_F5);
        QVERIFY(Person::waitFor([&] { return desk.person->arrowLine() == 1; }));
    }
    if (goesOn)
        Person::press(Qt::Key_F5);
    QVERIFY(desk.window().close());
    desk.leave();
}

void HostileWindowTest::closingTheDebuggedScriptEndsItsSession()
{
    Desk desk;
    QVERIFY(desk.ready);
    Person::press(Qt::Key_F5); // an empty script: nothing to save
    QVERIFY(Person::waitFor(
        [&] { return !desk.message().isEmpty() && !desk.message().contains(QStringLiteral("is running")); }));
    Person::press(Qt::Key_W, Qt::ControlModifier);
    QVERIFY(Person::waitFor([&] { return desk.message().isEmpty(); }));
    QVERIFY(desk.person->see<QWidget>(QStringLiteral("sample_rate_limiter")));
}

void HostileWindowTest::aPortInUseIsSaid()
{
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    Desk desk;
    QVERIFY(desk.ready);
    QVERIFY(desk.person->clickTab(QStringLiteral("Listener")));
    QVERIFY(desk.person->click(QStringLiteral("listenerPort")));
    Person::press(Qt::Key_A, Qt::ControlModifier);
    Person::type(QString::number(taken.serverPort()));
    QVERIFY(desk.person->click(QStringLiteral("listenerSwitch")));
    const QString port = QString::number(taken.serverPort());
    QVERIFY(Person::waitFor([&] { return desk.person->label(QStringLiteral("listenerState")).contains(port); }));
    QVERIFY(desk.person->label(QStringLiteral("listenerStatus")).contains(QStringLiteral("off")));
}

void HostileWindowTest::anOpenAddressWithoutPasswordIsRefused()
{
    Desk desk;
    QVERIFY(desk.ready);
    QVERIFY(desk.person->clickTab(QStringLiteral("Listener")));
    QVERIFY(desk.person->click(QStringLiteral("listenerAddress")));
    Person::press(Qt::Key_A, Qt::ControlModifier);
    Person::type(QStringLiteral("0.0.0.0"));
    QVERIFY(desk.person->click(QStringLiteral("listenerPort")));
    Person::press(Qt::Key_A, Qt::ControlModifier);
    Person::type(QStringLiteral("0"));
    QVERIFY(desk.person->click(QStringLiteral("listenerSwitch")));
    QVERIFY(Person::waitFor(
        [&] { return desk.person->label(QStringLiteral("listenerState")).contains(QStringLiteral("password")); }));
    QVERIFY(desk.person->label(QStringLiteral("listenerStatus")).contains(QStringLiteral("off")));
    // With one it listens, and asks for it.
    QVERIFY(desk.person->click(QStringLiteral("listenerPassword")));
    Person::type(QStringLiteral("sesame"));
    QVERIFY(desk.person->click(QStringLiteral("listenerSwitch")));
    QVERIFY(Person::waitFor(
        [&] { return desk.person->label(QStringLiteral("listenerStatus")).contains(QStringLiteral("0.0.0.0:")); }));
    const QString shown = desk.person->label(QStringLiteral("listenerStatus"));
    tests::RespConnection client(static_cast<quint16>(shown.mid(shown.lastIndexOf(QLatin1Char(':')) + 1).toInt()));
    QVERIFY(client.connected());
    QVERIFY(client.text({"PING"}).starts_with("NOAUTH"));
    QCOMPARE(client.text({"AUTH", "sesame"}), engine::Bytes("OK"));
}

void HostileWindowTest::hugeTextIsTakenAsKeys()
{
    Desk desk;
    QVERIFY(desk.ready);
    desk.paste("return #KEYS .. ' ' .. #KEYS[1] .. ' ' .. #ARGV");
    QByteArray line(1'000'000, 'k');
    for (int i = 0; i < 5'000; ++i)
        line += " key" + QByteArray::number(i);
    line += " , \"\\x00\\xff\"";
    QApplication::clipboard()->setText(QString::fromLatin1(line));
    Person::press(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    const QString end = desk.run();
    QVERIFY2(end.contains(QStringLiteral("5001 1000000 1")), qPrintable(end.left(300)));
    QApplication::clipboard()->setText(QStringLiteral("\"never closed"));
    Person::press(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(desk.person->label(QStringLiteral("argumentsNote")).contains(QStringLiteral("quotes")));
    QVERIFY(desk.run().contains(QStringLiteral("5001 1000000 1")));
}

void HostileWindowTest::filesThatCannotBeOpenedAreSaid()
{
    const QTemporaryDir folder;
    app::Workbench workbench(
        app::Settings(folder.filePath(QStringLiteral("config")), folder.filePath(QStringLiteral("state"))));
    const QString missing = folder.filePath(QStringLiteral("missing.lua"));
    workbench.start({missing, folder.path()});
    const Person person(workbench.window());
    QVERIFY(QTest::qWaitForWindowExposed(&workbench.window()));
    QVERIFY(Person::waitFor([&] { return person.see<QWidget>(QStringLiteral("sample_rate_limiter")) != nullptr; }));
    QVERIFY(person.clickTab(QStringLiteral("Log")));
    const auto* log = person.see<QPlainTextEdit>(QStringLiteral("logView"));
    QVERIFY(log && log->toPlainText().contains(missing));
}

QTEST_MAIN(HostileWindowTest)

#include "hostile_window_test.moc"
