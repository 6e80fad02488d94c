#pragma once

// What happened in a recording, as a list: lines, commands with their replies, errors and log lines; those of some
// kinds, or with some text in them; and where the run stands.

#include "debugger/session_event.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <vector>

namespace widgets {

/// What a row of the timeline is.
enum class TimelineKind : std::uint8_t { Line, Call, Write, Error, Output };
constexpr int kTimelineKindCount = static_cast<int>(TimelineKind::Output) + 1;

/// Which rows are shown.
struct TimelineFilter {
    bool kinds[kTimelineKindCount] = {false, true, true, true, true}; // lines would bury the rest
    QString text; // in the row's texts, whatever its case; empty: any
    bool operator==(const TimelineFilter&) const = default;
};

class TimelineModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { MomentColumn, Line, Kind, What, Outcome, Took, ColumnCount };

    explicit TimelineModel(QObject* parent = nullptr) : QAbstractTableModel(parent) { }

    /// False when it is what is shown already.
    bool setTimeline(const debugger::TimelineShown& timeline);
    /// The script's lines, for rows of lines.
    void setSource(QStringList lines) { m_source = std::move(lines); }
    void setFilter(const TimelineFilter& filter);
    const TimelineFilter& filter() const { return m_filter; }
    void clear();
    /// Where the run stands: rows behind it are shown as future.
    void setCurrent(debugger::Moment moment);

    /// How much there is, shown or not.
    std::size_t count(TimelineKind kind) const;
    bool isEmpty() const { return m_rows.empty(); }
    debugger::Moment momentAt(int row) const;
    /// The last row at or before a moment; -1: none.
    int rowAt(debugger::Moment moment) const;
    /// Moments at which a command wrote, or an error was raised, ascending.
    std::vector<debugger::Moment> momentsOf(TimelineKind kind) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    /// KindRole: a TimelineKind. IsErrorRole: an error, or a command that was replied one.
    enum DataRole { IsFutureRole = Qt::UserRole, KindRole, IsErrorRole };

private:
    // Texts are made when they are looked at: a recording has many rows.
    struct Row {
        debugger::Moment moment = 0;
        TimelineKind kind = TimelineKind::Line;
        std::size_t index = 0; // in what `kind` names
    };

    void filterRows();
    int lineOf(const Row& row) const;
    QString kindText(const Row& row) const;
    QString whatText(const Row& row) const;
    QString outcomeText(const Row& row) const;
    QString tookText(const Row& row) const;
    bool isError(const Row& row) const;

    debugger::TimelineShown m_timeline;
    QStringList m_source;
    TimelineFilter m_filter;
    std::vector<Row> m_rows; // all, by moment
    std::vector<Row> m_shown;
    debugger::Moment m_current = 0;
};

/// "850 ns", "12.3 µs", "4.56 ms", "1.20 s".
QString durationText(std::chrono::nanoseconds duration);

} // namespace widgets
