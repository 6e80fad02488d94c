#include "widgets/models/arguments_model.h"

#include "widgets/models/argument_text.h"

#include <algorithm>

namespace widgets {

ArgumentsModel::ArgumentsModel(QString table, QObject* parent) : QAbstractTableModel(parent), m_table(std::move(table))
{
}

void ArgumentsModel::setValues(const QList<QByteArray>& values)
{
    if (values == m_values)
        return;
    beginResetModel();
    m_values = values;
    endResetModel();
    Q_EMIT valuesChanged();
}

void ArgumentsModel::setNames(const QMap<QString, QString>& names)
{
    if (names == m_names)
        return;
    // A script that names more arguments than there are values shows a row for each.
    beginResetModel();
    m_names = names;
    endResetModel();
}

void ArgumentsModel::removeArguments(QList<int> rows)
{
    std::ranges::sort(rows, std::greater());
    bool removed = false;
    for (const int row : rows) {
        if (row < 0 || row >= m_values.size())
            continue;
        beginResetModel();
        m_values.removeAt(row);
        endResetModel();
        removed = true;
    }
    if (removed)
        Q_EMIT valuesChanged();
}

int ArgumentsModel::rowCount(const QModelIndex& parent) const
{
    if (parent.isValid())
        return 0;
    int named = 0;
    while (m_names.contains(label(named)))
        ++named;
    return std::max(static_cast<int>(m_values.size()) + 1, named);
}

int ArgumentsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ArgumentsModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const bool filled = index.row() < m_values.size();
    switch (index.column()) {
    case Index:
        return role == Qt::DisplayRole ? QVariant(label(index.row())) : QVariant();
    case Name:
        return role == Qt::DisplayRole || role == Qt::ToolTipRole ? QVariant(m_names.value(label(index.row())))
                                                                  : QVariant();
    default:
        if (role == Qt::DisplayRole || role == Qt::EditRole)
            return filled ? escaped(m_values[index.row()]) : QString();
        if (role == Qt::ToolTipRole)
            return filled ? tr("%n byte(s). Write \\xHH, \\n, \\t and \\\\ for bytes that have no key.", nullptr,
                       static_cast<int>(m_values[index.row()].size()))
                          : tr("Type to add %1.").arg(label(index.row()));
        return {};
    }
}

bool ArgumentsModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || !checkIndex(index, CheckIndexOption::IndexIsValid) || index.column() != Value)
        return false;
    const QByteArray bytes = unescaped(value.toString());
    if (index.row() < m_values.size()) {
        if (m_values[index.row()] == bytes)
            return false;
        m_values[index.row()] = bytes;
        Q_EMIT dataChanged(index, index);
        Q_EMIT valuesChanged();
        return true;
    }
    if (bytes.isEmpty())
        return false;
    QList<QByteArray> values = m_values;
    // Arguments have no holes: a value typed further down makes the ones before it empty strings.
    while (values.size() < index.row())
        values.append(QByteArray());
    values.append(bytes);
    const int before = rowCount();
    const int after = std::max(before, static_cast<int>(values.size()) + 1);
    if (after > before)
        beginInsertRows({}, before, after - 1);
    m_values = values;
    if (after > before)
        endInsertRows();
    Q_EMIT dataChanged(this->index(0, 0), this->index(after - 1, ColumnCount - 1));
    Q_EMIT valuesChanged();
    return true;
}

QVariant ArgumentsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Index:
        return m_table;
    case Name:
        return tr("Name");
    default:
        return tr("Value");
    }
}

Qt::ItemFlags ArgumentsModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags base = QAbstractTableModel::flags(index);
    return index.column() == Value ? base | Qt::ItemIsEditable : base;
}

} // namespace widgets
