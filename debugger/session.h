#pragma once

// A debug session as whoever shows it sees it: requests go in from any thread and never block; events come out through
// the listener. Both are plain values, and every event names the request that caused it.

#include "debugger/session_event.h"
#include "debugger/session_request.h"

#include <functional>

namespace debugger {

/// What a kind of session can do. A view disables what is missing.
struct SessionCapabilities {
    bool stepsBack = false;
    bool setsVariables = false;
    bool evaluatesWithLocals = false;
    bool conditions = false; // of breakpoints, hit counts and log points with them
    bool pauses = false; // a script that is running
    bool timeline = false;
    bool showsChanges = false;
};

/// Called on the session's thread, once an event, in order. Must not block for long and must not destroy the session;
/// it may send requests.
using SessionListener = std::function<void(const SessionEvent&)>;

class Session {
public:
    /// Ends the script, wherever it is, and joins the session's thread. No event is delivered afterwards.
    virtual ~Session() = default;
    Session() = default;
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    virtual SessionCapabilities capabilities() const = 0;

    /// Queues a request; its outcome arrives as events that carry the id given here, from 1 on.
    /// Thread: any. Cost: a queue's lock.
    virtual RequestId send(Request request) = 0;
};

} // namespace debugger
