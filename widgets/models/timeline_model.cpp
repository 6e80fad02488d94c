#include "widgets/models/timeline_model.h"

#include "widgets/models/value_text.h"

#include <QLocale>

#include <algorithm>
#include <array>

namespace widgets {

namespace {

constexpr int kLongestText = 2000; // characters

} // namespace

bool TimelineModel::setTimeline(const debugger::TimelineShown& timeline)
{
    const bool same = timeline.furthest == m_timeline.furthest && timeline.lines == m_timeline.lines
        && timeline.calls == m_timeline.calls && timeline.errors == m_timeline.errors
        && timeline.outputs == m_timeline.outputs;
    if (same)
        return false;
    beginResetModel();
    m_timeline = timeline;
    m_rows.clear();
    m_rows.reserve(timeline.lines.size() + timeline.calls.size() + timeline.errors.size() + timeline.outputs.size());
    for (std::size_t i = 0; i < timeline.lines.size(); ++i)
        m_rows.push_back({timeline.lines[i].moment, TimelineKind::Line, i});
    for (std::size_t i = 0; i < timeline.calls.size(); ++i)
        m_rows.push_back(
            {timeline.calls[i].moment, timeline.calls[i].wrote ? TimelineKind::Write : TimelineKind::Call, i});
    for (std::size_t i = 0; i < timeline.outputs.size(); ++i)
        m_rows.push_back({timeline.outputs[i].moment, TimelineKind::Output, i});
    for (std::size_t i = 0; i < timeline.errors.size(); ++i)
        m_rows.push_back({timeline.errors[i].moment, TimelineKind::Error, i});
    // What a line did stands below it.
    std::ranges::stable_sort(m_rows, {}, &Row::moment);
    filterRows();
    endResetModel();
    return true;
}

void TimelineModel::setFilter(const TimelineFilter& filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    filterRows();
    endResetModel();
}

void TimelineModel::filterRows()
{
    m_shown.clear();
    for (const Row& row : m_rows) {
        if (!m_filter.kinds[static_cast<int>(row.kind)])
            continue;
        const bool found = m_filter.text.isEmpty() || whatText(row).contains(m_filter.text, Qt::CaseInsensitive)
            || outcomeText(row).contains(m_filter.text, Qt::CaseInsensitive);
        if (found)
            m_shown.push_back(row);
    }
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
    if (!m_shown.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {IsFutureRole});
}

std::size_t TimelineModel::count(TimelineKind kind) const
{
    return static_cast<std::size_t>(std::ranges::count(m_rows, kind, &Row::kind));
}

debugger::Moment TimelineModel::momentAt(int row) const
{
    return row < 0 || row >= rowCount() ? debugger::kNoMoment : m_shown[static_cast<std::size_t>(row)].moment;
}

int TimelineModel::rowAt(debugger::Moment moment) const
{
    const auto after = std::ranges::upper_bound(m_shown, moment, {}, &Row::moment);
    return static_cast<int>(after - m_shown.begin()) - 1;
}

std::vector<debugger::Moment> TimelineModel::momentsOf(TimelineKind kind) const
{
    std::vector<debugger::Moment> result;
    for (const Row& row : m_rows) {
        if (row.kind == kind)
            result.push_back(row.moment);
    }
    return result;
}

int TimelineModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
}

int TimelineModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

int TimelineModel::lineOf(const Row& row) const
{
    switch (row.kind) {
    case TimelineKind::Line:
        return m_timeline.lines[row.index].line;
    case TimelineKind::Call:
    case TimelineKind::Write:
        return m_timeline.calls[row.index].line;
    case TimelineKind::Error:
        return m_timeline.errors[row.index].line;
    case TimelineKind::Output:
        return m_timeline.outputs[row.index].line;
    }
    return 0;
}

QString TimelineModel::kindText(const Row& row) const
{
    switch (row.kind) {
    case TimelineKind::Line:
        return tr("line");
    case TimelineKind::Call:
        return tr("call");
    case TimelineKind::Write:
        return tr("write");
    case TimelineKind::Error:
        return tr("error");
    case TimelineKind::Output:
        break;
    }
    switch (m_timeline.outputs[row.index].kind) {
    case debugger::OutputKind::Log:
        return tr("log");
    case debugger::OutputKind::Debug:
        return tr("debug");
    case debugger::OutputKind::LogPoint:
        return tr("log point");
    }
    return {};
}

QString TimelineModel::whatText(const Row& row) const
{
    switch (row.kind) {
    case TimelineKind::Line: {
        const debugger::TimelineLine& line = m_timeline.lines[row.index];
        return m_source.value(line.line - 1).trimmed();
    }
    case TimelineKind::Call:
    case TimelineKind::Write:
        return commandLine(m_timeline.calls[row.index].argv);
    case TimelineKind::Error:
        return textOf(m_timeline.errors[row.index].text, kLongestText);
    case TimelineKind::Output:
        return textOf(m_timeline.outputs[row.index].text, kLongestText);
    }
    return {};
}

QString TimelineModel::outcomeText(const Row& row) const
{
    if (row.kind == TimelineKind::Error)
        return m_timeline.errors[row.index].caught ? tr("caught by the script") : tr("ended the run");
    if (row.kind != TimelineKind::Call && row.kind != TimelineKind::Write)
        return {};
    const auto& reply = m_timeline.calls[row.index].reply;
    return reply ? replyLine(*reply) : tr("no reply: refused before it ran");
}

QString TimelineModel::tookText(const Row& row) const
{
    if (row.kind != TimelineKind::Call && row.kind != TimelineKind::Write)
        return {};
    const auto took = m_timeline.calls[row.index].duration;
    // A call that was refused, or runs still, has none.
    return took.count() > 0 ? durationText(took) : QString();
}

bool TimelineModel::isError(const Row& row) const
{
    if (row.kind != TimelineKind::Call && row.kind != TimelineKind::Write)
        return row.kind == TimelineKind::Error;
    const auto& reply = m_timeline.calls[row.index].reply;
    return !reply || reply->isError();
}

QVariant TimelineModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row& row = m_shown[static_cast<std::size_t>(index.row())];
    if (role == IsFutureRole)
        return row.moment >= m_current;
    if (role == KindRole)
        return static_cast<int>(row.kind);
    if (role == IsErrorRole)
        return isError(row);
    if (role == Qt::TextAlignmentRole && (index.column() < Kind || index.column() == Took))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) {
        const QString text = index.column() == What ? whatText(row)
            : index.column() == Outcome             ? outcomeText(row)
                                                    : QString();
        return text.isEmpty() ? QVariant() : QVariant(text);
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case MomentColumn:
        return QLocale().toString(qulonglong(row.moment));
    case Line:
        return QString::number(lineOf(row));
    case Kind:
        return kindText(row);
    case What:
        return whatText(row);
    case Outcome:
        return outcomeText(row);
    default:
        return tookText(row);
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
    case Kind:
        return tr("Kind");
    case What:
        return tr("What happened");
    case Outcome:
        return tr("Reply");
    default:
        return tr("Took");
    }
}

QString durationText(std::chrono::nanoseconds duration)
{
    struct Unit {
        double nanos;
        const char* name;
    };
    constexpr std::array kUnits{Unit{1e9, "s"}, Unit{1e6, "ms"}, Unit{1e3, "µs"}};
    const auto nanos = static_cast<double>(duration.count());
    for (const Unit& unit : kUnits) {
        if (nanos >= unit.nanos) {
            const double number = nanos / unit.nanos;
            const int digits = number < 10 ? 2 : number < 100 ? 1 : 0;
            return QLocale().toString(number, 'f', digits) + QLatin1Char(' ') + QString::fromUtf8(unit.name);
        }
    }
    return QLocale().toString(qlonglong(duration.count())) + QStringLiteral(" ns");
}

} // namespace widgets
