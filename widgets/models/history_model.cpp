#include "widgets/models/history_model.h"

#include "widgets/models/value_text.h"

#include <QLocale>

#include <utility>

namespace widgets {

namespace {

constexpr int kLongestCell = 300; // characters that are shown
constexpr std::size_t kMostElements = 6; // of a key's change, by name

QString expiryText(std::optional<engine::UnixMs> expiry)
{
    return expiry ? HistoryModel::tr("expires at %1").arg(QLocale().toString(qlonglong(expiry->value)))
                  : HistoryModel::tr("no time to live");
}

// One side of a change: "10", "a = 1, b = 2", "(missing)", and the time to live where it has become another.
QString sideText(const engine::KeyChange& change, bool before)
{
    const bool missing = before ? change.kind == engine::ChangeKind::Added : change.kind == engine::ChangeKind::Removed;
    if (missing)
        return HistoryModel::tr("(missing)");
    QStringList parts;
    for (const engine::ElementChange& element : change.elements) {
        const engine::ChangeKind absent = before ? engine::ChangeKind::Added : engine::ChangeKind::Removed;
        if (std::size_t(parts.size()) == kMostElements)
            break;
        if (element.kind == absent)
            continue;
        const QString value = textOf(before ? element.before : element.after);
        const QString name = textOf(element.element);
        parts.append(name.isEmpty() ? value : value.isEmpty() ? name : QStringLiteral("%1 = %2").arg(name, value));
    }
    const std::size_t told = change.elements.size() + change.elementsLeftOut;
    if (told > kMostElements)
        parts.append(QStringLiteral("…"));
    if (change.expiryBefore != change.expiryAfter)
        parts.append(expiryText(before ? change.expiryBefore : change.expiryAfter));
    return parts.join(QStringLiteral(", "));
}

} // namespace

void HistoryModel::showVariable(const debugger::VariableHistory& history)
{
    std::vector<Row> rows;
    rows.reserve(history.changes.size());
    for (const debugger::VariableChange& change : history.changes) {
        Row& row = rows.emplace_back();
        row.moment = change.moment;
        row.line = change.line;
        row.cells[Before] = change.before.empty() ? tr("(came into being)") : textOf(change.before);
        row.cells[After] = textOf(change.after);
    }
    setRows(std::move(rows), false);
}

void HistoryModel::showKey(const debugger::KeyHistory& history)
{
    std::vector<Row> rows;
    rows.reserve(history.writes.size());
    for (const debugger::KeyWrite& write : history.writes) {
        Row& row = rows.emplace_back();
        row.moment = write.call.moment;
        row.line = write.call.line;
        row.cells[Command] = commandLine(write.call.argv);
        row.cells[Before] = sideText(write.change, true);
        row.cells[After] = sideText(write.change, false);
    }
    setRows(std::move(rows), true);
}

void HistoryModel::clear()
{
    setRows({}, m_isOfKey);
}

void HistoryModel::setRows(std::vector<Row> rows, bool ofKey)
{
    beginResetModel();
    m_rows = std::move(rows);
    m_isOfKey = ofKey;
    for (Row& row : m_rows) {
        row.cells[MomentColumn] = QLocale().toString(qulonglong(row.moment));
        row.cells[Line] = QString::number(row.line);
    }
    endResetModel();
}

debugger::Moment HistoryModel::momentAt(int row) const
{
    return row < 0 || row >= rowCount() ? debugger::kNoMoment : m_rows[static_cast<std::size_t>(row)].moment;
}

int HistoryModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int HistoryModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant HistoryModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const QString& text = m_rows[static_cast<std::size_t>(index.row())].cells[index.column()];
    if (role == ValueTreeModel::ToneRole)
        return static_cast<int>(ValueTone::Plain);
    if (role == ValueTreeModel::WholeTextRole || role == Qt::ToolTipRole)
        return text;
    if (role == Qt::TextAlignmentRole && index.column() <= Line)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return text.size() > kLongestCell ? text.left(kLongestCell) + QStringLiteral("…") : text;
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case MomentColumn:
        return tr("Moment");
    case Line:
        return tr("Line");
    case Command:
        return tr("Command");
    case Before:
        return tr("Before");
    default:
        return tr("After");
    }
}

} // namespace widgets
