#include "engine/script/activations.h"

#include <algorithm>

namespace engine {

void Activations::forgetEnded()
{
    while (hasEnded()) {
        Row& row = m_rows.back();
        const int kept = std::max(m_all, row.first - 1);
        m_ofLua -= row.last - kept;
        row.last = kept;
        if (kept < row.first)
            m_rows.pop_back();
    }
}

} // namespace engine
