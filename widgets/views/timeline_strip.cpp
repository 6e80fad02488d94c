#include "widgets/views/timeline_strip.h"

#include "widgets/parts/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace widgets {

namespace {

constexpr int kEdge = 8; // pixels left and right, so that the ends can be hit

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

void TimelineStrip::setMarks(std::vector<debugger::Moment> writes, std::vector<debugger::Moment> errors)
{
    m_writes = std::move(writes);
    m_errors = std::move(errors);
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
    paintMarks(painter, m_writes, middle + 5, middle + 10);
    painter.setPen(QPen(m_theme.color(Role::Error), 2));
    paintMarks(painter, m_errors, middle - 10, middle - 5);
    painter.setPen(QPen(m_theme.color(Role::Base), 1.5));
    painter.setBrush(m_theme.color(hasFocus() ? Role::Accent : Role::Text));
    painter.drawEllipse(QPointF(positionOf(std::max<debugger::Moment>(m_current, 1)), middle), 6, 6);
}

void TimelineStrip::paintMarks(
    QPainter& painter, const std::vector<debugger::Moment>& marks, double from, double to) const
{
    double last = -10;
    for (const debugger::Moment mark : marks) {
        // Marks closer than the eye tells apart are one mark.
        const double x = positionOf(std::max<debugger::Moment>(mark, 1));
        if (x - last < 3)
            continue;
        last = x;
        painter.drawLine(QPointF(x, from), QPointF(x, to));
    }
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

} // namespace widgets
