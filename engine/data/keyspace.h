#pragma once

// The dataset as a value: numbered databases of keys, each with a value and perhaps an expiry.
// Copying a Keyspace costs a reference count a database; a write to one copy leaves every other copy alone and copies
// only the path that is still shared. So a copy is a snapshot: its holder reads it on any thread for as long as it
// likes.
//
// Nothing here judges expiry or records changes: that is the business of the one door through which commands come
// (engine/command/call.h).

#include "engine/base/bytes.h"
#include "engine/base/clock.h"
#include "engine/base/function_ref.h"
#include "engine/base/rng.h"
#include "engine/data/hash_value.h"
#include "engine/data/list_value.h"
#include "engine/data/set_value.h"
#include "engine/data/sorted_set_value.h"
#include "engine/data/string_text.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace engine {

enum class ValueType : std::uint8_t { String, List, Hash, Set, SortedSet };

/// "string", "list", "hash", "set", "zset".
BytesView typeName(ValueType type);

/// One key with its value, expiry and access bits, in one allocation. Read through const references only; a reference
/// is valid until the next write to its database.
class Entry {
public:
    BytesView key() const;
    ValueType type() const;
    std::optional<UnixMs> expiry() const;

    /// The value, when type() is String.
    StringText string() const;
    /// The values of the other types. CHECKs the type.
    const ListValue& list() const;
    const HashValue& hash() const;
    const SetValue& set() const;
    const SortedSetValue& sortedSet() const;

    /// What OBJECT ENCODING says: "int", "embstr", "raw", or the value's own.
    BytesView encoding() const;
    /// Bytes allocated for the entry and its value: MEMORY USAGE.
    std::size_t memoryBytes() const;

    /// Seconds of the engine's access clock, for OBJECT IDLETIME; relaxed, outside the value: a read copies nothing.
    std::uint32_t lastAccess() const;
    void touch(std::uint32_t accessSeconds) const;
};

enum class Expiry { Drop, Keep };

class Database {
public:
    std::size_t size() const;
    /// How many keys have an expiry.
    std::size_t volatileSize() const;

    const Entry* find(BytesView key) const;

    /// Writes a string, choosing its encoding (an integer's text becomes an integer) and replacing a value of any type.
    void setString(BytesView key, BytesView value, Expiry expiry = Expiry::Drop);
    void setInteger(BytesView key, std::int64_t value, Expiry expiry = Expiry::Drop);
    /// The string for editing in place, as a raw one from then on; created empty when missing. CHECKs the type.
    Bytes& editString(BytesView key);
    /// The values of the other types for editing, created empty when missing. CHECK the type. An emptied value must be
    /// erased by the caller.
    ListValue& editList(BytesView key);
    HashValue& editHash(BytesView key);
    SetValue& editSet(BytesView key);
    SortedSetValue& editSortedSet(BytesView key);

    bool erase(BytesView key);
    /// False when the key is missing. nullopt makes it persistent.
    bool setExpiry(BytesView key, std::optional<UnixMs> expiry);
    /// Gives `to` (of `target`, this database or another) the value and expiry of `from`, sharing it: O(1) whatever its
    /// size. `from` exists; what `to` held is replaced.
    void copyEntry(BytesView from, Database& target, BytesView to) const;

    /// One step of SCAN. Gives the next cursor, 0 at the end; below 2^53. Every key that is there from the first step
    /// to the last is visited, whatever is added, removed, or split meanwhile.
    std::uint64_t scan(std::uint64_t cursor, std::size_t count, FunctionRef<void(const Entry&)> visit) const;
    /// The same over keys with an expiry alone; skips whole segments that have none.
    std::uint64_t scanVolatile(std::uint64_t cursor, std::size_t count, FunctionRef<void(const Entry&)> visit) const;
    /// In hash order. Stops when `visit` returns false.
    void forEach(FunctionRef<bool(const Entry&)> visit) const;
    /// Chosen uniformly; nullptr when empty.
    const Entry* random(Rng& rng) const;

    void clear();
};

class Keyspace {
public:
    /// `hashSeed` places keys; one seed an engine, kept by every copy, so that a SCAN cursor outlives snapshots.
    explicit Keyspace(std::uint64_t hashSeed, std::size_t databases = 16);

    std::size_t databaseCount() const;
    Database& database(std::size_t index);
    const Database& database(std::size_t index) const;
    void swapDatabases(std::size_t a, std::size_t b);
    void clear();

    /// A copy, under the name that says what it is for. Cost: O(1).
    Keyspace snapshot() const { return *this; }

    /// Estimated bytes held by the live dataset, kept up by every write. Cost: O(1).
    std::size_t memoryBytes() const;
};

/// A Keyspace that nobody writes to any more.
using Snapshot = const Keyspace;

} // namespace engine
