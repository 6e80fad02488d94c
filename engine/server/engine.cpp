#include "engine/server/engine.h"

#include "engine/base/short_bytes.h"
#include "engine/command/client_port.h"
#include "engine/command/command_keys.h"
#include "engine/script/script_runner.h"

#include <algorithm>
#include <array>
#include <thread>

namespace engine {

namespace {

// Past this the turn's reading of the clock is old: commands behind a slow one in a pipeline get a new one.
constexpr std::chrono::microseconds kStaleAfter{500};

Bytes hexDigits(Rng& rng, std::size_t count)
{
    Bytes digits;
    while (digits.size() < count)
        digits.push_back("0123456789abcdef"[rng.below(16)]);
    return digits;
}

} // namespace

Engine::Engine(const Clock& clock, std::uint64_t seed, Config config)
    : m_clock(clock), m_config(std::move(config)), m_stats(m_commands.indexCount()), m_rng(seed),
      m_data(m_rng.next(), static_cast<std::size_t>(m_config.number(Param::Databases))),
      m_changes({.data = m_data,
          .waits = m_waits,
          .subscriptions = m_subscriptions,
          .tracking = m_tracking,
          .running = m_running}),
      m_runId(hexDigits(m_rng, 40)), m_startedAt(clock.now().ms()), m_expiryCursors(m_data.databaseCount())
{
    if (const Bytes& password = m_config.text(Param::Requirepass); !password.empty())
        m_acl.setDefaultPassword(password);
    readConfig();
}

Engine::~Engine() = default;

EngineTurn::~EngineTurn()
{
    m_engine.turnEnds();
}

EngineTurn Engine::beginTurn()
{
    return EngineTurn(*this, m_clock.now().ms());
}

void Engine::readConfig()
{
    m_limits = m_config.encodingLimits();
    m_slowerThanMicros = m_config.number(Param::SlowlogLogSlowerThan);
    m_maxMemory = static_cast<std::size_t>(m_config.number(Param::Maxmemory));
    m_tracksLatency = m_config.flag(Param::LatencyTracking);
    m_latency.setThreshold(std::chrono::milliseconds(m_config.number(Param::LatencyMonitorThreshold)));
    m_changes.setNotifications(m_config.text(Param::NotifyKeyspaceEvents));
    m_acl.setAllChannelsByDefault(m_config.text(Param::AclPubsubDefault) == "allchannels");
    if (m_scripts)
        m_scripts->setMemoryLimit(static_cast<std::size_t>(m_config.number(Param::LuaMemoryLimit)));
    m_slowlog.shrink(static_cast<std::size_t>(m_config.number(Param::SlowlogMaxLen)));
}

void Engine::setScripts(ScriptRunner* scripts)
{
    m_scripts = scripts;
    readConfig();
}

// --- Commands.

CommandContext Engine::contextFor(EngineTurn& turn, ClientState& client)
{
    return {.data = m_data,
        .client = client,
        .commands = m_commands,
        .dispatcher = m_dispatcher,
        .config = m_config,
        .clock = m_clock,
        .rng = m_rng,
        .changes = m_changes,
        .server = *this,
        .now = turn.m_now,
        .limits = m_limits,
        .dirty = 0,
        .hits = 0,
        .misses = 0,
        .expired = 0,
        .endedAt = turn.m_commandEndedAt,
        .paused = m_held ? PausedCommands::All
            : m_pause    ? m_pause->what
                         : PausedCommands::None,
        // While a script runs, the dataset is its own: nothing is evicted beneath it.
        .outOfMemory = m_maxMemory != 0 && !busy() && memory() > m_maxMemory && !makeRoom(turn),
        .busyReply = m_busyReply};
}

void Engine::count(const CommandContext& context)
{
    m_hits += context.hits;
    m_misses += context.misses;
    m_expired += context.expired;
    m_dirty += context.dirty;
}

void Engine::finish(EngineTurn& turn, const CommandContext& context)
{
    count(context);
    if (m_waits.hasReady() && !busy())
        serveReady(turn);
}

void Engine::execute(EngineTurn& turn, ClientState& client, Argv argv, ReplySink& reply, const Command* known)
{
    m_lastCommandTook = {};
    client.lastCommandAt = turn.m_now;
    CommandContext context = contextFor(turn, client);
    // A slow script lets others in: theirs are the writes until it goes on.
    const ClientState* outer = std::exchange(m_running, &client);
    m_dispatcher.execute(context, argv, reply, known);
    m_running = outer;
    turn.m_commandEndedAt = context.endedAt;
    // CLIENT CACHING holds for one command, or for one transaction.
    if (client.tracking && client.tracking->caching && !client.transaction
        && !(client.lastCommand && client.lastCommand->parent && client.lastCommand->parent->spec->name == "client"))
        client.tracking->caching = false;
    finish(turn, context);
    if (m_lastCommandTook > kStaleAfter)
        turn.m_now = m_clock.now().ms();
}

void Engine::prepare(const ClientState& client, std::span<const RequestBatch::Request> requests,
    std::span<const Command*, RequestBatch::kMost> commands) const
{
    std::array<BytesView, RequestBatch::kMost> keys;
    std::size_t keyCount = 0;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const Argv argv = requests[i].argv;
        if (argv.empty())
            continue;
        const bool again = i > 0 && !requests[i - 1].argv.empty() && sameBytes(argv[0], requests[i - 1].argv[0])
            && commands[i - 1] && !commands[i - 1]->parent && !commands[i - 1]->isContainer();
        commands[i] = again ? commands[i - 1] : m_commands.resolve(argv);
        const BytesView key = commands[i] ? commands[i]->firstKey(argv) : BytesView();
        if (!key.empty() && (keyCount == 0 || !sameBytes(key, keys[keyCount - 1])))
            keys[keyCount++] = key;
    }
    if (keyCount > 1)
        m_data.database(static_cast<std::size_t>(client.database)).prefetch(std::span(keys).first(keyCount));
}

void Engine::ran(const CommandContext& context, const Command& command, Argv argv, std::chrono::microseconds took,
    const CallErrors& errors)
{
    m_lastCommandTook = std::max(m_lastCommandTook, took);
    if (m_monitors.any() && !has(command.spec->flags, Flag::SkipMonitor | Flag::Admin))
        tellMonitors(context, argv);
    if (m_tracking.active() && m_running && m_running->tracking && has(command.spec->flags, Flag::ReadOnly)
        && !has(command.spec->flags, Flag::SkipMonitor))
        rememberKeys(context, command, argv);
    m_stats.ran(command.index, took, errors);
    if (m_tracksLatency)
        m_stats.tookThatLong(command.index, took);
    if (m_latency.reached(took))
        m_latency.add(has(command.spec->flags, Flag::Fast) ? "fast-command" : "command", m_clock.now().ms(), took);
    const ClientState& client = context.client;
    if (m_slowerThanMicros < 0 || took.count() < m_slowerThanMicros || has(command.spec->flags, Flag::SkipSlowlog))
        return;
    m_slowlog.add(m_clock.now().ms(), took, argv, client.isScript ? "?:0" : BytesView(client.address), client.name,
        static_cast<std::size_t>(m_config.number(Param::SlowlogMaxLen)));
}

void Engine::begins(const CommandContext& context, Argv argv)
{
    m_script = argv;
    if (m_monitors.any())
        tellMonitors(context, argv);
}

void Engine::tellMonitors(const CommandContext& context, Argv argv)
{
    m_monitors.feed(context.client, context.client.database, argv, m_clock.now());
}

// The keys of a command that has read. Of a script that reads they are those it was given, whatever it has looked at.
void Engine::rememberKeys(const CommandContext& context, const Command& command, Argv argv)
{
    const bool scripted = context.client.isScript;
    const Argv words = scripted ? m_script : argv;
    const Command* reader = scripted ? m_commands.resolve(words) : &command;
    std::vector<BytesView> keys;
    for (const KeyPlace& place : keyPlaces(*reader->spec, words).value_or(std::vector<KeyPlace>()))
        keys.push_back(words[place.index]);
    m_tracking.remember(
        *m_clients.at(m_running->id), keys, static_cast<std::size_t>(m_config.number(Param::TrackingTableMaxKeys)));
}

void Engine::served(const Command& command, std::chrono::microseconds took, const CallErrors& errors)
{
    m_stats.took(command.index, took, errors);
    if (m_tracksLatency)
        m_stats.tookThatLong(command.index, took);
}

void Engine::refused(const CommandContext&, const Command* command, BytesView error)
{
    m_stats.error(error);
    if (command)
        m_stats.rejected(command->index);
}

// --- Clients.

void Engine::join(EngineTurn& turn, ClientState& client)
{
    client.id = m_nextClientId++;
    client.connectedAt = client.lastCommandAt = turn.m_now;
    resetLogin(client);
    m_clients.emplace(client.id, &client);
}

void Engine::leave(EngineTurn&, ClientState& client)
{
    forget(client);
}

void Engine::forget(ClientState& client)
{
    m_changes.unwatch(client);
    m_waits.remove(client);
    m_subscriptions.leave(client);
    m_tracking.stop(client);
    m_monitors.remove(client);
    m_clients.erase(client.id);
}

std::vector<const ClientState*> Engine::clients() const
{
    std::vector<const ClientState*> clients;
    for (const auto& [id, client] : m_clients)
        clients.push_back(client);
    return clients;
}

// --- Data.

Keyspace Engine::snapshot(EngineTurn&) const
{
    return m_data.snapshot();
}

void Engine::replaceData(EngineTurn& turn, Keyspace data)
{
    m_changes.datasetReplaced(m_data, data);
    m_data = std::move(data);
    ++m_dirty;
    serveReady(turn);
}

// --- ServerView.

ServerFacts Engine::facts() const
{
    ServerFacts facts;
    facts.runId = m_runId;
    facts.configFile = m_config.file();
    facts.startedAt = m_startedAt;
    facts.port = m_port;
    facts.connectedClients = m_clients.size();
    facts.blockedClients = m_waits.count();
    facts.timedWaits = m_waits.timedCount();
    facts.trackingClients = m_tracking.clientCount();
    facts.trackingKeys = m_tracking.keyCount();
    facts.trackingItems = m_tracking.itemCount();
    facts.trackingPrefixes = m_tracking.prefixCount();
    facts.channels = m_subscriptions.names(SubscriptionKind::Channel).size();
    facts.patterns = m_subscriptions.names(SubscriptionKind::Pattern).size();
    facts.shardChannels = m_subscriptions.names(SubscriptionKind::Shard).size();
    facts.connectionsReceived = m_traffic.connections();
    facts.connectionsRejected = m_traffic.rejected();
    facts.netInputBytes = m_traffic.inputBytes();
    facts.netOutputBytes = m_traffic.outputBytes();
    facts.opsPerSecond = m_traffic.commandsPerSecond();
    facts.inputKbps = m_traffic.inputKbps();
    facts.outputKbps = m_traffic.outputKbps();
    facts.expiredKeys = m_expired;
    facts.expireCycleMs = m_expireCycles.count() / 1000;
    facts.lazyfreePending = m_reclaimer ? m_reclaimer->pending() : 0;
    facts.lazyfreed = m_lazyfreed;
    facts.evictedKeys = m_evicted;
    facts.keyspaceHits = m_hits;
    facts.keyspaceMisses = m_misses;
    facts.changesSinceSave = m_dirty;
    facts.memoryPeak = std::max(m_memoryPeak, memory());
    for (const auto& [id, client] : m_clients)
        facts.clientsMemory += client->connection.total;
    if (m_scripts) {
        facts.cachedScripts = m_scripts->scriptCount();
        facts.scriptBytes = m_scripts->scriptBytes();
        facts.luaBytes = m_scripts->memoryBytes();
        const FunctionRunner& functions = m_scripts->functions();
        facts.libraries = functions.store().libraries().size();
        facts.functions = functions.store().functionCount();
        facts.functionBytes = functions.store().bytes();
        facts.functionLuaBytes = functions.memoryBytes();
    }
    return facts;
}

Result<void> Engine::setConfig(std::span<const ConfigAssignment> assignments)
{
    auto done = m_config.set(assignments);
    if (!done)
        return done;
    readConfig();
    const auto setsPassword = [](const ConfigAssignment& one) { return equalsIgnoringCase(one.name, "requirepass"); };
    if (std::ranges::any_of(assignments, setsPassword))
        m_acl.setDefaultPassword(m_config.text(Param::Requirepass));
    if (m_hooks.configChanged)
        m_hooks.configChanged(assignments);
    return done;
}

void Engine::resetStats()
{
    m_stats.reset();
    m_traffic.reset();
    m_hits = m_misses = m_expired = m_evicted = m_lazyfreed = 0;
}

void Engine::watch(ClientState& client, int database, BytesView key)
{
    const Entry* entry = m_data.database(static_cast<std::size_t>(database)).find(key);
    const bool expired = entry && entry->expiry() && m_clock.now().ms() > *entry->expiry();
    m_changes.watch(client, database, key, expired);
}

void Engine::unwatch(ClientState& client)
{
    m_changes.unwatch(client);
}

void Engine::kill(std::int64_t id)
{
    const auto place = m_clients.find(id);
    if (place == m_clients.end() || !place->second->port)
        return;
    // Nothing reaches it any more, and nobody sees it, even before its connection has ended.
    ClientState& client = *place->second;
    client.port->disconnect();
    forget(client);
}

Result<void> Engine::requestShutdown(const ShutdownRequest& request)
{
    if (!m_hooks.shutdown)
        return Error{"ERR This engine is part of another program, which is what must be closed"};
    m_hooks.shutdown(request);
    return {};
}

void Engine::reclaim(EntryRef entry)
{
    if (!m_reclaimer)
        m_reclaimer = std::make_unique<Reclaimer>();
    ++m_lazyfreed;
    m_reclaimer->drop(std::move(entry));
}

void Engine::reclaim(Database database)
{
    if (!m_reclaimer)
        m_reclaimer = std::make_unique<Reclaimer>();
    m_lazyfreed += database.size();
    m_reclaimer->drop(std::move(database));
}

void Engine::sleep(std::chrono::microseconds duration)
{
    if (m_hooks.sleep)
        m_hooks.sleep(duration);
    else
        std::this_thread::sleep_for(duration);
}

} // namespace engine
