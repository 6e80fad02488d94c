#include "widgets/models/breakpoints_model.h"

#include "widgets/models/breakpoint_text.h"
#include "widgets/models/value_text.h"

#include <QFont>

#include <algorithm>
#include <functional>

namespace widgets {

using debugger::BreakpointKind;
using debugger::BreakpointSpec;
using debugger::BreakpointState;

namespace {

constexpr int kLargestHitCount = 1'000'000'000;

} // namespace

std::size_t BreakpointsModel::lineRows() const
{
    return static_cast<std::size_t>(std::ranges::count_if(m_rows, [](const Row& row) { return row.script != 0; }));
}

bool BreakpointsModel::setScripts(const std::vector<ScriptBreakpoints>& scripts)
{
    std::vector<Row> rows;
    for (const ScriptBreakpoints& script : scripts) {
        for (const BreakpointSpec& spec : script.lines)
            rows.push_back(
                {.script = script.script, .title = script.title, .state = {.spec = spec, .boundLine = spec.line}});
    }
    const std::size_t old = lineRows();
    const auto same = [](const Row& a, const Row& b) { return a.isSame(b); };
    if (std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.begin() + static_cast<std::ptrdiff_t>(old), same))
        return false;
    replaceLineRows(std::move(rows));
    return true;
}

// Only what differs is told, so that a cell that is being edited elsewhere stays open.
void BreakpointsModel::replaceLineRows(std::vector<Row> rows)
{
    const std::size_t old = lineRows();
    const std::size_t common = std::min(old, rows.size());
    std::size_t head = 0;
    while (head < common && m_rows[head].isSame(rows[head]))
        ++head;
    std::size_t tail = 0;
    while (tail < common - head && m_rows[old - 1 - tail].isSame(rows[rows.size() - 1 - tail]))
        ++tail;
    const auto at = [](std::size_t row) { return static_cast<int>(row); };
    const auto begin = [&](std::size_t row) { return m_rows.begin() + static_cast<std::ptrdiff_t>(row); };
    std::size_t last = old - tail;
    const std::size_t wanted = rows.size() - tail;
    if (last > wanted) {
        beginRemoveRows({}, at(std::max(head, wanted)), at(last - 1));
        m_rows.erase(begin(std::max(head, wanted)), begin(last));
        endRemoveRows();
        last = std::max(head, wanted);
    }
    for (std::size_t row = head; row < last; ++row)
        m_rows[row] = rows[row];
    if (last > head)
        Q_EMIT dataChanged(index(at(head), 0), index(at(last - 1), ColumnCount - 1));
    if (wanted > last) {
        beginInsertRows({}, at(last), at(wanted - 1));
        m_rows.insert(begin(last), rows.begin() + static_cast<std::ptrdiff_t>(last),
            rows.begin() + static_cast<std::ptrdiff_t>(wanted));
        endInsertRows();
    }
}

std::vector<BreakpointSpec> BreakpointsModel::events() const
{
    return specsFor(0);
}

void BreakpointsModel::setEvents(const std::vector<BreakpointSpec>& events)
{
    beginResetModel();
    m_rows.resize(lineRows());
    for (const BreakpointSpec& spec : events)
        m_rows.push_back({.state = {.spec = spec}});
    endResetModel();
    Q_EMIT eventsChanged();
}

int BreakpointsModel::addEvent(BreakpointSpec spec)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_rows.push_back({.state = {.spec = std::move(spec)}});
    endInsertRows();
    Q_EMIT eventsChanged();
    return row;
}

std::vector<std::size_t> BreakpointsModel::rowsFor(ScriptId script) const
{
    std::vector<std::size_t> result;
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        if (m_rows[row].script == script || m_rows[row].script == 0)
            result.push_back(row);
    }
    return result;
}

std::vector<BreakpointSpec> BreakpointsModel::specsFor(ScriptId script) const
{
    std::vector<BreakpointSpec> result;
    for (const std::size_t row : rowsFor(script))
        result.push_back(m_rows[row].state.spec);
    return result;
}

void BreakpointsModel::showStates(ScriptId script, const std::vector<BreakpointState>& states, bool counted)
{
    const std::vector<std::size_t> rows = rowsFor(script);
    for (std::size_t i = 0; i < std::min(rows.size(), states.size()); ++i) {
        Row& row = m_rows[rows[i]];
        if (!(row.state.spec == states[i].spec))
            continue;
        row.state = states[i];
        row.counted = counted;
    }
    tellChanged();
}

void BreakpointsModel::showStop(ScriptId script, int number)
{
    const std::vector<std::size_t> rows = rowsFor(script);
    for (Row& row : m_rows)
        row.stopped = false;
    if (number >= 0 && static_cast<std::size_t>(number) < rows.size())
        m_rows[rows[static_cast<std::size_t>(number)]].stopped = true;
    tellChanged();
}

void BreakpointsModel::forgetSession()
{
    for (Row& row : m_rows) {
        row.counted = false;
        row.stopped = false;
        row.state.problem.clear();
    }
    tellChanged();
}

void BreakpointsModel::tellChanged()
{
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int BreakpointsModel::rowOf(ScriptId script, int line) const
{
    const auto found = std::ranges::find_if(
        m_rows, [&](const Row& row) { return row.script == script && row.state.spec.line == line; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int BreakpointsModel::lineAt(int row) const
{
    const BreakpointState& state = m_rows[static_cast<std::size_t>(row)].state;
    return state.boundLine > 0 ? state.boundLine : state.spec.line;
}

QList<int> BreakpointsModel::allRows() const
{
    QList<int> rows;
    for (int row = 0; row < rowCount(); ++row)
        rows.append(row);
    return rows;
}

void BreakpointsModel::applyTo(const QList<int>& rows, const std::function<void(BreakpointSpec&)>& change)
{
    std::vector<LineChange> lines;
    bool events = false;
    for (const int at : rows) {
        Row& row = m_rows[static_cast<std::size_t>(at)];
        BreakpointSpec now = row.state.spec;
        change(now);
        if (now == row.state.spec)
            continue;
        if (row.script != 0) {
            lines.push_back({.script = row.script, .line = row.state.spec.line, .now = std::move(now)});
            continue;
        }
        row.state.spec = std::move(now);
        events = true;
        Q_EMIT dataChanged(index(at, 0), index(at, ColumnCount - 1));
    }
    if (!lines.empty())
        Q_EMIT linesEdited(lines);
    if (events)
        Q_EMIT eventsChanged();
}

void BreakpointsModel::setEnabled(const QList<int>& rows, bool enabled)
{
    applyTo(rows, [enabled](BreakpointSpec& spec) { spec.enabled = enabled; });
}

void BreakpointsModel::remove(const QList<int>& rows)
{
    QList<int> falling = rows;
    std::ranges::sort(falling, std::greater());
    std::vector<LineChange> lines;
    bool events = false;
    for (const int at : falling) {
        const Row& row = m_rows[static_cast<std::size_t>(at)];
        if (row.script != 0) {
            lines.push_back({.script = row.script, .line = row.state.spec.line});
            continue;
        }
        beginRemoveRows({}, at, at);
        m_rows.erase(m_rows.begin() + at);
        endRemoveRows();
        events = true;
    }
    if (!lines.empty())
        Q_EMIT linesEdited(lines);
    if (events)
        Q_EMIT eventsChanged();
}

int BreakpointsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int BreakpointsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant BreakpointsModel::textAt(const Row& row, int column) const
{
    const BreakpointSpec& spec = row.state.spec;
    switch (column) {
    case Where:
        return whereText(row.state, row.title);
    case Condition:
        return textOf(spec.condition);
    case FromHit:
        return spec.hitCount > 1 ? QString::number(spec.hitCount) : QString();
    case LogText:
        return textOf(spec.logText);
    case Hits:
        return row.counted && spec.enabled ? QString::number(row.state.hits) : QString();
    case Problem:
        return problemText(row.state);
    default:
        return {};
    }
}

QVariant BreakpointsModel::editableAt(const Row& row, int column) const
{
    if (column == Where)
        return row.script != 0 ? QString::number(row.state.spec.line) : textOf(row.state.spec.pattern);
    return textAt(row, column);
}

QVariant BreakpointsModel::hintAt(const Row& row, int column) const
{
    const EventKind* kind = findEventKind(row.state.spec.kind);
    switch (column) {
    case Where:
        return kind ? tr(kind->patternHint) : tr("a line");
    case Condition:
        return tr("such as n > 10");
    case FromHit:
        return tr("1");
    case LogText:
        return tr("such as n is {n}");
    default:
        return {};
    }
}

QVariant BreakpointsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return textAt(row, index.column());
    case Qt::EditRole:
        return editableAt(row, index.column());
    case Qt::ToolTipRole: {
        if (const QString problem = problemText(row.state); !problem.isEmpty())
            return problem;
        const QVariant text = textAt(row, index.column());
        return text.toString().isEmpty() ? hintAt(row, index.column()) : text;
    }
    case Qt::CheckStateRole:
        if (index.column() == Where)
            return row.state.spec.enabled ? Qt::Checked : Qt::Unchecked;
        return {};
    case Qt::FontRole: {
        QFont bold;
        bold.setBold(true);
        return row.stopped && index.column() == Where ? QVariant(bold) : QVariant();
    }
    case ShapeRole:
        return static_cast<int>(shapeOf(row.state.spec));
    case EnabledRole:
        return row.state.spec.enabled;
    case HintRole:
        return hintAt(row, index.column());
    default:
        return {};
    }
}

bool BreakpointsModel::change(BreakpointSpec& spec, int column, const QString& text)
{
    bool isNumber = false;
    const int number = text.toInt(&isNumber);
    switch (column) {
    case Where:
        if (spec.kind != BreakpointKind::Line) {
            spec.pattern = text.toStdString();
            return !text.isEmpty();
        }
        spec.line = number;
        return isNumber && number >= 1;
    case Condition:
        spec.condition = text.toStdString();
        return true;
    case FromHit:
        spec.hitCount = text.isEmpty() ? 0 : number;
        return text.isEmpty() || (isNumber && number >= 0 && number <= kLargestHitCount);
    case LogText:
        spec.logText = text.toStdString();
        return true;
    default:
        return false;
    }
}

bool BreakpointsModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return false;
    if (role == Qt::CheckStateRole && index.column() == Where) {
        setEnabled({index.row()}, value.toInt() == Qt::Checked);
        return true;
    }
    BreakpointSpec now = m_rows[static_cast<std::size_t>(index.row())].state.spec;
    if (role != Qt::EditRole || !change(now, index.column(), value.toString().trimmed()))
        return false;
    applyTo({index.row()}, [&now](BreakpointSpec& spec) { spec = now; });
    return true;
}

QString BreakpointsModel::explanationOf(int column)
{
    switch (column) {
    case Where:
        return tr("The line, or what happens in one. A line without code means the next one with code.");
    case Condition:
        return tr("A Lua expression that sees the locals: only when it holds, the run stops.");
    case FromHit:
        return tr("Stops at this hit and those after it; empty: at each.");
    case LogText:
        return tr("Printed to the log instead of stopping; {expression} becomes its value. Of a run that is recorded "
                  "already, too.");
    case Hits:
        return tr("How often, from the start of the run to the moment that is shown.");
    default:
        return {};
    }
}

QVariant BreakpointsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::ToolTipRole)
        return explanationOf(section);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Where:
        return tr("Stops at");
    case Condition:
        return tr("If");
    case FromHit:
        return tr("From hit");
    case LogText:
        return tr("Prints");
    case Hits:
        return tr("Hits");
    case Problem:
        return tr("Problem");
    default:
        return {};
    }
}

Qt::ItemFlags BreakpointsModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags result = QAbstractTableModel::flags(index);
    if (!index.isValid())
        return result;
    const EventKind* kind = findEventKind(m_rows[static_cast<std::size_t>(index.row())].state.spec.kind);
    if (index.column() == Where)
        result |= Qt::ItemIsUserCheckable;
    if (index.column() <= LogText && !(index.column() == Where && kind && kind->patternHint[0] == '\0'))
        result |= Qt::ItemIsEditable;
    return result;
}

} // namespace widgets
