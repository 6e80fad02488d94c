#include "widgets/views/variables_view.h"

#include "widgets/parts/theme.h"
#include "widgets/parts/value_tree.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFontDatabase>
#include <QHeaderView>
#include <QMenu>
#include <QStyledItemDelegate>

#include <algorithm>

namespace widgets {

namespace {

// Values in the editor's font; a changed one in the colour of changes.
class ValueDelegate final : public QStyledItemDelegate {
public:
    ValueDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) { }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const bool isGroup = !index.parent().isValid();
        const bool changed = !isGroup && index.data(Qt::FontRole).value<QFont>().bold();
        if (changed)
            option->palette.setColor(QPalette::Text, m_theme.color(Role::Changed));
        if (index.column() == VariablesModel::Value) {
            QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
            font.setBold(changed);
            option->font = font;
        }
    }

private:
    const Theme& m_theme;
};

} // namespace

VariablesView::VariablesView(const Theme& theme, QWidget* parent)
    : QTreeView(parent), m_theme(theme), m_variables(new VariablesModel(this))
{
    setObjectName(QStringLiteral("variablesView"));
    setAccessibleName(tr("Variables"));
    setModel(m_variables);
    setItemDelegate(new ValueDelegate(theme, this));
    setUniformRowHeights(true);
    setAlternatingRowColors(true);
    setEditTriggers(DoubleClicked | EditKeyPressed);
    header()->setDefaultSectionSize(fontMetrics().averageCharWidth() * 18);
    connect(this, &QTreeView::expanded, this, [this](const QModelIndex& index) {
        const QStringList path = m_variables->pathOf(index);
        m_open.insert(path);
        m_closed.remove(path);
    });
    connect(this, &QTreeView::collapsed, this, [this](const QModelIndex& index) {
        if (m_restoring)
            return;
        const QStringList path = m_variables->pathOf(index);
        m_open.remove(path);
        m_closed.insert(path);
    });
}

void VariablesView::showVariables(const std::vector<engine::LuaVariable>& locals,
    const std::vector<engine::LuaVariable>& upvalues, const std::vector<engine::LuaVariable>& arguments,
    const std::vector<engine::Bytes>& changed)
{
    m_variables->setGroups(
        {{tr("Locals"), locals}, {tr("Upvalues"), upvalues}, {tr("KEYS and ARGV"), arguments}}, changed);
    openAgain();
}

void VariablesView::addEntries(engine::LuaRef table, std::size_t first, const std::vector<engine::LuaVariable>& entries)
{
    m_variables->addEntries(table, first, entries);
    openAgain();
}

void VariablesView::openAgain()
{
    m_restoring = true;
    for (int row = 0; row < m_variables->rowCount(); ++row) {
        const QModelIndex group = m_variables->index(row, 0);
        setFirstColumnSpanned(row, {}, true);
        if (!m_closed.contains(m_variables->pathOf(group)))
            expand(group);
    }
    // Shorter paths first: a table's rows exist only after the table itself has been opened.
    QList<QStringList> paths(m_open.begin(), m_open.end());
    std::ranges::sort(paths, {}, &QStringList::size);
    for (const QStringList& path : paths) {
        const QModelIndex index = m_variables->indexOf(path);
        if (index.isValid() && m_variables->hasChildren(index))
            expand(index);
    }
    m_restoring = false;
}

void VariablesView::paintEvent(QPaintEvent* event)
{
    QTreeView::paintEvent(event);
    paintEmptyText(*this, m_theme,
        tr("Variables are shown when a script has stopped. Set a breakpoint with F9 and start with F5."));
}

void VariablesView::contextMenuEvent(QContextMenuEvent* event)
{
    const QModelIndex index = indexAt(event->pos());
    if (!index.parent().isValid())
        return;
    const QStringList path = m_variables->pathOf(index);
    QMenu menu(this);
    menu.addAction(tr("Copy value"), this, &VariablesView::copyValue);
    if (path.size() == 2)
        menu.addAction(tr("Watch"), this, [this, path] { Q_EMIT watchWanted(path[1]); });
    if (const QString name = currentVariable(); !name.isEmpty()) {
        menu.addAction(tr("When Did “%1” Change?").arg(name), QKeySequence(QStringLiteral("Ctrl+H")), this,
            [this, name] { Q_EMIT historyWanted(name); });
    }
    if (m_variables->isSettable(index))
        menu.addAction(tr("Set value…"), this, [this, index] { edit(index.siblingAtColumn(VariablesModel::Value)); });
    menu.exec(event->globalPos());
}

QString VariablesView::currentVariable() const
{
    const QStringList path = m_variables->pathOf(currentIndex());
    return path.size() < 2 || path[0] == tr("KEYS and ARGV") ? QString() : path[1];
}

void VariablesView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy))
        return copyValue();
    // Wherever in the row the person is: there is one thing to edit.
    const QModelIndex value = currentIndex().siblingAtColumn(VariablesModel::Value);
    if (event->key() == Qt::Key_F2 && m_variables->isSettable(value))
        return edit(value);
    QTreeView::keyPressEvent(event);
}

void VariablesView::copyValue() const
{
    const QModelIndex index = currentIndex();
    if (index.parent().isValid())
        QApplication::clipboard()->setText(index.siblingAtColumn(VariablesModel::Value).data().toString());
}

} // namespace widgets
