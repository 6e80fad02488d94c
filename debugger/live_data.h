#pragma once

// The live data that a session has a snapshot of, as the session's own thread reaches them: what it wrote can be done
// there and taken back, and a sync session has them to itself.
//
// Each call is one turn of the engine and waits for it. Where the engine has ended, nothing is done: Held.
// Thread: the session's.

#include "debugger/sync_hold.h"

#include <functional>
#include <optional>

namespace debugger {

class LiveData {
public:
    using Work = std::function<void(engine::Engine&, engine::EngineTurn&)>;
    /// Runs the work as a turn and waits for it. False: the engine has ended, and it was not run.
    using InTurn = std::function<bool(const Work&)>;

    explicit LiveData(InTurn inTurn) : m_inTurn(std::move(inTurn)) { }
    /// Gives up a hold; nothing is written.
    ~LiveData() { release(); }
    LiveData(const LiveData&) = delete;
    LiveData& operator=(const LiveData&) = delete;

    /// On what a run begins.
    struct Ground {
        engine::Keyspace dataset;
        engine::UnixMs now;
    };
    std::optional<Ground> ground();

    ApplyReport apply(const SessionWrites& writes, OnConflict onConflict);
    ApplyReport takeBack(const AppliedWrites& applied, OnConflict onConflict);

    // --- Having them to itself (sync_hold.h).

    bool holds() const { return m_holds; }
    /// As they are from now on; none, and nothing changes, when a session has them already.
    std::optional<Ground> hold();
    /// The engine holds everybody else for this session since before it began.
    void adoptHold();
    ApplyReport keep(engine::BytesView script, const SessionWrites& writes);
    void release();

private:
    InTurn m_inTurn;
    SyncHold m_hold; // touched in turns alone
    bool m_holds = false;
};

} // namespace debugger
