#pragma once

// What happened in a recording, as a list: commands with their replies, log lines, and where the run stands.

#include "debugger/session_event.h"

#include <QAbstractTableModel>

#include <vector>

namespace widgets {

class TimelineModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { MomentColumn, Line, What, Outcome, ColumnCount };

    explicit TimelineModel(QObject* parent = nullptr) : QAbstractTableModel(parent) { }

    void setTimeline(const debugger::TimelineShown& timeline);
    void clear();
    /// Where the run stands: rows behind it are shown as future.
    void setCurrent(debugger::Moment moment);

    debugger::Moment momentAt(int row) const;
    /// The last row at or before a moment; -1: none.
    int rowAt(debugger::Moment moment) const;
    /// Moments at which a command wrote, ascending.
    std::vector<debugger::Moment> writes() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    enum DataRole { IsFutureRole = Qt::UserRole };

private:
    struct Row {
        debugger::Moment moment = 0;
        int line = 0;
        QString what;
        QString outcome;
        bool wrote = false;
    };

    std::vector<Row> m_rows;
    debugger::Moment m_current = 0;
};

} // namespace widgets
