#pragma once

// Lines that a probe is not called for. A call for each would make a watched run last several times as long: most lines
// of a run that is recorded are only written down, and most lines of its replay only compared with what was written.
// A track takes such lines, up to the next one that the probe wants to see.

#include "engine/script/line_event.h"

#include <atomic>
#include <span>

namespace engine {

/// The probe changes it inside its callbacks alone; the run moves `at` between them. An empty one takes no line.
/// Thread: the run's; `attention` any.
struct LineTrack {
    LineRecord* at = nullptr; // of the line that comes next
    LineRecord* end = nullptr; // the probe is called for the line that comes here
    bool compares = false; // else writes
    std::span<const char> marked = {}; // by line: the probe is called for those that are not 0
    const std::atomic<bool>* attention = nullptr; // the probe is called while it is set

    /// False when the probe is to be called instead, for a line that is another than was written too.
    bool takes(LineRecord record)
    {
        if (at == end || attention->load(std::memory_order_relaxed))
            return false;
        if (compares) {
            if (!(*at == record))
                return false;
        } else {
            const auto line = static_cast<std::size_t>(record.line());
            if (line < marked.size() && marked[line] != 0)
                return false;
            *at = record;
        }
        ++at;
        return true;
    }
};

} // namespace engine
