#include "widgets/views/timeline_view.h"

#include "widgets/models/timeline_model.h"
#include "widgets/parts/theme.h"
#include "widgets/parts/value_tree.h"

#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace widgets {

namespace {

// What is still to come is written muted.
class FutureDelegate final : public QStyledItemDelegate {
public:
    FutureDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) { }

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::initStyleOption(option, index);
        if (index.data(TimelineModel::IsFutureRole).toBool())
            option->palette.setColor(QPalette::Text, m_theme.color(Role::MutedText));
        if (index.column() >= TimelineModel::What)
            option->font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    }

private:
    const Theme& m_theme;
};

class TimelineList final : public QTreeView {
public:
    explicit TimelineList(const Theme& theme) : m_theme(theme) { }

protected:
    void paintEvent(QPaintEvent* event) override
    {
        QTreeView::paintEvent(event);
        paintEmptyText(
            *this, m_theme, TimelineView::tr("Commands of the recording are listed here. Choose one to travel to it."));
    }

private:
    const Theme& m_theme;
};

constexpr int kEdge = 8; // pixels left and right of the strip, so that its ends can be hit

} // namespace

TimelineStrip::TimelineStrip(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setObjectName(QStringLiteral("timelineStrip"));
    setAccessibleName(tr("Timeline"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setToolTip(
        tr("Click or drag to travel through the run. Left and Right step by a line, Home and End go to its ends."));
}

void TimelineStrip::setRange(debugger::Moment furthest, debugger::Moment current)
{
    m_furthest = furthest;
    m_current = current;
    m_asked = current;
    update();
}

void TimelineStrip::setMarks(std::vector<debugger::Moment> marks)
{
    m_marks = std::move(marks);
    update();
}

QSize TimelineStrip::sizeHint() const
{
    return {200, fontMetrics().height() + 16};
}

double TimelineStrip::positionOf(debugger::Moment moment) const
{
    const double length = width() - 2.0 * kEdge;
    // The end of a run lies one behind its last line.
    moment = std::clamp<debugger::Moment>(moment, 1, std::max<debugger::Moment>(m_furthest, 1));
    return m_furthest <= 1 ? kEdge : kEdge + length * double(moment - 1) / double(m_furthest - 1);
}

void TimelineStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double middle = height() / 2.0;
    painter.setPen(QPen(m_theme.color(Role::Border), 4, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(QPointF(kEdge, middle), QPointF(width() - kEdge, middle));
    if (m_furthest == 0)
        return;
    painter.setPen(QPen(m_theme.color(Role::Accent), 4, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(QPointF(kEdge, middle), QPointF(positionOf(std::max<debugger::Moment>(m_current, 1)), middle));
    painter.setPen(QPen(m_theme.color(Role::Changed), 1));
    double last = -10;
    for (const debugger::Moment mark : m_marks) {
        // Marks closer than the eye tells apart are one mark.
        const double x = positionOf(std::max<debugger::Moment>(mark, 1));
        if (x - last < 3)
            continue;
        last = x;
        painter.drawLine(QPointF(x, middle + 5), QPointF(x, middle + 10));
    }
    painter.setPen(QPen(m_theme.color(Role::Base), 1.5));
    painter.setBrush(m_theme.color(hasFocus() ? Role::Accent : Role::Text));
    painter.drawEllipse(QPointF(positionOf(std::max<debugger::Moment>(m_current, 1)), middle), 6, 6);
}

void TimelineStrip::choose(debugger::Moment moment)
{
    moment = std::clamp<debugger::Moment>(moment, 1, std::max<debugger::Moment>(m_furthest, 1));
    // A drag sends each moment once; the session answers by setRange.
    if (m_furthest == 0 || moment == m_asked)
        return;
    m_asked = moment;
    Q_EMIT momentChosen(moment);
}

void TimelineStrip::chooseAt(double x)
{
    const double length = std::max(1.0, width() - 2.0 * kEdge);
    const double part = std::clamp((x - kEdge) / length, 0.0, 1.0);
    choose(1 + debugger::Moment(part * double(m_furthest - 1) + 0.5));
}

void TimelineStrip::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && m_furthest > 0)
        chooseAt(event->position().x());
}

void TimelineStrip::mouseMoveEvent(QMouseEvent* event)
{
    if (event->buttons() & Qt::LeftButton && m_furthest > 0)
        chooseAt(event->position().x());
}

void TimelineStrip::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Left:
        return choose(m_asked > 1 ? m_asked - 1 : 1);
    case Qt::Key_Right:
        return choose(m_asked + 1);
    case Qt::Key_Home:
        return choose(1);
    case Qt::Key_End:
        return choose(m_furthest);
    default:
        QWidget::keyPressEvent(event);
    }
}

TimelineView::TimelineView(const Theme& theme, QWidget* parent)
    : QWidget(parent), m_strip(new TimelineStrip(theme)), m_where(new QLabel), m_list(new TimelineList(theme)),
      m_timeline(new TimelineModel(this))
{
    m_where->setObjectName(QStringLiteral("timelineWhere"));
    m_list->setObjectName(QStringLiteral("timelineList"));
    m_list->setAccessibleName(tr("Commands of the recording"));
    m_list->setModel(m_timeline);
    m_list->setItemDelegate(new FutureDelegate(theme, this));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAlternatingRowColors(true);
    m_list->header()->setSectionResizeMode(TimelineModel::MomentColumn, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(TimelineModel::Line, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(TimelineModel::What, QHeaderView::Stretch);
    m_list->header()->setSectionResizeMode(TimelineModel::Outcome, QHeaderView::Stretch);
    m_list->header()->setStretchLastSection(false);

    auto* top = new QHBoxLayout;
    top->addWidget(m_strip, 1);
    top->addWidget(m_where);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 2, 4, 2);
    layout->addLayout(top);
    layout->addWidget(m_list, 1);

    connect(m_strip, &TimelineStrip::momentChosen, this, &TimelineView::momentChosen);
    connect(m_list, &QTreeView::activated, this,
        [this](const QModelIndex& index) { Q_EMIT momentChosen(m_timeline->momentAt(index.row())); });
    connect(m_list, &QTreeView::clicked, this,
        [this](const QModelIndex& index) { Q_EMIT momentChosen(m_timeline->momentAt(index.row())); });
    clear();
}

void TimelineView::showMoment(debugger::Moment current, debugger::Moment furthest)
{
    m_strip->setRange(furthest, current);
    m_timeline->setCurrent(current);
    const QLocale locale;
    m_where->setText(current > furthest
            ? tr("The end, after %1 moments").arg(locale.toString(qulonglong(furthest)))
            : tr("Moment %1 of %2").arg(locale.toString(qulonglong(current)), locale.toString(qulonglong(furthest))));
    const int row = m_timeline->rowAt(current);
    if (row >= 0)
        m_list->scrollTo(m_timeline->index(row, 0));
}

void TimelineView::showTimeline(const debugger::TimelineShown& timeline)
{
    m_timeline->setTimeline(timeline);
    m_strip->setMarks(m_timeline->writes());
}

void TimelineView::clear()
{
    m_timeline->clear();
    m_strip->setMarks({});
    m_strip->setRange(0, 0);
    m_where->setText(tr("No recording"));
}

} // namespace widgets
