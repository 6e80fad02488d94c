// Every model under Qt's own tester: what it tells of rows that come and go is what a view sees.

#include "widgets/models/arguments_model.h"
#include "widgets/models/slowlog_model.h"
#include "widgets/models/stack_model.h"
#include "widgets/models/timeline_model.h"
#include "widgets/models/value_text.h"
#include "widgets/models/variables_model.h"
#include "widgets/models/watches_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace widgets;

namespace {

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::Fatal;

QString cell(const QAbstractItemModel& model, int row, int column, const QModelIndex& parent = {})
{
    return model.index(row, column, parent).data().toString();
}

engine::LuaVariable variable(const char* name, const char* text)
{
    engine::LuaVariable result;
    result.name = name;
    result.value.kind = engine::LuaKind::Number;
    result.value.text = text;
    return result;
}

engine::LuaVariable table(const char* name, engine::LuaRef ref, std::size_t size)
{
    engine::LuaVariable result = variable(name, "{…}");
    result.value.kind = engine::LuaKind::Table;
    result.value.ref = ref;
    result.value.size = size;
    return result;
}

std::vector<engine::LuaVariable> entries(std::size_t first, std::size_t count)
{
    std::vector<engine::LuaVariable> result;
    for (std::size_t i = first; i < first + count; ++i)
        result.push_back(variable(("[" + std::to_string(i + 1) + "]").c_str(), "0"));
    return result;
}

engine::Reply bulk(const char* text)
{
    engine::Reply reply;
    reply.kind = engine::ReplyKind::Bulk;
    reply.text = text;
    return reply;
}

debugger::RecordedCall call(debugger::Moment moment, int line, std::vector<engine::Bytes> argv, bool wrote)
{
    debugger::RecordedCall result;
    result.moment = moment;
    result.line = line;
    result.argv = std::move(argv);
    result.reply = bulk("x");
    result.wrote = wrote;
    return result;
}

} // namespace

class ModelsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aReplyOfThousandsOfLevelsIsShownInPart();
    void argumentsGrowByTypingIntoTheEmptyRow();
    void argumentsTypedFurtherDownLeaveNoHoles();
    void argumentsNamedByTheScriptHaveARowEach();
    void aReplyIsATree();
    void aTreeOfManyElementsSaysHowManyAreNotShown();
    void aLossIsMarkedOnItsValue();
    void changesSayWhatWasAndWhatIs();
    void tablesUnfoldPageByPage();
    void lateAndForeignEntriesAreIgnored();
    void variablesAndEntriesAreSetByTheNamesThatCodeHas();
    void watchesKeepTheirRows();
    void theTimelineTellsPastFromFuture();
    void theStackNamesLinesOfTheScriptAlone();
    void theSlowLogSortsByNumbers();
};

void ModelsTest::argumentsGrowByTypingIntoTheEmptyRow()
{
    ArgumentsModel model(QStringLiteral("KEYS"));
    const QAbstractItemModelTester tester(&model, kFatal);
    QSignalSpy changed(&model, &ArgumentsModel::valuesChanged);
    QCOMPARE(model.rowCount(), 1);

    QVERIFY(model.setData(model.index(0, ArgumentsModel::Value), QStringLiteral("a\\x00b")));
    QCOMPARE(model.values(), QList<QByteArray>{QByteArray("a\0b", 3)});
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(cell(model, 0, ArgumentsModel::Index), QStringLiteral("KEYS[1]"));
    QCOMPARE(cell(model, 0, ArgumentsModel::Value), QStringLiteral("a\\x00b"));
    QCOMPARE(changed.size(), 1);

    // The same value again is no change, and an empty one in the empty row is no argument.
    QVERIFY(!model.setData(model.index(0, ArgumentsModel::Value), QStringLiteral("a\\x00b")));
    QVERIFY(!model.setData(model.index(1, ArgumentsModel::Value), QString()));
    QCOMPARE(changed.size(), 1);
    QVERIFY(!model.setData(model.index(0, ArgumentsModel::Name), QStringLiteral("x")));
    QVERIFY(!(model.flags(model.index(0, ArgumentsModel::Name)) & Qt::ItemIsEditable));

    model.setValues({"1", "2", "3"});
    model.removeArguments({0, 2, 3, -1});
    QCOMPARE(model.values(), QList<QByteArray>{"2"});
}

void ModelsTest::argumentsTypedFurtherDownLeaveNoHoles()
{
    ArgumentsModel model(QStringLiteral("ARGV"));
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setNames({{QStringLiteral("ARGV[1]"), QStringLiteral("limit")},
        {QStringLiteral("ARGV[2]"), QStringLiteral("window")}, {QStringLiteral("ARGV[3]"), QStringLiteral("now")}});
    QCOMPARE(model.rowCount(), 3);
    QVERIFY(model.setData(model.index(2, ArgumentsModel::Value), QStringLiteral("7")));
    QCOMPARE(model.values(), (QList<QByteArray>{"", "", "7"}));
    QCOMPARE(model.rowCount(), 4);
}

void ModelsTest::argumentsNamedByTheScriptHaveARowEach()
{
    ArgumentsModel model(QStringLiteral("KEYS"));
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setNames({{QStringLiteral("KEYS[1]"), QStringLiteral("counter")},
        {QStringLiteral("KEYS[2]"), QStringLiteral("stamp")}, {QStringLiteral("ARGV[1]"), QStringLiteral("limit")}});
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(cell(model, 1, ArgumentsModel::Name), QStringLiteral("stamp"));
    model.setNames({});
    QCOMPARE(model.rowCount(), 1);
}

void ModelsTest::aReplyIsATree()
{
    engine::Reply reply;
    reply.kind = engine::ReplyKind::Array;
    reply.elements = {bulk("a\"b"), engine::Reply(), reply};
    reply.elements[1].kind = engine::ReplyKind::Integer;
    reply.elements[1].integer = -7;
    ValueTreeModel model({QStringLiteral("Type"), QStringLiteral("Reply")});
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setNodes({replyNode(reply)});
    const QModelIndex root = model.index(0, 0);
    QCOMPARE(model.rowCount(root), 3);
    QCOMPARE(cell(model, 0, 1, root), QStringLiteral("\"a\\\"b\""));
    QCOMPARE(cell(model, 1, 1, root), QStringLiteral("-7"));
    QCOMPARE(cell(model, 2, 1, root), QStringLiteral("[]"));
    QCOMPARE(model.parent(model.index(2, 1, root)), root);
    model.setNodes({});
    QVERIFY(model.isEmpty());
}

void ModelsTest::aTreeOfManyElementsSaysHowManyAreNotShown()
{
    engine::Reply reply;
    reply.kind = engine::ReplyKind::Array;
    reply.elements.assign(2'500, bulk("x"));
    const ValueNode node = replyNode(reply);
    QCOMPARE(node.children.size(), std::size_t(1'001));
    QVERIFY(node.children.back().value.contains(QLocale().toString(1'500)));
    QVERIFY(node.value.size() <= 60);
}

void ModelsTest::aLossIsMarkedOnItsValue()
{
    engine::LuaTree tree;
    tree.value.kind = engine::LuaKind::Table;
    tree.value.text = "{3.7}";
    engine::LuaTree entry;
    entry.key.kind = engine::LuaKind::Number;
    entry.key.number = 1;
    entry.key.text = "[1]";
    entry.value.kind = engine::LuaKind::Number;
    entry.value.number = 3.7;
    entry.value.text = "3.7";
    tree.entries.push_back(entry);
    const ValueNode node = luaNode(tree, engine::findLosses(tree, 1));
    QVERIFY(node.tone == ValueTone::Plain);
    QCOMPARE(node.children.size(), std::size_t(1));
    QVERIFY(node.children[0].tone == ValueTone::Lost);
    QVERIFY(!node.children[0].note.isEmpty());
}

void ModelsTest::changesSayWhatWasAndWhatIs()
{
    engine::KeyspaceDiff diff;
    engine::KeyChange change;
    change.key = "k";
    change.kind = engine::ChangeKind::Changed;
    engine::ElementChange element;
    element.kind = engine::ChangeKind::Changed;
    element.before = "old";
    element.after = "new";
    change.elements.push_back(element);
    diff.keys.push_back(change);
    diff.keysLeftOut = 4;
    ValueTreeModel model({QStringLiteral("Key"), QStringLiteral("Change"), QStringLiteral("Type")});
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setNodes(changeNodes(diff));
    QCOMPARE(model.rowCount(), 2);
    QVERIFY(
        cell(model, 0, 1).contains(QStringLiteral("\"old\"")) && cell(model, 0, 1).contains(QStringLiteral("\"new\"")));
    QVERIFY(cell(model, 1, 1).contains(QLatin1Char('4')));
}

void ModelsTest::tablesUnfoldPageByPage()
{
    VariablesModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    std::vector<std::size_t> wanted; // the first entry of each page asked for
    connect(&model, &VariablesModel::entriesWanted, this,
        [&](engine::LuaRef, std::size_t first, std::size_t) { wanted.push_back(first); });
    model.setGroups(
        {{QStringLiteral("Locals"), {variable("n", "1"), table("list", 9, 150)}}, {QStringLiteral("Upvalues"), {}}},
        {"n"});
    QCOMPARE(model.rowCount(), 1);
    const QModelIndex list = model.index(1, 0, model.index(0, 0));
    QVERIFY(model.hasChildren(list));
    QCOMPARE(model.rowCount(list), 0);
    wanted.clear();

    // Qt's tester may have asked for the first page already: a page is asked for once.
    if (model.canFetchMore(list))
        model.fetchMore(list);
    model.addEntries(9, 0, entries(0, VariablesModel::kPage));
    QCOMPARE(model.rowCount(list), 100);
    if (model.canFetchMore(list))
        model.fetchMore(list);
    QVERIFY(!wanted.empty());
    QCOMPARE(wanted.back(), std::size_t(100));
    model.addEntries(9, 100, entries(100, 50));
    QCOMPARE(model.rowCount(list), 150);
    QVERIFY(!model.canFetchMore(list));
    QCOMPARE(cell(model, 149, 0, list), QStringLiteral("[150]"));
    QCOMPARE(model.indexOf(model.pathOf(model.index(149, 0, list))), model.index(149, 0, list));
    QVERIFY(model.index(0, 0, model.index(0, 0)).data(Qt::FontRole).value<QFont>().bold());
}

void ModelsTest::lateAndForeignEntriesAreIgnored()
{
    VariablesModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setGroups({{QStringLiteral("Locals"), {table("t", 3, 2)}}}, {});
    const auto rows = [&model] { return model.rowCount(model.index(0, 0, model.index(0, 0))); };
    model.addEntries(4, 0, entries(0, 2)); // another table
    model.addEntries(0, 0, entries(0, 2)); // none
    QCOMPARE(rows(), 0);
    const QModelIndex shown = model.index(0, 0, model.index(0, 0));
    if (model.canFetchMore(shown))
        model.fetchMore(shown);
    model.addEntries(3, 1, entries(1, 1)); // not the page that was asked for
    QCOMPARE(rows(), 0);
    model.addEntries(3, 0, entries(0, 2));
    QCOMPARE(rows(), 2);
    model.addEntries(3, 0, entries(0, 2)); // a second time
    QCOMPARE(rows(), 2);
    model.clear();
    model.addEntries(3, 0, entries(0, 2)); // of the stop before
    QCOMPARE(model.rowCount(), 0);
}

void ModelsTest::variablesAndEntriesAreSetByTheNamesThatCodeHas()
{
    VariablesModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    QStringList targets;
    connect(
        &model, &VariablesModel::setWanted, this, [&](const QString& target, const QString&) { targets << target; });
    engine::LuaVariable above = variable("up", "1");
    above.scope = engine::LuaScope::Upvalue;
    engine::LuaVariable hidden = variable("n", "1");
    hidden.scope = engine::LuaScope::Upvalue;
    engine::LuaVariable keys = table("KEYS", 8, 1);
    keys.scope = engine::LuaScope::Argument;
    model.setGroups({{QStringLiteral("Locals"), {variable("n", "1"), variable("n", "2"), table("t", 7, 5)}},
                        {QStringLiteral("Upvalues"), {above, hidden}}, {QStringLiteral("KEYS and ARGV"), {keys}}},
        {});
    const auto unfold = [&](const QModelIndex& index, engine::LuaRef ref, std::vector<engine::LuaVariable> entries) {
        if (model.canFetchMore(index))
            model.fetchMore(index);
        model.addEntries(ref, 0, entries);
    };
    const QModelIndex locals = model.index(0, 0);
    const QModelIndex t = model.index(2, 0, locals);
    unfold(t, 7,
        {variable("[1]", "1"), variable("name", "2"), variable("[\"a b\"]", "3"), variable("[{1}]", "4"),
            table("deep", 9, 1)});
    unfold(model.index(4, 0, t), 9, {variable("[true]", "5")});
    const QModelIndex words = model.index(0, 0, model.index(2, 0));
    unfold(words, 8, {variable("[1]", "\"k\"")});

    const auto set = [&](int row, const QModelIndex& parent) {
        const QModelIndex value = model.index(row, VariablesModel::Value, parent);
        const bool editable = (model.flags(value) & Qt::ItemIsEditable) != 0;
        model.setData(value, QStringLiteral("42"));
        return editable;
    };
    QVERIFY(!set(0, locals)); // the later n hides it
    QVERIFY(set(1, locals));
    for (const int row : {0, 1, 2})
        QVERIFY(set(row, t));
    QVERIFY(!set(3, t)); // no code names a key that is a table
    QVERIFY(set(0, model.index(4, 0, t)));
    QVERIFY(set(0, model.index(1, 0)));
    QVERIFY(!set(1, model.index(1, 0))); // the local n hides it
    QVERIFY(!set(0, model.index(2, 0)));
    QVERIFY(set(0, words));
    QCOMPARE(targets, (QStringList{"n", "t[1]", "t.name", "t[\"a b\"]", "t.deep[true]", "up", "KEYS[1]"}));
}

void ModelsTest::watchesKeepTheirRows()
{
    WatchesModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    QSignalSpy changed(&model, &WatchesModel::expressionsChanged);
    QVERIFY(model.setData(model.index(0, WatchesModel::Expression), QStringLiteral(" a + 1 ")));
    QVERIFY(model.setData(model.index(1, WatchesModel::Expression), QStringLiteral("nope(")));
    QCOMPARE(model.expressions(), (QStringList{QStringLiteral("a + 1"), QStringLiteral("nope(")}));
    QCOMPARE(model.rowCount(), 3);
    debugger::WatchValue good;
    good.expression = "a + 1";
    good.values.resize(1);
    good.values[0].text = "42";
    debugger::WatchValue bad;
    bad.expression = "nope(";
    bad.error = "unexpected end";
    debugger::WatchValue gone;
    gone.expression = "not watched";
    model.setValues({bad, gone, good});
    QCOMPARE(cell(model, 0, WatchesModel::Value), QStringLiteral("42"));
    QCOMPARE(cell(model, 1, WatchesModel::Value), QStringLiteral("unexpected end"));
    QVERIFY(model.setData(model.index(0, WatchesModel::Expression), QString())); // emptied: removed
    QCOMPARE(model.expressions(), QStringList{QStringLiteral("nope(")});
    QCOMPARE(changed.size(), 3);
    model.removeWatch(5);
    model.setExpressions({});
    QCOMPARE(model.rowCount(), 1);
}

void ModelsTest::theTimelineTellsPastFromFuture()
{
    TimelineModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    debugger::TimelineShown timeline;
    timeline.furthest = 20;
    timeline.calls = {call(3, 2, {"SET", "k", "v"}, true), call(9, 4, {"GET", "k"}, false)};
    debugger::Output output;
    output.moment = 5;
    output.line = 3;
    output.text = "hello";
    timeline.outputs = {output};
    model.setTimeline(timeline);
    model.setCurrent(6);
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(cell(model, 1, TimelineModel::What), QStringLiteral("hello"));
    QVERIFY(!model.index(1, 0).data(TimelineModel::IsFutureRole).toBool());
    QVERIFY(model.index(2, 0).data(TimelineModel::IsFutureRole).toBool());
    QCOMPARE(model.rowAt(2), -1);
    QCOMPARE(model.rowAt(8), 1);
    QCOMPARE(model.momentAt(2), debugger::Moment(9));
    QCOMPARE(model.momentAt(3), debugger::kNoMoment);
    QCOMPARE(model.momentsOf(TimelineKind::Write), std::vector<debugger::Moment>{3});
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

void ModelsTest::theStackNamesLinesOfTheScriptAlone()
{
    StackModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    engine::LuaFrame own;
    own.name = "count";
    own.chunk = "user_script";
    own.inScript = true;
    own.line = 3;
    engine::LuaFrame builtIn;
    builtIn.name = "pcall";
    builtIn.isC = true;
    engine::LuaFrame made;
    made.name = "made";
    made.chunk = "text";
    made.line = 1;
    model.setFrames({own, builtIn, made});
    QCOMPARE(cell(model, 0, StackModel::Line), QStringLiteral("3"));
    QCOMPARE(cell(model, 1, StackModel::Line), QString());
    QCOMPARE(cell(model, 2, StackModel::Line), QStringLiteral("text:1"));
    QCOMPARE(model.scriptLine(0), 3);
    QCOMPARE(model.scriptLine(1), 0);
    QCOMPARE(model.scriptLine(2), 0);
    QCOMPARE(model.scriptLine(-1), 0);
    QCOMPARE(model.scriptLine(3), 0);
}

void ModelsTest::theSlowLogSortsByNumbers()
{
    SlowlogModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    engine::SlowlogEntry entry;
    entry.id = 12;
    entry.took = std::chrono::microseconds(12'345);
    entry.argv = {"GET", "a b"};
    model.setEntries({entry});
    QCOMPARE(cell(model, 0, SlowlogModel::Command), QStringLiteral("GET \"a b\""));
    QCOMPARE(model.index(0, SlowlogModel::Duration).data(Qt::UserRole).toLongLong(), 12'345);
    QCOMPARE(model.index(0, SlowlogModel::Id).data(Qt::UserRole).toLongLong(), 12);
    model.setEntries({});
    QCOMPARE(model.rowCount(), 0);
}

void ModelsTest::aReplyOfThousandsOfLevelsIsShownInPart()
{
    engine::Reply reply;
    for (int level = 0; level < 5000; ++level) {
        engine::Reply outer;
        outer.kind = engine::ReplyKind::Array;
        outer.elements.push_back(std::move(reply));
        reply = std::move(outer);
    }
    const widgets::ValueNode root = widgets::replyNode(reply);
    const widgets::ValueNode* node = &root;
    int levels = 0;
    for (; !node->children.empty(); ++levels)
        node = &node->children.front();
    QCOMPARE(levels, 201);
    QVERIFY(node->value.contains(QStringLiteral("not shown")));
}

QTEST_MAIN(ModelsTest)

#include "models_test.moc"
