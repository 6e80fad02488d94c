#pragma once

// The dataset as a value: numbered databases of keys, each with a value and perhaps an expiry.
// Copying a Keyspace costs a reference count a database; a write to one copy leaves every other copy alone and copies
// the database's head and the path that are still shared. So a copy is a snapshot: its holder reads it on any thread
// for as long as it likes.
//
// Nothing here judges expiry or records changes: that is the business of the one door through which commands come
// (engine/command/call.h).

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/base/clock.h"
#include "engine/base/cow.h"
#include "engine/base/function_ref.h"
#include "engine/base/rng.h"
#include "engine/base/short_bytes.h"
#include "engine/data/dict.h"
#include "engine/data/entry.h"

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace engine {

struct EntryTraits {
    using Item = Entry;
    static BytesView key(const Entry& entry) { return entry.key(); }
    static bool marked(const Entry& entry) { return entry.m_hasExpiry; }
    static std::size_t bytes(const Entry& entry) { return entry.memoryBytes(); }
    static Entry* clone(const Entry& entry) { return Entry::cloneAs(entry, entry.key(), entry.expiry()); }
    static void destroy(Entry* entry) { Entry::destroy(entry); }
};

enum class Expiry { Drop, Keep };

/// References to entries and values are valid until the next write to the database or the next copy of it: a value
/// must be asked for again before it is written again. So must a keyspace's database itself, which is a CHECK.
class Database {
public:
    explicit Database(std::uint64_t hashSeed) : m_keys(hashSeed) { }
    Database(const Database& other);
    Database(Database&& other) noexcept;
    Database& operator=(Database other) noexcept;
    ~Database() = default;

    std::size_t size() const { return m_keys.size(); }
    /// How many keys have an expiry.
    std::size_t volatileSize() const { return m_keys.markedSize(); }

    const Entry* find(BytesView key) const { return m_keys.find(key); }
    /// The same, for a key that will be written next: the write need not look for it again.
    const Entry* findToWrite(BytesView key) { return placeOf(key).item(); }

    /// Begins to bring these keys' entries near, all at once, for lookups that come soon. At most 16.
    void prefetch(std::span<const BytesView> keys) const { m_keys.prefetch(keys); }

    /// Writes a string, choosing its encoding (an integer's text becomes an integer) and replacing a value of any type.
    void setString(BytesView key, BytesView value, Expiry expiry = Expiry::Drop);
    /// Writes a string as the text it is, digits too: what INCRBYFLOAT leaves is "embstr", not "int".
    void setText(BytesView key, BytesView value, Expiry expiry = Expiry::Drop);
    void setInteger(BytesView key, std::int64_t value, Expiry expiry = Expiry::Drop);
    /// The string for editing in place, as a raw one from then on; created empty when missing. CHECKs the type.
    Bytes& editString(BytesView key);
    /// The values of the other types for editing, created empty when missing. CHECK the type. An emptied value must be
    /// erased by the caller.
    ListValue& editList(BytesView key);
    HashValue& editHash(BytesView key);
    SetValue& editSet(BytesView key);
    SortedSetValue& editSortedSet(BytesView key);
    StreamValue& editStream(BytesView key);

    bool erase(BytesView key);
    /// False when the key is missing. nullopt makes it persistent.
    bool setExpiry(BytesView key, std::optional<UnixMs> expiry);
    /// Gives `to` (of `target`, this database or another) the value and expiry of `from`, sharing it: O(1) whatever its
    /// size. `from` exists; what `to` held is replaced.
    void copyEntry(BytesView from, Database& target, BytesView to);

    /// One step of SCAN. Gives the next cursor, 0 at the end; below 2^53. Every key that is there from the first step
    /// to the last is visited, whatever is added, removed, or split meanwhile.
    std::uint64_t scan(std::uint64_t cursor, std::size_t count, FunctionRef<void(const Entry&)> visit) const;
    /// The same over keys with an expiry alone; skips whole segments that have none.
    std::uint64_t scanVolatile(std::uint64_t cursor, std::size_t count, FunctionRef<void(const Entry&)> visit) const;
    /// In hash order. Stops when `visit` returns false.
    void forEach(FunctionRef<bool(const Entry&)> visit) const;
    /// Chosen uniformly; nullptr when empty.
    const Entry* random(Rng& rng) const { return m_keys.random(rng); }
    /// What `lastAccess` of the keys written from now on says.
    void setAccessClock(std::uint32_t accessSeconds) { m_accessClock = accessSeconds; }
    /// Puts an entry, of this database or of a copy, back under its key. What the key held is replaced.
    void restore(const EntryRef& entry);

    void clear();

    /// As Keyspace's, for this database.
    std::size_t memoryBytes() const;
    std::uint64_t pathsCopied() const;

    /// For diffKeyspaces.
    const Dict<EntryTraits>& keys() const { return m_keys; }

private:
    friend class SharedDatabase;
    using Place = Dict<EntryTraits>::Place;

    // A value handed out for editing: what it held then. The difference is added when the next write begins.
    struct Editing {
        const Entry* entry = nullptr;
        std::size_t bytes = 0;
        std::uint64_t copies = 0;
    };

    void settle();
    void beginWrite();
    Place& placeOf(BytesView key)
    {
        return m_placed && sameBytes(m_place.item()->key(), key) ? m_place : placeAnew(key);
    }
    Place& placeAnew(BytesView key);
    void put(Place& place, Entry* entry); // afterwards the place is the new entry's
    Entry& beginEdit(Place& place);
    template <class Value>
    Value& editValue(BytesView key, Entry::Form form);
    void putLike(Place& place, Entry* entry);

    HolderCount m_holders; // keyspaces that share it; while there are several, nobody writes
    Dict<EntryTraits> m_keys;
    Editing m_editing;
    // Where a key was found last. Every write goes by it, so that it is true until one moves items.
    Place m_place;
    bool m_placed = false;
    std::uint32_t m_accessClock = 0;
    std::uint64_t m_valueCopies = 0;
};

/// A database of a keyspace, shared with its copies until one of them writes to it.
class SharedDatabase {
public:
    explicit SharedDatabase(std::uint64_t hashSeed) : m_database(new Database(hashSeed)) { }
    SharedDatabase(const SharedDatabase& other) : m_database(other.m_database) { m_database->m_holders.acquire(); }
    SharedDatabase(SharedDatabase&& other) noexcept : m_database(std::exchange(other.m_database, nullptr)) { }
    SharedDatabase& operator=(SharedDatabase other) noexcept
    {
        std::swap(m_database, other.m_database);
        return *this;
    }
    ~SharedDatabase()
    {
        if (m_database && m_database->m_holders.release())
            delete m_database;
    }

    const Database& operator*() const { return *m_database; }
    const Database* operator->() const { return m_database; }
    Database& edit()
    {
        if (!m_database->m_holders.unique()) [[unlikely]]
            part();
        return *m_database;
    }

private:
    void part();

    Database* m_database;
};

class Keyspace {
public:
    /// `hashSeed` places keys; one seed an engine, kept by every copy, so that a SCAN cursor outlives snapshots.
    explicit Keyspace(std::uint64_t hashSeed, std::size_t databases = 16);

    std::size_t databaseCount() const { return m_databases.size(); }
    /// For writing; `index` < databaseCount().
    Database& database(std::size_t index)
    {
        CHECK(index < m_databases.size());
        return m_databases[index].edit();
    }
    const Database& database(std::size_t index) const
    {
        CHECK(index < m_databases.size());
        return *m_databases[index];
    }
    void swapDatabases(std::size_t a, std::size_t b);
    void clear();

    /// A copy, under the name that says what it is for. Cost: O(1).
    Keyspace snapshot() const { return *this; }

    /// Estimated bytes held by the live dataset, kept up by every write. Cost: O(1).
    std::size_t memoryBytes() const;
    /// How many nodes, entries and values were copied in the line of copies that led here because another holder shared
    /// them. It stands still while there is no other holder.
    std::uint64_t pathsCopied() const;

private:
    std::vector<SharedDatabase> m_databases;
};

/// A Keyspace that nobody writes to any more.
using Snapshot = const Keyspace;

} // namespace engine
