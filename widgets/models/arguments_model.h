#pragma once

// KEYS or ARGV of one script as a table: index, name from the script's comments, value. The last row is always empty:
// typing into it adds an argument.

#include <QAbstractTableModel>
#include <QMap>

namespace widgets {

class ArgumentsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Index, Name, Value, ColumnCount };

    /// `table` is "KEYS" or "ARGV".
    explicit ArgumentsModel(QString table, QObject* parent = nullptr);

    QList<QByteArray> values() const { return m_values; }
    void setValues(const QList<QByteArray>& values);
    /// As argumentNames() gives them; names of the other table are passed over.
    void setNames(const QMap<QString, QString>& names);
    /// Removes arguments by row; the empty row stays.
    void removeArguments(QList<int> rows);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void valuesChanged();

private:
    QString label(int row) const { return QStringLiteral("%1[%2]").arg(m_table).arg(row + 1); }

    QString m_table;
    QList<QByteArray> m_values;
    QMap<QString, QString> m_names;
};

} // namespace widgets
