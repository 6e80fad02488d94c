#include "debugger/ldb_host.h"

#include "debugger/ldb_extended.h"
#include "debugger/ldb_socket.h"
#include "engine/base/movable_clock.h"
#include "engine/script/lua_convert.h"
#include "engine/resp/resp_sink.h"
#include "engine/script/script_runner.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <system_error>
#include <thread>

namespace debugger {

using engine::Bytes;
using engine::BytesView;

namespace {

constexpr std::size_t kLeastRecordingBytes = std::size_t(16) << 20;

// What a session reads of its engine, as it was when the session began.
struct World {
    explicit World(engine::Engine& engine) : config(engine.config()), server(engine) { }

    engine::Config config;
    engine::FrozenServerView server;
};

engine::Reply errorReply(Bytes text)
{
    engine::Reply reply;
    reply.kind = engine::ReplyKind::Error;
    reply.text = std::move(text);
    return reply;
}

} // namespace

class LdbHost::Session {
public:
    Session(engine::Engine& engine, engine::ScriptDebugStart start, engine::EngineThread* thread)
        : m_start(std::move(start)), m_world(engine), m_clock(engine.clock()), m_commands(engine.commands()),
          m_engineThread(thread), m_live([this](const LiveData::Work& work) { return inTurn(work); }),
          m_socket(m_start.descriptor), m_thread([this] { run(); })
    {
    }
    ~Session()
    {
        end();
        m_thread.join();
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void end();
    bool done() const { return m_done; }

private:
    /// What is sent with the end of the session, and behind it.
    struct End {
        std::vector<Bytes> lines = {};
        engine::Reply reply = {};
    };
    void run();
    End debug();
    End debugAsRedis();
    End debugExtended(std::vector<int> breakpoints);
    engine::ScriptInput input() const;
    SetLimitsRequest mostLimits() const;
    std::chrono::milliseconds threshold() const;
    std::size_t bytesOf(engine::Param param) const { return static_cast<std::size_t>(m_world.config.number(param)); }
    void keep(std::vector<engine::ScriptEffect> effects);
    bool inTurn(const LiveData::Work& work);

    engine::ScriptDebugStart m_start;
    mutable World m_world;
    engine::MovableClock m_clock; // over the engine's, for this session alone
    const engine::CommandTable& m_commands;
    engine::EngineThread* m_engineThread;
    LiveData m_live; // the thread's
    LdbSocket m_socket;
    std::uint64_t m_seed = static_cast<std::uint64_t>(m_clock.now().value);
    std::atomic<bool> m_done = false;
    std::mutex m_mutex; // protects m_extended
    LdbExtended* m_extended = nullptr; // while it runs
    std::thread m_thread; // last: it uses all of the above
};

void LdbHost::Session::end()
{
    m_socket.end();
    const std::lock_guard lock(m_mutex);
    if (m_extended)
        m_extended->hurry();
}

void LdbHost::Session::run()
{
    m_socket.sendBytes(m_start.unsent);
    if (m_start.keepsWrites)
        m_live.adoptHold();
    End end = debug();
    end.lines.emplace_back("<endsession>");
    if (m_socket.send(end.lines)) {
        Bytes text = std::move(m_start.unsentAtEnd);
        engine::RespSink sink(text, m_start.protocol);
        engine::writeReply(end.reply, sink);
        m_socket.sendBytes(text);
    }
    m_socket.end();
    // Whoever destroys this may be the engine's thread, which must not wait for itself.
    m_live.release();
    m_done = true;
}

LdbHost::Session::End LdbHost::Session::debug()
{
    if (!m_start.error.empty()) {
        m_live.release();
        return {.reply = errorReply(m_start.error)};
    }
    try {
        return m_start.extended ? debugExtended({}) : debugAsRedis();
    } catch (const std::runtime_error& error) {
        // No memory for a Lua state, or no thread.
        m_live.release();
        return {.reply = errorReply(Bytes("ERR the script cannot be debugged now: ") + error.what())};
    }
}

LdbHost::Session::End LdbHost::Session::debugAsRedis()
{
    LdbConsole console(m_socket, m_start.body, threshold());
    engine::ScriptOutcome outcome =
        engine::ScriptRunner({.arenaSlot = engine::ScriptRunnerOptions::kRecorded}).run(input(), &console);
    if (console.wantsExtended())
        return debugExtended(console.breakpoints());
    keep(std::move(outcome.effects));
    return {.lines = console.takeLines(), .reply = withEndReason(std::move(outcome.reply), console.endReason())};
}

LdbHost::Session::End LdbHost::Session::debugExtended(std::vector<int> breakpoints)
{
    // Sources and recordings are words there, and as long as they may be anywhere on this server.
    m_socket.setLongest({.inputBytes = bytesOf(engine::Param::ClientQueryBufferLimit),
        .wordBytes = bytesOf(engine::Param::ProtoMaxBulkLen)});
    LdbExtended extended(m_socket,
        {.session = {.input = input(), .limits = mostLimits()},
            .threshold = threshold(),
            .live = m_live,
            .clock = m_clock,
            .breakpoints = std::move(breakpoints),
            .mostLimits = mostLimits()});
    const auto announce = [this](LdbExtended* present) {
        const std::lock_guard lock(m_mutex);
        m_extended = present;
    };
    announce(&extended);
    if (m_socket.ending())
        extended.hurry();
    LdbExtended::End end = extended.run();
    announce(nullptr);
    return {.lines = std::move(end.lines), .reply = std::move(end.reply)};
}

std::chrono::milliseconds LdbHost::Session::threshold() const
{
    const auto configured = m_world.config.number(engine::Param::BusyReplyThreshold);
    return std::chrono::milliseconds(configured > 0 ? configured : 5000);
}

// A server that may hold little data has little room for recordings either.
SetLimitsRequest LdbHost::Session::mostLimits() const
{
    SetLimitsRequest limits;
    if (const std::size_t most = bytesOf(engine::Param::Maxmemory); most > 0)
        limits.memoryBytes = std::min(limits.memoryBytes, std::max(most, kLeastRecordingBytes));
    return limits;
}

engine::ScriptInput LdbHost::Session::input() const
{
    engine::ScriptInput input{.dataset = m_start.dataset};
    input.database = m_start.database;
    input.body = m_start.body;
    input.function = m_start.function;
    input.keys = m_start.keys;
    input.argv = m_start.argv;
    input.readOnly = m_start.readOnly;
    input.protocol = m_start.protocol;
    input.clock = &m_clock;
    input.now = m_start.now;
    input.rngSeed = m_seed;
    input.config = &m_world.config;
    input.commands = &m_commands;
    input.server = &m_world.server;
    input.user = m_start.user;
    return input;
}

// Where writes are kept, they are there before the client hears of the end.
void LdbHost::Session::keep(std::vector<engine::ScriptEffect> effects)
{
    if (m_live.holds())
        m_live.keep(m_start.function.empty() ? BytesView(m_start.body) : BytesView(), {.effects = std::move(effects)});
}

bool LdbHost::Session::inTurn(const LiveData::Work& work)
{
    if (!m_engineThread)
        return false;
    auto done = m_engineThread->ask([&work](engine::EngineTurn& turn) { work(turn.engine(), turn); });
    try {
        done.get();
        return true;
    } catch (const std::future_error&) {
        // The engine has ended first.
        return false;
    }
}

LdbHost::LdbHost() = default;

LdbHost::~LdbHost()
{
    leave();
}

void LdbHost::start(engine::Engine& engine, engine::ScriptDebugStart start)
{
    reap();
    const std::lock_guard lock(m_mutex);
    if (m_sessions.size() >= kMostSessions)
        return refuse(engine, start);
    const bool keepsWrites = start.keepsWrites;
    try {
        m_sessions.push_back(std::make_unique<Session>(engine, std::move(start), m_thread));
    } catch (const std::system_error&) {
        // The system gives no thread: the connection has been closed, and nobody is to wait for it.
        if (keepsWrites)
            engine.release();
    }
}

void LdbHost::refuse(engine::Engine& engine, const engine::ScriptDebugStart& start)
{
    if (start.keepsWrites)
        engine.release();
    const Bytes ended[] = {"<endsession>"};
    LdbSocket socket(start.descriptor);
    socket.sendBytes(start.unsent);
    socket.send(ended);
    socket.sendBytes("-ERR " + std::to_string(kMostSessions)
        + " scripts are being debugged already: end one of these sessions first\r\n");
}

void LdbHost::reap()
{
    std::list<std::unique_ptr<Session>> ended;
    const std::lock_guard lock(m_mutex);
    for (auto each = m_sessions.begin(); each != m_sessions.end();) {
        const auto next = std::next(each);
        if ((*each)->done())
            ended.splice(ended.end(), m_sessions, each);
        each = next;
    }
}

void LdbHost::leave()
{
    // A session may wait for the engine's thread, which waits for this lock when another session starts.
    std::list<std::unique_ptr<Session>> all;
    {
        const std::lock_guard lock(m_mutex);
        all.swap(m_sessions);
    }
    for (const auto& session : all)
        session->end();
}

std::size_t LdbHost::count() const
{
    const std::lock_guard lock(m_mutex);
    return static_cast<std::size_t>(
        std::ranges::count_if(m_sessions, [](const auto& session) { return !session->done(); }));
}

} // namespace debugger
