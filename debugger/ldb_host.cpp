#include "debugger/ldb_host.h"

#include "debugger/ldb_socket.h"
#include "engine/command/client_state.h"
#include "engine/resp/reply_tree_sink.h"
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

constexpr BytesView kAborted = "ERR script aborted for user request";

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

// The writes of a session, in order, on the live data. Thread: the engine's.
void apply(engine::EngineTurn& turn, const Bytes& body, const std::vector<engine::ScriptEffect>& effects)
{
    engine::Engine& engine = turn.engine();
    if (engine.scripts())
        static_cast<void>(engine.scripts()->load(body));
    engine::ClientState client;
    for (const engine::ScriptEffect& effect : effects) {
        client.database = effect.database;
        const std::vector<BytesView> argv(effect.argv.begin(), effect.argv.end());
        engine::ReplyTreeSink unread(engine::Protocol::Resp2);
        engine.execute(turn, client, argv, unread);
    }
    engine.release();
}

} // namespace

class LdbHost::Session {
public:
    Session(engine::Engine& engine, engine::ScriptDebugStart start, engine::EngineThread* thread)
        : m_start(std::move(start)), m_world(engine), m_clock(engine.clock()), m_commands(engine.commands()),
          m_engineThread(thread), m_socket(m_start.descriptor), m_thread([this] { run(); })
    {
    }
    ~Session()
    {
        m_socket.end();
        m_thread.join();
    }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    void end() { m_socket.end(); }
    bool done() const { return m_done; }

private:
    void run();
    engine::Reply debug(LdbConsole& console);
    void hand(std::vector<engine::ScriptEffect> effects);

    engine::ScriptDebugStart m_start;
    World m_world;
    const engine::Clock& m_clock;
    const engine::CommandTable& m_commands;
    engine::EngineThread* m_engineThread;
    LdbSocket m_socket;
    std::atomic<bool> m_done = false;
    std::thread m_thread; // last: it uses all of the above
};

void LdbHost::Session::run()
{
    m_socket.sendBytes(m_start.unsent);
    LdbConsole console(
        m_socket, m_start.body, std::chrono::milliseconds(m_world.config.number(engine::Param::BusyReplyThreshold)));
    const engine::Reply reply = debug(console);
    std::vector<Bytes> lines = console.takeLines();
    lines.emplace_back("<endsession>");
    if (m_socket.send(lines)) {
        Bytes text;
        engine::RespSink sink(text, m_start.protocol);
        engine::writeReply(reply, sink);
        m_socket.sendBytes(text);
    }
    m_socket.end();
    m_done = true;
}

engine::Reply LdbHost::Session::debug(LdbConsole& console)
{
    if (!m_start.error.empty()) {
        hand({});
        return errorReply(m_start.error);
    }
    auto runner = engine::ScriptRunner::open({.arenaSlot = engine::ScriptRunnerOptions::kRecorded});
    if (!runner) {
        hand({});
        return errorReply("ERR there is no memory to debug a script in: " + runner.error());
    }
    engine::ScriptInput input{.dataset = std::move(m_start.dataset)};
    input.database = m_start.database;
    input.body = m_start.body;
    input.keys = m_start.keys;
    input.argv = m_start.argv;
    input.readOnly = m_start.readOnly;
    input.protocol = m_start.protocol;
    input.clock = &m_clock;
    input.now = m_start.now;
    input.rngSeed = static_cast<std::uint64_t>(m_clock.now().value);
    input.config = &m_world.config;
    input.commands = &m_commands;
    input.server = &m_world.server;
    input.user = m_start.user;
    engine::ScriptOutcome outcome = (*runner)->run(std::move(input), &console);
    hand(std::move(outcome.effects));
    if (!console.endReason().empty() && outcome.reply.text.starts_with(kAborted))
        outcome.reply.text.replace(0, kAborted.size(), "ERR " + Bytes(console.endReason()));
    return std::move(outcome.reply);
}

// Where writes are kept, they are there before the client hears of the end.
void LdbHost::Session::hand(std::vector<engine::ScriptEffect> effects)
{
    if (!m_start.keepsWrites || !m_engineThread)
        return;
    auto applied = m_engineThread->ask(
        [body = m_start.body, effects = std::move(effects)](engine::EngineTurn& turn) { apply(turn, body, effects); });
    try {
        applied.get();
    } catch (const std::future_error&) {
        // The engine has ended first.
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
