#pragma once

// A debug session as a conversation: asks one thing and waits for its answer, on the caller's thread.

#include "debugger/local_session.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

namespace debugger {

class SessionPort {
public:
    explicit SessionPort(LocalSessionOptions options);

    struct Question {
        Request request;
        /// Which event is the answer; a Failed or Diverged always is.
        std::function<bool(const SessionEventBody&)> isAnswer;
        /// Gets what happens on the way.
        std::function<void(const SessionEventBody&)> onOther = {};
        /// A script that runs longer is paused; the answer is then its stop. One that comes to no line in as long
        /// again, inside a call that takes for ever, is ended. None: it takes what it takes, as travelling in a
        /// recording does, where a pause half way would only be a wrong place.
        std::optional<std::chrono::milliseconds> patience = std::chrono::milliseconds(5000);
        /// Asked now and then while the script runs: whether it is to be paused. What cannot be paused is then ended as
        /// above.
        std::function<bool()> wantsPause = {};
    };
    struct Answer {
        SessionEventBody event;
        bool outOfPatience = false;
    };
    Answer ask(const Question& question);
    /// What has no answer.
    void tell(Request request) { m_session->send(std::move(request)); }
    /// Puts a session that shows this recording in the place of the present one; it waits for a StartRequest, and knows
    /// no breakpoints, watches or limits. What it shows as its source. The error says why not; then the present one is
    /// where it was, as a recording of its own where that had to be made way for, without its breakpoints and the like.
    engine::Result<Bytes> open(BytesView recording);

    /// Pauses a running script. Thread: any.
    void interrupt();
    /// The same, for good: whatever runs from now on is paused at once. Thread: any.
    void hurry();

private:
    using Time = std::chrono::steady_clock::time_point;
    class Wait;
    /// The next event; none when there was none in time.
    std::optional<SessionEvent> next(std::optional<Time> until);
    /// The present session ends first: two may want one place in memory.
    engine::Result<void> replaceBy(LocalSessionOptions options);
    void putBack(const std::optional<Bytes>& recording);

    LocalSessionOptions m_world; // of all sessions
    std::mutex m_mutex; // protects the events
    std::condition_variable m_arrived;
    std::deque<SessionEvent> m_events;
    std::atomic<bool> m_hurries{false};
    std::mutex m_sessionMutex; // protects which session it is, for those who interrupt it
    std::unique_ptr<Session> m_session; // last: it fills the events
};

} // namespace debugger
