#pragma once

// The window's hold on the live data while a sync session lives: taken before its first line, shown for as long as it
// lasts, and given up with the session's writes or without. What must not happen meanwhile asks here first.

#include "debugger/session_event.h"
#include "widgets/link/engine_link.h"

#include <QObject>

#include <functional>
#include <optional>

namespace app {

class MainWindow;

class SyncController : public QObject {
    Q_OBJECT

public:
    /// Both outlive the controller.
    SyncController(MainWindow& window, widgets::EngineLink& engine);

    /// From `take`'s success until `keep` or `drop`.
    bool holds() const { return m_holds; }
    /// Says why it cannot be done, and what to do, while there is a hold. `what`: "The clock cannot be moved".
    bool refuses(const QString& what);

    using Ground = widgets::EngineLink::SessionGround;
    /// Asks for the hold and the ground of a session. `done` is called with it; when another session has the data, that
    /// is said, and `done` called with nothing.
    void take(std::function<void(std::optional<Ground>)> done);
    /// The session is over: `end` is its end on this ground. Writes, lets everybody go, and calls `done`. `script` is
    /// empty for a library.
    void keep(const engine::Bytes& script, const Ground& ground, const debugger::Ended& end,
        std::function<void(const debugger::ApplyReport&)> done);
    /// Lets everybody go, and writes nothing.
    void drop();

private:
    void setHolds(bool holds);
    void say(const QString& text);

    MainWindow& m_window;
    widgets::EngineLink& m_engine;
    bool m_holds = false;
};

} // namespace app
