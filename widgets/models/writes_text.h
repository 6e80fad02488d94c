#pragma once

// What became of writing a session's writes to the live data, in words. Pure.

#include "debugger/sync_hold.h"

#include <QString>

namespace widgets {

/// "“account” (changed), “price” (expired; the script only read it) and 3 more"; at most `most` of them by name.
QString conflictsText(const debugger::ApplyReport& report, std::size_t most = 4);
/// How many keys those are.
qint64 conflictCount(const debugger::ApplyReport& report);

/// What a person reads after applying, and after taking back.
QString applyText(const debugger::ApplyReport& report);
QString undoText(const debugger::ApplyReport& report);
/// And when a sync session has ended, with its writes.
QString keptText(const debugger::ApplyReport& report);
/// Why nobody else gets at the data now, and what to do. Nobody: empty. Thread: any.
QString heldText(debugger::Holder holder);

} // namespace widgets
