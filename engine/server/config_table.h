#pragma once

// The rows of CONFIG's parameters. A pure table; config.h gives them meaning.

#include "engine/server/config.h"

#include <cstdint>
#include <span>

namespace engine {

enum class ConfigType : std::uint8_t { Boolean, Integer, Memory, Octal, Word, Text, Events, OutputLimits };

enum class ConfigRule : std::uint8_t {
    Free,
    Immutable, // given at the start, fixed from then on
    KeepsDefault, // exists because clients ask; only its default is true here
    Secret,
    Clamped, // a value outside the limits becomes the nearest one
};

struct ConfigRow {
    Param param = Param::Count;
    BytesView name;
    BytesView alias = {}; // an older name
    ConfigType type = ConfigType::Text;
    BytesView initial = {};
    std::int64_t low = 0;
    std::int64_t high = 0;
    ConfigRule rule = ConfigRule::Free;
    std::span<const BytesView> words = {}; // of a Word
};

/// In the order of Param, one a value of it.
std::span<const ConfigRow> configRows();

} // namespace engine
