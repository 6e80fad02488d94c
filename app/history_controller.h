#pragma once

// Questions to a session's recording about the past of a variable or a key: from the panels, the editor or the History
// panel to the session, and the answers back. A long search can be given up.

#include "debugger/session.h"

#include <QObject>

#include <functional>
#include <optional>

namespace app {

class MainWindow;

class HistoryController : public QObject {
    Q_OBJECT

public:
    /// `window` outlives the controller.
    explicit HistoryController(MainWindow& window);

    /// Asks about what the keyboard is on: a variable, a key, a word of the script; else lets a person type.
    void askHere();

    /// Where the session is: a moment, or none at the end of the run.
    void setPlace(std::optional<debugger::Moment> moment) { m_place = moment; }
    void setCanAsk(bool can);
    void show(const debugger::VariableHistory& history);
    void show(const debugger::KeyHistory& history);
    void show(const debugger::Progress& progress);
    /// Whether the event is this controller's own business, and shown by it.
    bool takes(const debugger::SessionEvent& event);
    void clear();

    /// Sends to the session and gives the request's id; 0: there is none. Set by whoever holds the session.
    std::function<debugger::RequestId(debugger::Request)> send;

private:
    void askVariable(const engine::Bytes& name);
    void askKey(int database, const engine::Bytes& key);
    void cancel();

    MainWindow& m_window;
    std::optional<debugger::Moment> m_place;
    debugger::RequestId m_asked = 0; // the question under way
    debugger::RequestId m_cancelled = 0; // by this request
    std::optional<debugger::Moment> m_returnTo; // once the search has been given up; none: to the end
};

} // namespace app
