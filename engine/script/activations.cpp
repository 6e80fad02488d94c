#include "engine/script/activations.h"

#include <algorithm>
#include <utility>

namespace engine {

void Activations::called()
{
    forgetEnded();
    m_called = ++m_all;
}

bool Activations::lineBegins()
{
    forgetEnded();
    if (std::exchange(m_called, -1) != m_all)
        return false;
    ++m_ofLua;
    if (!m_rows.empty() && m_rows.back().last == m_all - 1)
        m_rows.back().last = m_all;
    else
        m_rows.push_back({.first = m_all, .last = m_all});
    return true;
}

void Activations::forgetEnded()
{
    while (!m_rows.empty() && m_rows.back().last > m_all) {
        Row& row = m_rows.back();
        const int kept = std::max(m_all, row.first - 1);
        m_ofLua -= row.last - kept;
        row.last = kept;
        if (kept < row.first)
            m_rows.pop_back();
    }
}

} // namespace engine
