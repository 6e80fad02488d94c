#include "widgets/models/timeline_model.h"

#include "widgets/models/value_text.h"

#include <QLocale>

#include <algorithm>

namespace widgets {

void TimelineModel::setTimeline(const debugger::TimelineShown& timeline)
{
    beginResetModel();
    m_rows.clear();
    m_rows.reserve(timeline.calls.size() + timeline.outputs.size());
    for (const debugger::RecordedCall& call : timeline.calls) {
        m_rows.push_back({.moment = call.moment,
            .line = call.line,
            .what = commandLine(call.argv),
            .outcome = call.reply ? replyLine(*call.reply) : QString(),
            .wrote = call.wrote});
    }
    for (const debugger::Output& output : timeline.outputs)
        m_rows.push_back({.moment = output.moment,
            .line = output.line,
            .what = tr("log"),
            .outcome = textOf(output.text, 2000),
            .wrote = false});
    std::ranges::stable_sort(m_rows, {}, &Row::moment);
    endResetModel();
}

void TimelineModel::clear()
{
    setTimeline({});
}

void TimelineModel::setCurrent(debugger::Moment moment)
{
    if (moment == m_current)
        return;
    m_current = moment;
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {IsFutureRole});
}

debugger::Moment TimelineModel::momentAt(int row) const
{
    return row < 0 || row >= rowCount() ? debugger::kNoMoment : m_rows[static_cast<std::size_t>(row)].moment;
}

int TimelineModel::rowAt(debugger::Moment moment) const
{
    const auto after = std::ranges::upper_bound(m_rows, moment, {}, &Row::moment);
    return static_cast<int>(after - m_rows.begin()) - 1;
}

std::vector<debugger::Moment> TimelineModel::writes() const
{
    std::vector<debugger::Moment> result;
    for (const Row& row : m_rows) {
        if (row.wrote)
            result.push_back(row.moment);
    }
    return result;
}

int TimelineModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int TimelineModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant TimelineModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    if (role == IsFutureRole)
        return row.moment >= m_current;
    if (role == Qt::ToolTipRole)
        return index.column() >= What ? QVariant(index.column() == What ? row.what : row.outcome) : QVariant();
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case MomentColumn:
        return QLocale().toString(qulonglong(row.moment));
    case Line:
        return QString::number(row.line);
    case What:
        return row.what;
    default:
        return row.outcome;
    }
}

QVariant TimelineModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case MomentColumn:
        return tr("Moment");
    case Line:
        return tr("Line");
    case What:
        return tr("Command");
    default:
        return tr("Reply");
    }
}

} // namespace widgets
