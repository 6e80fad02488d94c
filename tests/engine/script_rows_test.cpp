// Every row of script_rows.txt, the list of how scripts behave, has a test that names it, and tests name no others.

#include "tests/support/hostile_scripts.h"
#include "tests/support/lua_cases.h"
#include "tests/support/script_rows.h"

#include <QtTest>

using namespace engine;

namespace {

constexpr const char* kList = "# a comment\n"
                              "A  Part\n"
                              "A.1  first\n"
                              "A.2  second  [ours: it would hang]\n"
                              "B.1  Another part\n"
                              "B.1.1  third  [hazard: rep; endless loop]\n"
                              "B.1.2  fourth  [absent: no such state]\n";
constexpr const char* kAsking = "# A.1: what it answers\n> GET k\n";
constexpr const char* kOurs = "// A.2: what ends it\nvoid Test::test()\n";

std::vector<Bytes> faultsOf(const QByteArray& list, const QByteArray& asking, const QByteArray& ours)
{
    std::vector<tests::RowLabel> labels = tests::rowLabelsIn(asking.toStdString(), "asking", true);
    for (const tests::RowLabel& label : tests::rowLabelsIn(ours.toStdString(), "ours", false))
        labels.push_back(label);
    return tests::rowFaults(tests::readScriptRows(list.toStdString()), labels, {"rep", "endless loop"});
}

} // namespace

class ScriptRowsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyRowHasATestThatNamesIt();
    void aListThatIsShownWholeHasNoFaults();
    void eachKindOfFaultIsFound_data();
    void eachKindOfFaultIsFound();
    void numbersElsewhereAreNoLabels_data();
    void numbersElsewhereAreNoLabels();
};

void ScriptRowsTest::everyRowHasATestThatNamesIt()
{
    std::set<Bytes> hazards;
    for (const tests::HostileScript& script : tests::hostileScripts())
        hazards.insert(script.name);
    const tests::ScriptRows list = tests::readScriptRows(tests::supportFile("script_rows.txt").toStdString());
    const std::vector<Bytes> faults = tests::rowFaults(list, tests::rowLabels(), hazards);
    // A line each: Qt Test cuts a long message short.
    for (const Bytes& fault : faults)
        qWarning("%s", fault.c_str());
    QVERIFY2(faults.empty(), "listed above");
    QVERIFY(list.rows.size() > 400);
}

void ScriptRowsTest::aListThatIsShownWholeHasNoFaults()
{
    QCOMPARE(faultsOf(kList, kAsking, kOurs), std::vector<Bytes>());
    QCOMPARE(faultsOf(kList, "  # B.1, A.1: both\n", "    {\"A.2: a row's name\", 1},\n"), std::vector<Bytes>());
}

void ScriptRowsTest::eachKindOfFaultIsFound_data()
{
    QTest::addColumn<QByteArray>("list");
    QTest::addColumn<QByteArray>("asking");
    QTest::addColumn<QByteArray>("ours");
    QTest::addColumn<QByteArray>("fault");
    const QByteArray list = kList;
    const QByteArray asking = kAsking;
    const QByteArray ours = kOurs;
    const auto row = [](const char* fault, const QByteArray& rows, const QByteArray& asked, const QByteArray& own) {
        QTest::newRow(fault) << rows << asked << own << QByteArray(fault);
    };
    row("A.2 second: no test names it", list, asking, "");
    row("A.1 first: redis-server is not asked, and it is not said why", list, "", ours + "// A.1: so\n");
    row("A.2 second: redis-server is asked, though it is said why not", list, asking + "# A.2: so\n", ours);
    row("B.1.2 fourth: a test names it, though nothing could show it", list, asking, ours + "// B.1.2: so\n");
    row("asking:3: there is no row A.3", list, asking + "# A.3: so\n", ours);
    row("B.1.1 third: there is no hostile script loop", QByteArray(list).replace("endless loop", "loop"), asking, ours);
    row("no part, and no row that follows the one before: A.2  again", list + "A.2  again\n", asking, ours);
    row("no part, and no row that follows the one before: words", list + "words\n", asking, ours);
}

void ScriptRowsTest::eachKindOfFaultIsFound()
{
    QFETCH(QByteArray, list);
    QFETCH(QByteArray, asking);
    QFETCH(QByteArray, ours);
    QFETCH(QByteArray, fault);
    QCOMPARE(faultsOf(list, asking, ours), std::vector<Bytes>{fault.toStdString()});
}

void ScriptRowsTest::numbersElsewhereAreNoLabels_data()
{
    QTest::addColumn<QByteArray>("line");
    for (const char* line : {"> ECHO \"A.1\"", "# see A.1: there", "# A.1 without a colon", "int A.1: x", "# K.1: so"})
        QTest::newRow(line) << QByteArray(line);
}

void ScriptRowsTest::numbersElsewhereAreNoLabels()
{
    QFETCH(QByteArray, line);
    QVERIFY(tests::rowLabelsIn(line.toStdString(), "file", true).empty());
}

QTEST_APPLESS_MAIN(ScriptRowsTest)
#include "script_rows_test.moc"
