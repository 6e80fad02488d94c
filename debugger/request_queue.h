#pragma once

// Requests on their way to a session's thread. Putting one in never waits for the thread to take it.

#include "debugger/session_request.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace debugger {

struct QueuedRequest {
    RequestId id = 0;
    Request request;
};

class RequestQueue {
public:
    /// Thread: any.
    RequestId put(Request request);
    /// Nothing is taken any more; whoever waits gets nothing. Thread: any.
    void close();
    /// Up when something has come in, or the queue was closed, since it was last lowered: for a running script, which
    /// reads it at every line.
    std::atomic<bool>& attention() { return m_attention; }
    bool closed() const { return m_closed.load(std::memory_order_acquire); }

    /// Everything that has come in. Never waits. Thread: the session's, as below.
    std::deque<QueuedRequest> takeAll();
    /// Waits for the next; nothing once closed.
    std::optional<QueuedRequest> take();
    /// Puts back in front what has been taken.
    void putBack(QueuedRequest request);

private:
    std::mutex m_mutex; // protects the requests and the last id
    std::condition_variable m_arrived;
    std::deque<QueuedRequest> m_requests;
    RequestId m_lastId = 0;
    std::atomic<bool> m_attention{false};
    std::atomic<bool> m_closed{false};
};

} // namespace debugger
