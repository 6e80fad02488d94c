#include "engine/server/engine_thread.h"

#include "engine/resp/reply_tree_sink.h"
#include "engine/script/script_runner.h"
#include "engine/server/busy_watch.h"
#include "engine/server/listener.h"

#include <asio/executor_work_guard.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace engine {

namespace {

// Work that nobody has got to: a caller that fills this has lost its way, and its newest work is dropped.
constexpr std::size_t kMostJobs = 100'000;
constexpr std::size_t kLargestLuaMemory = std::size_t(1536) << 20;
constexpr std::chrono::milliseconds kStopPoll(5);
constexpr std::chrono::milliseconds kShortestWait(1);
constexpr std::chrono::milliseconds kLongestWait(60'000);

} // namespace

// Everything on the engine's thread. The two queues are the only part that other threads reach.
class EngineThread::Loop {
public:
    Loop(const Clock& clock, std::uint64_t seed, Config config, EngineThreadHooks hooks, std::atomic<bool>& busy);
    ~Loop();

    void enqueue(std::unique_ptr<Job> job, Urgency urgency);
    bool isCurrent() const { return m_thread.get_id() == std::this_thread::get_id(); }

    Listener& listener() { return *m_listener; }
    Engine& engine() { return m_engine; }
    BusyWatch& watch() { return m_watch; }
    Reply runInside(EngineTurn& turn, Argv argv);
    bool runsFunction() { return m_scripts.functions().running(); }

private:
    void run();
    void drain();
    void runJobs(std::deque<std::unique_ptr<Job>>& queue);
    void scheduleTick();
    void wakeAt(UnixMs moment);

    // Not UNSAFE: other threads post. The reactor's own locks are left out, since one thread runs the loop.
    asio::io_context m_context{ASIO_CONCURRENCY_HINT_UNSAFE_IO};
    asio::executor_work_guard<asio::io_context::executor_type> m_work{m_context.get_executor()};
    asio::steady_timer m_timer{m_context};
    asio::steady_timer m_waitTimer{m_context};
    ScriptRunner m_scripts{{.memoryLimitBytes = kLargestLuaMemory}}; // lua-memory-limit says how much of it
    Engine m_engine;
    BusyWatch m_watch;
    std::unique_ptr<Listener> m_listener;
    ClientState m_inside; // for commands of the program itself; nobody that CLIENT LIST would show
    std::chrono::steady_clock::time_point m_nextSecond;

    std::mutex m_mutex; // protects the members of this block
    std::deque<std::unique_ptr<Job>> m_jobs;
    std::deque<std::unique_ptr<Job>> m_urgent;
    bool m_drainPosted = false;
    bool m_finished = false;
    std::condition_variable m_finishedChanged;

    std::atomic<bool> m_stopping = false;
    std::thread m_thread; // last: it uses all of the above
};

EngineThread::Loop::Loop(
    const Clock& clock, std::uint64_t seed, Config config, EngineThreadHooks hooks, std::atomic<bool>& busy)
    : m_engine(clock, seed, std::move(config)), m_watch(m_context, m_engine, busy),
      m_listener(std::make_unique<Listener>(m_context, m_engine, m_watch, std::move(hooks.clientsChanged)))
{
    m_engine.setHooks({.shutdown = std::move(hooks.shutdown),
        .configChanged = {},
        .wakeAt = [this](UnixMs moment) { wakeAt(moment); },
        .debugScript = hooks.debugScript ? [this, debug = std::move(hooks.debugScript)](
                                               ScriptDebugStart start) { debug(m_engine, std::move(start)); }
                                         : std::function<void(ScriptDebugStart)>(),
        .sleep = {}});
    m_watch.setEnded([this] { asio::post(m_context, [this] { drain(); }); });
    m_engine.setScripts(&m_scripts);
    m_scripts.setInterrupt([this] { m_watch.onScriptTick(); });
    m_thread = std::thread([this] { run(); });
}

EngineThread::Loop::~Loop()
{
    m_stopping = true;
    m_context.stop();
    // A script holds the thread until it is killed; one that begins just now would miss a single request.
    std::unique_lock lock(m_mutex);
    while (!m_finishedChanged.wait_for(lock, kStopPoll, [this] { return m_finished; }))
        m_scripts.requestKill();
    lock.unlock();
    m_thread.join();
    m_jobs.clear();
    m_urgent.clear();
    m_listener.reset();
}

void EngineThread::Loop::enqueue(std::unique_ptr<Job> job, Urgency urgency)
{
    {
        const std::lock_guard lock(m_mutex);
        auto& queue = urgency == Urgency::DuringScript ? m_urgent : m_jobs;
        if (m_finished || queue.size() >= kMostJobs)
            return;
        queue.push_back(std::move(job));
        if (m_drainPosted)
            return;
        m_drainPosted = true;
    }
    asio::post(m_context, [this] { drain(); });
}

void EngineThread::Loop::run()
{
    m_nextSecond = std::chrono::steady_clock::now() + std::chrono::seconds(1);
    scheduleTick();
    m_context.run();
    const std::lock_guard lock(m_mutex);
    m_finished = true;
    m_finishedChanged.notify_all();
}

void EngineThread::Loop::drain()
{
    std::deque<std::unique_ptr<Job>> jobs;
    std::deque<std::unique_ptr<Job>> urgent;
    {
        const std::lock_guard lock(m_mutex);
        m_drainPosted = false;
        urgent.swap(m_urgent);
        // Inside a script only urgent work runs; the rest is taken up again when the script has ended.
        if (!m_watch.serving())
            jobs.swap(m_jobs);
    }
    runJobs(urgent);
    runJobs(jobs);
}

void EngineThread::Loop::runJobs(std::deque<std::unique_ptr<Job>>& queue)
{
    for (auto& job : queue) {
        if (m_stopping)
            return;
        EngineTurn turn = m_engine.beginTurn();
        m_watch.workBegins();
        job->run(turn);
        m_watch.workEnded();
        job.reset();
    }
}

void EngineThread::Loop::scheduleTick()
{
    const auto hz = std::clamp<std::int64_t>(m_engine.config().number(Param::Hz), 1, 500);
    m_timer.expires_after(std::chrono::microseconds(1'000'000 / hz));
    m_timer.async_wait([this](const asio::error_code& error) {
        if (error)
            return;
        // Expiry must not change the data under a running script.
        if (!m_watch.serving()) {
            EngineTurn turn = m_engine.beginTurn();
            m_engine.tick(turn);
            if (const auto now = std::chrono::steady_clock::now(); now >= m_nextSecond) {
                m_nextSecond = now + std::chrono::seconds(1);
                m_listener->onSecond(turn);
            }
        }
        scheduleTick();
    });
}

// By the engine's clock, which may go fast or stand still. Whoever moves it says so (Engine::clockMoved); what was not
// said ends a little late, at a tick.
void EngineThread::Loop::wakeAt(UnixMs moment)
{
    const double speed = m_engine.clock().speed();
    const auto left = static_cast<double>(moment.value - m_engine.clock().now().ms().value + 1);
    const auto longest = static_cast<double>(kLongestWait.count());
    const double wait = speed > 0 ? std::min(left / speed, longest) : longest;
    m_waitTimer.expires_after(std::max(std::chrono::milliseconds(static_cast<std::int64_t>(wait)), kShortestWait));
    m_waitTimer.async_wait([this](const asio::error_code& error) {
        if (error || m_watch.serving())
            return;
        EngineTurn turn = m_engine.beginTurn();
        m_engine.serveTimeouts(turn);
    });
}

Reply EngineThread::Loop::runInside(EngineTurn& turn, Argv argv)
{
    ReplyTreeSink sink;
    m_watch.execute(turn, m_inside, argv, sink);
    return sink.take();
}

EngineThread::EngineThread(const Clock& clock, std::uint64_t seed, Config config, EngineThreadHooks hooks)
    : m_loop(std::make_unique<Loop>(clock, seed, std::move(config), std::move(hooks), m_busy))
{
}

EngineThread::~EngineThread() = default;

void EngineThread::enqueue(std::unique_ptr<Job> job, Urgency urgency)
{
    m_loop->enqueue(std::move(job), urgency);
}

bool EngineThread::isCurrent() const
{
    return m_loop->isCurrent();
}

std::future<Result<void>> EngineThread::loadUsers()
{
    return ask([this](EngineTurn&) { return m_loop->engine().loadUsers(); });
}

std::future<Result<ListenReport>> EngineThread::listen(ListenOptions options)
{
    return ask(
        [this, options = std::move(options)](EngineTurn& turn) { return m_loop->listener().open(turn, options); });
}

std::future<void> EngineThread::closeListener()
{
    return ask([this](EngineTurn& turn) { m_loop->listener().close(turn); });
}

std::future<std::vector<ConnectedClient>> EngineThread::connectedClients()
{
    return ask([this](EngineTurn&) { return m_loop->listener().connected(); });
}

std::future<bool> EngineThread::disconnect(std::int64_t clientId)
{
    return ask([this, clientId](EngineTurn&) { return m_loop->listener().disconnect(clientId); });
}

std::future<Reply> EngineThread::killScript()
{
    std::packaged_task<Reply(EngineTurn&)> task([this](EngineTurn& turn) {
        const std::array<BytesView, 2> argv{m_loop->runsFunction() ? "FUNCTION" : "SCRIPT", "KILL"};
        return m_loop->runInside(turn, argv);
    });
    auto future = task.get_future();
    enqueue(std::make_unique<Task<decltype(task)>>(std::move(task)), Urgency::DuringScript);
    return future;
}

} // namespace engine
