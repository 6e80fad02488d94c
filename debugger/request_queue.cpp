#include "debugger/request_queue.h"

#include <utility>

namespace debugger {

RequestId RequestQueue::put(Request request)
{
    RequestId id = 0;
    {
        const std::lock_guard lock(m_mutex);
        id = ++m_lastId;
        m_requests.push_back({.id = id, .request = std::move(request)});
    }
    m_attention.store(true, std::memory_order_release);
    m_arrived.notify_one();
    return id;
}

void RequestQueue::close()
{
    {
        // Under the lock, so that a waiter is not between its look and its sleep.
        const std::lock_guard lock(m_mutex);
        m_closed.store(true, std::memory_order_release);
    }
    m_attention.store(true, std::memory_order_release);
    m_arrived.notify_one();
}

std::deque<QueuedRequest> RequestQueue::takeAll()
{
    // Lowered first: what comes in after the look raises it again.
    m_attention.store(false, std::memory_order_release);
    if (closed())
        m_attention.store(true, std::memory_order_release);
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_requests, {});
}

std::optional<QueuedRequest> RequestQueue::take()
{
    std::unique_lock lock(m_mutex);
    m_arrived.wait(lock, [this] { return closed() || !m_requests.empty(); });
    if (closed())
        return std::nullopt;
    QueuedRequest next = std::move(m_requests.front());
    m_requests.pop_front();
    return next;
}

void RequestQueue::putBack(QueuedRequest request)
{
    const std::lock_guard lock(m_mutex);
    m_requests.push_front(std::move(request));
}

} // namespace debugger
