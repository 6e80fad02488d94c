// A sync session of the window: everybody else waits while it lives, its writes stay when it ends, and whatever becomes
// of it lets everybody go. By mouse and keys, with a client of the listener beside.
// FERRITE_PICTURES=folder saves a picture of each stage.

#include "tests/app/desk.h"
#include "tests/support/ldb_server.h"

#include <QPlainTextEdit>
#include <QStatusBar>

using tests::Desk;
using tests::fileWith;
using tests::Person;
using tests::RespConnection;

namespace {

const QByteArray kScript = "local n = redis.call('INCRBY', 'stock', 5)\n"
                           "redis.call('RPUSH', 'journal', 'added')\n"
                           "return n\n";
constexpr int kMomentMs = 100; // in which a client that is not held has long been answered

/// A window with a script, and its listener open on a port of its own.
class Place {
public:
    explicit Place(const QByteArray& script = kScript, const QString& theme = QStringLiteral("light"))
        : m_themed(tests::chooseTheme(folder, theme)),
          desk(folder, {fileWith(folder, QStringLiteral("adds.lua"), script)}), person(desk.person)
    {
        // 0 is any free port.
        if (!person.clickTab(QStringLiteral("Listener")) || !person.click(QStringLiteral("listenerPort")))
            return;
        Person::press(Qt::Key_A, Qt::ControlModifier);
        Person::type(QStringLiteral("0"));
        ready = desk.ready && m_themed && person.click(QStringLiteral("listenerSwitch"))
            && Person::waitFor([&] { return port() != 0; });
    }

    quint16 port() const
    {
        const QString shown = person.label(QStringLiteral("listenerStatus"));
        return static_cast<quint16>(shown.mid(shown.lastIndexOf(QLatin1Char(':')) + 1).toInt());
    }
    /// Starts a sync session, and waits before the first line.
    bool startSync() const
    {
        Person::press(Qt::Key_S, Qt::ControlModifier | Qt::AltModifier);
        return Person::waitFor([&] { return person.arrowLine() == 1; }) && isLoud();
    }
    bool isLoud() const
    {
        return person.label(QStringLiteral("syncStatus"))
            .startsWith(QStringLiteral("Sync session: everybody else waits; its writes stay"));
    }
    bool isQuiet() const
    {
        return Person::waitFor([&] { return !person.see<QWidget>(QStringLiteral("syncStatus")); });
    }
    bool stepTo(int line) const
    {
        Person::press(Qt::Key_F10);
        return Person::waitFor([&] { return person.arrowLine() == line; });
    }
    bool barSays(const QString& text) const
    {
        if (Person::waitFor([&] { return person.label(QStringLiteral("writesText")).contains(text); }))
            return true;
        qWarning("the bar says: %s", qPrintable(person.label(QStringLiteral("writesText"))));
        return false;
    }
    bool statusSays(const QString& text)
    {
        return Person::waitFor([&] { return desk.window().statusBar()->currentMessage().contains(text); });
    }
    /// Types a command into the console; its answer.
    bool consoleAnswers(const QString& command, const QString& answer) const
    {
        if (!person.see<QWidget>(QStringLiteral("consoleInput")) && !person.clickTab(QStringLiteral("Console")))
            return false;
        auto* input = person.see<QLineEdit>(QStringLiteral("consoleInput"));
        if (!input)
            return false;
        // The list of completions that went may have left the offscreen window inactive.
        Person::activate(*input->window());
        input->clear();
        QTest::mouseClick(input, Qt::LeftButton);
        Person::type(command);
        Person::press(Qt::Key_Return);
        const auto* output = person.see<QPlainTextEdit>(QStringLiteral("consoleOutput"));
        return Person::waitFor([&] { return output->toPlainText().section(command, -1).contains(answer); });
    }

    const QTemporaryDir folder;

private:
    bool m_themed;

public:
    Desk desk;
    const Person& person;
    bool ready = false;
};

/// Asks, and is not answered.
bool waits(RespConnection& client, std::initializer_list<engine::BytesView> command)
{
    return client.sendRequest(command) && !client.arrives(kMomentMs);
}

/// The answer that was waited for, while the window goes on.
engine::Bytes served(RespConnection& client)
{
    return Person::waitFor([&] { return client.arrives(0); }) ? tests::textOf(client.read()) : "(nothing came)";
}

} // namespace

class SyncWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everybodyWaitsUntilTheScriptEnds_data();
    void everybodyWaitsUntilTheScriptEnds();
    void stoppingKeepsWhatIsWrittenUpToTheLineShown();
    void theButtonStopsARunningScript();
    void restartingWritesNothingOfTheFirstTry();
    void aClosedTabLetsEverybodyGo();
    void aClosedWindowLetsEverybodyGo();
    void aScriptThatFailsLetsEverybodyGo();
    void theWindowsOwnConsoleAndRunAreTold();
    void theListenerAndTheClockStay();
    void aSyncSessionOfAClientComesFirst();
    void f5IsNeverASyncSession();
};

void SyncWindowTest::everybodyWaitsUntilTheScriptEnds_data()
{
    tests::addThemes();
}

void SyncWindowTest::everybodyWaitsUntilTheScriptEnds()
{
    QFETCH(const QString, theme);
    Place place(kScript, theme);
    QVERIFY(place.ready);
    RespConnection client(place.port());
    QCOMPARE(client.text({"PING"}), engine::Bytes("PONG"));
    QVERIFY(place.startSync());
    QVERIFY(waits(client, {"INCR", "stock"}));
    QVERIFY(place.stepTo(2));
    QVERIFY(place.barSays(QStringLiteral("Up to here 1 key changed")));
    QVERIFY(place.stepTo(3));
    QVERIFY(place.barSays(QStringLiteral("Up to here 2 keys changed")));
    place.person.picture(theme + QStringLiteral("-sync-stopped"));
    // Back in time, and on again: still nobody is served.
    Person::press(Qt::Key_F11, Qt::ShiftModifier | Qt::AltModifier);
    QVERIFY(Person::waitFor([&] { return place.person.arrowLine() == 2; }));
    QVERIFY(place.barSays(QStringLiteral("Up to here 1 key changed")));
    QVERIFY(!client.arrives(kMomentMs));
    QVERIFY(place.isLoud());

    Person::press(Qt::Key_F5);

    QCOMPARE(served(client), engine::Bytes("6"));
    QVERIFY(place.barSays(QStringLiteral("Its writes have changed 2 keys of the live data and stay")));
    QVERIFY(place.isQuiet());
    place.person.picture(theme + QStringLiteral("-sync-kept"));
    QCOMPARE(client.text({"LLEN", "journal"}), engine::Bytes("1"));
    // What is over can still be looked at, and is written once only.
    Person::press(Qt::Key_Home, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(place.barSays(QStringLiteral("That was at another moment")));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return place.person.arrowLine() == 0; }));
    Person::press(Qt::Key_F5, Qt::ShiftModifier);
    QCOMPARE(client.text({"GET", "stock"}), engine::Bytes("6"));
}

void SyncWindowTest::stoppingKeepsWhatIsWrittenUpToTheLineShown()
{
    Place place;
    QVERIFY(place.ready);
    RespConnection client(place.port());
    QVERIFY(place.startSync());
    QVERIFY(place.stepTo(2) && place.stepTo(3));
    QVERIFY(waits(client, {"EXISTS", "journal"}));
    Person::press(Qt::Key_F11, Qt::ShiftModifier | Qt::AltModifier);
    QVERIFY(Person::waitFor([&] { return place.person.arrowLine() == 2; }));

    Person::press(Qt::Key_F5, Qt::ShiftModifier);

    QCOMPARE(served(client), engine::Bytes("0"));
    QCOMPARE(client.text({"GET", "stock"}), engine::Bytes("5"));
    QVERIFY(place.barSays(QStringLiteral("Its writes have changed 1 key of the live data and stay")));
    QVERIFY(place.isQuiet());
    QCOMPARE(place.person.arrowLine(), 0);
    // Stopping twice does no harm, and the next session is an ordinary one.
    Person::press(Qt::Key_F5, Qt::ShiftModifier);
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return place.person.arrowLine() == 1; }));
    QCOMPARE(client.text({"GET", "stock"}), engine::Bytes("5"));
}

void SyncWindowTest::theButtonStopsARunningScript()
{
    Place place("redis.call('SET', 'begun', 1)\nwhile true do end\n");
    QVERIFY(place.ready);
    RespConnection client(place.port());
    QVERIFY(place.startSync());
    QVERIFY(place.stepTo(2));
    QVERIFY(waits(client, {"GET", "begun"}));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return place.person.arrowLine() == 0; }));

    QVERIFY(place.person.click(QStringLiteral("endSyncButton")));

    QCOMPARE(served(client), engine::Bytes("1"));
    QVERIFY(place.isQuiet());
}

void SyncWindowTest::restartingWritesNothingOfTheFirstTry()
{
    Place place;
    QVERIFY(place.ready);
    RespConnection client(place.port());
    QVERIFY(place.startSync());
    QVERIFY(place.stepTo(2));
    Person::press(Qt::Key_F5, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(Person::waitFor([&] { return place.person.arrowLine() == 1; }));
    QVERIFY(place.isLoud());
    QVERIFY(place.barSays(QStringLiteral("Up to here nothing is written")));
    QVERIFY(waits(client, {"GET", "stock"}));
    Person::press(Qt::Key_F5);
    QCOMPARE(served(client), engine::Bytes("5"));
}

void SyncWindowTest::aClosedTabLetsEverybodyGo()
{
    Place place;
    QVERIFY(place.ready);
    RespConnection client(place.port());
    QVERIFY(place.startSync());
    QVERIFY(place.stepTo(2));
    QVERIFY(waits(client, {"GET", "stock"}));
    Person::press(Qt::Key_W, Qt::ControlModifier);
    QCOMPARE(served(client), engine::Bytes("5"));
    QVERIFY(place.isQuiet());
}

void SyncWindowTest::aClosedWindowLetsEverybodyGo()
{
    Place place;
    QVERIFY(place.ready);
    RespConnection client(place.port());
    QVERIFY(place.startSync());
    QVERIFY(waits(client, {"PING"}));
    place.desk.window().close();
    QCOMPARE(served(client), engine::Bytes("PONG"));
}

void SyncWindowTest::aScriptThatFailsLetsEverybodyGo()
{
    Place place("redis.call('SET', 'k', 'v')\nerror('broken')\n");
    QVERIFY(place.ready);
    RespConnection client(place.port());
    QVERIFY(place.startSync());
    QVERIFY(waits(client, {"GET", "k"}));
    Person::press(Qt::Key_F5);
    QCOMPARE(served(client), engine::Bytes("v"));
    QVERIFY(place.barSays(QStringLiteral("changed 1 key of the live data")));
    QVERIFY(place.isQuiet());
}

void SyncWindowTest::theWindowsOwnConsoleAndRunAreTold()
{
    Place place;
    QVERIFY(place.ready);
    QVERIFY(place.startSync());
    const QString told = QStringLiteral("A sync session of this window's debugger has the data to itself");
    QVERIFY(place.consoleAnswers(QStringLiteral("SET stock 100"), told));
    QVERIFY(place.person.clickTab(QStringLiteral("adds.lua")));
    Person::press(Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(Person::waitFor([&] {
        const auto labels = place.desk.window().findChildren<QLabel*>();
        return std::ranges::any_of(
            labels, [&](const QLabel* label) { return label->isVisible() && label->text().contains(told); });
    }));
    place.person.picture(QStringLiteral("light-sync-run-told"));
    Person::press(Qt::Key_F5, Qt::ShiftModifier);
    QVERIFY(place.isQuiet());
    QVERIFY(place.consoleAnswers(QStringLiteral("EXISTS stock"), QStringLiteral("(integer) 0")));
}

void SyncWindowTest::theListenerAndTheClockStay()
{
    Place place;
    QVERIFY(place.ready);
    RespConnection client(place.port());
    QVERIFY(place.startSync());
    QVERIFY(waits(client, {"PING"}));
    Person::press(Qt::Key_L, Qt::ControlModifier);
    QVERIFY(place.statusSays(QStringLiteral("The listener cannot be closed in a sync session: Shift+F5 ends it")));
    QVERIFY(place.person.click(QStringLiteral("listenerSwitch")));
    QVERIFY(place.port() != 0);
    Person::press(Qt::Key_F, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(place.statusSays(QStringLiteral("The clock cannot be moved in a sync session: Shift+F5 ends it")));
    QCOMPARE(place.person.label(QStringLiteral("clockStatus")), QStringLiteral("Clock live"));
    place.person.picture(QStringLiteral("light-sync-refused"));
    Person::press(Qt::Key_F5);
    QCOMPARE(served(client), engine::Bytes("PONG"));
    Person::press(Qt::Key_F, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(place.person.label(QStringLiteral("clockStatus")).startsWith(QStringLiteral("Clock frozen")));
}

void SyncWindowTest::aSyncSessionOfAClientComesFirst()
{
    Place place;
    QVERIFY(place.ready);
    RespConnection other(place.port());
    tests::startDebugging(other, {.mode = "sync", .script = "redis.call('SET', 'k', 'v')\nreturn 1"});
    QVERIFY(tests::ldbLines(other.read()).starts_with("* Stopped at 1"));

    Person::press(Qt::Key_S, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(place.statusSays(
        QStringLiteral("The sync session cannot begin now. A client of the listener debugs with SCRIPT DEBUG SYNC")));
    QVERIFY(!place.person.see<QWidget>(QStringLiteral("syncStatus")));
    QVERIFY(place.consoleAnswers(QStringLiteral("GET k"), QStringLiteral("A client of the listener debugs")));

    other.sendRequest({"c"});
    other.readToEnd();
    QVERIFY(place.consoleAnswers(QStringLiteral("GET k"), QStringLiteral("\"v\"")));
    QVERIFY(place.startSync());
}

void SyncWindowTest::f5IsNeverASyncSession()
{
    Place place;
    QVERIFY(place.ready);
    RespConnection client(place.port());
    QVERIFY(place.startSync());
    Person::press(Qt::Key_F5);
    QVERIFY(place.barSays(QStringLiteral("The sync session is over")));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return place.person.arrowLine() == 1; }));
    QVERIFY(!place.person.see<QWidget>(QStringLiteral("syncStatus")));
    QCOMPARE(client.text({"GET", "stock"}), engine::Bytes("5"));
    Person::press(Qt::Key_F5);
    QVERIFY(place.barSays(QStringLiteral("on its snapshot alone")));
    QCOMPARE(client.text({"GET", "stock"}), engine::Bytes("5"));
}

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", qgetenv("QT_QPA_PLATFORM").isEmpty() ? "offscreen" : qgetenv("QT_QPA_PLATFORM"));
    QApplication application(argc, argv);
    // A closed window is not the end of this program.
    QApplication::setQuitOnLastWindowClosed(false);
    SyncWindowTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "sync_window_test.moc"
