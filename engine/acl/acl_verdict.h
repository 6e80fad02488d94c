#pragma once

// Whether a user may do something, and what keeps it from it.

#include <cstddef>
#include <cstdint>

namespace engine {

/// In the order in which Redis prefers one selector's reason to another's.
enum class AclDenial : std::uint8_t { None, Command, Key, Authentication, Channel };

struct AclVerdict {
    AclDenial denial = AclDenial::None;
    std::size_t word = 0; // the key's or channel's index among the words

    bool allowed() const { return denial == AclDenial::None; }
};

} // namespace engine
