#pragma once

// EngineThread: the thread that owns an Engine, its event loop and its listener. Everybody else asks: work enters as a
// turn, and its result comes back in a future or to a callback on this thread. Several live in one process.

#include "engine/resp/reply.h"
#include "engine/server/engine.h"
#include "engine/server/listen_options.h"

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <type_traits>

namespace engine {

struct EngineThreadHooks {
    /// SHUTDOWN was accepted. The owner ends the thread, from another one; empty: SHUTDOWN is refused. Thread: the
    /// engine's.
    std::function<void(const ShutdownRequest&)> shutdown;
    /// Something about the clients or the listener changed: somebody came or left. Thread: the engine's.
    std::function<void()> clientsChanged;
    /// A script is to be debugged by a client. Empty: SCRIPT DEBUG is refused. Thread: the engine's.
    std::function<void(Engine&, ScriptDebugStart)> debugScript{};
};

/// Thread: any but the engine's own, unless said otherwise.
class EngineThread {
public:
    /// `clock` outlives this.
    explicit EngineThread(const Clock& clock, std::uint64_t seed, Config config = {}, EngineThreadHooks hooks = {});
    /// Ends a running script, closes the listener and its clients, and waits for the thread. Work that has not begun is
    /// dropped: its futures report a broken promise.
    ~EngineThread();
    EngineThread(const EngineThread&) = delete;
    EngineThread& operator=(const EngineThread&) = delete;

    /// The one thread that may touch the live dataset. Work enters through `ask` and runs as a turn: one reading of the
    /// clock, one batch of writes, one notification afterwards.
    /// Errors: an exception thrown by `work` is rethrown by `future::get`.
    /// Thread: any but the engine's own, where waiting on the future would never end.
    template <class Work>
    auto ask(Work work) -> std::future<std::invoke_result_t<Work&, EngineTurn&>>
    {
        using Outcome = std::invoke_result_t<Work&, EngineTurn&>;
        std::packaged_task<Outcome(EngineTurn&)> task(std::move(work));
        auto future = task.get_future();
        enqueue(std::make_unique<Task<decltype(task)>>(std::move(task)), Urgency::AfterScript);
        return future;
    }

    /// As `ask`, but hands what `work` gives to `done`, on the engine's thread: for callers that must not wait.
    /// Neither may throw. Both are dropped, uncalled, when the thread stops first. Thread: any.
    template <class Work, class Done>
    void ask(Work work, Done done)
    {
        post([work = std::move(work), done = std::move(done)](EngineTurn& turn) mutable {
            if constexpr (std::is_void_v<std::invoke_result_t<Work&, EngineTurn&>>) {
                work(turn);
                done();
            } else {
                done(work(turn));
            }
        });
    }

    /// Runs `work` as a turn, some time. It may not throw. Thread: any.
    template <class Work>
    void post(Work work)
    {
        enqueue(std::make_unique<Task<Work>>(std::move(work)), Urgency::AfterScript);
    }

    /// As Engine::loadUsers.
    std::future<Result<void>> loadUsers();
    /// Opens the listener; what it listened on before is closed, its clients stay. The error says what to do.
    std::future<Result<ListenReport>> listen(ListenOptions options);
    /// Closes the listening sockets and disconnects every client.
    std::future<void> closeListener();
    /// Those connected through the listener, by id.
    std::future<std::vector<ConnectedClient>> connectedClients();
    /// False when nobody has that id.
    std::future<bool> disconnect(std::int64_t clientId);

    /// SCRIPT KILL, or FUNCTION KILL when it is a function that runs: served even while the script keeps everybody else
    /// waiting. Its reply.
    std::future<Reply> killScript();
    /// A script has run past `busy-reply-threshold`. Thread: any.
    bool busy() const { return m_busy.load(std::memory_order_relaxed); }
    /// Whether the caller is on the engine's thread.
    bool isCurrent() const;

private:
    enum class Urgency {
        AfterScript,
        DuringScript, // may run while a slow script does: touches no data
    };

    class Job {
    public:
        virtual ~Job() = default;
        virtual void run(EngineTurn& turn) = 0;
    };
    template <class Work>
    class Task final : public Job {
    public:
        explicit Task(Work work) : m_work(std::move(work)) { }
        void run(EngineTurn& turn) override { m_work(turn); }

    private:
        Work m_work;
    };
    class Loop;

    void enqueue(std::unique_ptr<Job> job, Urgency urgency);

    std::atomic<bool> m_busy = false;
    std::unique_ptr<Loop> m_loop;
};

} // namespace engine
