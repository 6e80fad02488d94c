#pragma once

// A debug session as a conversation: asks one thing and waits for its answer, on the caller's thread.

#include "debugger/local_session.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace app {

class SessionPort {
public:
    explicit SessionPort(debugger::LocalSessionOptions options);

    struct Question {
        debugger::Request request;
        /// Which event is the answer; a Failed or Diverged always is.
        std::function<bool(const debugger::SessionEventBody&)> isAnswer;
        /// Gets what happens on the way.
        std::function<void(const debugger::SessionEventBody&)> onOther = {};
        /// A script that runs longer is paused; the answer is then its stop.
        std::chrono::milliseconds patience{5000};
    };
    struct Answer {
        debugger::SessionEventBody event;
        bool outOfPatience = false;
    };
    Answer ask(const Question& question);

    /// Pauses a running script. Thread: any.
    void interrupt() { m_session->send(debugger::PauseRequest()); }

private:
    std::mutex m_mutex; // protects the events
    std::condition_variable m_arrived;
    std::deque<debugger::SessionEvent> m_events;
    std::unique_ptr<debugger::Session> m_session; // last: it fills the events
};

} // namespace app
