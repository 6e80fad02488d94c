#pragma once

// What commands reach beside the data: other clients, counters, the slow log, configuration, scripts, shutting down.
// The live engine is one; a run on a snapshot has one that answers from values taken when it began.

#include "engine/acl/access_control.h"
#include "engine/base/result.h"
#include "engine/command/client_state.h"
#include "engine/command/command_context.h"
#include "engine/data/keyspace.h"
#include "engine/server/command_stats.h"
#include "engine/server/config.h"
#include "engine/server/key_tracking.h"
#include "engine/server/latency_monitor.h"
#include "engine/server/monitors.h"
#include "engine/server/slowlog.h"
#include "engine/server/subscriptions.h"

#include <chrono>
#include <span>
#include <utility>
#include <vector>

namespace engine {

class ScriptRunner;

/// The figures behind INFO, as values. Counters since the start or CONFIG RESETSTAT.
struct ServerFacts {
    Bytes runId; // 40 hexadecimal digits, another at each start
    Bytes executable;
    Bytes configFile;
    UnixMs startedAt;
    std::int64_t port = 0; // 0: no listener
    std::size_t connectedClients = 0;
    std::size_t blockedClients = 0;
    std::size_t timedWaits = 0; // of the blocked clients, those that will give up
    std::size_t trackingClients = 0;
    std::size_t trackingKeys = 0; // remembered for somebody
    std::size_t trackingItems = 0; // pairs of key and client
    std::size_t trackingPrefixes = 0;
    std::size_t channels = 0; // that somebody listens to
    std::size_t patterns = 0;
    std::size_t shardChannels = 0;
    std::uint64_t connectionsReceived = 0;
    std::uint64_t connectionsRejected = 0;
    std::uint64_t netInputBytes = 0;
    std::uint64_t netOutputBytes = 0;
    std::uint64_t opsPerSecond = 0;
    double inputKbps = 0;
    double outputKbps = 0;
    std::uint64_t expiredKeys = 0;
    std::int64_t expireCycleMs = 0; // spent looking for keys whose time has come
    std::uint64_t evictedKeys = 0;
    std::size_t lazyfreePending = 0; // things handed to the reclaimer that it has not freed yet
    std::uint64_t lazyfreed = 0; // keys handed to it
    std::uint64_t keyspaceHits = 0;
    std::uint64_t keyspaceMisses = 0;
    std::uint64_t changesSinceSave = 0;
    std::size_t memoryPeak = 0; // of the dataset
    std::size_t clientsMemory = 0;
    // Scripts.
    std::size_t cachedScripts = 0;
    std::size_t scriptBytes = 0; // bodies kept
    std::size_t luaBytes = 0; // the Lua state
    std::size_t libraries = 0; // of functions
    std::size_t functions = 0;
    std::size_t functionBytes = 0; // code kept
    std::size_t functionLuaBytes = 0; // their Lua state
};

struct ShutdownRequest {
    enum class Save { Default, Save, NoSave };
    Save save = Save::Default;
    bool now = false;
    bool force = false;
};

/// EVAL's or FCALL's words, where its client debugs.
struct ScriptToDebug {
    BytesView body; // for a function its library's code
    BytesView function{}; // its name; empty: a script
    std::span<const BytesView> keys{};
    std::span<const BytesView> argv{};
    bool readOnly = false; // EVAL_RO, FCALL_RO
    BytesView error{}; // what is wrong with the words: the session ends with it as it begins
};

/// Thread: the one that runs commands.
class ServerView {
public:
    virtual ~ServerView() = default;

    /// Those connected, by id. Valid until a client joins or leaves.
    virtual std::vector<const ClientState*> clients() const = 0;
    virtual ServerFacts facts() const = 0;
    virtual const CommandStats& commandStats() const = 0;
    virtual Slowlog& slowlog() = 0;
    virtual LatencyMonitor& latency() = 0;

    /// All or none. The error is CONFIG SET's reply, whole.
    virtual Result<void> setConfig(std::span<const ConfigAssignment> assignments) = 0;
    /// Writes the configuration to the file it came from. The error is CONFIG REWRITE's reply, whole.
    virtual Result<void> rewriteConfig() = 0;
    virtual void resetStats() = 0;

    /// WATCH: from now on a change of the key sets `client.watchedKeyChanged`.
    virtual void watch(ClientState& client, int database, BytesView key) = 0;
    /// Forgets everything that `client` watches.
    virtual void unwatch(ClientState& client) = 0;

    /// The client waits from now on. It has a port.
    virtual void wait(ClientState& client, ClientWait wait) = 0;
    /// CLIENT UNBLOCK: ends the wait of the client with this id, by `error`, or as if its time had come when that is
    /// empty; false when nobody of that id waits.
    virtual bool unblock(std::int64_t id, BytesView error) = 0;
    /// CLIENT PAUSE: from now on these commands wait. A pause under way is never made shorter or weaker.
    virtual void pause(PausedCommands what, UnixMs until) = 0;
    virtual void unpause() = 0;

    virtual AccessControl& acl() = 0;
    /// Who a client is before it logs in.
    virtual void resetLogin(ClientState& client) = 0;
    /// Keeps in the ACL log that `context.client`, or the caller of its script, was refused: which command, key,
    /// channel or log-in, as which user.
    virtual void denied(const CommandContext& context, AclDenial denial, BytesView object, BytesView user) = 0;

    virtual Subscriptions& subscriptions() = 0;
    virtual KeyTracking& tracking() = 0;
    virtual Monitors& monitors() = 0;
    /// CLIENT KILL: ends the connection of the client with this id, once the present work is done.
    virtual void kill(std::int64_t id) = 0;

    /// Ends the program soon, after this reply is dropped. The error is SHUTDOWN's reply, whole.
    virtual Result<void> requestShutdown(const ShutdownRequest& request) = 0;
    /// Takes back a request that has not been carried out; false when there is none.
    virtual bool abortShutdown() = 0;
    /// Holds this thread: DEBUG SLEEP.
    virtual void sleep(std::chrono::microseconds duration) = 0;
    /// Takes the last hold of something large, to free it on another thread.
    virtual void reclaim(EntryRef entry) = 0;
    virtual void reclaim(Database database) = 0;
    /// DEBUG SET-ACTIVE-EXPIRE: whether keys are looked for whose time has come and that nobody asks for.
    virtual void setActiveExpiry(bool on) = 0;

    /// What runs and keeps scripts; null where there are none.
    virtual ScriptRunner* scripts() = 0;
    /// Hands a script to be debugged by the client of `context`, which loses its connection to the debugger. The error
    /// says why that cannot be; the client stays then.
    virtual Result<void> debugScript(CommandContext& context, const ScriptToDebug& script) = 0;
};

/// Values taken from another view when a run on a snapshot begins. What would reach outside is refused with an error.
class FrozenServerView final : public ServerView {
public:
    /// The live view's command table outlives it.
    explicit FrozenServerView(ServerView& live);

    std::vector<const ClientState*> clients() const override;
    ServerFacts facts() const override { return m_facts; }
    const CommandStats& commandStats() const override { return m_stats; }
    Slowlog& slowlog() override { return m_slowlog; }
    LatencyMonitor& latency() override { return m_latency; }
    Result<void> setConfig(std::span<const ConfigAssignment> assignments) override;
    Result<void> rewriteConfig() override;
    void resetStats() override { m_stats.reset(); }
    // Nobody else writes to a snapshot: a watched key changes by the watcher's own commands or not at all.
    void watch(ClientState&, int, BytesView) override { }
    void unwatch(ClientState& client) override { client.watched.clear(); }
    // Nobody is there to be woken: such a run's client has no port.
    void wait(ClientState&, ClientWait) override { }
    bool unblock(std::int64_t, BytesView) override { return false; }
    // No command of a snapshot's run reaches users: scripts may not call those that do.
    AccessControl& acl() override { return m_acl; }
    void resetLogin(ClientState&) override { }
    void denied(const CommandContext&, AclDenial, BytesView, BytesView) override { }
    // Nobody listens to what a snapshot says, and what is read from it is in nobody's cache.
    Subscriptions& subscriptions() override { return m_subscriptions; }
    KeyTracking& tracking() override { return m_tracking; }
    Monitors& monitors() override { return m_monitors; }
    void kill(std::int64_t) override { }
    void pause(PausedCommands, UnixMs) override { }
    void unpause() override { }
    Result<void> requestShutdown(const ShutdownRequest& request) override;
    bool abortShutdown() override { return false; }
    /// Time is logical in such a run: nothing waits.
    void sleep(std::chrono::microseconds) override { }
    void reclaim(EntryRef) override { }
    void reclaim(Database) override { }
    void setActiveExpiry(bool) override { }
    ScriptRunner* scripts() override { return nullptr; }
    Result<void> debugScript(CommandContext&, const ScriptToDebug&) override;

private:
    std::vector<ClientState> m_clients;
    AccessControl m_acl;
    Subscriptions m_subscriptions;
    KeyTracking::Clients m_nobody;
    KeyTracking m_tracking{m_nobody};
    Monitors m_monitors;
    ServerFacts m_facts;
    CommandStats m_stats;
    Slowlog m_slowlog;
    LatencyMonitor m_latency;
};

} // namespace engine
