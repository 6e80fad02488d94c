#include "widgets/views/arguments_panel.h"

#include "widgets/models/argument_text.h"
#include "widgets/models/arguments_model.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QTableView>
#include <QVBoxLayout>

namespace widgets {

ArgumentsPanel::ArgumentsPanel(QWidget* parent)
    : QWidget(parent), m_keys(new ArgumentsModel(QStringLiteral("KEYS"), this)),
      m_argv(new ArgumentsModel(QStringLiteral("ARGV"), this)),
      m_keysTable(makeTable(m_keys, QStringLiteral("keysTable"))),
      m_argvTable(makeTable(m_argv, QStringLiteral("argvTable"))), m_note(new QLabel)
{
    m_keysTable->setAccessibleName(tr("Keys of the script"));
    m_argvTable->setAccessibleName(tr("Arguments of the script"));
    m_note->setObjectName(QStringLiteral("argumentsNote"));
    m_note->setWordWrap(true);
    m_note->setTextFormat(Qt::PlainText);
    m_note->hide();

    auto* tables = new QHBoxLayout;
    tables->addWidget(m_keysTable, 1);
    tables->addWidget(m_argvTable, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->setSpacing(2);
    layout->addLayout(tables);
    layout->addWidget(m_note);

    connect(m_keys, &ArgumentsModel::valuesChanged, this, &ArgumentsPanel::argumentsChanged);
    connect(m_argv, &ArgumentsModel::valuesChanged, this, &ArgumentsPanel::argumentsChanged);
}

QTableView* ArgumentsPanel::makeTable(ArgumentsModel* model, const QString& name)
{
    auto* table = new QTableView;
    table->setObjectName(name);
    table->setModel(model);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    table->horizontalHeader()->setSectionResizeMode(ArgumentsModel::Index, QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(ArgumentsModel::Name, QHeaderView::Stretch);
    table->horizontalHeader()->setSectionResizeMode(ArgumentsModel::Value, QHeaderView::Stretch);
    table->horizontalHeader()->setHighlightSections(false);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed
        | QAbstractItemView::AnyKeyPressed | QAbstractItemView::SelectedClicked);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setAlternatingRowColors(true);
    table->setTabKeyNavigation(false);
    table->setWordWrap(false);
    // Four rows and the header: most scripts take no more, and the rest scrolls.
    table->setFixedHeight(
        table->verticalHeader()->defaultSectionSize() * 4 + table->horizontalHeader()->sizeHint().height() + 4);
    table->installEventFilter(this);
    table->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* paste = new QAction(tr("Paste as KEYS , ARGV"), table);
    connect(paste, &QAction::triggered, this, &ArgumentsPanel::pasteFromClipboard);
    auto* remove = new QAction(tr("Remove"), table);
    connect(remove, &QAction::triggered, this, [this, table] { removeSelected(table); });
    table->addActions({paste, remove});
    return table;
}

QList<QByteArray> ArgumentsPanel::keys() const
{
    return m_keys->values();
}
QList<QByteArray> ArgumentsPanel::argv() const
{
    return m_argv->values();
}

void ArgumentsPanel::setArguments(const QList<QByteArray>& keys, const QList<QByteArray>& argv)
{
    m_keys->setValues(keys);
    m_argv->setValues(argv);
    m_note->hide();
}

void ArgumentsPanel::readNames(const QByteArray& script)
{
    const auto names = argumentNames(script);
    m_keys->setNames(names);
    m_argv->setNames(names);
}

void ArgumentsPanel::fillFrom(const QByteArray& line)
{
    const ParsedArguments parsed = parseArguments(line);
    if (!parsed.error.isEmpty())
        return say(parsed.error, true);
    setArguments(parsed.keys, parsed.argv);
    if (!parsed.note.isEmpty())
        say(parsed.note, false);
}

QByteArray ArgumentsPanel::commandLine(const QString& file) const
{
    QByteArray line = "redis-cli --eval " + quotedWord(file.toUtf8());
    for (const QByteArray& key : keys())
        line += ' ' + quotedWord(key);
    line += " ,";
    for (const QByteArray& argument : argv())
        line += ' ' + quotedWord(argument);
    return line;
}

QByteArray ArgumentsPanel::functionLine(const QString& function) const
{
    QByteArray line = "redis-cli FCALL " + quotedWord(function.toUtf8()) + ' ' + QByteArray::number(keys().size());
    for (const QByteArray& word : keys() + argv())
        line += ' ' + quotedWord(word);
    return line;
}

void ArgumentsPanel::commitEdits()
{
    QWidget* editor = QApplication::focusWidget();
    if (!editor || !isAncestorOf(editor) || !qobject_cast<QLineEdit*>(editor))
        return;
    // Moving the focus ends the edit the way a click elsewhere would.
    QTableView* table = m_keysTable->isAncestorOf(editor) ? m_keysTable : m_argvTable;
    table->setFocus();
}

bool ArgumentsPanel::eventFilter(QObject* watched, QEvent* event)
{
    auto* table = qobject_cast<QTableView*>(watched);
    // While a value is being edited its editor has the focus, and keys that it leaves over are no commands.
    if (!table || event->type() != QEvent::KeyPress || !table->hasFocus())
        return QWidget::eventFilter(watched, event);
    auto* key = static_cast<QKeyEvent*>(event);
    if (key->matches(QKeySequence::Paste)) {
        pasteFromClipboard();
        return true;
    }
    if (key->key() == Qt::Key_Delete || key->key() == Qt::Key_Backspace) {
        removeSelected(table);
        return true;
    }
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
        table->edit(table->currentIndex().siblingAtColumn(ArgumentsModel::Value));
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void ArgumentsPanel::removeSelected(QTableView* table)
{
    QList<int> rows;
    for (const QModelIndex& index : table->selectionModel()->selectedRows())
        rows.append(index.row());
    static_cast<ArgumentsModel*>(table->model())->removeArguments(rows);
}

void ArgumentsPanel::pasteFromClipboard()
{
    fillFrom(QApplication::clipboard()->text().toUtf8());
}

void ArgumentsPanel::say(const QString& text, bool isError)
{
    m_note->setText(isError ? tr("Not pasted. %1").arg(text) : text);
    m_note->show();
}

} // namespace widgets
