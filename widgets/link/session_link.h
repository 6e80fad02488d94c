#pragma once

// A debug session as the window sees it: events arrive as a signal on the GUI thread, in order; requests go out at
// once.

#include "debugger/session.h"

#include <QObject>

#include <atomic>
#include <functional>
#include <memory>

namespace widgets {

class SessionLink : public QObject {
    Q_OBJECT

public:
    /// Makes the session, whose events go to the listener that it is given.
    using SessionMaker = std::function<std::unique_ptr<debugger::Session>(debugger::SessionListener)>;

    explicit SessionLink(const SessionMaker& make, QObject* parent = nullptr);
    /// Ends the session and waits for its thread, which stops within some milliseconds wherever the script is.
    ~SessionLink() override;

    debugger::SessionCapabilities capabilities() const { return m_session->capabilities(); }
    debugger::RequestId send(debugger::Request request) { return m_session->send(std::move(request)); }

Q_SIGNALS:
    void happened(const debugger::SessionEvent& event);

private:
    void deliver(debugger::SessionEvent event);

    // Log lines that wait to be shown. A script may log faster than any window draws: beyond a limit they are counted.
    std::atomic<int> m_waitingOutputs = 0;
    std::uint64_t m_outputsLeftOut = 0; // session's thread only
    std::unique_ptr<debugger::Session> m_session;
};

} // namespace widgets
