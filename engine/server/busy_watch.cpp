#include "engine/server/busy_watch.h"

#include "engine/script/script_runner.h"

#include <asio/io_context.hpp>

namespace engine {

BusyWatch::BusyWatch(asio::io_context& loop, Engine& engine, std::atomic<bool>& busy)
    : m_loop(loop), m_engine(engine), m_busy(busy)
{
}

void BusyWatch::onScriptTick()
{
    const auto now = m_wall.ticks();
    if (m_watched != m_commands) {
        m_watched = m_commands;
        m_since = now;
    }
    if (!m_slow) {
        const std::chrono::milliseconds threshold(m_engine.config().number(Param::BusyReplyThreshold));
        if (threshold.count() == 0 || std::chrono::floor<std::chrono::milliseconds>(now - m_since) < threshold)
            return;
        m_slow = true;
        m_busy.store(true, std::memory_order_relaxed);
        m_engine.setBusyReply(m_engine.scripts()->busyReply());
    }
    m_serving = true;
    m_loop.poll();
    m_serving = false;
}

void BusyWatch::scriptEnded()
{
    m_slow = false;
    m_busy.store(false, std::memory_order_relaxed);
    m_engine.setBusyReply({});
    if (m_ended)
        m_ended();
}

} // namespace engine
