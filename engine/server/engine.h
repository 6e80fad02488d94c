#pragma once

// Engine: all state of one server, without threads: the dataset, configuration, clients, counters, slow log, watched
// keys, expiry. What runs on the engine's thread gets an EngineTurn from `beginTurn` and passes it back in; sockets and
// the thread itself are built on top (engine_thread.h, listener.h). Several engines live in one process.

#include "engine/base/clock.h"
#include "engine/base/rng.h"
#include "engine/command/command_context.h"
#include "engine/command/command_table.h"
#include "engine/command/dispatcher.h"
#include "engine/command/server_view.h"
#include "engine/data/reclaimer.h"
#include "engine/resp/request_batch.h"
#include "engine/server/client_waits.h"
#include "engine/server/engine_turn.h"
#include "engine/server/live_changes.h"
#include "engine/server/script_debug.h"
#include "engine/server/traffic_meter.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace engine {

/// What the program around an engine does for it; each may be empty. Called on the engine's thread.
struct EngineHooks {
    /// SHUTDOWN was accepted. Empty: SHUTDOWN is refused.
    std::function<void(const ShutdownRequest&)> shutdown;
    /// These parameters have been set.
    std::function<void(std::span<const ConfigAssignment>)> configChanged;
    /// `serveTimeouts` is to be called when the clock has passed this moment. A later call takes the place of an
    /// earlier one. Empty: `tick` alone ends waits.
    std::function<void(UnixMs)> wakeAt;
    /// A script is to be debugged. Empty: SCRIPT DEBUG is refused.
    std::function<void(ScriptDebugStart)> debugScript{};
    /// DEBUG SLEEP. Empty: the thread sleeps.
    std::function<void(std::chrono::microseconds)> sleep;
};

/// Thread: one at a time; after the first turn, the one that makes turns. `snapshot` values may go anywhere.
class Engine final : public ServerView, private CommandObserver {
public:
    /// `clock` outlives the engine. `seed` decides the engine's chance and where keys lie.
    explicit Engine(const Clock& clock, std::uint64_t seed, Config config = {});
    ~Engine() override;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    EngineTurn beginTurn();
    void setHooks(EngineHooks hooks) { m_hooks = std::move(hooks); }

    // --- Commands.

    /// Runs one command for a client that has joined; writes one reply. `known` as in Dispatcher::execute.
    void execute(EngineTurn& turn, ClientState& client, Argv argv, ReplySink& reply, const Command* known = nullptr);
    /// Looks ahead at requests that `client` will run next: gives their commands (null: unknown), and brings their keys
    /// near, so that they wait for memory together and not one after the other.
    void prepare(const ClientState& client, std::span<const RequestBatch::Request> requests,
        std::span<const Command*, RequestBatch::kMost> commands) const;
    /// While a script runs and its hook serves other clients: `text` is what they are told ("BUSY …"); empty ends it.
    void setBusyReply(BytesView text) { m_busyReply = Bytes(text); }
    bool busy() const { return !m_busyReply.empty(); }
    /// A context for work on the live dataset that comes by another way than `execute` (a script run from the window).
    CommandContext contextFor(EngineTurn& turn, ClientState& client);
    /// Ends such work: adds what the context counted to the engine's counters, and serves the clients whose keys have
    /// become ready. `execute` does it itself.
    void finish(EngineTurn& turn, const CommandContext& context);
    /// Ends the waits, and the pause, whose time has come.
    void serveTimeouts(EngineTurn& turn);
    /// Somebody has moved the clock: what waits for a moment is seen to anew.
    void clockMoved(EngineTurn& turn);

    // --- Clients.

    /// Takes the users that the configuration names, or the file that `aclfile` does. Once, before anybody joins. The
    /// error says where what is wrong stands.
    Result<void> loadUsers();

    /// Gives the client its id, and the rights of the default user; it stays where it is until `leave`.
    void join(EngineTurn& turn, ClientState& client);
    void leave(EngineTurn& turn, ClientState& client);
    std::size_t clientCount() const { return m_clients.size(); }

    // --- Data.

    /// Cost: O(1).
    Keyspace snapshot(EngineTurn& turn) const;
    /// Puts another dataset in the place of the live one, as FLUSHALL and a load would: watched keys that are in
    /// either count as changed.
    void replaceData(EngineTurn& turn, Keyspace data);
    Keyspace& data(EngineTurn&) { return m_data; }
    /// Bytes of the live dataset. Cost: O(1).
    std::size_t memory() const { return m_data.memoryBytes(); }
    /// Listens to every change from now on (undo, notifications, a log); not owned; null removes it.
    void setChangeListener(EngineTurn&, ChangeSink* listener) { m_changes.setListener(listener); }

    /// The work between commands: a slice of active expiry, the meters. Call it `hz` times a second.
    void tick(EngineTurn& turn);

    const CommandTable& commands() const { return m_commands; }
    const Dispatcher& dispatcher() const { return m_dispatcher; }
    const Config& config() const { return m_config; }
    const Clock& clock() const { return m_clock; }
    /// Bytes and connections, counted by the listener.
    TrafficMeter& traffic() { return m_traffic; }
    /// The address that the listener answers on, for INFO; 0: none.
    void setPort(std::int64_t port) { m_port = port; }

    // --- ServerView.

    std::vector<const ClientState*> clients() const override;
    ServerFacts facts() const override;
    const CommandStats& commandStats() const override { return m_stats; }
    Slowlog& slowlog() override { return m_slowlog; }
    LatencyMonitor& latency() override { return m_latency; }
    Result<void> setConfig(std::span<const ConfigAssignment> assignments) override;
    Result<void> rewriteConfig() override;
    void resetStats() override;
    void watch(ClientState& client, int database, BytesView key) override;
    void unwatch(ClientState& client) override;
    AccessControl& acl() override { return m_acl; }
    void denied(const CommandContext& context, AclDenial denial, BytesView object, BytesView user) override;
    void resetLogin(ClientState& client) override;
    Subscriptions& subscriptions() override { return m_subscriptions; }
    KeyTracking& tracking() override { return m_tracking; }
    Monitors& monitors() override { return m_monitors; }
    void kill(std::int64_t id) override;
    void wait(ClientState& client, ClientWait wait) override;
    bool unblock(std::int64_t id, BytesView error) override;
    void pause(PausedCommands what, UnixMs until) override;
    void unpause() override;
    /// Until `release` every command of every client waits, as with CLIENT PAUSE: a debugged script has the data.
    void hold() { m_held = true; }
    bool isHeld() const { return m_held; }
    void release();
    Result<void> debugScript(CommandContext& context, const ScriptToDebug& script) override;
    Result<void> requestShutdown(const ShutdownRequest& request) override;
    // The program ends as soon as the hook has run: there is never a request under way.
    bool abortShutdown() override { return false; }
    void sleep(std::chrono::microseconds duration) override;
    void reclaim(EntryRef entry) override;
    void reclaim(Database database) override;
    void setActiveExpiry(bool on) override { m_activeExpiry = on; }
    ScriptRunner* scripts() override { return m_scripts; }
    /// Not owned.
    void setScripts(ScriptRunner* scripts);

private:
    void ran(const CommandContext& context, const Command& command, Argv argv, std::chrono::microseconds took,
        const CallErrors& errors) override;
    void begins(const CommandContext& context, Argv argv) override;
    void served(const Command& command, std::chrono::microseconds took, const CallErrors& errors) override;
    void refused(const CommandContext& context, const Command* command, BytesView error) override;
    void forget(ClientState& client);
    void readConfig();
    friend class EngineTurn;
    void turnEnds() { m_tracking.broadcast(); }
    void count(const CommandContext& context);
    void tellMonitors(const CommandContext& context, Argv argv);
    void rememberKeys(const CommandContext& context, const Command& command, Argv argv);
    void wakeForNext();
    void serveReady(EngineTurn& turn);
    void serveQueue(EngineTurn& turn, int database, const Bytes& key, ValueType type);
    void serveStreamReaders(EngineTurn& turn, int database, const Bytes& key, bool isStream);
    bool serveClient(EngineTurn& turn, ClientState& client, BytesView key);
    void endWait(ClientState& client);
    void endWaitInVain(ClientState& client, BytesView error);
    /// Evicts by `maxmemory-policy` until the dataset fits; false when nothing more may go.
    bool makeRoom(EngineTurn& turn);
    const Entry* evictionCandidate(std::size_t database, BytesView policy);
    void expireSlice(EngineTurn& turn, std::size_t database);
    void removeKey(std::size_t database, const Bytes& key, EventClass kind, BytesView event);

    struct Pause {
        PausedCommands what = PausedCommands::All;
        UnixMs until;
    };

    const Clock& m_clock;
    Config m_config;
    EncodingLimits m_limits;
    CommandTable m_commands;
    AccessControl m_acl{m_commands};
    Dispatcher m_dispatcher{this};
    CommandStats m_stats;
    Slowlog m_slowlog;
    LatencyMonitor m_latency;
    std::chrono::microseconds m_expireCycles{};
    bool m_activeExpiry = true;
    bool m_tracksLatency = true;
    Rng m_rng;
    Keyspace m_data;
    ClientWaits m_waits;
    Subscriptions m_subscriptions;
    Monitors m_monitors;
    std::map<std::int64_t, ClientState*> m_clients;
    KeyTracking m_tracking{m_clients};
    LiveChanges m_changes;
    const ClientState* m_running = nullptr; // whose command, or script, it is
    Argv m_script; // the words of the script that runs
    std::optional<Pause> m_pause;
    bool m_held = false; // by a debugged script
    TrafficMeter m_traffic;
    EngineHooks m_hooks;
    std::int64_t m_nextClientId = 1;
    std::int64_t m_port = 0;
    Bytes m_runId;
    Bytes m_busyReply;
    UnixMs m_startedAt;
    std::size_t m_memoryPeak = 0;
    std::uint64_t m_hits = 0;
    std::uint64_t m_misses = 0;
    std::uint64_t m_expired = 0;
    std::uint64_t m_evicted = 0;
    std::uint64_t m_dirty = 0;
    std::int64_t m_slowerThanMicros = 10'000;
    std::size_t m_maxMemory = 0;
    std::vector<std::uint64_t> m_expiryCursors; // by database
    std::uint64_t m_evictionCursor = 0;
    std::chrono::microseconds m_lastCommandTook{};
    std::uint64_t m_lazyfreed = 0;
    // Made at its first use: a thread. Last, so that what it still frees goes first.
    std::unique_ptr<Reclaimer> m_reclaimer;
    ScriptRunner* m_scripts = nullptr;
};

} // namespace engine
