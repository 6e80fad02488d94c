#pragma once

// A sync session's hold on the live data, as SCRIPT DEBUG SYNC has it: everybody else waits, the script works on a
// snapshot, and what it has written is done on the live data when the session ends. One engine has one hold at a time,
// whoever has it; letting go of what one does not hold frees nobody.
// Thread: the engine's.

#include "debugger/apply_writes.h"

namespace debugger {

/// Who has the data to itself.
enum class Holder : std::uint8_t { Nobody, ThisSession, OtherSession };

class SyncHold {
public:
    Holder holder(const engine::Engine& engine) const;
    /// False, and nothing changes, when a session has the data already.
    bool take(engine::Engine& engine);
    /// The engine holds everybody else for this session already, as it does for SCRIPT DEBUG SYNC.
    void adopt() { m_isTaken = true; }
    /// The end of a session: its script is known to EVALSHA as after an EVAL (empty: none), its writes are done, and
    /// those who waited are served what they left. Without the hold nothing is written: Held.
    ApplyReport keep(
        engine::Engine& engine, engine::EngineTurn& turn, engine::BytesView script, const SessionWrites& writes);
    /// Lets everybody go; nothing is written.
    void drop(engine::Engine& engine);

private:
    bool m_isTaken = false;
};

} // namespace debugger
