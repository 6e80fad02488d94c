#include "widgets/views/breakpoints_view.h"

#include "widgets/models/breakpoint_text.h"
#include "widgets/parts/breakpoint_symbol.h"
#include "widgets/parts/toned_text.h"
#include "widgets/parts/value_tree.h"

#include <QCoreApplication>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QIcon>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace widgets {

namespace {

class BreakpointDelegate final : public QStyledItemDelegate {
public:
    BreakpointDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) { }

    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QWidget* editor = QStyledItemDelegate::createEditor(parent, option, index);
        if (auto* line = qobject_cast<QLineEdit*>(editor)) {
            line->setPlaceholderText(index.data(BreakpointsModel::HintRole).toString());
            if (isLua(index))
                line->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
        }
        return editor;
    }

    // What is being typed stays, whatever the run tells of the row meanwhile.
    void setEditorData(QWidget* editor, const QModelIndex& index) const override
    {
        const auto* line = qobject_cast<QLineEdit*>(editor);
        if (!line || !line->isModified())
            QStyledItemDelegate::setEditorData(editor, index);
    }

    // Room to type a pattern.
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const QSize hint = QStyledItemDelegate::sizeHint(option, index);
        const int least = index.column() == BreakpointsModel::Where ? option.fontMetrics.averageCharWidth() * 30 : 0;
        return hint.expandedTo(QSize(least, 0));
    }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const bool enabled = index.data(BreakpointsModel::EnabledRole).toBool();
        const bool isWrong = !index.siblingAtColumn(BreakpointsModel::Problem).data().toString().isEmpty();
        const Role role = !enabled                                 ? Role::MutedText
            : isWrong && index.column() == BreakpointsModel::Where ? Role::Error
                                                                   : Role::Text;
        for (const auto part : {QPalette::Text, QPalette::HighlightedText})
            option->palette.setColor(part, m_theme.color(role));
        // The check box is drawn in a shade of it, which on a dark ground would not be seen.
        option->palette.setColor(QPalette::Window, m_theme.color(Role::MutedText));
        if (isLua(index))
            option->font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        option->textElideMode = Qt::ElideRight;
        if (index.column() != BreakpointsModel::Where)
            return;
        const int side = option->fontMetrics.height();
        const double ratio = option->widget ? option->widget->devicePixelRatioF() : 1;
        const auto shape = static_cast<BreakpointShape>(index.data(BreakpointsModel::ShapeRole).toInt());
        option->icon = QIcon(QPixmap::fromImage(breakpointSymbol(shape, enabled, side, ratio, m_theme)));
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->decorationSize = QSize(side, side);
    }

private:
    static bool isLua(const QModelIndex& index)
    {
        return index.column() == BreakpointsModel::Condition || index.column() == BreakpointsModel::LogText;
    }

    const Theme& m_theme;
};

class BreakpointTable final : public QTableView {
public:
    explicit BreakpointTable(const Theme& theme) : m_theme(theme) { }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        QTableView::paintEvent(event);
        paintEmptyText(*this, m_theme,
            BreakpointsView::tr(
                "Nothing stops a run yet. Press F9 on a line of a script, or click beside its number; or "
                "add an event: a command, a key, an error."));
    }

    // A double click goes to the line, where there is one; elsewhere it edits.
    bool edit(const QModelIndex& index, EditTrigger trigger, QEvent* event) override
    {
        const auto* breakpoints = static_cast<const BreakpointsModel*>(model());
        const bool leadsToLine = trigger == DoubleClicked && index.isValid()
            && index.column() == BreakpointsModel::Where && breakpoints->scriptAt(index.row()) != 0;
        return !leadsToLine && QTableView::edit(index, trigger, event);
    }

private:
    const Theme& m_theme;
};

} // namespace

BreakpointsView::BreakpointsView(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_breakpoints(new BreakpointsModel(this)), m_table(new BreakpointTable(theme)),
      m_addMenu(new QMenu(this)), m_problem(new TonedLabel(theme, Role::Error))
{
    m_table->setObjectName(QStringLiteral("breakpointsTable"));
    m_table->setAccessibleName(tr("Breakpoints"));
    m_table->setModel(m_breakpoints);
    m_table->setItemDelegate(new BreakpointDelegate(theme, this));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(
        QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed | QAbstractItemView::AnyKeyPressed);
    m_table->setAlternatingRowColors(true);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    // What is wrong takes a line of its own beneath: in a column most of it would be cut.
    m_table->setColumnHidden(BreakpointsModel::Problem, true);
    for (const int column : {BreakpointsModel::Condition, BreakpointsModel::LogText})
        m_table->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Stretch);
    m_table->installEventFilter(this);

    m_problem->setObjectName(QStringLiteral("breakpointProblem"));
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_problem->setMargin(4);
    m_problem->hide();

    auto* buttons = new QHBoxLayout;
    buttons->setContentsMargins(4, 2, 4, 0);
    m_add = addButton(QStringLiteral("addBreakpoint"), tr("Add ▾"), tr("Add a breakpoint (Insert)"));
    m_add->setAccessibleName(tr("Add a breakpoint"));
    m_enableAll = addButton(QStringLiteral("enableBreakpoints"), tr("Enable all"), tr("Turn every breakpoint on"));
    m_disableAll = addButton(QStringLiteral("disableBreakpoints"), tr("Disable all"), tr("Turn every breakpoint off"));
    m_removeAll = addButton(QStringLiteral("removeBreakpoints"), tr("Remove all"), tr("Remove every breakpoint"));
    for (QToolButton* button : {m_add, m_enableAll, m_disableAll, m_removeAll})
        buttons->addWidget(button);
    buttons->addStretch();
    makeAddMenu();

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addLayout(buttons);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_problem);
    connectParts();
    showProblems();
}

void BreakpointsView::connectParts()
{
    connect(m_enableAll, &QToolButton::clicked, this,
        [this] { m_breakpoints->setEnabled(m_breakpoints->allRows(), true); });
    connect(m_disableAll, &QToolButton::clicked, this,
        [this] { m_breakpoints->setEnabled(m_breakpoints->allRows(), false); });
    connect(m_removeAll, &QToolButton::clicked, this, [this] { m_breakpoints->remove(m_breakpoints->allRows()); });
    connect(m_table, &QTableView::activated, this, &BreakpointsView::activate);
    connect(m_table, &QTableView::customContextMenuRequested, this, &BreakpointsView::showContextMenu);
    connect(m_table->itemDelegate(), &QAbstractItemDelegate::closeEditor, this, &BreakpointsView::onEditorClosed);
    for (const auto changed : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(m_breakpoints, changed, this, &BreakpointsView::showProblems);
    connect(m_breakpoints, &QAbstractItemModel::modelReset, this, &BreakpointsView::showProblems);
    connect(m_breakpoints, &QAbstractItemModel::dataChanged, this, &BreakpointsView::showProblems);
}

QToolButton* BreakpointsView::addButton(const QString& name, const QString& text, const QString& tip)
{
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setText(text);
    button->setToolTip(tip);
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

void BreakpointsView::makeAddMenu()
{
    m_addMenu->setObjectName(QStringLiteral("addBreakpointMenu"));
    m_addMenu->addAction(tr("&Line of the Caret"), this, &BreakpointsView::lineWanted);
    m_addMenu->addSeparator();
    for (const EventKind& kind : eventKinds())
        m_addMenu->addAction(QCoreApplication::translate("Breakpoints", kind.menuText), this,
            [this, event = kind.kind] { addEvent(event); });
    connect(m_add, &QToolButton::clicked, this, &BreakpointsView::showAddMenu);
}

void BreakpointsView::showAddMenu()
{
    m_addMenu->popup(m_add->mapToGlobal(QPoint(0, m_add->height())));
}

void BreakpointsView::addEvent(debugger::BreakpointKind kind)
{
    const bool hasPattern = findEventKind(kind)->patternHint[0] != '\0';
    const int row = m_breakpoints->addEvent({.kind = kind});
    if (hasPattern)
        return editCell(row, BreakpointsModel::Where, true);
    choose(m_breakpoints->index(row, BreakpointsModel::Where));
    focusTable();
}

// Whatever keys are held down: a shortcut's Shift would select the rows on the way.
void BreakpointsView::choose(const QModelIndex& index)
{
    m_table->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
}

void BreakpointsView::editCell(int row, BreakpointsModel::Column column, bool isNew)
{
    const QModelIndex index = m_breakpoints->index(row, column);
    if (!index.isValid())
        return;
    focusTable();
    choose(index);
    m_table->scrollTo(index);
    m_fresh = isNew ? QPersistentModelIndex(index) : QPersistentModelIndex();
    m_table->edit(index);
}

void BreakpointsView::focusTable()
{
    m_table->setFocus(Qt::OtherFocusReason);
    if (!m_table->currentIndex().isValid() && m_breakpoints->rowCount() > 0)
        choose(m_breakpoints->index(0, 0));
}

void BreakpointsView::onEditorClosed()
{
    const QPersistentModelIndex fresh = std::exchange(m_fresh, {});
    // Not at once: the view is still about to put the cell's editor away.
    const auto removeIfEmpty = [this, fresh] {
        if (fresh.isValid() && fresh.data(Qt::EditRole).toString().isEmpty())
            m_breakpoints->remove({fresh.row()});
    };
    QMetaObject::invokeMethod(this, removeIfEmpty, Qt::QueuedConnection);
}

QList<int> BreakpointsView::selectedRows() const
{
    QList<int> rows;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        rows.append(index.row());
    return rows;
}

void BreakpointsView::removeSelected()
{
    const int at = m_table->currentIndex().row();
    m_breakpoints->remove(selectedRows());
    const int last = m_breakpoints->rowCount() - 1;
    if (last >= 0)
        choose(m_breakpoints->index(std::clamp(at, 0, last), BreakpointsModel::Where));
}

void BreakpointsView::toggleSelected()
{
    const QList<int> rows = selectedRows();
    const bool allOn = std::ranges::all_of(rows, [this](int row) { return m_breakpoints->isEnabledAt(row); });
    m_breakpoints->setEnabled(rows, !allOn);
}

void BreakpointsView::activate(const QModelIndex& index)
{
    if (index.isValid() && m_breakpoints->scriptAt(index.row()) != 0)
        Q_EMIT lineActivated(m_breakpoints->scriptAt(index.row()), m_breakpoints->lineAt(index.row()));
}

void BreakpointsView::showContextMenu(const QPoint& at)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QModelIndex index = m_table->currentIndex();
    if (index.isValid() && !selectedRows().isEmpty()) {
        const int row = index.row();
        if (m_breakpoints->scriptAt(row) != 0)
            menu->addAction(tr("&Go to the Line"), this, [this, index] { activate(index); });
        const auto edit = [&](const QString& text, BreakpointsModel::Column column) {
            if (m_breakpoints->flags(m_breakpoints->index(row, column)) & Qt::ItemIsEditable)
                menu->addAction(text, this, [this, row, column] { editCell(row, column, false); });
        };
        edit(m_breakpoints->scriptAt(row) != 0 ? tr("Edit &Line…") : tr("Edit &Pattern…"), BreakpointsModel::Where);
        edit(tr("Edit &Condition…"), BreakpointsModel::Condition);
        edit(tr("Edit &Hit Count…"), BreakpointsModel::FromHit);
        edit(tr("Edit Log &Text…"), BreakpointsModel::LogText);
        menu->addSeparator();
        menu->addAction(
            m_breakpoints->isEnabledAt(row) ? tr("&Disable") : tr("&Enable"), this, &BreakpointsView::toggleSelected);
        menu->addAction(tr("&Remove"), this, &BreakpointsView::removeSelected);
        menu->addSeparator();
    }
    auto* add = menu->addMenu(tr("&Add"));
    add->addActions(m_addMenu->actions());
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

bool BreakpointsView::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Insert:
            showAddMenu();
            return true;
        case Qt::Key_Delete:
            removeSelected();
            return true;
        case Qt::Key_Space:
            toggleSelected();
            return true;
        default:
            break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void BreakpointsView::showProblems()
{
    const int rows = m_breakpoints->rowCount();
    for (QToolButton* button : {m_enableAll, m_disableAll, m_removeAll})
        button->setEnabled(rows > 0);
    QStringList problems;
    for (int row = 0; row < rows; ++row) {
        const QString problem = m_breakpoints->index(row, BreakpointsModel::Problem).data().toString();
        const QString line =
            m_breakpoints->index(row, BreakpointsModel::Where).data().toString() + QLatin1String(": ") + problem;
        if (!problem.isEmpty() && !problems.contains(line))
            problems.append(line);
    }
    // They must not push the table out of sight.
    constexpr qsizetype kMostProblems = 3;
    if (problems.size() > kMostProblems)
        problems = problems.mid(0, kMostProblems - 1)
            << tr("and %1 more; a breakpoint's tool tip says what is wrong with it")
                   .arg(problems.size() - kMostProblems + 1);
    m_problem->setText(problems.join(QLatin1Char('\n')));
    m_problem->setVisible(!problems.isEmpty());
}

} // namespace widgets
