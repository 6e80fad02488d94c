#pragma once

// The embedded engine as the window sees it: work goes out and nothing waits; answers come back as signals on the GUI
// thread.

#include "debugger/apply_writes.h"
#include "debugger/ldb_host.h"
#include "debugger/library_functions.h"
#include "debugger/sync_hold.h"
#include "debugger/watched_run.h"
#include "engine/server/engine_thread.h"
#include "engine/server/slowlog.h"

#include <QObject>

#include <functional>
#include <memory>
#include <optional>

namespace widgets {

/// What the status bar shows.
struct EngineStatus {
    std::size_t keys = 0; // in all databases
    std::size_t memoryBytes = 0; // of the dataset
    std::size_t clients = 0; // connected through the listener
    bool busy = false; // a script has run longer than busy-reply-threshold
};

struct SlowlogReading {
    std::vector<engine::SlowlogEntry> entries; // newest first
    std::int64_t thresholdMicros = 0;
    std::int64_t maxLength = 0;
};

class EngineLink : public QObject {
    Q_OBJECT

public:
    /// `clock` outlives the link.
    EngineLink(const engine::Clock& clock, std::uint64_t seed, QObject* parent = nullptr);
    /// Ends a running script and the listener, and waits for the engine's thread.
    ~EngineLink() override;

    const engine::CommandTable& commands() const { return m_commands; }

    /// Runs a script. Answer: `ran`; with an error while a sync session has the data to itself.
    void run(debugger::RunRequest request);
    /// Ends the script that `run` began, or any other. Answer: `killed`, beside the run's own.
    void killScript();
    /// Runs a command of the console, for a client that keeps its database and its transaction. Answer: `replied`, as
    /// above.
    void execute(std::vector<engine::Bytes> argv);

    /// Everything that a debug session needs of the live engine, taken in one turn.
    struct SessionGround {
        engine::Keyspace dataset{0};
        engine::UnixMs now;
        engine::PrngState prng;
        engine::CjsonOptions cjson;
        std::shared_ptr<engine::ServerView> server;
        std::shared_ptr<const engine::Config> config;
    };
    /// Calls `done` with it on the GUI thread; not at all when the link has gone meanwhile.
    void takeGround(std::function<void(SessionGround)> done);
    /// As takeGround, and in the same turn takes hold of the data: every client, the console and `run` wait, or are
    /// told that they must, until `keepWrites` or `release`. Nothing is given when another session has them already.
    void holdGround(std::function<void(std::optional<SessionGround>)> done);
    /// As SyncHold::keep and drop. `done` as above.
    void keepWrites(
        engine::Bytes script, debugger::SessionWrites writes, std::function<void(const debugger::ApplyReport&)> done);
    void release();
    /// As debugger::listFunctions, on the engine's thread, as FUNCTION LOAD would. `done` as above.
    void listFunctions(engine::Bytes code, std::function<void(const debugger::LibraryListing&)> done);
    /// As debugger::applyWrites and undoWrites, as one turn each, after a script that runs. `done` as above.
    void applyWrites(debugger::SessionWrites writes, debugger::OnConflict onConflict,
        std::function<void(const debugger::ApplyReport&)> done);
    void undoWrites(debugger::AppliedWrites applied, debugger::OnConflict onConflict,
        std::function<void(const debugger::ApplyReport&)> done);
    /// The clock has been moved: who waits for a moment is seen to.
    void clockMoved();
    /// Puts a dataset in the place of the live one.
    void replaceData(engine::Keyspace data);

    /// Answers: `status`, `slowlogRead`.
    void readStatus();
    void readSlowlog();
    void resetSlowlog();
    /// Microseconds; negative: nothing is logged.
    void setSlowlogThreshold(qint64 micros);

    /// Opens the listener; `password` is required of clients when it is not empty. Answer: `listening` or
    /// `listenFailed`.
    void listen(engine::ListenOptions options, const engine::Bytes& password);
    /// Answer: `listenerClosed`.
    void closeListener();

Q_SIGNALS:
    void ran(const debugger::RunReport& report);
    void killed(const engine::Reply& reply);
    void replied(const std::vector<engine::Bytes>& argv, const engine::Reply& reply, int database);
    void status(const widgets::EngineStatus& status);
    void slowlogRead(const widgets::SlowlogReading& reading);
    void listening(const engine::ListenReport& report);
    void listenFailed(const QString& why);
    void listenerClosed();
    void clientsChanged();

private:
    /// Runs `work` as a turn, and `done` with what it gives on the GUI thread.
    template <class Work, class Done>
    void ask(Work work, Done done);
    /// Calls `done` with a future's value on the GUI thread, once there is one.
    template <class Outcome, class Done>
    void whenReady(std::future<Outcome> answer, Done done);

    engine::CommandTable m_commands;
    // Both engine thread only; shared with work that is still queued when the link goes.
    std::shared_ptr<engine::ClientState> m_console;
    std::shared_ptr<debugger::SyncHold> m_hold; // the window's session's
    debugger::LdbHost m_debugged; // sessions of the listener's clients
    std::unique_ptr<engine::EngineThread> m_engine;
};

} // namespace widgets
