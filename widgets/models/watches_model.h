#pragma once

// Expressions and their values at the stop. The last row is always empty: typing into it adds a watch.

#include "debugger/session_event.h"

#include <QAbstractTableModel>
#include <QStringList>

#include <vector>

namespace widgets {

class WatchesModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Expression, Value, ColumnCount };

    explicit WatchesModel(QObject* parent = nullptr) : QAbstractTableModel(parent) { }

    QStringList expressions() const { return m_expressions; }
    void setExpressions(const QStringList& expressions);
    /// Values of a stop; those of expressions that are not watched any more are passed over.
    void setValues(std::vector<debugger::WatchValue> values);
    void removeWatch(int row);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void expressionsChanged(const QStringList& expressions);

private:
    const debugger::WatchValue* valueOf(int row) const;

    QStringList m_expressions;
    std::vector<debugger::WatchValue> m_values;
};

} // namespace widgets
