#include "debugger/stepper.h"

#include <algorithm>
#include <utility>

namespace debugger {

Stepper::Stepper(StepKind kind, std::vector<ActiveCoroutine> active) : m_kind(kind), m_active(std::move(active))
{
    if (m_kind == StepKind::Out && !m_active.empty())
        --m_active.front().depth;
}

bool Stepper::endsAt(const engine::LineEvent& event)
{
    if (m_kind == StepKind::None)
        return false;
    if (m_kind == StepKind::Into || m_active.empty())
        return event.inScript;
    const auto active = std::ranges::find(m_active, event.coroutine, &ActiveCoroutine::coroutine);
    if (active == m_active.end())
        return false;
    if (event.begins)
        active->depth = std::min(active->depth, event.depth - 1);
    return event.inScript && event.depth <= active->depth;
}

} // namespace debugger
