#include "widgets/views/history_view.h"

#include "widgets/models/counted_text.h"
#include "widgets/models/history_model.h"
#include "widgets/models/value_text.h"
#include "widgets/parts/toned_text.h"
#include "widgets/parts/value_tree.h"

#include <QComboBox>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

namespace widgets {

HistoryView::HistoryView(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_subject(new QComboBox), m_name(new QLineEdit), m_find(new QPushButton(tr("Find"))),
      m_cancel(new QPushButton(tr("Cancel"))), m_state(new TonedLabel(theme, Role::MutedText)),
      m_list(new ValueTree(theme)), m_history(new HistoryModel(this))
{
    m_subject->setObjectName(QStringLiteral("historySubject"));
    m_subject->addItems({tr("When did this variable change?"), tr("Who wrote this key?")});
    m_subject->setAccessibleName(tr("Question"));
    m_name->setObjectName(QStringLiteral("historyName"));
    m_name->setClearButtonEnabled(true);
    m_find->setObjectName(QStringLiteral("historyFind"));
    m_cancel->setObjectName(QStringLiteral("historyCancel"));
    m_state->setObjectName(QStringLiteral("historyState"));
    m_state->setTextFormat(Qt::PlainText);
    m_list->setObjectName(QStringLiteral("historyList"));
    m_list->setAccessibleName(tr("Changes"));
    m_list->setModel(m_history);
    m_list->setRootIsDecorated(false);
    m_list->stretchColumns({HistoryModel::Command, HistoryModel::Before, HistoryModel::After});

    auto* question = new QHBoxLayout;
    question->addWidget(m_subject);
    question->addWidget(m_name, 1);
    question->addWidget(m_find);
    question->addWidget(m_cancel);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 2);
    layout->setSpacing(2);
    layout->addLayout(question);
    layout->addWidget(m_state);
    layout->addWidget(m_list, 1);

    const auto nameField = [this](int subject) {
        m_name->setPlaceholderText(subject == Variable ? tr("Name of a variable") : tr("Key, as the script writes it"));
        m_name->setAccessibleName(m_name->placeholderText());
    };
    nameField(Variable);
    connect(m_subject, &QComboBox::currentIndexChanged, this, nameField);
    connect(m_name, &QLineEdit::returnPressed, this, &HistoryView::ask);
    connect(m_name, &QLineEdit::textChanged, this, [this] { setCanAsk(m_canAsk); });
    connect(m_find, &QPushButton::clicked, this, &HistoryView::ask);
    connect(m_cancel, &QPushButton::clicked, this, &HistoryView::cancelWanted);
    connect(m_list, &QTreeView::activated, this, [this](const QModelIndex& index) { goToRow(index.row()); });
    connect(m_list, &QTreeView::clicked, this, [this](const QModelIndex& index) { goToRow(index.row()); });
    clear();
}

void HistoryView::goToRow(int row)
{
    if (const debugger::Moment moment = m_history->momentAt(row); moment != debugger::kNoMoment)
        Q_EMIT momentChosen(moment);
}

void HistoryView::contextMenuEvent(QContextMenuEvent* event)
{
    const QModelIndex index = m_list->currentIndex();
    if (!m_list->geometry().contains(event->pos()) || !index.isValid())
        return;
    QMenu menu(this);
    menu.addAction(tr("Go to This Moment"), this, [this, row = index.row()] { goToRow(row); });
    menu.addAction(tr("Copy"), QKeySequence::Copy, m_list, &ValueTree::copySelection);
    menu.exec(event->globalPos());
}

void HistoryView::askVariable(const QString& name)
{
    m_subject->setCurrentIndex(Variable);
    m_name->setText(name);
    ask();
}

void HistoryView::askKey(int database, const engine::Bytes& key)
{
    m_subject->setCurrentIndex(Key);
    m_key = key;
    m_keyText = textOf(key);
    m_database = database;
    m_name->setText(m_keyText);
    ask();
}

void HistoryView::focusQuestion()
{
    m_name->setFocus(Qt::ShortcutFocusReason);
    m_name->selectAll();
}

void HistoryView::ask()
{
    const QString name = m_name->text().trimmed();
    if (!m_canAsk || name.isEmpty())
        return;
    setSearching(true);
    m_history->clear();
    m_list->setEmptyText({});
    m_state->setText(tr("Searching the recording for “%1”…").arg(name));
    if (m_subject->currentIndex() == Variable)
        return Q_EMIT variableWanted(name.toStdString());
    // What a person types is a key of the first database, byte for byte.
    const bool isKnown = m_name->text() == m_keyText;
    Q_EMIT keyWanted(isKnown ? m_database : 0, isKnown ? m_key : m_name->text().toStdString());
}

void HistoryView::setCanAsk(bool can)
{
    m_canAsk = can;
    m_find->setEnabled(can && !m_name->text().trimmed().isEmpty());
}

void HistoryView::setSearching(bool searching)
{
    m_find->setVisible(!searching);
    m_cancel->setVisible(searching);
}

void HistoryView::showAnswer(const QString& text, const QString& emptyText)
{
    setSearching(false);
    m_state->setText(text);
    m_list->setColumnHidden(HistoryModel::Command, !m_history->isOfKey());
    m_list->setEmptyText(emptyText);
    if (m_history->rowCount() > 0)
        m_list->setCurrentIndex(m_history->index(0, 0));
}

void HistoryView::showVariable(const debugger::VariableHistory& history)
{
    m_history->showVariable(history);
    const QString name = textOf(history.name, 60);
    const auto count = static_cast<qint64>(history.changes.size());
    showAnswer(counted(tr("%n change(s) of the variable “%1”", nullptr, static_cast<int>(count)), count).arg(name),
        tr("No line of the recording changed a variable “%1”. Names are those of locals and upvalues, as in the "
           "Variables "
           "panel.")
            .arg(name));
}

void HistoryView::showKey(const debugger::KeyHistory& history)
{
    m_history->showKey(history);
    const QString name = textOf(history.key, 60);
    const auto count = static_cast<qint64>(history.writes.size());
    showAnswer(counted(tr("%n write(s) to “%1” in database %2", nullptr, static_cast<int>(count)), count)
                   .arg(name)
                   .arg(history.database),
        tr("No command of the recording changed “%1” in database %2.").arg(name).arg(history.database));
}

void HistoryView::showProgress(debugger::Moment moment, debugger::Moment target)
{
    const QLocale locale;
    if (m_cancel->isVisibleTo(this))
        m_state->setText(tr("Searching: moment %1 of %2")
                             .arg(locale.toString(qulonglong(moment)), locale.toString(qulonglong(target))));
}

void HistoryView::showFailed(const QString& why)
{
    m_history->clear();
    showAnswer(why, tr("Ask again for a name, with Find."));
}

void HistoryView::clear()
{
    m_history->clear();
    m_key.clear();
    m_keyText.clear();
    setCanAsk(false);
    showAnswer({},
        tr("Start a script with F5 and stop it. Then press Ctrl+H on a variable or on a key in Changes, or type its "
           "name "
           "above: every change is listed here, with its line. Choose one to travel to it."));
}

} // namespace widgets
