#include "app/action_table.h"

#include "widgets/parts/icons.h"
#include "widgets/parts/theme.h"

#include <QAction>
#include <QActionGroup>
#include <QCoreApplication>
#include <QMainWindow>
#include <QMenuBar>
#include <QToolBar>
#include <QToolButton>

namespace app {

namespace {

#define TEXT(text) QT_TRANSLATE_NOOP("Actions", text)

// A pure table: the order is that of the menus.
constexpr ActionRow kRows[] = {
    {ActionId::NewScript, "newScript", TEXT("&New Script"), "Ctrl+N", "new", Menu::File, When::Always, true,
        TEXT("Open an empty script")},
    {ActionId::OpenScript, "openScript", TEXT("&Open…"), "Ctrl+O", "open", Menu::File, When::Always, true,
        TEXT("Open a script from a file")},
    {ActionId::SaveScript, "saveScript", TEXT("&Save"), "Ctrl+S", "save", Menu::File, When::HasScript, true,
        TEXT("Save the script, byte for byte")},
    {ActionId::SaveScriptAs, "saveScriptAs", TEXT("Save &As…"), "Ctrl+Shift+S", "", Menu::File, When::HasScript, false,
        TEXT("Save the script under another name")},
    {ActionId::CloseScript, "closeScript", TEXT("&Close"), "Ctrl+W", "", Menu::File, When::HasScript, false,
        TEXT("Close the script")},
    {ActionId::Quit, "quit", TEXT("&Quit"), "Ctrl+Q", "", Menu::File, When::Always, false,
        TEXT("Quit; scripts that are not saved come back at the next start")},

    {ActionId::ToggleComment, "toggleComment", TEXT("Toggle &Comment"), "Ctrl+/", "", Menu::Edit, When::HasScript,
        false, TEXT("Comment the selected lines, or take the comment away")},
    {ActionId::PasteArguments, "pasteArguments", TEXT("Paste as KEYS , &ARGV"), "Ctrl+Shift+V", "paste", Menu::Edit,
        When::HasScript, false,
        TEXT("Fill KEYS and ARGV from the clipboard: a b , c d, a redis-cli line, an EVAL or FCALL")},
    {ActionId::CopyCommandLine, "copyCommandLine", TEXT("Copy as redis-cli &Line"), "Ctrl+Shift+C", "", Menu::Edit,
        When::HasScript, false,
        TEXT("Copy a redis-cli line that calls this script, or the chosen function, with its KEYS and ARGV")},

    {ActionId::Run, "run", TEXT("&Run"), "Ctrl+Return", "run", Menu::Run, When::CanRun, true,
        TEXT("Run the script, or the chosen function, on the embedded engine; what it writes stays")},
    {ActionId::RunThrowaway, "runThrowaway", TEXT("Run on a &Throw-away Snapshot"), "Ctrl+Shift+Return", "", Menu::Run,
        When::CanRun, false, TEXT("Run the script and drop what it writes")},
    {ActionId::StopScript, "stopScript", TEXT("&Stop Script"), "Ctrl+.", "stop", Menu::Run, When::Running, false,
        TEXT("End the running script, as SCRIPT KILL does")},

    {ActionId::DebugContinue, "debugContinue", TEXT("&Debug"), "F5", "debug", Menu::Debug, When::CanContinue, true,
        TEXT("Start the script in the debugger, or go on to the next breakpoint")},
    {ActionId::DebugSync, "debugSync", TEXT("Debug, Holding Others (Sync)"), "Ctrl+Alt+S", "", Menu::Debug,
        When::CanStart, false,
        TEXT("Start the script in the debugger while everybody else waits; when the session ends, its writes stay")},
    {ActionId::DebugPause, "debugPause", TEXT("&Pause"), "F6", "pause", Menu::Debug, When::SessionRuns, true,
        TEXT("Stop the running script at its next line")},
    {ActionId::DebugStop, "debugStop", TEXT("&Stop"), "Shift+F5", "stop", Menu::Debug, When::HasSession, true,
        TEXT("End the debug session; what it wrote is discarded, unless it was applied, or the session is a sync one")},
    {ActionId::DebugRestart, "debugRestart", TEXT("&Restart"), "Ctrl+Shift+F5", "restart", Menu::Debug,
        When::HasSession, true, TEXT("Begin again, with the script, KEYS and ARGV as they are now")},
    {ActionId::ToggleBreakpoint, "toggleBreakpoint", TEXT("Toggle &Breakpoint"), "F9", "", Menu::Debug, When::HasScript,
        false, TEXT("Set or remove a breakpoint on the caret's line")},
    {ActionId::EnableBreakpoint, "enableBreakpoint", TEXT("En&able or Disable Breakpoint"), "Ctrl+F9", "", Menu::Debug,
        When::HasScript, false, TEXT("Turn the breakpoint on the caret's line off, or on again")},
    {ActionId::ConditionalBreakpoint, "conditionalBreakpoint", TEXT("Co&nditional Breakpoint…"), "Shift+F9", "",
        Menu::Debug, When::HasScript, false, TEXT("Stop on the caret's line only if an expression holds")},
    {ActionId::LogPoint, "logPoint", TEXT("&Log Point…"), "Ctrl+Shift+F9", "", Menu::Debug, When::HasScript, false,
        TEXT("Print a text each time the caret's line is reached, without stopping")},
    {ActionId::RemoveBreakpoints, "removeAllBreakpoints", TEXT("Re&move All Breakpoints"), "", "", Menu::Debug,
        When::Always, false, TEXT("Remove every breakpoint, of lines and of events")},
    {ActionId::ShowBreakpoints, "showBreakpoints", TEXT("Sho&w Breakpoints"), "Ctrl+Alt+B", "", Menu::Debug,
        When::Always, false, TEXT("List every breakpoint, and add events: commands, keys, errors")},
    {ActionId::StepOver, "stepOver", TEXT("Step &Over"), "F10", "step-over", Menu::Debug, When::Stopped, true,
        TEXT("Run the line, and the functions that it calls")},
    {ActionId::StepInto, "stepInto", TEXT("Step &Into"), "F11", "step-into", Menu::Debug, When::Stopped, true,
        TEXT("Run to the next line, in whatever function it is")},
    {ActionId::StepOut, "stepOut", TEXT("Step O&ut"), "Shift+F11", "step-out", Menu::Debug, When::Stopped, true,
        TEXT("Run until the function returns")},
    {ActionId::RunToCaret, "runToCaret", TEXT("Run to &Caret"), "Ctrl+F10", "run-to", Menu::Debug, When::Stopped, false,
        TEXT("Run until the caret's line is reached")},
    {ActionId::StepBack, "stepBack", TEXT("Step Bac&k"), "Shift+Alt+F11", "step-back", Menu::Debug, When::CanGoBack,
        true, TEXT("Go back to the line that ran before")},
    {ActionId::BackOver, "backOver", TEXT("Back O&ver"), "Shift+Alt+F10", "back-over", Menu::Debug, When::CanGoBack,
        true, TEXT("Go back by a line of this function")},
    {ActionId::BackOut, "backOut", TEXT("Back Ou&t"), "Ctrl+Shift+Alt+F11", "back-out", Menu::Debug, When::CanGoBack,
        true, TEXT("Go back to the line that called this function")},
    {ActionId::ReverseContinue, "reverseContinue", TEXT("Re&verse Continue"), "Shift+Alt+F5", "reverse-continue",
        Menu::Debug, When::CanGoBack, true, TEXT("Go back to the breakpoint before, or to the start")},
    {ActionId::ToStart, "toStart", TEXT("To the &Start"), "Ctrl+Alt+Home", "to-start", Menu::Debug, When::CanGoBack,
        false, TEXT("Go back to the first line")},
    {ActionId::ToEnd, "toEnd", TEXT("To the &End"), "Ctrl+Alt+End", "to-end", Menu::Debug, When::CanGoBack, false,
        TEXT("Run to the end, past breakpoints")},
    {ActionId::SaveRecording, "saveRecording", TEXT("Save Recordin&g…"), "", "", Menu::Debug, When::CanGoBack, false,
        TEXT("Keep this run in a file: every moment of it, with the keys that it touched")},
    {ActionId::OpenRecording, "openRecording", TEXT("Open Re&cording…"), "", "", Menu::Debug, When::Always, false,
        TEXT("Show a run that was saved, here or elsewhere, at the same moment")},

    {ActionId::ShowHistory, "showHistory", TEXT("&History of Variable or Key"), "Ctrl+H", "", Menu::Debug,
        When::CanGoBack, false,
        TEXT("List every change of the variable or key that is chosen, with the line that made it")},
    {ActionId::ApplyWrites, "applyWrites", TEXT("Appl&y Writes to Live Data"), "Ctrl+Alt+W", "", Menu::Debug,
        When::HasWrites, false,
        TEXT("Do what the script has written so far on the live data, unless somebody has changed its keys meanwhile")},
    {ActionId::UndoWrites, "undoWrites", TEXT("Take &Back Applied Writes"), "Ctrl+Alt+Z", "", Menu::Debug,
        When::CanUndoWrites, false, TEXT("Give the keys that were written last the values back that they had before")},

    {ActionId::ThemeSystem, "themeSystem", TEXT("Theme: as the &Desktop"), "", "", Menu::View, When::Always, false,
        TEXT("Light or dark as the desktop prefers")},
    {ActionId::ThemeLight, "themeLight", TEXT("Theme: &Light"), "", "", Menu::View, When::Always, false,
        TEXT("Dark on light")},
    {ActionId::ThemeDark, "themeDark", TEXT("Theme: &Dark"), "", "", Menu::View, When::Always, false,
        TEXT("Light on dark")},
    {ActionId::ResetLayout, "resetLayout", TEXT("&Reset Layout"), "", "", Menu::View, When::Always, false,
        TEXT("Put every panel back in its place")},

    {ActionId::ToggleListener, "toggleListener", TEXT("&Listener"), "Ctrl+L", "listener", Menu::Server, When::Always,
        true, TEXT("Serve this engine to other programs over RESP")},

    {ActionId::FreezeClock, "freezeClock", TEXT("&Freeze"), "Ctrl+Alt+F", "", Menu::Clock, When::Always, false,
        TEXT("Let the engine's clock stand still, or go on; expiry and time-outs follow it")},
    {ActionId::AdvanceClock, "advanceClock", TEXT("&Advance"), "Ctrl+Alt+A", "", Menu::Clock, When::Always, false,
        TEXT("Move the clock on by the amount in its panel")},
    {ActionId::LiveClock, "liveClock", TEXT("&Live"), "Ctrl+Alt+L", "", Menu::Clock, When::Always, false,
        TEXT("Give the clock back to the system")},
    {ActionId::ShowClock, "showClock", TEXT("&Set the Clock…"), "", "", Menu::Clock, When::Always, false,
        TEXT("Stop the clock, step it, speed it up or put it to a moment")},

    {ActionId::About, "about", TEXT("&About"), "", "", Menu::Help, When::Always, false,
        TEXT("What this is, and under which licence")},
};

#undef TEXT

constexpr const char* kMenuTitles[] = {
    QT_TRANSLATE_NOOP("Actions", "&File"),
    QT_TRANSLATE_NOOP("Actions", "&Edit"),
    QT_TRANSLATE_NOOP("Actions", "&Run"),
    QT_TRANSLATE_NOOP("Actions", "&Debug"),
    QT_TRANSLATE_NOOP("Actions", "&View"),
    QT_TRANSLATE_NOOP("Actions", "&Server"),
    QT_TRANSLATE_NOOP("Actions", "&Clock"),
    QT_TRANSLATE_NOOP("Actions", "&Help"),
};

QString translated(const char* text)
{
    return QCoreApplication::translate("Actions", text);
}

bool isCheckable(ActionId id)
{
    return id == ActionId::ThemeSystem || id == ActionId::ThemeLight || id == ActionId::ThemeDark
        || id == ActionId::ToggleListener || id == ActionId::FreezeClock;
}

} // namespace

std::span<const ActionRow> actionTable()
{
    return kRows;
}

bool isEnabled(When when, const ActionState& state)
{
    switch (when) {
    case When::Always:
        return true;
    case When::HasScript:
        return state.hasScript;
    case When::CanRun:
        return state.hasScript && !state.running;
    case When::Running:
        return state.running;
    case When::CanContinue:
        return state.hasSession ? state.sessionStopped || state.sessionEnded : state.hasScript;
    case When::CanStart:
        return state.hasScript && (!state.hasSession || state.sessionEnded);
    case When::HasSession:
        return state.hasSession;
    case When::SessionRuns:
        return state.sessionRuns;
    case When::Stopped:
        return state.sessionStopped;
    case When::CanGoBack:
        return state.sessionStopped || state.sessionEnded;
    case When::HasWrites:
        return state.hasWrites;
    case When::CanUndoWrites:
        return state.canUndoWrites;
    }
    return false;
}

Actions::Actions(QMainWindow& window, const widgets::Theme& theme) : QObject(&window), m_theme(theme)
{
    QHash<int, QMenu*> menus;
    for (const char* title : kMenuTitles) {
        auto* menu = window.menuBar()->addMenu(translated(title));
        menu->setObjectName(QStringLiteral("menu%1").arg(menus.size()));
        menus.insert(static_cast<int>(menus.size()), menu);
    }
    auto* bar = window.addToolBar(tr("Main"));
    bar->setObjectName(QStringLiteral("mainToolBar"));
    bar->setIconSize(QSize(20, 20));
    auto* themes = new QActionGroup(this);

    Menu last = Menu::File;
    for (const ActionRow& row : kRows) {
        auto* action = new QAction(translated(row.text), &window);
        action->setObjectName(QLatin1String(row.name));
        action->setShortcut(QKeySequence(QLatin1String(row.shortcut)));
        action->setShortcutContext(Qt::WindowShortcut);
        action->setCheckable(isCheckable(row.id));
        if (row.id == ActionId::ThemeSystem || row.id == ActionId::ThemeLight || row.id == ActionId::ThemeDark)
            themes->addAction(action);
        const QString keys = action->shortcut().toString(QKeySequence::NativeText);
        action->setToolTip(
            keys.isEmpty() ? translated(row.tip) : QStringLiteral("%1 (%2)").arg(translated(row.tip), keys));
        action->setStatusTip(translated(row.tip));
        menus[static_cast<int>(row.menu)]->addAction(action);
        if (row.inToolBar) {
            if (row.menu != last)
                bar->addSeparator();
            last = row.menu;
            bar->addAction(action);
            // The two that everything begins with say their names.
            auto* button = qobject_cast<QToolButton*>(bar->widgetForAction(action));
            if (button && (row.id == ActionId::Run || row.id == ActionId::DebugContinue))
                button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        }
        connect(action, &QAction::triggered, this, [this, id = row.id] { Q_EMIT triggered(id); });
        m_actions.insert(static_cast<int>(row.id), action);
    }
    connect(&theme, &widgets::Theme::changed, this, &Actions::applyTheme);
    applyTheme();
    setState({});
}

void Actions::setState(const ActionState& state)
{
    for (const ActionRow& row : kRows)
        action(row.id)->setEnabled(isEnabled(row.when, state));
}

void Actions::applyTheme()
{
    for (const ActionRow& row : kRows) {
        if (row.icon[0] != '\0')
            action(row.id)->setIcon(widgets::themedIcon(QLatin1String(row.icon), m_theme));
    }
}

} // namespace app
