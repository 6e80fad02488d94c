#pragma once

// The answers to "when did this variable change?" and "who wrote this key?", as a list in order of time. Its roles are
// ValueTreeModel's.

#include "debugger/session_event.h"

#include <QAbstractTableModel>

#include <vector>

namespace widgets {

class HistoryModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { MomentColumn, Line, Command, Before, After, ColumnCount };

    explicit HistoryModel(QObject* parent = nullptr) : QAbstractTableModel(parent) { }

    void showVariable(const debugger::VariableHistory& history);
    void showKey(const debugger::KeyHistory& history);
    void clear();

    /// Whether the rows have commands.
    bool isOfKey() const { return m_isOfKey; }
    debugger::Moment momentAt(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Row {
        debugger::Moment moment = 0;
        int line = 0;
        QString cells[ColumnCount];
    };

    void setRows(std::vector<Row> rows, bool ofKey);

    std::vector<Row> m_rows;
    bool m_isOfKey = false;
};

} // namespace widgets
