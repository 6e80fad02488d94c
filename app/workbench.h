#pragma once

// Owns everything: the engine, the window, the controllers; and connects them. Nothing else holds two of them together.

#include "app/action_table.h"
#include "app/settings.h"
#include "engine/base/movable_clock.h"
#include "engine/resp/reply.h"
#include "widgets/link/engine_link.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <memory>

namespace app {

class BreakpointController;
class ClockController;
class DebugController;
class FunctionPicker;
class MainWindow;
class SyncController;
class WritesController;

class Workbench : public QObject {
    Q_OBJECT

public:
    explicit Workbench(Settings settings = {});
    ~Workbench() override;

    MainWindow& window() { return *m_window; }

    /// Brings back what was open, then opens `files`, and shows the window.
    void start(const QStringList& files);
    /// `port` 0: the one in the panel.
    void startListener(int port = 0);

private:
    void connectViews();
    void connectEngine();
    void trigger(ActionId id);
    bool triggerDebug(ActionId id);
    bool triggerClock(ActionId id);
    void run(bool keepWrites);
    void runFunction(widgets::ScriptPage* page, const QString& function, bool keepWrites);
    void showReport(const debugger::RunReport& report);
    void copyCommandLine(widgets::ScriptPage& page);
    void toggleListener();
    void closeListener();
    void chooseTheme(widgets::ThemeChoice choice);
    void applyTheme();
    void updateActions();
    void saveState();
    void restoreState();
    void showStatus(const widgets::EngineStatus& status);
    void showAbout();

    Settings m_settings;
    Preferences m_preferences;
    engine::MovableClock m_clock;
    std::unique_ptr<widgets::Theme> m_theme;
    std::unique_ptr<widgets::EngineLink> m_engine;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<BreakpointController> m_breakpoints;
    std::unique_ptr<WritesController> m_writes;
    std::unique_ptr<SyncController> m_sync;
    std::unique_ptr<FunctionPicker> m_functions;
    std::unique_ptr<DebugController> m_debug;
    std::unique_ptr<ClockController> m_clockControl;
    QTimer m_refresh; // status bar and slow log
    QTimer m_autosave; // so that a crash costs at most some seconds of typing
    QString m_runTitle;
    QPointer<widgets::ScriptPage> m_runPage;
    bool m_running = false;
    bool m_listening = false;
};

} // namespace app
