#pragma once

// What of a script is to run: the whole of it, or, of a library, the function that the person has chosen, found by
// loading the library. Asks where there is more than one and none is chosen; says why where there is none.

#include "widgets/editor/script_page.h"
#include "widgets/link/engine_link.h"

#include <QObject>
#include <QPointer>

#include <functional>

namespace app {

class MainWindow;

class FunctionPicker : public QObject {
    Q_OBJECT

public:
    /// Both outlive the picker.
    FunctionPicker(MainWindow& window, widgets::EngineLink& engine) : m_window(window), m_engine(engine) { }

    /// Calls `go` with the function, empty for a script; at once for those, later for libraries, and not at all when
    /// there is nothing to run. A second call before that replaces the first.
    void pick(widgets::ScriptPage* page, std::function<void(const QString& function)> go);

private:
    void takeListing(const debugger::LibraryListing& listing);
    void say(const QString& text, int line);

    MainWindow& m_window;
    widgets::EngineLink& m_engine;
    QPointer<widgets::ScriptPage> m_page;
    std::function<void(const QString& function)> m_go;
    std::size_t m_asked = 0; // which question it is
};

} // namespace app
