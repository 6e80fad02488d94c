#pragma once

// The slow log as a table, newest first.

#include "engine/server/slowlog.h"

#include <QAbstractTableModel>

#include <vector>

namespace widgets {

class SlowlogModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Id, Time, Duration, Command, Client, ColumnCount };

    explicit SlowlogModel(QObject* parent = nullptr) : QAbstractTableModel(parent) { }

    void setEntries(std::vector<engine::SlowlogEntry> entries);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    /// Qt::UserRole sorts by: numbers for Id, Time and Duration, text for the rest.
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    std::vector<engine::SlowlogEntry> m_entries;
};

} // namespace widgets
