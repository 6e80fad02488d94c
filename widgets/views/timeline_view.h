#pragma once

// A recording as a strip to scrub and a list to choose from. The strip's length is all that was recorded; marks are
// writes.

#include "debugger/session_event.h"

#include <QWidget>

class QLabel;
class QTreeView;

namespace widgets {

class Theme;
class TimelineModel;

/// The strip alone: click, drag, or use the arrow keys to travel.
class TimelineStrip : public QWidget {
    Q_OBJECT

public:
    explicit TimelineStrip(const Theme& theme, QWidget* parent = nullptr);

    void setRange(debugger::Moment furthest, debugger::Moment current);
    void setMarks(std::vector<debugger::Moment> marks);

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

Q_SIGNALS:
    void momentChosen(debugger::Moment moment);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    double positionOf(debugger::Moment moment) const;
    void choose(debugger::Moment moment);
    void chooseAt(double x);

    const Theme& m_theme;
    debugger::Moment m_furthest = 0;
    debugger::Moment m_current = 0;
    debugger::Moment m_asked = 0;
    std::vector<debugger::Moment> m_marks;
};

class TimelineView : public QWidget {
    Q_OBJECT

public:
    explicit TimelineView(const Theme& theme, QWidget* parent = nullptr);

    /// Where the run stands.
    void showMoment(debugger::Moment current, debugger::Moment furthest);
    void showTimeline(const debugger::TimelineShown& timeline);
    void clear();

Q_SIGNALS:
    void momentChosen(debugger::Moment moment);

private:
    TimelineStrip* m_strip;
    QLabel* m_where;
    QTreeView* m_list;
    TimelineModel* m_timeline;
};

} // namespace widgets
