#pragma once

#include "engine/base/bytes.h"

#include <vector>

namespace engine {

/// The errors in a command's reply, for the statistics. Errors of commands that a script has called are counted with
/// those commands, and wear a mark that the script may pass on or drop.
struct ReplyErrors {
    std::vector<Bytes> fresh; // to be counted by their codes
    std::size_t counted = 0; // marked ones
};

} // namespace engine
