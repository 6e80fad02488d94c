#include "debugger/live_data.h"

#include <utility>

namespace debugger {

using engine::Engine;
using engine::EngineTurn;

namespace {

LiveData::Ground groundOf(Engine& engine, EngineTurn& turn)
{
    return {.dataset = engine.snapshot(turn), .now = turn.now()};
}

} // namespace

std::optional<LiveData::Ground> LiveData::ground()
{
    std::optional<Ground> ground;
    m_inTurn([&](Engine& engine, EngineTurn& turn) { ground = groundOf(engine, turn); });
    return ground;
}

ApplyReport LiveData::apply(const SessionWrites& writes, OnConflict onConflict)
{
    ApplyReport report{.outcome = ApplyOutcome::Held};
    m_inTurn([&](Engine& engine, EngineTurn& turn) { report = applyWrites(engine, turn, writes, onConflict); });
    return report;
}

ApplyReport LiveData::takeBack(const AppliedWrites& applied, OnConflict onConflict)
{
    ApplyReport report{.outcome = ApplyOutcome::Held};
    m_inTurn([&](Engine& engine, EngineTurn& turn) { report = undoWrites(engine, turn, applied, onConflict); });
    return report;
}

std::optional<LiveData::Ground> LiveData::hold()
{
    std::optional<Ground> ground;
    m_inTurn([&](Engine& engine, EngineTurn& turn) {
        if (m_hold.take(engine))
            ground = groundOf(engine, turn);
    });
    m_holds = m_holds || ground;
    return ground;
}

void LiveData::adoptHold()
{
    m_hold.adopt();
    m_holds = true;
}

ApplyReport LiveData::keep(engine::BytesView script, const SessionWrites& writes)
{
    ApplyReport report{.outcome = ApplyOutcome::Held};
    m_inTurn([&](Engine& engine, EngineTurn& turn) { report = m_hold.keep(engine, turn, script, writes); });
    m_holds = false;
    return report;
}

void LiveData::release()
{
    if (std::exchange(m_holds, false))
        m_inTurn([this](Engine& engine, EngineTurn&) { m_hold.drop(engine); });
}

} // namespace debugger
