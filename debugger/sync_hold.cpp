#include "debugger/sync_hold.h"

#include "engine/script/script_runner.h"

#include <utility>

namespace debugger {

Holder SyncHold::holder(const engine::Engine& engine) const
{
    if (!engine.isHeld())
        return Holder::Nobody;
    return m_isTaken ? Holder::ThisSession : Holder::OtherSession;
}

bool SyncHold::take(engine::Engine& engine)
{
    if (engine.isHeld())
        return false;
    engine.hold();
    m_isTaken = true;
    return true;
}

ApplyReport SyncHold::keep(
    engine::Engine& engine, engine::EngineTurn& turn, engine::BytesView script, const SessionWrites& writes)
{
    if (!m_isTaken)
        return {.outcome = ApplyOutcome::Held};
    // A script that does not compile has written nothing, and is not kept.
    if (engine.scripts() && !script.empty())
        static_cast<void>(engine.scripts()->load(script));
    ApplyReport report = keepWrites(engine, turn, writes);
    drop(engine);
    return report;
}

void SyncHold::drop(engine::Engine& engine)
{
    if (std::exchange(m_isTaken, false))
        engine.release();
}

} // namespace debugger
