#pragma once

// The rows of CONFIG's parameters. A pure table; config.h gives them meaning.

#include "engine/server/config.h"

#include <cstdint>
#include <span>

namespace engine {

enum class ConfigType : std::uint8_t {
    Boolean,
    Integer,
    Memory,
    MemoryOrPercent,
    Octal,
    Word,
    ShutdownWords, // "default", or several of the others
    Text,
    Hostname,
    TitleTemplate,
    Events,
    OutputLimits,
    OomScores,
    Percentiles,
};

enum class ConfigRule : std::uint8_t {
    Free,
    Immutable, // given at the start, fixed from then on
    KeepsDefault, // exists because clients ask; only its default is true here
    Secret,
    Protected, // could be set only with enable-protected-configs
    Clamped, // a value outside the limits becomes the nearest one
};

struct ConfigRow {
    Param param = Param::Count; // Count: means nothing here, and keeps the value it is given
    BytesView name;
    BytesView alias = {}; // an older name
    ConfigType type = ConfigType::Text;
    BytesView initial = {};
    std::int64_t low = 0;
    std::int64_t high = 0;
    ConfigRule rule = ConfigRule::Free;
    std::span<const BytesView> words = {}; // of a Word
    BytesView refusal = {}; // what another value than the default is answered with
};

/// First those with a Param, in its order, one a value of it.
std::span<const ConfigRow> configRows();

} // namespace engine
