#pragma once

// The whole of a recording as a strip to scrub: click, drag, or use the arrow keys to travel. Marks below it are
// writes, those above it errors.

#include "debugger/moment.h"

#include <QWidget>

#include <vector>

namespace widgets {

class Theme;

class TimelineStrip : public QWidget {
    Q_OBJECT

public:
    explicit TimelineStrip(const Theme& theme, QWidget* parent = nullptr);

    void setRange(debugger::Moment furthest, debugger::Moment current);
    /// Ascending.
    void setMarks(std::vector<debugger::Moment> writes, std::vector<debugger::Moment> errors);

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
    void paintMarks(QPainter& painter, const std::vector<debugger::Moment>& marks, double from, double to) const;
    double positionOf(debugger::Moment moment) const;
    void choose(debugger::Moment moment);
    void chooseAt(double x);

    const Theme& m_theme;
    debugger::Moment m_furthest = 0;
    debugger::Moment m_current = 0;
    debugger::Moment m_asked = 0;
    std::vector<debugger::Moment> m_writes;
    std::vector<debugger::Moment> m_errors;
};

} // namespace widgets
