#include "debugger/stepper.h"

#include <algorithm>
#include <utility>

namespace debugger {

Stepper::Stepper(StepKind kind, std::vector<ActiveCoroutine> active) : m_kind(kind), m_active(std::move(active))
{
}

bool Stepper::endsAt(const engine::LineEvent& event) const
{
    if (m_kind == StepKind::None || !event.inScript)
        return false;
    if (m_kind == StepKind::Into || m_active.empty())
        return true;
    const ActiveCoroutine& start = m_active.front();
    if (event.coroutine == start.coroutine)
        return m_kind == StepKind::Out ? event.depth < start.depth : event.depth <= start.depth;
    return std::any_of(m_active.begin() + 1, m_active.end(), [&event](const ActiveCoroutine& waiting) {
        return event.coroutine == waiting.coroutine && event.depth <= waiting.depth;
    });
}

} // namespace debugger
