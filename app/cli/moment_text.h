#pragma once

// Moments as people write them on the command line.

#include "engine/base/clock.h"
#include "engine/base/result.h"

#include <string>

namespace app {

/// Seconds since 1970 ("1700000000", "1700000000.5") or UTC in ISO 8601: "2024-05-01", "2024-05-01T12:30",
/// "2024-05-01 12:30:15.250Z". The error says which forms there are.
engine::Result<engine::UnixMs> parseMoment(const std::string& text);

} // namespace app
