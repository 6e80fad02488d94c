#include "widgets/views/timeline_view.h"

#include "widgets/models/timeline_model.h"
#include "widgets/parts/theme.h"
#include "widgets/parts/value_tree.h"
#include "widgets/views/timeline_strip.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QMenu>
#include <QShortcut>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace widgets {

namespace {

struct KindRow {
    const char* name; // the button's object name
    const char* text;
    const char* tip;
};

#define TEXT(text) QT_TRANSLATE_NOOP("widgets::TimelineView", text)

// By TimelineKind.
constexpr KindRow kKinds[kTimelineKindCount] = {
    {"timelineLines", TEXT("Lines"), TEXT("Show each line that ran")},
    {"timelineCalls", TEXT("Calls"), TEXT("Show commands that only read")},
    {"timelineWrites", TEXT("Writes"), TEXT("Show commands that wrote")},
    {"timelineErrors", TEXT("Errors"), TEXT("Show errors, whether the script caught them or not")},
    {"timelineOutput", TEXT("Output"), TEXT("Show redis.log, redis.debug and log points")},
};

#undef TEXT

// What is still to come is written muted, errors and writes in their colours.
class RowDelegate final : public QStyledItemDelegate {
public:
    RowDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) { }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        const auto kind = static_cast<TimelineKind>(index.data(TimelineModel::KindRole).toInt());
        if (index.data(TimelineModel::IsFutureRole).toBool()
            || (kind == TimelineKind::Line && index.column() != TimelineModel::What))
            option->palette.setColor(QPalette::Text, m_theme.color(Role::MutedText));
        else if (index.data(TimelineModel::IsErrorRole).toBool()
            && (index.column() == TimelineModel::Outcome
                || (kind == TimelineKind::Error && index.column() >= TimelineModel::Kind)))
            option->palette.setColor(QPalette::Text, m_theme.color(Role::Error));
        else if (kind == TimelineKind::Write && index.column() == TimelineModel::Kind)
            option->palette.setColor(QPalette::Text, m_theme.color(Role::Changed));
        if (index.column() == TimelineModel::What || index.column() == TimelineModel::Outcome)
            option->font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
        option->textElideMode = Qt::ElideRight;
    }

private:
    const Theme& m_theme;
};

} // namespace

class TimelineList final : public QTreeView {
public:
    explicit TimelineList(const Theme& theme) : m_theme(theme) { }

    void setEmptyText(const QString& text)
    {
        m_emptyText = text;
        viewport()->update();
    }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        QTreeView::paintEvent(event);
        paintEmptyText(*this, m_theme, m_emptyText);
    }

private:
    const Theme& m_theme;
    QString m_emptyText;
};

TimelineView::TimelineView(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_theme(theme), m_strip(new TimelineStrip(theme)), m_where(new QLabel), m_search(new QLineEdit),
      m_list(new TimelineList(theme)), m_timeline(new TimelineModel(this))
{
    m_where->setObjectName(QStringLiteral("timelineWhere"));
    m_list->setObjectName(QStringLiteral("timelineList"));
    m_list->setAccessibleName(tr("What happened in the recording"));
    m_list->setModel(m_timeline);
    m_list->setItemDelegate(new RowDelegate(theme, this));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAlternatingRowColors(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    QHeaderView* header = m_list->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(QHeaderView::ResizeToContents);
    header->setSectionResizeMode(TimelineModel::What, QHeaderView::Stretch);
    header->setSectionResizeMode(TimelineModel::Outcome, QHeaderView::Stretch);

    auto* top = new QHBoxLayout;
    top->addWidget(m_strip, 1);
    top->addWidget(m_where);
    auto* filters = new QWidget;
    makeFilters(filters);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 2);
    layout->setSpacing(2);
    layout->addLayout(top);
    layout->addWidget(filters);
    layout->addWidget(m_list, 1);
    connectParts();
    clear();
}

void TimelineView::makeFilters(QWidget* bar)
{
    m_search->setObjectName(QStringLiteral("timelineSearch"));
    m_search->setPlaceholderText(tr("Search (Ctrl+F)"));
    m_search->setAccessibleName(tr("Search the timeline"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_search, 1);
    for (int kind = 0; kind < kTimelineKindCount; ++kind) {
        auto* button = new QToolButton;
        button->setObjectName(QLatin1String(kKinds[kind].name));
        button->setToolTip(tr(kKinds[kind].tip));
        button->setCheckable(true);
        button->setChecked(m_timeline->filter().kinds[kind]);
        button->setFocusPolicy(Qt::StrongFocus);
        connect(button, &QToolButton::toggled, this, &TimelineView::applyFilter);
        layout->addWidget(button);
        m_kinds.append(button);
    }
}

void TimelineView::connectParts()
{
    connect(m_strip, &TimelineStrip::momentChosen, this, &TimelineView::momentChosen);
    connect(m_search, &QLineEdit::textChanged, this, &TimelineView::applyFilter);
    connect(m_list, &QTreeView::activated, this, [this](const QModelIndex& index) { goToRow(index.row()); });
    connect(m_list, &QTreeView::clicked, this, [this](const QModelIndex& index) {
        // Rows that are being selected, to be copied, are no journey.
        if (QApplication::keyboardModifiers() == Qt::NoModifier)
            goToRow(index.row());
    });
    const auto inHere = [this](const QKeySequence& keys) {
        return new QShortcut(keys, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut);
    };
    connect(inHere(QKeySequence::Find), &QShortcut::activated, this, [this] {
        m_search->setFocus(Qt::ShortcutFocusReason);
        m_search->selectAll();
    });
    m_list->installEventFilter(this);
}

void TimelineView::goToRow(int row)
{
    if (const debugger::Moment moment = m_timeline->momentAt(row); moment != debugger::kNoMoment)
        Q_EMIT momentChosen(moment);
}

bool TimelineView::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    auto* key = static_cast<QKeyEvent*>(event);
    if (watched == m_list && key->matches(QKeySequence::Copy)) {
        copyRows();
        return true;
    }
    if (watched != m_search)
        return QWidget::eventFilter(watched, event);
    // From the search into what it found.
    if (key->key() == Qt::Key_Down || key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
        if (m_timeline->rowCount() > 0) {
            if (!m_list->currentIndex().isValid())
                m_list->setCurrentIndex(m_timeline->index(0, 0));
            m_list->setFocus(Qt::ShortcutFocusReason);
            if (key->key() != Qt::Key_Down)
                goToRow(m_list->currentIndex().row());
        }
        return true;
    }
    if (key->key() == Qt::Key_Escape && !m_search->text().isEmpty()) {
        m_search->clear();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void TimelineView::contextMenuEvent(QContextMenuEvent* event)
{
    const QModelIndex index = m_list->currentIndex();
    if (!m_list->geometry().contains(event->pos()) || !index.isValid())
        return;
    QMenu menu(this);
    menu.addAction(tr("Go to This Moment"), this, [this, row = index.row()] { goToRow(row); });
    menu.addAction(tr("Copy"), QKeySequence::Copy, this, &TimelineView::copyRows);
    menu.exec(event->globalPos());
}

void TimelineView::copyRows() const
{
    QModelIndexList rows = m_list->selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, &QModelIndex::row);
    QStringList lines;
    for (const QModelIndex& index : rows) {
        QStringList cells;
        for (int column = 0; column < TimelineModel::ColumnCount; ++column)
            cells += index.siblingAtColumn(column).data().toString();
        while (!cells.isEmpty() && cells.last().isEmpty())
            cells.removeLast();
        lines += cells.join(QLatin1Char('\t'));
    }
    if (!lines.isEmpty())
        QApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

void TimelineView::applyFilter()
{
    TimelineFilter filter;
    for (int kind = 0; kind < m_kinds.size(); ++kind)
        filter.kinds[kind] = m_kinds[kind]->isChecked();
    filter.text = m_search->text();
    m_timeline->setFilter(filter);
    updateCounts();
    updateEmptyText();
    scrollToCurrent();
}

void TimelineView::updateCounts()
{
    const QLocale locale;
    for (int kind = 0; kind < m_kinds.size(); ++kind) {
        const std::size_t count = m_timeline->count(static_cast<TimelineKind>(kind));
        // Pressed or not is hard to see in some styles.
        const QString name = (m_kinds[kind]->isChecked() ? QStringLiteral("✓ ") : QString()) + tr(kKinds[kind].text);
        m_kinds[kind]->setText(
            count == 0 ? name : QStringLiteral("%1 %2").arg(name, locale.toString(qulonglong(count))));
    }
    const QString tip = tr(kKinds[0].tip);
    m_kinds[0]->setToolTip(m_leftOut == 0
            ? tip
            : tr("%1; %2 later lines are not listed").arg(tip, locale.toString(qulonglong(m_leftOut))));
}

void TimelineView::updateEmptyText()
{
    if (m_timeline->isEmpty())
        m_list->setEmptyText(tr(
            "Start a script with F5: its commands, errors and log lines are listed here. Choose one to travel to it."));
    else if (!m_search->text().isEmpty())
        m_list->setEmptyText(tr("Nothing that is shown holds “%1”. Esc clears the search.").arg(m_search->text()));
    else
        m_list->setEmptyText(tr("The recording has nothing of these kinds. Turn on more of them above."));
}

void TimelineView::setSource(const QByteArray& script)
{
    m_timeline->setSource(QString::fromUtf8(script).split(QLatin1Char('\n')));
}

void TimelineView::showMoment(debugger::Moment current, debugger::Moment furthest)
{
    m_strip->setRange(furthest, current);
    m_timeline->setCurrent(current);
    m_current = current;
    const QLocale locale;
    m_where->setText(current > furthest
            ? tr("The end, after %1 moments").arg(locale.toString(qulonglong(furthest)))
            : tr("Moment %1 of %2").arg(locale.toString(qulonglong(current)), locale.toString(qulonglong(furthest))));
    scrollToCurrent();
}

void TimelineView::scrollToCurrent()
{
    const int row = m_timeline->rowAt(m_current);
    if (row >= 0)
        m_list->scrollTo(m_timeline->index(row, 0));
}

void TimelineView::showTimeline(const debugger::TimelineShown& timeline)
{
    m_leftOut = timeline.linesLeftOut;
    if (!m_timeline->setTimeline(timeline))
        return;
    m_strip->setMarks(m_timeline->momentsOf(TimelineKind::Write), m_timeline->momentsOf(TimelineKind::Error));
    updateCounts();
    updateEmptyText();
    scrollToCurrent();
}

void TimelineView::clear()
{
    m_timeline->clear();
    m_current = 0;
    m_leftOut = 0;
    m_strip->setMarks({}, {});
    m_strip->setRange(0, 0);
    m_where->setText(tr("No recording"));
    updateCounts();
    updateEmptyText();
}

} // namespace widgets
