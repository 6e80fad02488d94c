// The table of all breakpoints: what it shows, asks for and owns, and where they stand in an editor.

#include "widgets/editor/lua_editor.h"
#include "widgets/models/breakpoint_text.h"
#include "widgets/models/breakpoints_model.h"
#include "widgets/parts/theme.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace widgets;
using debugger::BreakpointKind;
using debugger::BreakpointSpec;
using debugger::BreakpointState;

namespace {

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::Fatal;
using Column = BreakpointsModel::Column;

QString cell(const BreakpointsModel& model, int row, Column column)
{
    return model.index(row, column).data().toString();
}

QString column(const BreakpointsModel& model, Column column)
{
    QStringList cells;
    for (int row = 0; row < model.rowCount(); ++row)
        cells += cell(model, row, column);
    return cells.join(QStringLiteral(", "));
}

ScriptBreakpoints script(ScriptId id, const char* title, std::vector<BreakpointSpec> lines)
{
    return {.script = id, .title = QLatin1String(title), .lines = std::move(lines)};
}

} // namespace

class BreakpointsModelTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void linesComeBeforeEventsAndKeepTheirRows();
    void aRowSaysWhatItWaitsFor();
    void editingALineAsksAndEditingAnEventDoes();
    void whatMeansNothingIsRefused();
    void manyAreChangedAtOnce();
    void statesAreOfTheScriptThatIsDebugged();
    void rowsThatStayAreNotTold();
    void signsStandWhereTheBreakpointHolds();
    void joinedLinesKeepOneBreakpoint();
};

void BreakpointsModelTest::linesComeBeforeEventsAndKeepTheirRows()
{
    BreakpointsModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    QCOMPARE(model.addEvent({.kind = BreakpointKind::Command, .pattern = "set"}), 0);
    QVERIFY(model.setScripts({script(1, "a.lua", {{.line = 2}, {.line = 5}}), script(2, "b.lua", {{.line = 2}})}));
    QCOMPARE(column(model, Column::Where), QStringLiteral("a.lua:2, a.lua:5, b.lua:2, calls set"));
    QCOMPARE(model.rowOf(1, 5), 1);
    QCOMPARE(model.rowOf(2, 5), -1);
    QCOMPARE(model.specsFor(2).size(), std::size_t(2));
    QVERIFY(!model.setScripts({script(1, "a.lua", {{.line = 2}, {.line = 5}}), script(2, "b.lua", {{.line = 2}})}));
    QVERIFY(model.setScripts({script(2, "b.lua", {{.line = 3}})}));
    QCOMPARE(column(model, Column::Where), QStringLiteral("b.lua:3, calls set"));
    QVERIFY(model.setScripts({}));
    QCOMPARE(column(model, Column::Where), QStringLiteral("calls set"));
    QVERIFY(model.setScripts({script(3, "c.lua", {{.line = 1}, {.line = 2}, {.line = 3}})}));
    QVERIFY(model.setScripts({script(3, "c.lua", {{.line = 1}, {.line = 3}})}));
    QCOMPARE(column(model, Column::Where), QStringLiteral("c.lua:1, c.lua:3, calls set"));
}

void BreakpointsModelTest::aRowSaysWhatItWaitsFor()
{
    BreakpointsModel model;
    model.setEvents(
        {{.kind = BreakpointKind::KeyRead, .pattern = "user:*"}, {.kind = BreakpointKind::KeyWritten, .pattern = "k"},
            {.kind = BreakpointKind::UndeclaredKey}, {.kind = BreakpointKind::ErrorReply},
            {.kind = BreakpointKind::CaughtError}, {.kind = BreakpointKind::UncaughtError}});
    QCOMPARE(column(model, Column::Where),
        QStringLiteral("reads user:*, writes k, a key that is not in KEYS, an error reply, a caught Lua error, "
                       "an error that ends the run"));
    QVERIFY(model.flags(model.index(0, Column::Where)) & Qt::ItemIsEditable);
    QVERIFY(!(model.flags(model.index(3, Column::Where)) & Qt::ItemIsEditable));
    model.setScripts({script(1, "a.lua", {{.line = 2, .condition = "n > 1", .hitCount = 3, .logText = "n {n}"}})});
    QCOMPARE(cell(model, 0, Column::Condition), QStringLiteral("n > 1"));
    QCOMPARE(cell(model, 0, Column::FromHit), QStringLiteral("3"));
    QCOMPARE(cell(model, 0, Column::LogText), QStringLiteral("n {n}"));
    QVERIFY(shapeOf({.line = 1}) == BreakpointShape::Plain);
    QVERIFY(shapeOf({.line = 1, .hitCount = 2}) == BreakpointShape::Conditional);
    QVERIFY(shapeOf({.line = 1, .condition = "x", .logText = "y"}) == BreakpointShape::LogPoint);
}

void BreakpointsModelTest::editingALineAsksAndEditingAnEventDoes()
{
    BreakpointsModel model;
    model.setScripts({script(7, "a.lua", {{.line = 2}})});
    model.setEvents({{.kind = BreakpointKind::Command, .pattern = "set"}});
    std::vector<LineChange> asked;
    connect(&model, &BreakpointsModel::linesEdited, &model,
        [&](const std::vector<LineChange>& changes) { asked.insert(asked.end(), changes.begin(), changes.end()); });
    const QSignalSpy events(&model, &BreakpointsModel::eventsChanged);

    QVERIFY(model.setData(model.index(0, Column::Condition), QStringLiteral(" n > 1 ")));
    QCOMPARE(asked.size(), std::size_t(1));
    QCOMPARE(asked[0].script, ScriptId(7));
    QCOMPARE(asked[0].line, 2);
    QCOMPARE(asked[0].now->condition, std::string("n > 1"));
    QVERIFY(cell(model, 0, Column::Condition).isEmpty());
    QVERIFY(model.setData(model.index(0, Column::Where), QStringLiteral("9")));
    QCOMPARE(asked[1].now->line, 9);
    QVERIFY(model.setData(model.index(0, Column::Where), Qt::Unchecked, Qt::CheckStateRole));
    QVERIFY(!asked[2].now->enabled);
    model.remove({0});
    QVERIFY(!asked[3].now);
    QCOMPARE(events.count(), 0);

    QVERIFY(model.setData(model.index(1, Column::Where), QStringLiteral("@write")));
    QVERIFY(model.setData(model.index(1, Column::FromHit), QStringLiteral("4")));
    QCOMPARE(events.count(), 2);
    QVERIFY(model.events()
        == (std::vector<BreakpointSpec>{{.kind = BreakpointKind::Command, .pattern = "@write", .hitCount = 4}}));
    model.remove({1});
    QVERIFY(model.events().empty());
    QCOMPARE(asked.size(), std::size_t(4));
}

void BreakpointsModelTest::whatMeansNothingIsRefused()
{
    BreakpointsModel model;
    model.setScripts({script(7, "a.lua", {{.line = 2}})});
    model.setEvents({{.kind = BreakpointKind::Command, .pattern = "set"}});
    const QSignalSpy lines(&model, &BreakpointsModel::linesEdited);
    for (const char* text : {"0", "-1", "x", "", "99999999999"})
        QVERIFY(!model.setData(model.index(0, Column::Where), QLatin1String(text)));
    for (const char* text : {"-1", "x", "2000000000"})
        QVERIFY(!model.setData(model.index(0, Column::FromHit), QLatin1String(text)));
    QVERIFY(!model.setData(model.index(1, Column::Where), QStringLiteral("  ")));
    QVERIFY(!model.setData(model.index(1, Column::Hits), QStringLiteral("1")));
    QVERIFY(!model.setData({}, QStringLiteral("1")));
    QCOMPARE(lines.count(), 0);
    QCOMPARE(model.events().at(0).pattern, std::string("set"));
}

void BreakpointsModelTest::manyAreChangedAtOnce()
{
    BreakpointsModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setScripts({script(7, "a.lua", {{.line = 2}, {.line = 3}})});
    model.setEvents({{.kind = BreakpointKind::ErrorReply}, {.kind = BreakpointKind::CaughtError}});
    const QSignalSpy lines(&model, &BreakpointsModel::linesEdited);
    const QSignalSpy events(&model, &BreakpointsModel::eventsChanged);
    model.setEnabled(model.allRows(), false);
    model.setEnabled(model.allRows(), false);
    QCOMPARE(events.count(), 1);
    QVERIFY(!model.events().at(1).enabled);
    model.remove(model.allRows());
    QCOMPARE(events.count(), 2);
    QVERIFY(model.events().empty());
    QCOMPARE(lines.last().at(0).value<std::vector<LineChange>>().size(), std::size_t(2));
}

void BreakpointsModelTest::statesAreOfTheScriptThatIsDebugged()
{
    BreakpointsModel model;
    model.setScripts({script(1, "a.lua", {{.line = 2}}), script(2, "b.lua", {{.line = 4}, {.line = 90}})});
    model.setEvents({{.kind = BreakpointKind::ErrorReply}});
    std::vector<BreakpointState> states;
    for (const BreakpointSpec& spec : model.specsFor(2))
        states.push_back({.spec = spec, .boundLine = spec.line == 4 ? 6 : 0, .hits = 3});
    states.back().problem = "went wrong";
    model.showStates(2, states, true);
    QCOMPARE(column(model, Column::Where), QStringLiteral("a.lua:2, b.lua:4 → 6, b.lua:90, an error reply"));
    QCOMPARE(column(model, Column::Hits), QStringLiteral(", 3, 3, 3"));
    QCOMPARE(column(model, Column::Problem), QStringLiteral(", , there is no code at or behind this line, went wrong"));
    QCOMPARE(model.lineAt(1), 6);
    model.showStop(2, 0);
    QVERIFY(model.index(1, Column::Where).data(Qt::FontRole).value<QFont>().bold());

    // What is said of a breakpoint that has been changed since is not said of the new one.
    states[0].spec.condition = "old";
    states[0].hits = 9;
    model.showStates(2, states, true);
    QCOMPARE(cell(model, 1, Column::Hits), QStringLiteral("3"));
    model.forgetSession();
    QCOMPARE(column(model, Column::Hits), QStringLiteral(", , , "));
    QVERIFY(cell(model, 3, Column::Problem).isEmpty());
}

void BreakpointsModelTest::rowsThatStayAreNotTold()
{
    BreakpointsModel model;
    model.setScripts({script(1, "a.lua", {{.line = 2}, {.line = 4}, {.line = 9}})});
    const QSignalSpy changed(&model, &BreakpointsModel::dataChanged);
    const QSignalSpy removed(&model, &BreakpointsModel::rowsRemoved);
    const QPersistentModelIndex last = model.index(2, 0);
    model.setScripts({script(1, "a.lua", {{.line = 2}, {.line = 9}})});
    QCOMPARE(changed.count(), 0);
    QCOMPARE(removed.count(), 1);
    QCOMPARE(last.row(), 1);
}

void BreakpointsModelTest::signsStandWhereTheBreakpointHolds()
{
    const Theme theme;
    LuaEditor editor(theme);
    editor.setBytes("-- one\n-- two\nlocal a = 1\nreturn a\n");
    editor.setBreakpoints({{.line = 1}, {.line = 4, .enabled = false, .logText = "a"}});
    const auto signsOn = [&](int line) {
        return static_cast<unsigned>(editor.markersAtLine(line - 1)) & BreakpointMargin::kShownMarkers;
    };
    QVERIFY(signsOn(1) != 0);
    editor.showBoundLines({3, 4});
    QVERIFY(signsOn(1) == 0);
    QVERIFY(signsOn(3) != 0);
    QVERIFY(signsOn(4) != 0 && signsOn(4) != signsOn(3));
    QCOMPARE(editor.breakpoints().at(0).line, 1);
    QCOMPARE(editor.breakpointLineAt(3), 1);
    // A click where it is shown takes it away.
    editor.toggleBreakpoint(3);
    QCOMPARE(editor.breakpoints().size(), std::size_t(1));
    QVERIFY(signsOn(3) == 0);
    // An answer about another number of breakpoints is passed over.
    editor.showBoundLines({1, 2, 3});
    QVERIFY(signsOn(4) != 0);
}

void BreakpointsModelTest::joinedLinesKeepOneBreakpoint()
{
    const Theme theme;
    LuaEditor editor(theme);
    editor.setBytes("local a = 1\nlocal b = 2\nreturn a\n");
    editor.setBreakpoints({{.line = 1, .condition = "first"}, {.line = 2}, {.line = 3, .logText = "kept"}});
    editor.setSelection(0, 11, 1, 0);
    editor.removeSelectedText();
    QCOMPARE(editor.breakpoints().size(), std::size_t(2));
    QCOMPARE(editor.breakpoints().at(0).condition, std::string("first"));
    QCOMPARE(editor.breakpoints().at(1).line, 2);
    QCOMPARE(editor.breakpoints().at(1).logText, std::string("kept"));
}

QTEST_MAIN(BreakpointsModelTest)

#include "breakpoints_model_test.moc"
