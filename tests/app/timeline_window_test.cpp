// The timeline as a person reads it: commands with reply and duration, errors, log lines and lines; searched, narrowed
// by kind, copied, and travelled by.
// FERRITE_PICTURES=folder saves a picture of each stage.

#include "tests/app/desk.h"

#include <QClipboard>
#include <QToolButton>

using tests::Desk;
using tests::fileWith;
using tests::Person;

namespace {

const QByteArray kScript = "redis.log(redis.LOG_NOTICE, 'begins')\n"
                           "redis.call('SET', 'greeting', 'hello')\n"
                           "local text = redis.call('GET', 'greeting')\n"
                           "local caught = redis.pcall('INCR', 'greeting')\n"
                           "redis.call('LPUSH', 'greeting', 'x')\n"
                           "return text\n";

QStringList timeline(const Person& person)
{
    return person.rows(QStringLiteral("timelineList"));
}

bool holds(const QStringList& rows, const QString& text)
{
    return rows.join(QLatin1Char('\n')).contains(text);
}

} // namespace

class TimelineWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everythingThatHappenedIsARow_data();
    void everythingThatHappenedIsARow();
    void rowsAreNarrowedByKindAndSearched();
    void aRowIsTravelledToAndCopied();

private:
    QString script() { return fileWith(m_files, QStringLiteral("greets.lua"), kScript); }
    /// Runs to the end and shows the timeline.
    static bool runThrough(const Person& person)
    {
        Person::press(Qt::Key_F5);
        if (!Person::waitFor([&] { return person.arrowLine() == 1; }))
            return false;
        Person::press(Qt::Key_F5);
        return Person::waitFor([&] { return person.label(QStringLiteral("resultHeadline")).contains("WRONGTYPE"); })
            && person.clickTab(QStringLiteral("Timeline"))
            && Person::waitFor([&] { return timeline(person).size() > 4; });
    }

    QTemporaryDir m_files;
};

void TimelineWindowTest::everythingThatHappenedIsARow_data()
{
    QTest::addColumn<QString>("theme");
    QTest::newRow("light") << QStringLiteral("light");
    QTest::newRow("dark") << QStringLiteral("dark");
}

void TimelineWindowTest::everythingThatHappenedIsARow()
{
    QFETCH(const QString, theme);
    const QTemporaryDir folder;
    QDir(folder.path()).mkpath(QStringLiteral("config"));
    QVERIFY(!fileWith(folder, QStringLiteral("config/workbench.ini"), "[General]\ntheme=" + theme.toLatin1() + "\n")
                 .isEmpty());
    Desk desk(folder, {script()});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.clickTab(QStringLiteral("Timeline")));
    QVERIFY(timeline(person).isEmpty());
    QVERIFY(runThrough(person));

    QVERIFY(person.showsRow(QStringLiteral("timelineList"), {"1", "log", "begins"}));
    QVERIFY(person.showsRow(QStringLiteral("timelineList"), {"2", "write", "SET greeting hello", "OK"}));
    QVERIFY(person.showsRow(QStringLiteral("timelineList"), {"3", "call", "GET greeting", "\"hello\""}));
    const QStringList rows = timeline(person);
    QVERIFY2(holds(rows, QStringLiteral("ended the run")), qPrintable(rows.join(QLatin1Char('\n'))));
    // A command took some time, and a log line none.
    QVERIFY2(rows.filter(QStringLiteral("SET greeting")).value(0).endsWith(QLatin1Char('s')),
        qPrintable(rows.join(QLatin1Char('\n'))));
    person.picture(theme + QStringLiteral("-timeline"));
}

void TimelineWindowTest::rowsAreNarrowedByKindAndSearched()
{
    const QTemporaryDir folder;
    Desk desk(folder, {script()});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(runThrough(person));

    QVERIFY(!holds(timeline(person), QStringLiteral("line | ")));
    QVERIFY(person.click(QStringLiteral("timelineLines")));
    QVERIFY(
        person.showsRow(QStringLiteral("timelineList"), {"3", "line", "local text = redis.call('GET', 'greeting')"}));
    person.picture(QStringLiteral("light-timeline-lines"));
    QVERIFY(person.click(QStringLiteral("timelineLines")));
    QVERIFY(person.click(QStringLiteral("timelineWrites")));
    QVERIFY(!holds(timeline(person), QStringLiteral("SET greeting")));
    QVERIFY(holds(timeline(person), QStringLiteral("GET greeting")));
    QVERIFY(person.click(QStringLiteral("timelineWrites")));

    QVERIFY(person.clickRow(QStringLiteral("timelineList"), QStringLiteral("begins")));
    Person::press(Qt::Key_F, Qt::ControlModifier);
    Person::type(QStringLiteral("HELLO"));
    QCOMPARE(timeline(person).size(), 2); // SET's word and GET's reply
    Person::press(Qt::Key_Down);
    Person::press(Qt::Key_Return);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 2; }));
    Person::press(Qt::Key_F, Qt::ControlModifier);
    Person::type(QStringLiteral("not there"));
    QVERIFY(timeline(person).isEmpty());
    person.picture(QStringLiteral("light-timeline-nothing-found"));
    Person::press(Qt::Key_Escape);
    QVERIFY(timeline(person).size() > 4);
}

void TimelineWindowTest::aRowIsTravelledToAndCopied()
{
    const QTemporaryDir folder;
    Desk desk(folder, {script()});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(runThrough(person));
    QVERIFY(person.clickRow(QStringLiteral("timelineList"), QStringLiteral("GET greeting")));
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 3; }));
    person.see<QWidget>(QStringLiteral("timelineList"))->setFocus();
    Person::press(Qt::Key_C, Qt::ControlModifier);
    const QStringList cells = QApplication::clipboard()->text().split(QLatin1Char('\t'));
    QVERIFY2(
        cells.size() == 6 && cells[3] == QStringLiteral("GET greeting"), qPrintable(QApplication::clipboard()->text()));
}

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", qgetenv("QT_QPA_PLATFORM").isEmpty() ? "offscreen" : qgetenv("QT_QPA_PLATFORM"));
    QApplication application(argc, argv);
    TimelineWindowTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "timeline_window_test.moc"
