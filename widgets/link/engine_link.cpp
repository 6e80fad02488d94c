#include "widgets/link/engine_link.h"

#include "engine/command/client_state.h"
#include "engine/resp/reply_tree_sink.h"
#include "widgets/models/writes_text.h"

#include <QTimer>

namespace widgets {

namespace {

std::vector<engine::BytesView> viewsOf(const std::vector<engine::Bytes>& words)
{
    return {words.begin(), words.end()};
}

EngineStatus readStatusOf(engine::Engine& engine, engine::EngineTurn& turn)
{
    EngineStatus status;
    const engine::Keyspace& data = engine.data(turn);
    for (std::size_t i = 0; i < data.databaseCount(); ++i)
        status.keys += data.database(i).size();
    status.memoryBytes = engine.memory();
    // The console is a client too, but nobody that a person would count.
    status.clients = engine.clientCount() > 0 ? engine.clientCount() - 1 : 0;
    status.busy = engine.busy();
    return status;
}

EngineLink::SessionGround groundOf(engine::Engine& engine, engine::EngineTurn& turn)
{
    EngineLink::SessionGround ground;
    ground.dataset = engine.snapshot(turn);
    ground.now = turn.now();
    ground.server = std::make_shared<engine::FrozenServerView>(engine);
    ground.config = std::make_shared<engine::Config>(engine.config());
    return ground;
}

engine::Reply heldReply(debugger::Holder holder)
{
    engine::Reply reply;
    reply.kind = engine::ReplyKind::Error;
    reply.text = heldText(holder).toStdString();
    return reply;
}

} // namespace

template <class Work, class Done>
void EngineLink::ask(Work work, Done done)
{
    // The queued call is dropped by Qt when this object has gone meanwhile.
    m_engine->ask(std::move(work), [this, done = std::move(done)](auto outcome) mutable {
        QMetaObject::invokeMethod(
            this, [done = std::move(done), outcome = std::move(outcome)]() mutable { done(std::move(outcome)); },
            Qt::QueuedConnection);
    });
}

template <class Outcome, class Done>
void EngineLink::whenReady(std::future<Outcome> answer, Done done)
{
    // Looked after, never waited for. The timer goes with this object, and the answer with it.
    auto* timer = new QTimer(this);
    timer->setInterval(std::chrono::milliseconds(5));
    connect(timer, &QTimer::timeout, this,
        [timer, done, answer = std::make_shared<std::future<Outcome>>(std::move(answer))] {
            if (answer->wait_for(std::chrono::seconds(0)) != std::future_status::ready)
                return;
            timer->deleteLater();
            timer->stop();
            if constexpr (std::is_void_v<Outcome>)
                done();
            else
                done(answer->get());
        });
    timer->start();
}

EngineLink::EngineLink(const engine::Clock& clock, std::uint64_t seed, QObject* parent)
    : QObject(parent), m_console(std::make_shared<engine::ClientState>()),
      m_hold(std::make_shared<debugger::SyncHold>())
{
    engine::EngineThreadHooks hooks;
    hooks.clientsChanged = [this] {
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT clientsChanged(); }, Qt::QueuedConnection);
    };
    hooks.debugScript = [this](engine::Engine& engine, engine::ScriptDebugStart start) {
        m_debugged.start(engine, std::move(start));
    };
    m_engine = std::make_unique<engine::EngineThread>(clock, seed, engine::Config(), std::move(hooks));
    m_debugged.serve(*m_engine);
    m_console->name = "console";
    m_engine->post([client = m_console](engine::EngineTurn& turn) { turn.engine().join(turn, *client); });
}

EngineLink::~EngineLink()
{
    m_debugged.leave();
    m_engine.reset();
}

void EngineLink::run(debugger::RunRequest request)
{
    ask(
        [request = std::move(request), hold = m_hold](engine::EngineTurn& turn) {
            const debugger::Holder holder = hold->holder(turn.engine());
            if (holder == debugger::Holder::Nobody)
                return debugger::runWatched(turn.engine(), turn, request);
            debugger::RunReport report;
            report.reply = heldReply(holder);
            return report;
        },
        [this](debugger::RunReport report) { Q_EMIT ran(report); });
}

void EngineLink::killScript()
{
    whenReady(m_engine->killScript(), [this](const engine::Reply& reply) { Q_EMIT killed(reply); });
}

void EngineLink::execute(std::vector<engine::Bytes> argv)
{
    struct Answer {
        std::vector<engine::Bytes> argv;
        engine::Reply reply;
        int database = 0;
    };
    ask(
        [argv = std::move(argv), client = m_console, hold = m_hold](engine::EngineTurn& turn) {
            if (const auto holder = hold->holder(turn.engine()); holder != debugger::Holder::Nobody)
                return Answer{argv, heldReply(holder), client->database};
            engine::ReplyTreeSink sink(client->protocol);
            const auto words = viewsOf(argv);
            turn.engine().execute(turn, *client, words, sink);
            return Answer{argv, sink.take(), client->database};
        },
        [this](const Answer& answer) { Q_EMIT replied(answer.argv, answer.reply, answer.database); });
}

void EngineLink::takeGround(std::function<void(SessionGround)> done)
{
    ask([](engine::EngineTurn& turn) { return groundOf(turn.engine(), turn); }, std::move(done));
}

void EngineLink::holdGround(std::function<void(std::optional<SessionGround>)> done)
{
    ask(
        [hold = m_hold](engine::EngineTurn& turn) {
            return hold->take(turn.engine()) ? std::optional(groundOf(turn.engine(), turn)) : std::nullopt;
        },
        std::move(done));
}

void EngineLink::keepWrites(
    engine::Bytes script, debugger::SessionWrites writes, std::function<void(const debugger::ApplyReport&)> done)
{
    ask([script = std::move(script), writes = std::move(writes), hold = m_hold](
            engine::EngineTurn& turn) { return hold->keep(turn.engine(), turn, script, writes); },
        std::move(done));
}

void EngineLink::release()
{
    m_engine->post([hold = m_hold](engine::EngineTurn& turn) { hold->drop(turn.engine()); });
}

void EngineLink::listFunctions(engine::Bytes code, std::function<void(const debugger::LibraryListing&)> done)
{
    ask([code = std::move(code)](engine::EngineTurn&) { return debugger::listFunctions(code); }, std::move(done));
}

void EngineLink::applyWrites(debugger::SessionWrites writes, debugger::OnConflict onConflict,
    std::function<void(const debugger::ApplyReport&)> done)
{
    ask([writes = std::move(writes), onConflict](
            engine::EngineTurn& turn) { return debugger::applyWrites(turn.engine(), turn, writes, onConflict); },
        std::move(done));
}

void EngineLink::undoWrites(debugger::AppliedWrites applied, debugger::OnConflict onConflict,
    std::function<void(const debugger::ApplyReport&)> done)
{
    ask([applied = std::move(applied), onConflict](
            engine::EngineTurn& turn) { return debugger::undoWrites(turn.engine(), turn, applied, onConflict); },
        std::move(done));
}

void EngineLink::clockMoved()
{
    m_engine->post([](engine::EngineTurn& turn) { turn.engine().clockMoved(turn); });
}

void EngineLink::replaceData(engine::Keyspace data)
{
    m_engine->post([data = std::move(data)](
                       engine::EngineTurn& turn) mutable { turn.engine().replaceData(turn, std::move(data)); });
}

void EngineLink::readStatus()
{
    ask([](engine::EngineTurn& turn) { return readStatusOf(turn.engine(), turn); },
        [this](const EngineStatus& reading) { Q_EMIT status(reading); });
}

void EngineLink::readSlowlog()
{
    ask(
        [](engine::EngineTurn& turn) {
            engine::Engine& engine = turn.engine();
            const auto& entries = engine.slowlog().entries();
            return SlowlogReading{{entries.begin(), entries.end()},
                engine.config().number(engine::Param::SlowlogLogSlowerThan),
                engine.config().number(engine::Param::SlowlogMaxLen)};
        },
        [this](const SlowlogReading& reading) { Q_EMIT slowlogRead(reading); });
}

void EngineLink::resetSlowlog()
{
    m_engine->post([](engine::EngineTurn& turn) { turn.engine().slowlog().clear(); });
    readSlowlog();
}

void EngineLink::setSlowlogThreshold(qint64 micros)
{
    m_engine->post([micros](engine::EngineTurn& turn) {
        const engine::Bytes value = std::to_string(micros);
        const engine::ConfigAssignment assignment{"slowlog-log-slower-than", value};
        // Any whole number is allowed here.
        CHECK(turn.engine().setConfig({&assignment, 1}).ok());
    });
    readSlowlog();
}

void EngineLink::listen(engine::ListenOptions options, const engine::Bytes& password)
{
    m_engine->post([password](engine::EngineTurn& turn) {
        const engine::ConfigAssignment assignment{"requirepass", password};
        CHECK(turn.engine().setConfig({&assignment, 1}).ok());
    });
    whenReady(m_engine->listen(std::move(options)), [this](const engine::Result<engine::ListenReport>& outcome) {
        if (outcome)
            Q_EMIT listening(*outcome);
        else
            Q_EMIT listenFailed(QString::fromStdString(outcome.error()));
    });
}

void EngineLink::closeListener()
{
    m_debugged.leave();
    whenReady(m_engine->closeListener(), [this] { Q_EMIT listenerClosed(); });
}

} // namespace widgets
