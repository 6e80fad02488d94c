#include "widgets/models/watches_model.h"

#include "widgets/models/value_text.h"

#include <algorithm>

namespace widgets {

void WatchesModel::setExpressions(const QStringList& expressions)
{
    if (expressions == m_expressions)
        return;
    beginResetModel();
    m_expressions = expressions;
    endResetModel();
    Q_EMIT expressionsChanged(m_expressions);
}

void WatchesModel::setValues(std::vector<debugger::WatchValue> values)
{
    m_values = std::move(values);
    if (!m_expressions.isEmpty())
        Q_EMIT dataChanged(index(0, Value), index(static_cast<int>(m_expressions.size()) - 1, Value));
}

void WatchesModel::removeWatch(int row)
{
    if (row < 0 || row >= m_expressions.size())
        return;
    beginRemoveRows({}, row, row);
    m_expressions.removeAt(row);
    endRemoveRows();
    Q_EMIT expressionsChanged(m_expressions);
}

const debugger::WatchValue* WatchesModel::valueOf(int row) const
{
    const std::string expression = m_expressions[row].toStdString();
    const auto found = std::ranges::find(m_values, expression, &debugger::WatchValue::expression);
    return found == m_values.end() ? nullptr : &*found;
}

int WatchesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_expressions.size()) + 1;
}

int WatchesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant WatchesModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const bool isNew = index.row() == m_expressions.size();
    if (isNew)
        return role == Qt::ToolTipRole
            ? QVariant(tr("Type a Lua expression to watch it. It sees the locals of the innermost function."))
            : QVariant();
    if (index.column() == Expression)
        return role == Qt::DisplayRole || role == Qt::EditRole ? QVariant(m_expressions[index.row()]) : QVariant();
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const debugger::WatchValue* value = valueOf(index.row());
    if (!value)
        return QString();
    if (!value->error.empty())
        return textOf(value->error, 2000);
    QStringList texts;
    for (const engine::LuaValue& one : value->values)
        texts += QString::fromStdString(one.text);
    return texts.isEmpty() ? tr("no value") : texts.join(QLatin1String(", "));
}

bool WatchesModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || !checkIndex(index, CheckIndexOption::IndexIsValid) || index.column() != Expression)
        return false;
    const QString expression = value.toString().trimmed();
    if (index.row() == m_expressions.size()) {
        if (expression.isEmpty())
            return false;
        // The empty row moves down, and with it whoever types.
        beginInsertRows({}, index.row(), index.row());
        m_expressions.append(expression);
        endInsertRows();
        Q_EMIT expressionsChanged(m_expressions);
        return true;
    } else if (expression.isEmpty()) {
        removeWatch(index.row());
        return true;
    } else {
        m_expressions[index.row()] = expression;
    }
    Q_EMIT dataChanged(this->index(index.row(), 0), this->index(index.row(), Value));
    Q_EMIT expressionsChanged(m_expressions);
    return true;
}

QVariant WatchesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Expression ? tr("Expression") : tr("Value");
}

Qt::ItemFlags WatchesModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags base = QAbstractTableModel::flags(index);
    return index.column() == Expression ? base | Qt::ItemIsEditable : base;
}

} // namespace widgets
