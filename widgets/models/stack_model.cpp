#include "widgets/models/stack_model.h"

#include "widgets/models/value_text.h"

namespace widgets {

void StackModel::setFrames(std::vector<engine::LuaFrame> frames)
{
    beginResetModel();
    m_frames = std::move(frames);
    endResetModel();
}

int StackModel::scriptLine(int frame) const
{
    if (frame < 0 || frame >= rowCount())
        return 0;
    const engine::LuaFrame& shown = m_frames[static_cast<std::size_t>(frame)];
    return shown.inScript ? shown.line : 0;
}

int StackModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_frames.size());
}

int StackModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant StackModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid) || role != Qt::DisplayRole)
        return {};
    const engine::LuaFrame& frame = m_frames[static_cast<std::size_t>(index.row())];
    if (index.column() == Line) {
        if (frame.line == 0)
            return {};
        return frame.inScript ? QString::number(frame.line)
                              : QStringLiteral("%1:%2").arg(textOf(frame.chunk)).arg(frame.line);
    }
    if (frame.isTailCall)
        return tr("(a call in tail position)");
    return frame.isC ? tr("%1 (built in)").arg(textOf(frame.name)) : textOf(frame.name);
}

QVariant StackModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == Function ? tr("Function") : tr("Line");
}

} // namespace widgets
