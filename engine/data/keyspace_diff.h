#pragma once

// What changed between two snapshots of one keyspace, by key and by element. Shared nodes are skipped, so the cost
// follows what was written, not what is there.

#include "engine/data/keyspace.h"

#include <vector>

namespace engine {

enum class ChangeKind : std::uint8_t { Added, Removed, Changed };

/// One element of a value: a list index, a hash field, a set member, a sorted set member, a stream entry or group.
struct ElementChange {
    ChangeKind kind = ChangeKind::Changed;
    Bytes element; // index in decimal, field, member, id or "group NAME"; empty for a string's whole value
    Bytes before; // value or score; empty when added, and for set members
    Bytes after;
    bool operator==(const ElementChange&) const = default;
};

struct KeyChange {
    int database = 0;
    Bytes key;
    ChangeKind kind = ChangeKind::Changed;
    std::optional<ValueType> typeBefore;
    std::optional<ValueType> typeAfter;
    std::optional<UnixMs> expiryBefore;
    std::optional<UnixMs> expiryAfter;
    std::vector<ElementChange> elements; // at most the limit asked for
    std::size_t elementsLeftOut = 0;
    bool operator==(const KeyChange&) const = default;
};

struct KeyspaceDiff {
    std::vector<KeyChange> keys; // by database, then key
    std::size_t keysLeftOut = 0;
    bool operator==(const KeyspaceDiff&) const = default;
};

struct DiffLimits {
    std::size_t keys = 10'000;
    std::size_t elementsPerKey = 1'000;
    std::size_t bytesPerText = std::size_t(256) << 10; // of a value before and after; what is longer is cut
};

/// What differs between two entries of one key, of any two datasets; null: the key is missing there. nullopt when they
/// say the same. Cost: what they do not share.
std::optional<KeyChange> diffEntries(
    int database, const Entry* before, const Entry* after, const DiffLimits& limits = {});

KeyspaceDiff diffKeyspaces(const Keyspace& before, const Keyspace& after, const DiffLimits& limits = {});

} // namespace engine
