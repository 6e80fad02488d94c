#pragma once

// BusyWatch: what happens while one command keeps the engine's thread. Every command that enters from outside passes
// `execute`; when a script runs past `busy-reply-threshold`, its hook serves the other clients from here, and they hear
// BUSY until it ends. Nothing that is served so can enter the script again: the engine refuses all but a few commands.

#include "engine/server/engine.h"

#include <atomic>
#include <functional>

namespace asio {
class io_context;
}

namespace engine {

/// Thread: the engine's; `busy` is read by others.
class BusyWatch {
public:
    BusyWatch(asio::io_context& loop, Engine& engine, std::atomic<bool>& busy);
    /// Called when a slow script has ended: what had to wait for it goes on.
    void setEnded(std::function<void()> ended) { m_ended = std::move(ended); }

    void execute(EngineTurn& turn, ClientState& client, Argv argv, ReplySink& reply, const Command* known = nullptr)
    {
        if (m_serving) {
            m_engine.execute(turn, client, argv, reply, known);
            return;
        }
        ++m_commands;
        m_engine.execute(turn, client, argv, reply, known);
        if (m_slow)
            scriptEnded();
    }

    /// A command's worth of other work begins: the time of the next script counts from now.
    void workBegins() { ++m_commands; }
    void workEnded()
    {
        if (m_slow && !m_serving)
            scriptEnded();
    }

    /// Called by the script runner now and then, between two instructions.
    void onScriptTick();
    /// Others are being served from inside a script.
    bool serving() const { return m_serving; }

private:
    void scriptEnded();

    asio::io_context& m_loop;
    Engine& m_engine;
    std::atomic<bool>& m_busy;
    std::function<void()> m_ended;
    SystemClock m_wall; // a frozen engine clock must not hide a runaway script
    std::uint64_t m_commands = 0;
    std::uint64_t m_watched = 0; // the command that m_since belongs to
    std::chrono::microseconds m_since{};
    bool m_slow = false;
    bool m_serving = false;
};

} // namespace engine
