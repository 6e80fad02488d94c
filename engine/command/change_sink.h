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

class ChangeSink {
public:
    virtual ~ChangeSink() = default;

    /// Whether `beforeWrite` and the "new" event are wanted; a sink that does without saves a lookup a write.
    virtual bool wantsBefore() const { return true; }
    /// Before the first write of a command to a key; `before` is null when the key is missing.
    virtual void beforeWrite(int database, BytesView key, const Entry* before) = 0;
    /// Whether `keyReady` is wanted: it costs a lookup a write.
    virtual bool wantsReady() const { return false; }
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
    /// Whether `effect` is wanted: what differs from the command as it came costs its making.
    virtual bool wantsEffects() const { return true; }
    /// A write as Redis would propagate it (absolute times, chosen members), in order.
    virtual void effect(int database, std::span<const BytesView> argv) = 0;
};

} // namespace engine
