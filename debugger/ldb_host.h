#pragma once

// LdbHost: the sessions of clients that debug by SCRIPT DEBUG, each on a thread of its own over a snapshot, so that
// nobody is stopped by one. With SYNC everybody is, until the session ends; what it has written is then done to the
// live data, write by write, so that whoever watches, waits or listens is told as ever.

#include "engine/server/engine_thread.h"

#include <list>
#include <memory>
#include <mutex>

namespace debugger {

class LdbHost {
public:
    /// A session has a thread, and Lua memory of its own.
    static constexpr std::size_t kMostSessions = 64;

    LdbHost();
    /// Ends all sessions. The engine's thread is still there, or has been told of by `leave`.
    ~LdbHost();
    LdbHost(const LdbHost&) = delete;
    LdbHost& operator=(const LdbHost&) = delete;

    /// For EngineThreadHooks::debugScript. Thread: the engine's.
    void start(engine::Engine& engine, engine::ScriptDebugStart start);
    /// Whose engine it is; before its listener opens, and until `leave`.
    void serve(engine::EngineThread& thread) { m_thread = &thread; }
    /// Ends all sessions and waits for them. Before the engine's thread ends. Thread: any but the engine's.
    void leave();
    /// Sessions that go on. Thread: any.
    std::size_t count() const;

private:
    class Session;

    void reap();
    static void refuse(engine::Engine& engine, const engine::ScriptDebugStart& start);

    engine::EngineThread* m_thread = nullptr;
    mutable std::mutex m_mutex; // protects m_sessions
    std::list<std::unique_ptr<Session>> m_sessions;
};

} // namespace debugger
