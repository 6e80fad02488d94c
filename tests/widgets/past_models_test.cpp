// Models and texts about the past of a run: the timeline's rows and filter, the history of a variable and of a key, and
// what is said about writes to the live data.

#include "widgets/models/history_model.h"
#include "widgets/models/timeline_model.h"
#include "widgets/models/value_tree_model.h"
#include "widgets/models/writes_text.h"
#include "widgets/views/function_chooser.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace widgets;

namespace {

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::Fatal;

QString cell(const QAbstractItemModel& model, int row, int column)
{
    return model.index(row, column).data().toString();
}

debugger::TimelineShown timeline()
{
    debugger::TimelineShown shown;
    shown.furthest = 4;
    for (int moment = 1; moment <= 4; ++moment)
        shown.lines.push_back({.moment = debugger::Moment(moment), .line = moment});
    engine::Reply ok;
    ok.kind = engine::ReplyKind::Status;
    ok.text = "OK";
    engine::Reply wrong;
    wrong.kind = engine::ReplyKind::Error;
    wrong.text = "WRONGTYPE no";
    shown.calls = {{.moment = 1, .line = 1, .argv = {"SET", "k", "v"}, .reply = ok, .wrote = true},
        {.moment = 3, .line = 3, .argv = {"LLEN", "k"}, .reply = wrong, .wrote = false}};
    shown.calls.front().duration = std::chrono::nanoseconds(1500);
    shown.errors = {{.moment = 3, .line = 3, .text = "WRONGTYPE no", .caught = true}};
    shown.outputs = {{.moment = 2, .line = 2, .text = "Said"}};
    return shown;
}

debugger::ApplyReport conflict()
{
    debugger::ApplyReport report;
    report.outcome = debugger::ApplyOutcome::Conflict;
    report.conflicts = {{.database = 0, .key = "a", .fate = debugger::KeyFate::Expired, .written = true},
        {.database = 3, .key = "b", .fate = debugger::KeyFate::Changed, .written = false},
        {.database = 0, .key = "c", .fate = debugger::KeyFate::Removed, .written = true}};
    report.conflictsLeftOut = 2;
    return report;
}

} // namespace

class PastModelsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theTimelineShowsTheKindsThatAreWanted();
    void theTimelineIsSearchedWhateverTheCase();
    void aTimelineThatIsTheSameIsNotBuiltAgain();
    void aCommandThatWasRepliedAnErrorIsMarked();
    void aVariablesHistoryTellsBeforeAndAfter();
    void aKeysHistoryTellsItsCommands();
    void durationsAreReadable_data();
    void durationsAreReadable();
    void conflictsAreNamedUpToALimit();
    void registeredNamesAreReadFromTheText();
};

void PastModelsTest::theTimelineShowsTheKindsThatAreWanted()
{
    TimelineModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setSource({QStringLiteral("one"), QStringLiteral("  two"), QStringLiteral("three"), QStringLiteral("four")});
    model.setTimeline(timeline());
    QCOMPARE(model.rowCount(), 4); // lines are not shown at first
    QCOMPARE(model.count(TimelineKind::Line), std::size_t(4));
    QCOMPARE(cell(model, 0, TimelineModel::Kind), QStringLiteral("write"));
    QCOMPARE(cell(model, 0, TimelineModel::Took), QStringLiteral("1.50 µs"));
    QCOMPARE(cell(model, 2, TimelineModel::Took), QString());
    QCOMPARE(cell(model, 3, TimelineModel::Outcome), QStringLiteral("caught by the script"));
    TimelineFilter filter = model.filter();
    filter.kinds[static_cast<int>(TimelineKind::Line)] = true;
    filter.kinds[static_cast<int>(TimelineKind::Write)] = false;
    model.setFilter(filter);
    QCOMPARE(model.rowCount(), 7);
    QCOMPARE(cell(model, 1, TimelineModel::What), QStringLiteral("two"));
    QCOMPARE(model.momentAt(2), debugger::Moment(2)); // what a line did stands below it
    QCOMPARE(model.rowAt(2), 2);
    // The strip's marks are of all that there is.
    QCOMPARE(model.momentsOf(TimelineKind::Write), std::vector<debugger::Moment>{1});
}

void PastModelsTest::theTimelineIsSearchedWhateverTheCase()
{
    TimelineModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setTimeline(timeline());
    TimelineFilter filter = model.filter();
    filter.text = QStringLiteral("wrongtype");
    model.setFilter(filter);
    QCOMPARE(model.rowCount(), 2); // the reply, and the error
    filter.text = QStringLiteral("nothing of the kind");
    model.setFilter(filter);
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.momentAt(0), debugger::kNoMoment);
    QVERIFY(!model.isEmpty());
}

void PastModelsTest::aTimelineThatIsTheSameIsNotBuiltAgain()
{
    TimelineModel model;
    QVERIFY(model.setTimeline(timeline()));
    QVERIFY(!model.setTimeline(timeline()));
    auto longer = timeline();
    longer.outputs.push_back({.moment = 4, .line = 4, .text = "more"});
    QVERIFY(model.setTimeline(longer));
}

void PastModelsTest::aCommandThatWasRepliedAnErrorIsMarked()
{
    TimelineModel model;
    model.setTimeline(timeline());
    QVERIFY(!model.index(0, 0).data(TimelineModel::IsErrorRole).toBool());
    QVERIFY(model.index(2, 0).data(TimelineModel::IsErrorRole).toBool());
}

void PastModelsTest::aVariablesHistoryTellsBeforeAndAfter()
{
    HistoryModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    model.showVariable({.name = "n",
        .changes = {{.moment = 1, .line = 1, .before = {}, .after = "0"},
            {.moment = 5, .line = 3, .before = "0", .after = std::string(1000, 'x')}}});
    QCOMPARE(model.rowCount(), 2);
    QVERIFY(!model.isOfKey());
    QCOMPARE(cell(model, 0, HistoryModel::Before), QStringLiteral("(came into being)"));
    QCOMPARE(model.momentAt(1), debugger::Moment(5));
    QVERIFY(cell(model, 1, HistoryModel::After).size() < 400);
    QCOMPARE(model.index(1, HistoryModel::After).data(ValueTreeModel::WholeTextRole).toString().size(), 1000);
    model.clear();
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(model.momentAt(0), debugger::kNoMoment);
}

void PastModelsTest::aKeysHistoryTellsItsCommands()
{
    HistoryModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    debugger::KeyWrite write;
    write.call = {.moment = 7, .line = 2, .argv = {"HSET", "h", "f", "2"}};
    write.change.key = "h";
    write.change.kind = engine::ChangeKind::Changed;
    write.change.elements = {{.kind = engine::ChangeKind::Changed, .element = "f", .before = "1", .after = "2"},
        {.kind = engine::ChangeKind::Added, .element = "g", .before = {}, .after = "3"}};
    debugger::KeyWrite gone;
    gone.call = {.moment = 9, .line = 3, .argv = {"DEL", "h"}};
    gone.change.key = "h";
    gone.change.kind = engine::ChangeKind::Removed;
    model.showKey({.database = 0, .key = "h", .writes = {write, gone}});
    QVERIFY(model.isOfKey());
    QCOMPARE(cell(model, 0, HistoryModel::Command), QStringLiteral("HSET h f 2"));
    QCOMPARE(cell(model, 0, HistoryModel::Before), QStringLiteral("f = 1"));
    QCOMPARE(cell(model, 0, HistoryModel::After), QStringLiteral("f = 2, g = 3"));
    QCOMPARE(cell(model, 1, HistoryModel::After), QStringLiteral("(missing)"));
}

void PastModelsTest::durationsAreReadable_data()
{
    QTest::addColumn<qint64>("nanos");
    QTest::addColumn<QString>("text");
    QTest::newRow("0") << qint64(0) << QStringLiteral("0 ns");
    QTest::newRow("999 ns") << qint64(999) << QStringLiteral("999 ns");
    QTest::newRow("µs") << qint64(12'345) << QStringLiteral("12.3 µs");
    QTest::newRow("ms") << qint64(123'456'789) << QStringLiteral("123 ms");
    QTest::newRow("s") << qint64(2'500'000'000) << QStringLiteral("2.50 s");
}

void PastModelsTest::durationsAreReadable()
{
    QFETCH(const qint64, nanos);
    QFETCH(const QString, text);
    QCOMPARE(durationText(std::chrono::nanoseconds(nanos)), text);
}

void PastModelsTest::conflictsAreNamedUpToALimit()
{
    QCOMPARE(conflictCount(conflict()), 5);
    QCOMPARE(conflictsText(conflict(), 2),
        QStringLiteral("“a” (expired), “b” in database 3 (changed; the script only read it) and 3 more"));
    QVERIFY(applyText(conflict()).startsWith(QStringLiteral("Nothing was written")));
    QVERIFY(undoText(conflict()).startsWith(QStringLiteral("Not taken back")));
}

void PastModelsTest::registeredNamesAreReadFromTheText()
{
    QCOMPARE(registeredNames("#!lua name=x\nredis.register_function('a', f)\nredis.register_function( \"b\" , g)\n"
                             "redis.register_function{ callback=h, function_name = 'c' }\n"
                             "redis.register_function({function_name='d', callback=h})\nregister_function('a', f)\n"),
        QStringList({QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("d")}));
    QVERIFY(registeredNames("local name = 'a'\nredis.register_function(name, f)").isEmpty());
}

QTEST_GUILESS_MAIN(PastModelsTest)
#include "past_models_test.moc"
