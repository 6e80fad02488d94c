#pragma once

// ACL LOG: what users were refused, the last first. The same refusal within a minute is counted, not kept again.

#include "engine/acl/acl_verdict.h"
#include "engine/base/bytes.h"
#include "engine/base/clock.h"

#include <deque>

namespace engine {

/// Where a refused command came from.
enum class AclPlace : std::uint8_t { TopLevel, Multi, Script };

struct AclLogEntry {
    std::uint64_t count = 1;
    AclDenial denial = AclDenial::None;
    AclPlace place = AclPlace::TopLevel;
    Bytes object; // the command, key or channel that was refused
    Bytes user;
    UnixMs at; // the last time
    Bytes client; // as CLIENT LIST shows it, the last time
};

/// Thread: one at a time.
class AclLog {
public:
    /// The oldest beyond `limit` go.
    void add(AclLogEntry entry, std::size_t limit);
    void clear() { m_entries.clear(); }
    /// The latest first.
    const std::deque<AclLogEntry>& entries() const { return m_entries; }

private:
    std::deque<AclLogEntry> m_entries;
};

} // namespace engine
