#include "widgets/views/changes_view.h"

#include "widgets/models/value_text.h"
#include "widgets/models/value_tree_model.h"
#include "widgets/parts/value_tree.h"
#include "widgets/views/writes_bar.h"

#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSplitter>
#include <QVBoxLayout>

namespace widgets {

namespace {

QWidget* column(const QString& title, ValueTree* tree)
{
    auto* box = new QWidget;
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    auto* label = new QLabel(title);
    label->setBuddy(tree);
    layout->addWidget(label);
    layout->addWidget(tree, 1);
    tree->setAccessibleName(title);
    return box;
}

} // namespace

ChangesView::ChangesView(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_writes(new WritesBar(theme)),
      m_total(new ValueTreeModel({tr("Key"), tr("Change"), tr("Type")}, this)),
      m_step(new ValueTreeModel({tr("Key"), tr("Change"), tr("Type")}, this)), m_totalTree(new ValueTree(theme)),
      m_stepTree(new ValueTree(theme))
{
    m_totalTree->setObjectName(QStringLiteral("changesTree"));
    m_totalTree->setModel(m_total);
    m_stepTree->setObjectName(QStringLiteral("stepChangesTree"));
    m_stepTree->setModel(m_step);
    auto* splitter = new QSplitter;
    splitter->addWidget(column(tr("Since the start of the run"), m_totalTree));
    splitter->addWidget(column(tr("By the last step"), m_stepTree));
    splitter->setChildrenCollapsible(false);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    for (ValueTree* tree : {m_totalTree, m_stepTree})
        tree->stretchColumns({ValueTreeModel::Value});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 2);
    layout->addWidget(m_writes);
    layout->addWidget(splitter, 1);
    clear();
}

void ChangesView::showStop(const debugger::Stopped& stop)
{
    m_totalTree->setEmptyText(tr("The run has changed no key so far."));
    m_stepTree->setEmptyText(tr("The last step changed no key."));
    show(stop.changes, stop.stepChanges);
}

void ChangesView::showEnd(const debugger::Ended& end)
{
    m_totalTree->setEmptyText(tr("The run changed no key."));
    m_stepTree->setEmptyText(tr("The run is over."));
    show(end.changes, {});
}

void ChangesView::clear()
{
    m_totalTree->setEmptyText(tr("Start a script with F5: the keys that it changes are shown here, line by line."));
    m_stepTree->setEmptyText(tr("And here those of one step."));
    show({}, {});
}

void ChangesView::show(const engine::KeyspaceDiff& total, const engine::KeyspaceDiff& step)
{
    m_shownTotal = total;
    m_shownStep = step;
    m_total->setNodes(changeNodes(total));
    m_step->setNodes(changeNodes(step));
    m_totalTree->openTo(1);
    m_stepTree->openTo(1);
}

const engine::KeyChange* ChangesView::currentKey() const
{
    const bool inStep = m_stepTree->hasFocus();
    const engine::KeyspaceDiff& shown = inStep ? m_shownStep : m_shownTotal;
    QModelIndex index = (inStep ? m_stepTree : m_totalTree)->currentIndex();
    while (index.parent().isValid())
        index = index.parent();
    // The last row may say how many were left out.
    const auto row = static_cast<std::size_t>(index.row());
    return index.isValid() && row < shown.keys.size() ? &shown.keys[row] : nullptr;
}

void ChangesView::contextMenuEvent(QContextMenuEvent* event)
{
    ValueTree* tree = m_stepTree->hasFocus() ? m_stepTree : m_totalTree;
    const engine::KeyChange* key = currentKey();
    if (!key || !tree->rect().contains(tree->mapFromGlobal(event->globalPos())))
        return;
    QMenu menu(this);
    menu.addAction(tr("Who Wrote “%1”?").arg(textOf(key->key, 40)), QKeySequence(QStringLiteral("Ctrl+H")), this,
        [this, database = key->database, name = key->key] { Q_EMIT historyWanted(database, name); });
    menu.addAction(tr("Copy"), QKeySequence::Copy, tree, &ValueTree::copySelection);
    menu.exec(event->globalPos());
}

} // namespace widgets
