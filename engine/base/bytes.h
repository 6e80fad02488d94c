#pragma once

// Redis strings are bytes, never text: any value, NUL included, and no encoding.

#include <string>
#include <string_view>

namespace engine {

using Bytes = std::string;
using BytesView = std::string_view;

/// ASCII lower case, as Redis folds command and option names; other bytes are left alone.
Bytes lowered(BytesView text);
Bytes uppered(BytesView text);

/// True when both are equal but for ASCII case.
bool equalsIgnoringCase(BytesView a, BytesView b);

} // namespace engine
