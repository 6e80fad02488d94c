#include "debugger/line_log.h"

#include <algorithm>

namespace debugger {

void LineLog::add(LineRecord line)
{
    if (m_size == m_blocks.size() * kBlock)
        m_blocks.emplace_back(kBlock);
    m_blocks[m_size / kBlock][m_size % kBlock] = line;
    ++m_size;
}

std::span<LineRecord> LineLog::from(Moment moment)
{
    const Moment index = moment - 1;
    if (index >= m_size)
        return {};
    const Moment first = index % kBlock;
    return {m_blocks[index / kBlock].data() + first, std::min(kBlock - first, m_size - index)};
}

std::span<LineRecord> LineLog::room()
{
    if (m_size == m_blocks.size() * kBlock)
        return {};
    const Moment first = m_size % kBlock;
    return {m_blocks[m_size / kBlock].data() + first, kBlock - first};
}

void LineLog::cut(Moment size)
{
    if (size >= m_size)
        return;
    m_size = size;
    m_blocks.resize((size + kBlock - 1) / kBlock);
}

} // namespace debugger
