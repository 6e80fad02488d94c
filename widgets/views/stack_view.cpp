#include "widgets/views/stack_view.h"

#include "widgets/models/stack_model.h"
#include "widgets/parts/value_tree.h"

#include <QHeaderView>

namespace widgets {

StackView::StackView(const Theme& theme, QWidget* parent)
    : QTreeView(parent), m_theme(theme), m_stack(new StackModel(this))
{
    setObjectName(QStringLiteral("stackView"));
    setAccessibleName(tr("Call stack"));
    setModel(m_stack);
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setAlternatingRowColors(true);
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(StackModel::Function, QHeaderView::Stretch);
    header()->setSectionResizeMode(StackModel::Line, QHeaderView::ResizeToContents);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid())
            Q_EMIT frameChosen(current.row(), m_stack->scriptLine(current.row()));
    });
}

void StackView::showFrames(std::vector<engine::LuaFrame> frames)
{
    // The innermost frame is chosen without saying so: its variables came with the stop.
    const QSignalBlocker quiet(this);
    m_stack->setFrames(std::move(frames));
    setCurrentIndex(m_stack->index(0, 0));
}

void StackView::paintEvent(QPaintEvent* event)
{
    QTreeView::paintEvent(event);
    paintEmptyText(*this, m_theme, tr("The functions that are running when a script has stopped."));
}

} // namespace widgets
