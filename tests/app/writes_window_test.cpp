// What a debugged script has written is discarded, applied to the live data, refused where somebody else has written,
// and taken back: by mouse and keys, as a person reads it.
// FERRITE_PICTURES=folder saves a picture of each stage.

#include "tests/app/desk.h"

#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStatusBar>
#include <QTimer>

using tests::Desk;
using tests::fileWith;
using tests::Person;

namespace {

const QByteArray kScript = "local n = redis.call('INCRBY', 'stock', 5)\n"
                           "redis.call('RPUSH', 'journal', 'added')\n"
                           "redis.call('EXPIRE', 'journal', 3600)\n"
                           "return n\n";

/// Types a command into the console and waits for this answer below it.
bool consoleAnswers(const Person& person, const QString& command, const QString& answer)
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
    const auto answered = [&] { return output->toPlainText().trimmed().section(command, -1).trimmed() == answer; };
    if (Person::waitFor(answered))
        return true;
    qWarning("the console says: %s", qPrintable(output->toPlainText()));
    return false;
}

bool barSays(const Person& person, const QString& text)
{
    return Person::waitFor([&] { return person.label(QStringLiteral("writesText")).contains(text); });
}

/// Presses a button of the question that opens next.
void answerQuestion(const QString& button)
{
    auto* timer = new QTimer(qApp);
    QObject::connect(timer, &QTimer::timeout, qApp, [timer, button] {
        auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
        if (!box)
            return;
        timer->deleteLater();
        for (QAbstractButton* each : box->buttons()) {
            if (each->text().remove(QLatin1Char('&')) == button)
                return QTest::mouseClick(each, Qt::LeftButton);
        }
        box->reject();
    });
    timer->start(20);
}

} // namespace

class WritesWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void atTheEndWritesAreAppliedAndTakenBack_data();
    void atTheEndWritesAreAppliedAndTakenBack();
    void whatIsNotAppliedIsDiscarded();
    void atAStopTheWritesSoFarAreAppliedByTheKeyboard();
    void aKeyThatSomebodyElseHasWrittenRefuses();
    void debuggingAgainBeginsWithTheDataAsTheyAre();
    void takingBackSparesWhatWasWrittenSince();
    void aScriptThatWritesNothingOffersNothing();
};

void WritesWindowTest::atTheEndWritesAreAppliedAndTakenBack_data()
{
    QTest::addColumn<QString>("theme");
    QTest::newRow("light") << QStringLiteral("light");
    QTest::newRow("dark") << QStringLiteral("dark");
}

void WritesWindowTest::atTheEndWritesAreAppliedAndTakenBack()
{
    QFETCH(const QString, theme);
    const QTemporaryDir folder;
    QDir(folder.path()).mkpath(QStringLiteral("config"));
    QVERIFY(!fileWith(folder, QStringLiteral("config/workbench.ini"), "[General]\ntheme=" + theme.toLatin1() + "\n")
                 .isEmpty());
    Desk desk(folder, {fileWith(folder, QStringLiteral("adds.lua"), kScript)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;

    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 1; }));
    QVERIFY(!person.see<QWidget>(QStringLiteral("writesBar")));
    Person::press(Qt::Key_F5);
    QVERIFY(barSays(person, QStringLiteral("The script changed 2 keys, on its snapshot alone")));
    person.picture(theme + QStringLiteral("-writes-offered"));
    QVERIFY(desk.window().statusBar()->currentMessage().contains(QStringLiteral("Ctrl+Alt+W")));
    QVERIFY(consoleAnswers(person, QStringLiteral("EXISTS stock journal"), QStringLiteral("(integer) 0")));

    QVERIFY(person.click(QStringLiteral("applyWritesButton")));
    QVERIFY(barSays(person, QStringLiteral("Applied: the script's writes have changed 2 keys of the live data.")));
    QVERIFY(!person.see<QWidget>(QStringLiteral("applyWritesButton")));
    person.picture(theme + QStringLiteral("-writes-applied"));
    QVERIFY(consoleAnswers(person, QStringLiteral("GET stock"), QStringLiteral("\"5\"")));

    QVERIFY(person.click(QStringLiteral("undoWritesButton")));
    QVERIFY(barSays(person, QStringLiteral("Taken back: 2 keys of the live data as before.")));
    QVERIFY(consoleAnswers(person, QStringLiteral("EXISTS stock journal"), QStringLiteral("(integer) 0")));
    // And they may be applied after all.
    QVERIFY(person.click(QStringLiteral("applyWritesButton")));
    QVERIFY(barSays(person, QStringLiteral("Applied")));
    // Leaving the debugger does not take the way back away.
    Person::press(Qt::Key_F5, Qt::ShiftModifier);
    QVERIFY(person.see<QWidget>(QStringLiteral("undoWritesButton")));
    Person::press(Qt::Key_Z, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(barSays(person, QStringLiteral("Taken back")));
}

void WritesWindowTest::whatIsNotAppliedIsDiscarded()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("adds.lua"), kScript)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 1; }));
    Person::press(Qt::Key_F5);
    QVERIFY(barSays(person, QStringLiteral("changed 2 keys")));

    QVERIFY(person.click(QStringLiteral("discardWritesButton")));

    QVERIFY(Person::waitFor([&] { return !person.see<QWidget>(QStringLiteral("writesBar")); }));
    QVERIFY(desk.window().statusBar()->currentMessage().contains(QStringLiteral("discarded")));
    QVERIFY(consoleAnswers(person, QStringLiteral("EXISTS stock journal"), QStringLiteral("(integer) 0")));
    Person::press(Qt::Key_W, Qt::ControlModifier | Qt::AltModifier); // there is nothing to apply
    QVERIFY(consoleAnswers(person, QStringLiteral("DBSIZE"), QStringLiteral("(integer) 0")));
}

void WritesWindowTest::atAStopTheWritesSoFarAreAppliedByTheKeyboard()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("adds.lua"), kScript)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 1; }));
    Person::press(Qt::Key_F10);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 2; }));
    QVERIFY(barSays(person, QStringLiteral("So far the script has changed 1 key")));

    Person::press(Qt::Key_W, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(barSays(person, QStringLiteral("have changed 1 key of the live data")));
    QVERIFY(consoleAnswers(person, QStringLiteral("GET stock"), QStringLiteral("\"5\"")));
    QVERIFY(consoleAnswers(person, QStringLiteral("EXISTS journal"), QStringLiteral("(integer) 0")));

    // What it writes later is not on the live data, and that is said.
    Person::press(Qt::Key_F5);
    QVERIFY(barSays(person, QStringLiteral("That was at another moment")));
    QVERIFY(consoleAnswers(person, QStringLiteral("EXISTS journal"), QStringLiteral("(integer) 0")));
    person.picture(QStringLiteral("light-writes-applied-before"));
}

void WritesWindowTest::aKeyThatSomebodyElseHasWrittenRefuses()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("adds.lua"), kScript)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 1; }));
    QVERIFY(consoleAnswers(person, QStringLiteral("SET stock 100"), QStringLiteral("OK")));
    Person::press(Qt::Key_F5);
    QVERIFY(barSays(person, QStringLiteral("changed 2 keys")));

    QVERIFY(person.click(QStringLiteral("applyWritesButton")));
    QVERIFY(barSays(person,
        QStringLiteral("Nothing was written: since the session took its snapshot, somebody else has "
                       "touched 1 key that the script used: “stock” (created).")));
    person.picture(QStringLiteral("light-writes-refused"));
    QVERIFY(consoleAnswers(person, QStringLiteral("EXISTS journal"), QStringLiteral("(integer) 0")));

    answerQuestion(QStringLiteral("Cancel"));
    QVERIFY(person.click(QStringLiteral("applyAnywayButton")));
    QVERIFY(consoleAnswers(person, QStringLiteral("GET stock"), QStringLiteral("\"100\"")));
    answerQuestion(QStringLiteral("Apply Anyway"));
    QVERIFY(person.click(QStringLiteral("applyAnywayButton")));
    QVERIFY(barSays(person, QStringLiteral("Other than in the session: “stock”.")));
    QVERIFY(consoleAnswers(person, QStringLiteral("GET stock"), QStringLiteral("\"105\"")));
}

void WritesWindowTest::debuggingAgainBeginsWithTheDataAsTheyAre()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("adds.lua"), kScript)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 1; }));
    Person::press(Qt::Key_F5);
    QVERIFY(barSays(person, QStringLiteral("changed 2 keys")));
    QVERIFY(consoleAnswers(person, QStringLiteral("SET stock 100"), QStringLiteral("OK")));
    QVERIFY(person.click(QStringLiteral("applyWritesButton")));
    QVERIFY(barSays(person, QStringLiteral("Nothing was written")));

    QVERIFY(person.click(QStringLiteral("debugAgainButton")));

    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 1; }));
    Person::press(Qt::Key_F5);
    QVERIFY(barSays(person, QStringLiteral("changed 2 keys")));
    QVERIFY(person.click(QStringLiteral("applyWritesButton")));
    QVERIFY(barSays(person, QStringLiteral("Applied")));
    QVERIFY(consoleAnswers(person, QStringLiteral("GET stock"), QStringLiteral("\"105\"")));
}

void WritesWindowTest::takingBackSparesWhatWasWrittenSince()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("adds.lua"), kScript)});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 1; }));
    Person::press(Qt::Key_F5);
    QVERIFY(barSays(person, QStringLiteral("changed 2 keys")));
    QVERIFY(person.click(QStringLiteral("applyWritesButton")));
    QVERIFY(barSays(person, QStringLiteral("Applied")));
    QVERIFY(consoleAnswers(person, QStringLiteral("PERSIST journal"), QStringLiteral("(integer) 1")));

    QVERIFY(person.click(QStringLiteral("undoWritesButton")));
    QVERIFY(barSays(person, QStringLiteral("“journal” (given another time to live)")));
    QVERIFY(consoleAnswers(person, QStringLiteral("GET stock"), QStringLiteral("\"5\"")));
    answerQuestion(QStringLiteral("Take Back Anyway"));
    QVERIFY(person.click(QStringLiteral("undoAnywayButton")));
    QVERIFY(barSays(person, QStringLiteral("Taken back: 2 keys")));
    QVERIFY(consoleAnswers(person, QStringLiteral("DBSIZE"), QStringLiteral("(integer) 0")));
}

void WritesWindowTest::aScriptThatWritesNothingOffersNothing()
{
    const QTemporaryDir folder;
    Desk desk(folder, {fileWith(folder, QStringLiteral("reads.lua"), "return redis.call('GET', 'stock')\n")});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 1; }));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] {
        return desk.window().statusBar()->currentMessage().startsWith(QStringLiteral("The script has ended"));
    }));
    QVERIFY(!person.see<QWidget>(QStringLiteral("writesBar")));
}

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", qgetenv("QT_QPA_PLATFORM").isEmpty() ? "offscreen" : qgetenv("QT_QPA_PLATFORM"));
    QApplication application(argc, argv);
    WritesWindowTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "writes_window_test.moc"
