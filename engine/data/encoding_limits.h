#pragma once

#include <cstddef>

namespace engine {

/// Up to where a value keeps its compact form. CONFIG sets these; names and defaults are Redis 7.0's.
struct EncodingLimits {
    std::size_t hashMaxListpackEntries = 512;
    std::size_t hashMaxListpackValue = 64; // bytes of a field or value
    std::size_t setMaxIntsetEntries = 512;
    std::size_t zsetMaxListpackEntries = 128;
    std::size_t zsetMaxListpackValue = 64; // bytes of a member
    std::size_t streamNodeMaxBytes = 4096; // 0: no limit
    std::size_t streamNodeMaxEntries = 100; // 0: no limit
    int listMaxListpackSize = -2; // entries a node when positive; -1 to -5: 4, 8, 16, 32, 64 KiB a node
};

} // namespace engine
