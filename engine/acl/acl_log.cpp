#include "engine/acl/acl_log.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::int64_t kSameWithinMs = 60'000;

} // namespace

void AclLog::add(AclLogEntry entry, std::size_t limit)
{
    const auto same = std::ranges::find_if(m_entries, [&](const AclLogEntry& known) {
        return known.denial == entry.denial && known.place == entry.place && known.object == entry.object
            && known.user == entry.user && entry.at.value - known.at.value <= kSameWithinMs;
    });
    if (same != m_entries.end()) {
        entry.count += same->count;
        m_entries.erase(same);
    }
    m_entries.push_front(std::move(entry));
    if (m_entries.size() > limit)
        m_entries.resize(limit);
}

} // namespace engine
