#pragma once

// A recording as a strip to scrub and a list to choose from, which can be searched and narrowed to some kinds of rows.

#include "debugger/session_event.h"

#include <QWidget>

class QAction;
class QLabel;
class QLineEdit;
class QToolButton;

namespace widgets {

class Theme;
class TimelineList;
class TimelineModel;
class TimelineStrip;

class TimelineView : public QWidget {
    Q_OBJECT

public:
    explicit TimelineView(const Theme& theme, QWidget* parent = nullptr);

    /// The script's text, for rows of lines.
    void setSource(const QByteArray& script);
    /// Where the run stands.
    void showMoment(debugger::Moment current, debugger::Moment furthest);
    void showTimeline(const debugger::TimelineShown& timeline);
    void clear();

Q_SIGNALS:
    void momentChosen(debugger::Moment moment);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void makeFilters(QWidget* bar);
    void connectParts();
    void applyFilter();
    void updateCounts();
    void updateEmptyText();
    void copyRows() const;
    void goToRow(int row);
    void scrollToCurrent();

    const Theme& m_theme;
    TimelineStrip* m_strip;
    QLabel* m_where;
    QLineEdit* m_search;
    QList<QToolButton*> m_kinds; // by TimelineKind
    TimelineList* m_list;
    TimelineModel* m_timeline;
    debugger::Moment m_current = 0;
    std::size_t m_leftOut = 0; // lines that were not told
};

} // namespace widgets
