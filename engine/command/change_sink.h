#pragma once

// What commands tell the rest of the engine about their writes: the live engine feeds WATCH, notifications, counters
// and effects from it; a run on a snapshot records its effects; a test counts.

#include "engine/base/bytes.h"

#include <cstdint>
#include <span>

namespace engine {

class Entry;

/// Keyspace events by the letter of `notify-keyspace-events`.
enum class EventClass : std::uint8_t {
    Generic,
    String,
    List,
    Set,
    Hash,
    SortedSet,
    Stream,
    Expired,
    Evicted,
    New,
    KeyMiss
};

/// What a sink is to be told of. It may be told of more.
struct ChangeWants {
    bool before = true; // `beforeWrite` and the "new" event: a lookup a write
    bool ready = false; // `keyReady`: another one
    bool modified = true;
    bool events = true;
    bool effects = true;
};

class ChangeSink {
public:
    virtual ~ChangeSink() = default;

    /// The same for as long as a command runs.
    virtual ChangeWants wants() const { return {}; }
    /// Before the first write of a command to a key; `before` is null when the key is missing.
    virtual void beforeWrite(int database, BytesView key, const Entry* before) = 0;
    /// Those who wait for the key are to look again: it was missing and is about to be written, or has lost what they
    /// wait for.
    virtual void keyReady(int, BytesView) { }
    /// The key has another value, expiry or existence now: transactions that watch it fail.
    virtual void keyModified(int database, BytesView key) = 0;
    virtual void event(EventClass kind, BytesView name, int database, BytesView key) = 0;
    /// Every key of a database (-1: of all databases) is about to go.
    virtual void databaseFlushed(int database) = 0;
    /// Two databases have changed places.
    virtual void databasesSwapped(int a, int b) = 0;
    /// A write as Redis would propagate it (absolute times, chosen members), in order.
    virtual void effect(int database, std::span<const BytesView> argv) = 0;
};

} // namespace engine
