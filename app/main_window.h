#pragma once

// The window's frame: script tabs in the middle, panels around them, menus and tool bar from the action table. It shows
// and arranges; what happens is the workbench's business.

#include "app/action_table.h"

#include <QMainWindow>

class QLabel;

namespace engine {
class CommandTable;
}

namespace widgets {
class BreakpointsView;
class ChangesView;
class ClockPanel;
class ConsoleView;
class HistoryView;
class ListenerPanel;
class LogView;
class ResultView;
class ScriptTabs;
class SlowlogView;
class StackView;
class Theme;
class TimelineView;
class TonedLabel;
class VariablesView;
class WatchesView;
} // namespace widgets

namespace app {

/// The views of the window, each in its dock. Owned by the window.
struct Views {
    widgets::ScriptTabs* scripts = nullptr;
    widgets::ResultView* result = nullptr;
    widgets::StackView* stack = nullptr;
    widgets::VariablesView* variables = nullptr;
    widgets::WatchesView* watches = nullptr;
    widgets::BreakpointsView* breakpoints = nullptr;
    widgets::TimelineView* timeline = nullptr;
    widgets::HistoryView* history = nullptr;
    widgets::ChangesView* changes = nullptr;
    widgets::ConsoleView* console = nullptr;
    widgets::SlowlogView* slowlog = nullptr;
    widgets::LogView* log = nullptr;
    widgets::ListenerPanel* listener = nullptr;
    widgets::ClockPanel* clock = nullptr;
};

class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    /// `theme` and `commands` outlive the window.
    MainWindow(const widgets::Theme& theme, const engine::CommandTable& commands);

    const Views& views() const { return m_views; }
    Actions& actions() { return *m_actions; }

    /// Brings a view's dock to the front.
    void raise(QWidget* view);
    void resetLayout();
    /// Layouts of another version are not restored.
    static constexpr int kLayoutVersion = 4;

    void showListenerStatus(const QString& text);
    void showDataStatus(const QString& text);
    /// `loud`: nobody may overlook it.
    void showClockStatus(const QString& text, bool loud);
    /// In the colour of a warning; empty: there is none.
    void showSyncStatus(const QString& text);

Q_SIGNALS:
    /// The window is closing; what must be kept is to be kept now.
    void closing();

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    QDockWidget* addDock(const QString& name, const QString& title, QWidget* view);
    void makeViews(const engine::CommandTable& commands);
    void makeDocks();
    void updateTitleBars();

    const widgets::Theme& m_theme;
    Views m_views;
    Actions* m_actions;
    QLabel* m_listenerStatus;
    QLabel* m_dataStatus;
    widgets::TonedLabel* m_clockStatus;
    widgets::TonedLabel* m_syncStatus;
    QList<QDockWidget*> m_docks;
    QByteArray m_firstLayout;
};

} // namespace app
