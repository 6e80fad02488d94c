#pragma once

// Keeps the breakpoints together that are shown in three places: in the editors' margins, in their panel, and in the
// debug session. Outside a session it says by itself which lines have code, and what is wrong with an event's pattern.

#include "app/action_table.h"
#include "app/breakpoint_json.h"
#include "debugger/breakpoint_spec.h"
#include "engine/command/command_table.h"
#include "widgets/models/breakpoints_model.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <vector>

namespace widgets {
class ScriptPage;
enum class BreakpointField;
} // namespace widgets

namespace app {

class MainWindow;

class BreakpointController : public QObject {
    Q_OBJECT

public:
    /// Both outlive the controller.
    BreakpointController(MainWindow& window, const engine::CommandTable& commands);

    /// Of files that were open, the last one first. A file that is opened again gets its own back.
    const std::vector<FileBreakpoints>& files() const { return m_files; }
    void setFiles(std::vector<FileBreakpoints> files);

    /// For a session of this page: its lines, then the events.
    std::vector<debugger::BreakpointSpec> specsFor(const widgets::ScriptPage& page) const;
    /// Some that is on may stop a run of this page.
    bool canStop(const widgets::ScriptPage& page) const;

    /// From here to endSession the session tells where this page's breakpoints and the events hold.
    void beginSession(widgets::ScriptPage* page);
    void endSession();
    void showStates(const std::vector<debugger::BreakpointState>& states);
    /// Which of `specsFor` the run has stopped at; -1: at none.
    void showStop(int number);

    /// True when the action is one of breakpoints.
    bool trigger(ActionId id);

Q_SIGNALS:
    /// Not the same ones as before.
    void changed();

private:
    void adopt(widgets::ScriptPage* page);
    void refresh();
    void giveBack(widgets::ScriptPage& page);
    void remember(const widgets::ScriptPage& page, const std::vector<debugger::BreakpointSpec>& lines);
    void onTextChanged();
    void applyLines(const std::vector<widgets::LineChange>& changes);
    void onEventsChanged();
    void bindAll();
    void bindLines(widgets::ScriptPage& page);
    void bindEvents();
    void edit(int line, widgets::BreakpointField field);
    void toggleEnabled();
    void goTo(widgets::ScriptId script, int line);
    widgets::ScriptPage* pageOf(widgets::ScriptId script) const;
    void showBound(widgets::ScriptPage& page, const std::vector<debugger::BreakpointState>& states) const;

    MainWindow& m_window;
    const engine::CommandTable& m_commands;
    widgets::BreakpointsModel& m_model;
    std::vector<FileBreakpoints> m_files;
    QPointer<widgets::ScriptPage> m_sessionPage;
    QTimer m_bind; // while a person types, the lines with code change with each key
    bool m_inSession = false;
    bool m_applying = false;
};

} // namespace app
