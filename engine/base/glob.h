#pragma once

#include "engine/base/bytes.h"

namespace engine {

enum class Case { Sensitive, Ignored };

/// Redis's glob: `*`, `?`, `[a-z]`, `[^x]`, `\` quotes. Cost: bounded by pattern × text; never exponential.
/// Source: https://redis.io/commands/keys
bool globMatches(BytesView pattern, BytesView text, Case letters = Case::Sensitive);

} // namespace engine
