// The engine's clock, moved by mouse and keys: what is expected is read from what is shown.
// FERRITE_PICTURES=folder saves pictures, light and dark.

#include "tests/app/desk.h"

#include <QDateTimeEdit>
#include <QDoubleSpinBox>
#include <QPlainTextEdit>
#include <QSpinBox>

using tests::Desk;
using tests::Person;

class ClockWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aKeyExpiresWhenTheClockIsAdvanced_data();
    void aKeyExpiresWhenTheClockIsAdvanced();
    void theClockRunsFastAndJumps();

private:
    /// Sends a line in the console and waits for what it answers.
    static bool say(const Person& person, const QString& line, const QString& answer)
    {
        if (!person.clickTab(QStringLiteral("Console")) || !person.click(QStringLiteral("consoleInput")))
            return false;
        const auto* output = person.see<QPlainTextEdit>(QStringLiteral("consoleOutput"));
        const qsizetype before = output->toPlainText().size();
        Person::type(line);
        Person::press(Qt::Key_Return);
        return Person::waitFor([&] { return output->toPlainText().mid(before).contains(answer); });
    }
    static void enter(QAbstractSpinBox* widget, const QString& text)
    {
        // The console's list of completions closes when a person clicks elsewhere; a click of a test goes past it.
        if (QWidget* popup = QApplication::activePopupWidget())
            popup->close();
        Person::activate(*widget->window());
        QTest::mouseClick(widget->findChild<QLineEdit*>(), Qt::LeftButton);
        widget->selectAll();
        Person::type(text);
        Person::press(Qt::Key_Tab);
    }
};

void ClockWindowTest::aKeyExpiresWhenTheClockIsAdvanced_data()
{
    tests::addThemes();
}

void ClockWindowTest::aKeyExpiresWhenTheClockIsAdvanced()
{
    QFETCH(const QString, theme);
    const QTemporaryDir folder;
    QVERIFY(tests::chooseTheme(folder, theme));
    Desk desk(folder);
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QCOMPARE(person.label(QStringLiteral("clockStatus")), QStringLiteral("Clock live"));

    Person::press(Qt::Key_F, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(person.label(QStringLiteral("clockStatus")).startsWith(QStringLiteral("Clock frozen at ")));
    QVERIFY(say(person, QStringLiteral("SET token v EX 90"), QStringLiteral("OK")));
    QVERIFY(say(person, QStringLiteral("PTTL token"), QStringLiteral("90000")));

    QVERIFY(person.clickTab(QStringLiteral("Clock")));
    QVERIFY(person.label(QStringLiteral("clockState")).contains(QStringLiteral("frozen at")));
    person.picture(theme + QStringLiteral("-clock-frozen"));
    enter(person.see<QSpinBox>(QStringLiteral("clockAmount")), QStringLiteral("60"));
    QVERIFY(person.click(QStringLiteral("clockAdvance")));
    QVERIFY(say(person, QStringLiteral("PTTL token"), QStringLiteral("30000")));
    Person::press(Qt::Key_A, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(say(person, QStringLiteral("EXISTS token"), QStringLiteral("(integer) 0")));

    QVERIFY(person.clickTab(QStringLiteral("Listener")));
    QVERIFY(person.label(QStringLiteral("listenerClock")).startsWith(QStringLiteral("Clients see a clock that is")));
    person.picture(theme + QStringLiteral("-clock-listener"));
    Person::press(Qt::Key_F, Qt::ControlModifier | Qt::AltModifier);
    QVERIFY(person.label(QStringLiteral("clockStatus")).startsWith(QStringLiteral("Clock ahead by ")));
    Person::press(Qt::Key_L, Qt::ControlModifier | Qt::AltModifier);
    QCOMPARE(person.label(QStringLiteral("clockStatus")), QStringLiteral("Clock live"));
    QVERIFY(person.label(QStringLiteral("listenerClock")).isEmpty());
}

void ClockWindowTest::theClockRunsFastAndJumps()
{
    const QTemporaryDir folder;
    Desk desk(folder);
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.clickTab(QStringLiteral("Clock")));
    QVERIFY(person.click(QStringLiteral("clockFreeze")));
    auto* moment = person.see<QDateTimeEdit>(QStringLiteral("clockMoment"));
    QVERIFY(moment);
    moment->setDateTime(QDateTime(QDate(2030, 1, 2), QTime(3, 4, 5)));
    QVERIFY(person.click(QStringLiteral("clockJump")));
    QCOMPARE(person.label(QStringLiteral("clockTime")), QStringLiteral("2030-01-02 03:04:05"));
    QVERIFY(say(person, QStringLiteral("SET token v EX 3600"), QStringLiteral("OK")));

    QVERIFY(person.clickTab(QStringLiteral("Clock")));
    enter(person.see<QDoubleSpinBox>(QStringLiteral("clockSpeed")), QStringLiteral("36000"));
    QVERIFY(person.click(QStringLiteral("clockRun")));
    QVERIFY(Person::waitFor([&] {
        return person.label(QStringLiteral("clockStatus")).startsWith(QStringLiteral("Clock 36000 times as fast"));
    }));
    // An hour goes by in a tenth of a second, and the key with it.
    QVERIFY(
        Person::waitFor([&] { return person.label(QStringLiteral("dataStatus")).contains(QStringLiteral("0 key")); }));
    QVERIFY(person.click(QStringLiteral("clockLive")));
    QCOMPARE(person.label(QStringLiteral("clockStatus")), QStringLiteral("Clock live"));
}

QTEST_MAIN(ClockWindowTest)
#include "clock_window_test.moc"
