// The engine's work between commands: active expiry, making room under maxmemory, the meters.

#include "engine/base/check.h"
#include "engine/command/use_counter.h"
#include "engine/server/engine.h"

#include <algorithm>
#include <limits>

namespace engine {

namespace {

// A slice looks at so many keys with an expiry, and goes on while more than a tenth of them were due.
constexpr std::size_t kKeysALook = 20;
constexpr std::size_t kMostLooks = 1000; // some milliseconds

// What eviction prefers among samples: the larger the better; nullopt when the key may not go.
std::optional<std::uint64_t> evictionRank(const Entry& entry, const Config& config, BytesView policy, UnixMs now)
{
    if (policy.starts_with("volatile-") && !entry.expiry())
        return std::nullopt;
    if (policy == "volatile-ttl")
        return std::numeric_limits<std::uint64_t>::max() - static_cast<std::uint64_t>(entry.expiry()->value);
    if (policy.ends_with("-lru"))
        return accessSeconds(now) - entry.lastAccess();
    if (policy.ends_with("-lfu"))
        return 255 - usesLeft(entry.lastAccess(), config, now);
    return 0;
}

} // namespace

void Engine::removeKey(std::size_t database, const Bytes& key, EventClass kind, BytesView event)
{
    const int index = static_cast<int>(database);
    Database& keys = m_data.database(database);
    if (m_changes.wants().before)
        m_changes.beforeWrite(index, key, keys.find(key));
    const Param lazy = kind == EventClass::Expired ? Param::LazyfreeLazyExpire : Param::LazyfreeLazyEviction;
    if (const Entry* entry = m_config.flag(lazy) ? keys.find(key) : nullptr; entry && Reclaimer::isWorthwhile(*entry))
        reclaim(EntryRef(*entry));
    keys.erase(key);
    m_changes.keyModified(index, key);
    m_changes.event(kind, event, index, key);
    const BytesView removal[] = {"DEL", key};
    m_changes.effect(index, removal);
}

void Engine::expireSlice(EngineTurn& turn, std::size_t database)
{
    Database& keys = m_data.database(database);
    std::uint64_t& cursor = m_expiryCursors[database];
    const auto effort = static_cast<std::size_t>(m_config.number(Param::ActiveExpireEffort));
    for (std::size_t look = 0; look < kMostLooks * effort && keys.volatileSize() > 0; ++look) {
        std::vector<Bytes> due;
        std::size_t seen = 0;
        cursor = keys.scanVolatile(cursor, kKeysALook, [&](const Entry& entry) {
            ++seen;
            if (entry.expiry() && turn.m_now > *entry.expiry())
                due.emplace_back(entry.key());
        });
        for (const Bytes& key : due)
            removeKey(database, key, EventClass::Expired, "expired");
        m_expired += due.size();
        if (seen > 0 && due.size() * 10 <= seen)
            return;
    }
}

void Engine::tick(EngineTurn& turn)
{
    // A script that keeps others waiting owns the dataset until it ends.
    if (busy())
        return;
    serveTimeouts(turn);
    const auto start = m_clock.ticks();
    // A pause of writes keeps the dataset as it is.
    for (std::size_t database = 0; m_activeExpiry && !m_pause && !m_held && database < m_data.databaseCount();
         ++database)
        expireSlice(turn, database);
    const auto took = m_clock.ticks() - start;
    m_expireCycles += took;
    if (m_latency.reached(took))
        m_latency.add("expire-cycle", turn.m_now, took);
    m_traffic.sample(m_clock.ticks(), m_stats.totalCalls());
    m_memoryPeak = std::max(m_memoryPeak, memory());
}

bool Engine::makeRoom(EngineTurn& turn)
{
    const BytesView policy = m_config.text(Param::MaxmemoryPolicy);
    if (policy == "noeviction")
        return false;
    // More would only cost time: that many already find nearly the best.
    constexpr std::int64_t kMostSamples = 64;
    const auto samples = std::min(m_config.number(Param::MaxmemorySamples), kMostSamples);
    const auto start = m_clock.ticks();
    while (memory() > m_maxMemory) {
        std::size_t from = 0;
        Bytes chosen;
        std::optional<std::uint64_t> best;
        for (std::size_t database = 0; database < m_data.databaseCount(); ++database) {
            for (std::int64_t sample = 0; sample < samples; ++sample) {
                const Entry* entry = evictionCandidate(database, policy);
                const auto rank = entry ? evictionRank(*entry, m_config, policy, turn.m_now) : std::nullopt;
                if (!rank || (best && *rank <= *best))
                    continue;
                best = rank;
                chosen = entry->key();
                from = database;
            }
        }
        if (!best)
            return false;
        removeKey(from, chosen, EventClass::Evicted, "evicted");
        ++m_evicted;
    }
    if (const auto took = m_clock.ticks() - start; m_latency.reached(took))
        m_latency.add("eviction-cycle", turn.m_now, took);
    return true;
}

// Any key; for the policies that only take keys with an expiry, one of those, found from a random place on.
const Entry* Engine::evictionCandidate(std::size_t database, BytesView policy)
{
    Database& keys = m_data.database(database);
    if (!policy.starts_with("volatile-"))
        return keys.random(m_rng);
    if (keys.volatileSize() == 0)
        return nullptr;
    const Entry* found = nullptr;
    std::uint64_t& cursor = m_evictionCursor;
    for (int round = 0; !found && round < 2; ++round) {
        do {
            cursor = keys.scanVolatile(cursor, 1, [&found](const Entry& entry) { found = &entry; });
        } while (!found && cursor != 0);
    }
    return found;
}

} // namespace engine
