#pragma once

// Moments and spans of time as people write them.

#include "engine/base/clock.h"
#include "engine/base/result.h"

#include <chrono>
#include <string>
#include <string_view>

namespace debugger {

/// Seconds since 1970 ("1700000000", "1700000000.5") or UTC in ISO 8601: "2024-05-01", "2024-05-01T12:30",
/// "2024-05-01 12:30:15.250Z". The error says which forms there are.
engine::Result<engine::UnixMs> parseMoment(const std::string& text);

/// "250ms", "90s", "-5m", "2h", "1.5d". The error says which forms there are.
engine::Result<std::chrono::milliseconds> parseSpan(std::string_view text);

/// UTC in ISO 8601, to milliseconds: "2024-05-01T12:30:15.250Z".
std::string momentText(engine::UnixMs moment);

} // namespace debugger
