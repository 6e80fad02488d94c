#pragma once

// One debug session of the window, at most: starts it on a snapshot of the live dataset, passes the person's steps on,
// and shows what the session tells. A sync session holds everybody else meanwhile, and leaves its writes behind.

#include "app/action_table.h"
#include "app/writes_controller.h"
#include "debugger/local_session.h"
#include "widgets/link/engine_link.h"

#include <QObject>
#include <QPointer>

#include <chrono>
#include <memory>
#include <optional>

namespace widgets {
class ScriptPage;
class SessionLink;
} // namespace widgets

namespace app {

class BreakpointController;
class FunctionPicker;
class HistoryController;
class MainWindow;
class SyncController;

class DebugController : public QObject {
    Q_OBJECT

public:
    /// All outlive the controller.
    /// `goingLimit`: how long a script may go on without a stop; 0: without end.
    DebugController(MainWindow& window, BreakpointController& breakpoints, WritesController& writes,
        SyncController& sync, FunctionPicker& functions, widgets::EngineLink& engine, const engine::Clock& clock,
        std::chrono::milliseconds goingLimit);
    ~DebugController() override;

    bool hasSession() const { return m_session != nullptr; }
    bool isRunning() const { return m_session && m_phase == Phase::Running; }
    bool isStopped() const { return m_session && m_phase == Phase::Stopped; }
    bool isEnded() const { return m_session && m_phase == Phase::Ended; }

    /// Starts the current script on a snapshot, or goes on.
    void startOrContinue();
    /// Starts the current script, and holds everybody else.
    void startSync();
    /// Leaves the debugger; a sync session's writes up to the line that is shown are kept.
    void stop();
    /// Begins anew, as the session is. Nothing that a sync session has written so far is kept.
    void restart();
    void move(debugger::Move move);
    void runToCaret();
    void pause();
    /// Lists the changes of what the keyboard is on.
    void askHistory();
    /// Asks where to, and has the session write its recording.
    void askAndSaveRecording();
    /// Asks which, and shows it in place of the present session. What cannot be shown is said.
    void askAndOpenRecording();

Q_SIGNALS:
    void stateChanged();

private:
    enum class Phase { Preparing, Running, Stopped, Ended };

    void start(widgets::ScriptPage* page, SessionKind kind);
    void startAgain(SessionKind kind);
    void begin(const QString& function, SessionKind kind, widgets::EngineLink::SessionGround ground);
    void leave();
    void leaveSoon();
    void keepWrites(const debugger::Ended& end);
    void sayWhatIsCalled(const QString& function);
    void showRecording(const QString& path, debugger::LocalSessionOptions options);
    engine::ScriptInput inputOn(widgets::EngineLink::SessionGround ground);
    void beginSession(debugger::LocalSessionOptions options, SessionKind kind);
    void complain(const QString& text);
    void send(debugger::Request request);
    void sendBreakpoints();
    void setPhase(Phase phase);
    void clearViews();

    void onEvent(const debugger::SessionEvent& event);
    void show(const debugger::Running& event);
    void show(const debugger::Stopped& event);
    void show(const debugger::Ended& event);
    void show(const debugger::Output& event);
    void show(const debugger::Evaluated& event);
    void show(const debugger::Expanded& event);
    void show(const debugger::FrameShown& event);
    void show(const debugger::VariableSet&) { }
    void show(const debugger::BreakpointsSet& event);
    void show(const debugger::WatchesSet& event);
    void show(const debugger::TimelineShown& event);
    void show(const debugger::KeyHistory& event);
    void show(const debugger::VariableHistory& event);
    void show(const debugger::Diverged& event);
    void show(const debugger::LimitReached& event);
    void show(const debugger::RecordingSaved& event);
    void show(const debugger::WritesTold& event);
    void show(const debugger::Progress& event);
    void show(const debugger::Failed& event);

    MainWindow& m_window;
    BreakpointController& m_breakpoints;
    WritesController& m_writes;
    SyncController& m_sync;
    FunctionPicker& m_functions;
    std::unique_ptr<HistoryController> m_history;
    widgets::EngineLink& m_engine;
    const engine::Clock& m_clock;
    const std::chrono::milliseconds m_goingLimit;
    // What the session's input points at; outlives the session.
    widgets::EngineLink::SessionGround m_ground;
    std::unique_ptr<widgets::SessionLink> m_session;
    QPointer<widgets::ScriptPage> m_page; // whose script is debugged
    Phase m_phase = Phase::Preparing;
    SessionKind m_kind = SessionKind::Snapshot;
    engine::Bytes m_source; // that runs
    QString m_function; // of it, that is called; empty: the script
    bool m_preparing = false; // a snapshot is on its way
    std::optional<debugger::RequestId> m_stopping; // asked of a sync session: it is left as soon as its end is told
    int m_frame = 0;
    std::vector<engine::LuaVariable> m_arguments;
};

} // namespace app
