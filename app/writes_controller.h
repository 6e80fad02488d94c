#pragma once

// What becomes of a debug session's writes: they are on a snapshot, until a person has them done on the live data; and
// may be taken back once. Nothing that others have written is lost without a question.

#include "debugger/session_event.h"
#include "widgets/link/engine_link.h"
#include "widgets/views/writes_bar.h"

#include <QObject>

#include <optional>

namespace app {

class MainWindow;

/// What a session's writes are on, and may become.
enum class SessionKind {
    Snapshot, // a person may apply them
    Recording, // of another time or place; they are to be looked at alone
    Sync, // they are done on the live data when the session ends
};

class WritesController : public QObject {
    Q_OBJECT

public:
    /// Both outlive the controller.
    WritesController(MainWindow& window, widgets::EngineLink& engine);

    bool canApply() const { return m_canApply; }
    bool canUndo() const { return m_applied.has_value() && !m_busy && !isSync(); }

    /// A session begins.
    void begin(SessionKind kind);
    /// The script runs: what it has written cannot be told.
    void showRunning();
    void showStop(const debugger::Stopped& stop);
    void showEnd(const debugger::Ended& end);
    /// A sync session ends with these changes: they are being done on the live data, and then `showKept` tells of it.
    void showKeeping(const engine::KeyspaceDiff& changes);
    void showKept(const debugger::ApplyReport& report);
    /// A sync session has been given up: nothing was written, and it goes on as on any snapshot.
    void showDropped();
    /// The session is over. What has been applied can still be taken back.
    void end();

    /// What the session answers to `writesWanted`.
    void take(const debugger::WritesTold& told);
    void apply() { ask(debugger::OnConflict::Refuse); }
    void undo() { undo(debugger::OnConflict::Refuse); }

Q_SIGNALS:
    /// The session is to tell what has been written.
    void writesWanted();
    void discardWanted();
    void endWanted();
    void restartWanted();
    /// What can be done is another.
    void stateChanged();

private:
    void choose(widgets::WritesChoice choice);
    /// Of a sync session that goes on.
    bool isSync() const { return m_hasSession && m_kind == SessionKind::Sync && !m_isApplied; }
    void offer(const engine::KeyspaceDiff& changes, bool atEnd);
    widgets::WritesNotice offerOf(qint64 keys, bool atEnd) const;
    void showSinceApplied();
    void ask(debugger::OnConflict onConflict);
    void undo(debugger::OnConflict onConflict);
    void showApplied(const debugger::ApplyReport& report, bool byThisSession);
    void tell(bool done, const widgets::WritesNotice& notice);
    void showUndone(const debugger::ApplyReport& report);
    bool confirm(const QString& title, const QString& question, const QString& button);
    void show(widgets::WritesNotice notice);

    MainWindow& m_window;
    widgets::EngineLink& m_engine;
    std::optional<debugger::AppliedWrites> m_applied; // what can be taken back: the last that was applied
    bool m_isApplied = false; // this session's
    engine::KeyspaceDiff m_changes; // of this moment
    engine::KeyspaceDiff m_appliedChanges; // of the moment whose writes have been applied
    widgets::WritesNotice m_appliedNotice;
    debugger::ApplyReport m_refused; // the last that met what others had written
    debugger::OnConflict m_onConflict = debugger::OnConflict::Refuse; // of the writes that were asked for
    widgets::WritesNotice m_offer; // of this moment
    std::size_t m_session = 0; // which one it is, for answers that come late
    std::size_t m_keptSession = 0; // whose writes were being kept last
    bool m_hasSession = false;
    SessionKind m_kind = SessionKind::Snapshot;
    bool m_busy = false; // something is being written
    bool m_canApply = false;
};

} // namespace app
