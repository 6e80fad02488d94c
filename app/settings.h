#pragma once

// What is kept from start to start: settings in $XDG_CONFIG_HOME; window, open scripts and histories in
// $XDG_STATE_HOME. A file that cannot be read counts as empty: nothing here may keep the program from starting.

#include "app/breakpoint_json.h"
#include "widgets/editor/script_page.h"
#include "widgets/parts/theme.h"
#include "widgets/views/listener_panel.h"

#include <QString>

#include <chrono>

namespace app {

/// What the person chose.
struct Preferences {
    widgets::ThemeChoice theme = widgets::ThemeChoice::System;
    widgets::ListenerSettings listener; // never the password
    std::chrono::milliseconds runTimeLimit{10'000}; // of Run; 0: none
};

/// Where things were.
struct WindowState {
    QByteArray geometry;
    QByteArray layout;
    QList<widgets::ScriptPageState> pages;
    int currentPage = 0;
    QStringList consoleHistory;
    QStringList watches;
    std::vector<debugger::BreakpointSpec> eventBreakpoints;
    std::vector<FileBreakpoints> fileBreakpoints; // of closed scripts too; the pages have their own
};

class Settings {
public:
    /// Folders of the desktop's conventions; tests give others.
    Settings();
    Settings(QString configFolder, QString stateFolder);

    Preferences preferences() const;
    void setPreferences(const Preferences& preferences);
    WindowState windowState() const;
    /// Written whole or not at all, so that a crash leaves the state before.
    void setWindowState(const WindowState& state);

private:
    QString preferencesFile() const { return m_configFolder + QStringLiteral("/workbench.ini"); }
    QString stateFile() const { return m_stateFolder + QStringLiteral("/window.json"); }

    QString m_configFolder;
    QString m_stateFolder;
};

} // namespace app
