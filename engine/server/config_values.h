#pragma once

// How the texts of parameters are read and judged, by type.

#include "engine/server/config_table.h"

#include <optional>

namespace engine {

struct ConfigValue {
    Bytes text; // as CONFIG GET shows it
    std::int64_t number = 0;
};

/// Judges a value. `old` is the one in force: client-output-buffer-limit may set some of its classes alone.
/// The error is what stands behind the dash of CONFIG SET's reply.
Result<ConfigValue> parseConfigValue(const ConfigRow& row, BytesView value, BytesView old = {});

/// The limits of each class in the text that CONFIG GET shows.
std::array<OutputLimit, 3> parseOutputLimitClasses(BytesView text);

/// "1", "64kb", "1g", … in bytes.
std::optional<std::int64_t> parseMemory(BytesView text);

} // namespace engine
