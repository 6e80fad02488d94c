#include "engine/data/reclaimer.h"

namespace engine {

Reclaimer::Reclaimer() : m_thread([this] { work(); })
{
}

Reclaimer::~Reclaimer()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ending = true;
    }
    m_arrived.notify_one();
    m_thread.join();
}

void Reclaimer::enqueue(std::unique_ptr<Load> load)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_waiting.size() < kMostWaiting)
            m_waiting.push_back(std::move(load));
    }
    // Still here when the queue is full: then it is freed here, outside the lock.
    if (!load)
        m_arrived.notify_one();
}

void Reclaimer::work()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_arrived.wait(lock, [this] { return m_ending || !m_waiting.empty(); });
        if (m_waiting.empty())
            return;
        std::unique_ptr<Load> load = std::move(m_waiting.front());
        m_waiting.pop_front();
        m_busy = true;
        lock.unlock();
        load.reset();
        lock.lock();
        m_busy = false;
        m_freed.notify_all();
    }
}

void Reclaimer::drain()
{
    std::unique_lock lock(m_mutex);
    m_freed.wait(lock, [this] { return m_waiting.empty() && !m_busy; });
}

std::size_t Reclaimer::pending() const
{
    const std::lock_guard lock(m_mutex);
    return m_waiting.size() + (m_busy ? 1 : 0);
}

} // namespace engine
