#include "widgets/models/slowlog_model.h"

#include "widgets/models/value_text.h"

#include <QDateTime>
#include <QLocale>

namespace widgets {

void SlowlogModel::setEntries(std::vector<engine::SlowlogEntry> entries)
{
    beginResetModel();
    m_entries = std::move(entries);
    endResetModel();
}

int SlowlogModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_entries.size());
}

int SlowlogModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant SlowlogModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const engine::SlowlogEntry& entry = m_entries[static_cast<std::size_t>(index.row())];
    const bool sorting = role == Qt::UserRole;
    if (role == Qt::TextAlignmentRole)
        return index.column() <= Duration && index.column() != Time ? QVariant(Qt::AlignRight | Qt::AlignVCenter)
                                                                    : QVariant();
    if (role == Qt::ToolTipRole)
        return index.column() == Command ? QVariant(commandLine(entry.argv, 4'000)) : QVariant();
    if (role != Qt::DisplayRole && !sorting)
        return {};
    switch (index.column()) {
    case Id:
        return qlonglong(entry.id);
    case Time:
        return sorting
            ? QVariant(qlonglong(entry.at.value))
            : QVariant(QDateTime::fromMSecsSinceEpoch(entry.at.value).toString(QStringLiteral("HH:mm:ss.zzz")));
    case Duration:
        return sorting ? QVariant(qlonglong(entry.took.count()))
                       : QVariant(tr("%1 µs").arg(QLocale().toString(qlonglong(entry.took.count()))));
    case Command:
        return commandLine(entry.argv, 400);
    default:
        return entry.address.empty() ? tr("inside") : textOf(entry.address);
    }
}

QVariant SlowlogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Id:
        return tr("Id");
    case Time:
        return tr("Time");
    case Duration:
        return tr("Duration");
    case Command:
        return tr("Command");
    default:
        return tr("Client");
    }
}

} // namespace widgets
