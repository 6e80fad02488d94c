#pragma once

// Every action of the window: one row each. Menus, tool bars, shortcuts and the enabled state follow from the rows;
// what an action does is connected once, in the workbench.

#include <QHash>
#include <QObject>

#include <span>

class QAction;
class QMainWindow;

namespace widgets {
class Theme;
}

namespace app {

enum class ActionId {
    NewScript,
    OpenScript,
    SaveScript,
    SaveScriptAs,
    CloseScript,
    Quit,
    ToggleComment,
    PasteArguments,
    CopyCommandLine,
    Run,
    RunThrowaway,
    StopScript,
    DebugContinue,
    DebugSync,
    DebugStop,
    DebugRestart,
    DebugPause,
    ToggleBreakpoint,
    EnableBreakpoint,
    ConditionalBreakpoint,
    LogPoint,
    RemoveBreakpoints,
    ShowBreakpoints,
    StepOver,
    StepInto,
    StepOut,
    RunToCaret,
    StepBack,
    BackOver,
    BackOut,
    ReverseContinue,
    ToStart,
    ToEnd,
    SaveRecording,
    OpenRecording,
    ShowHistory,
    ApplyWrites,
    UndoWrites,
    ThemeSystem,
    ThemeLight,
    ThemeDark,
    ResetLayout,
    ToggleListener,
    FreezeClock,
    AdvanceClock,
    LiveClock,
    ShowClock,
    About,
};

/// What must be so for an action to be of use.
enum class When {
    Always,
    HasScript,
    CanRun, // a script, and no run of the window under way
    Running, // a run of the window under way
    CanContinue, // a script to start, or a session that waits
    CanStart, // a script, and no session that goes on
    HasSession,
    SessionRuns, // its script is running
    Stopped, // its script waits
    CanGoBack, // it waits, or is over
    HasWrites, // of a session, that could be applied
    CanUndoWrites, // some have been applied
};

enum class Menu { File, Edit, Run, Debug, View, Server, Clock, Help };

struct ActionRow {
    ActionId id;
    const char* name; // the QAction's object name
    const char* text;
    const char* shortcut;
    const char* icon; // of resources/icons; empty: none
    Menu menu;
    When when;
    bool inToolBar;
    const char* tip;
};

std::span<const ActionRow> actionTable();

/// The state that decides which actions are enabled.
struct ActionState {
    bool hasScript = false;
    bool running = false;
    bool hasSession = false;
    bool sessionRuns = false;
    bool sessionStopped = false;
    bool sessionEnded = false;
    bool hasWrites = false;
    bool canUndoWrites = false;
};

/// Whether an action of this kind is of use now.
bool isEnabled(When when, const ActionState& state);

class Actions : public QObject {
    Q_OBJECT

public:
    /// Makes the actions, and the menus and the tool bar of `window`. `theme` outlives this.
    Actions(QMainWindow& window, const widgets::Theme& theme);

    QAction* action(ActionId id) const { return m_actions.value(static_cast<int>(id)); }
    void setState(const ActionState& state);

Q_SIGNALS:
    void triggered(app::ActionId id);

private:
    void applyTheme();

    const widgets::Theme& m_theme;
    QHash<int, QAction*> m_actions;
};

} // namespace app
