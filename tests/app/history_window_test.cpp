// "When did it change?" and "who wrote it?" by mouse and keys: asked in the panels, the editor or by name, answered as
// a list that is travelled by, and given up when it takes long. FERRITE_PICTURES=folder saves a picture of each stage.

#include "tests/app/desk.h"

#include <QClipboard>
#include <QComboBox>
#include <QPushButton>
#include <QStatusBar>

using tests::Desk;
using tests::fileWith;
using tests::Person;

namespace {

const QByteArray kScript = "local total = 0\n"
                           "for i = 1, 3 do\n"
                           "  total = total + i * 10\n"
                           "  redis.call('SET', 'sum', total)\n"
                           "end\n"
                           "redis.call('HSET', 'report', 'total', total)\n"
                           "return total\n";

bool stateSays(const Person& person, const QString& text)
{
    return Person::waitFor([&] { return person.label(QStringLiteral("historyState")).contains(text); });
}

} // namespace

class HistoryWindowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theChangesOfAVariableAreListedAndTravelledTo_data();
    void theChangesOfAVariableAreListedAndTravelledTo();
    void theWritersOfAKeyAreListedAndTravelledTo();
    void theEditorsWordIsAskedAbout();
    void aNameIsTypedAndWhatIsNotThereIsSaid();
    void aLongSearchIsGivenUp();
    void withoutASessionThereIsNothingToAsk();

private:
    QString script() { return fileWith(m_files, QStringLiteral("sums.lua"), kScript); }

    QTemporaryDir m_files;
};

void HistoryWindowTest::theChangesOfAVariableAreListedAndTravelledTo_data()
{
    QTest::addColumn<QString>("theme");
    QTest::newRow("light") << QStringLiteral("light");
    QTest::newRow("dark") << QStringLiteral("dark");
}

void HistoryWindowTest::theChangesOfAVariableAreListedAndTravelledTo()
{
    QFETCH(const QString, theme);
    const QTemporaryDir folder;
    QDir(folder.path()).mkpath(QStringLiteral("config"));
    QVERIFY(!fileWith(folder, QStringLiteral("config/workbench.ini"), "[General]\ntheme=" + theme.toLatin1() + "\n")
                 .isEmpty());
    Desk desk(folder, {script()});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.clickMargin(7));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 7; }));

    QVERIFY(person.clickRow(QStringLiteral("variablesView"), QStringLiteral("total | 60")));
    Person::press(Qt::Key_H, Qt::ControlModifier);

    QVERIFY(stateSays(person, QStringLiteral("4 changes of the variable “total”")));
    const QStringList rows = person.rows(QStringLiteral("historyList"));
    QCOMPARE(rows.size(), 4);
    QVERIFY(person.showsRow(QStringLiteral("historyList"), {"1", "(came into being)", "0"}));
    QVERIFY(person.showsRow(QStringLiteral("historyList"), {"3", "10", "30"}));
    person.picture(theme + QStringLiteral("-history-variable"));
    // It is stopped where it was.
    QCOMPARE(person.arrowLine(), 7);

    QVERIFY(person.clickRow(QStringLiteral("historyList"), QStringLiteral("10 | 30")));
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 3; }));
    QVERIFY(Person::waitFor([&] { return person.showsRow("variablesView", {"total", "10"}); }));
    // By the keyboard to the next one, which is copied too.
    QVERIFY(person.see<QWidget>(QStringLiteral("historyList")));
    person.see<QWidget>(QStringLiteral("historyList"))->setFocus();
    Person::press(Qt::Key_Down);
    Person::press(Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QApplication::clipboard()->text().endsWith(QStringLiteral("30\t60")));
    Person::press(Qt::Key_Return);
    QVERIFY(Person::waitFor([&] { return person.showsRow("variablesView", {"total", "30"}); }));
}

void HistoryWindowTest::theWritersOfAKeyAreListedAndTravelledTo()
{
    const QTemporaryDir folder;
    Desk desk(folder, {script()});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 1; }));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.see<QWidget>(QStringLiteral("writesBar")) != nullptr; }));

    // At the end of the run too.
    QVERIFY(person.clickRow(QStringLiteral("changesTree"), QStringLiteral("sum")));
    Person::press(Qt::Key_H, Qt::ControlModifier);

    QVERIFY(stateSays(person, QStringLiteral("3 writes to “sum” in database 0")));
    QVERIFY(person.showsRow(QStringLiteral("historyList"), {"4", "SET sum 10", "(missing)", "10"}));
    QVERIFY(person.showsRow(QStringLiteral("historyList"), {"4", "SET sum 60", "30", "60"}));
    person.picture(QStringLiteral("light-history-key"));
    QVERIFY(person.clickRow(QStringLiteral("historyList"), QStringLiteral("SET sum 30")));
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 4; }));
    QVERIFY(Person::waitFor([&] { return person.showsRow("variablesView", {"total", "30"}); }));
}

void HistoryWindowTest::theEditorsWordIsAskedAbout()
{
    const QTemporaryDir folder;
    Desk desk(folder, {script()});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.clickMargin(6));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 6; }));
    QVERIFY(person.clickLine(3));
    Person::press(Qt::Key_End);
    // "  total = total + i * 10": to the front, onto the first word.
    Person::press(Qt::Key_Home);
    Person::press(Qt::Key_Right);
    Person::press(Qt::Key_H, Qt::ControlModifier);
    QVERIFY(stateSays(person, QStringLiteral("4 changes of the variable “total”")));
}

void HistoryWindowTest::aNameIsTypedAndWhatIsNotThereIsSaid()
{
    const QTemporaryDir folder;
    Desk desk(folder, {script()});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 1; }));
    QVERIFY(person.clickTab(QStringLiteral("History")));
    person.picture(QStringLiteral("light-history-empty"));
    auto* find = person.see<QPushButton>(QStringLiteral("historyFind"));
    QVERIFY(find && !find->isEnabled());
    QVERIFY(person.click(QStringLiteral("historyName")));
    Person::type(QStringLiteral("nobody"));
    QVERIFY(find->isEnabled());
    Person::press(Qt::Key_Return);
    QVERIFY(stateSays(person, QStringLiteral("0 changes of the variable “nobody”")));
    QVERIFY(person.rows(QStringLiteral("historyList")).isEmpty());

    // Asked of the whole recording, which ends here.
    person.see<QComboBox>(QStringLiteral("historySubject"))->setFocus();
    Person::press(Qt::Key_Down);
    person.see<QLineEdit>(QStringLiteral("historyName"))->setFocus();
    person.see<QLineEdit>(QStringLiteral("historyName"))->selectAll();
    Person::type(QStringLiteral("report"));
    QVERIFY(person.click(QStringLiteral("historyFind")));
    QVERIFY(stateSays(person, QStringLiteral("0 writes to “report” in database 0")));
}

void HistoryWindowTest::aLongSearchIsGivenUp()
{
    const QTemporaryDir folder;
    Desk desk(folder,
        {fileWith(
            folder, QStringLiteral("long.lua"), "local n = 0\nfor i = 1, 400000 do\n  n = n + 1\nend\nreturn n\n")});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.clickMargin(5));
    Person::press(Qt::Key_F5);
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 5; }));
    QVERIFY(person.clickTab(QStringLiteral("History")));
    QVERIFY(person.click(QStringLiteral("historyName")));
    Person::type(QStringLiteral("nothing"));
    Person::press(Qt::Key_Return);

    QVERIFY(person.click(QStringLiteral("historyCancel")));

    QVERIFY(stateSays(person, QStringLiteral("The search was given up.")));
    QVERIFY(Person::waitFor([&] { return person.arrowLine() == 5; }));
    QVERIFY(Person::waitFor([&] { return person.showsRow("variablesView", {"n", "400000"}); }));
    QVERIFY(person.see<QPushButton>(QStringLiteral("historyFind")));
}

void HistoryWindowTest::withoutASessionThereIsNothingToAsk()
{
    const QTemporaryDir folder;
    Desk desk(folder, {script()});
    QVERIFY(desk.ready);
    const Person& person = desk.person;
    QVERIFY(person.clickTab(QStringLiteral("History")));
    QVERIFY(person.click(QStringLiteral("historyName")));
    Person::type(QStringLiteral("total"));
    QVERIFY(!person.see<QPushButton>(QStringLiteral("historyFind"))->isEnabled());
    Person::press(Qt::Key_Return);
    QVERIFY(person.see<QPushButton>(QStringLiteral("historyFind")));
}

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", qgetenv("QT_QPA_PLATFORM").isEmpty() ? "offscreen" : qgetenv("QT_QPA_PLATFORM"));
    QApplication application(argc, argv);
    HistoryWindowTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "history_window_test.moc"
