#pragma once

// The lines of a recording, in blocks that stay where they are: a run writes into them without asking whether there is
// room for each.

#include "debugger/moment.h"
#include "engine/script/line_event.h"

#include <span>
#include <vector>

namespace debugger {

using engine::LineRecord;

class LineLog {
public:
    Moment size() const { return m_size; }
    /// `moment` is from 1 to size().
    LineRecord at(Moment moment) const { return m_blocks[(moment - 1) / kBlock][(moment - 1) % kBlock]; }
    void add(LineRecord line);
    /// Those from `moment` on that lie side by side. Cost: O(1).
    std::span<LineRecord> from(Moment moment);
    /// Room behind the last one, which may be none. What is written there counts when `wrote` says so.
    std::span<LineRecord> room();
    void wrote(std::size_t lines) { m_size += lines; }
    /// Drops all behind the first ones.
    void cut(Moment size);
    std::size_t memoryBytes() const { return m_size * sizeof(LineRecord); }

private:
    static constexpr Moment kBlock = 8192; // lines

    std::vector<std::vector<LineRecord>> m_blocks; // each of kBlock
    Moment m_size = 0;
};

} // namespace debugger
