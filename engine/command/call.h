#pragma once

// One run of a command: its arguments, read in order; its reply; and the only door to keys. Expiry, access times,
// WATCH, events, effects and before-images are dealt with here, once, for every command.
//
// Argument errors stick: the first one is kept, later reads give neutral values, and the handler asks `failed()` once,
// before it writes anything. A failed call replies its error when the handler has returned.

#include "engine/base/clock.h"
#include "engine/command/change_sink.h"
#include "engine/command/client_state.h"
#include "engine/command/client_wait.h"
#include "engine/command/command.h"
#include "engine/command/command_context.h"
#include "engine/command/call_errors.h"
#include "engine/command/errors.h"
#include "engine/data/keyspace.h"
#include "engine/resp/reply_sink.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace engine {

/// Who removes a key, which decides whether a large value is freed on another thread (lazyfree-lazy-…).
enum class Freeing : std::uint8_t { ByServer, ByUser, Lazy };

/// The clock of OBJECT IDLETIME: whole seconds, wrapping.
constexpr std::uint32_t accessSeconds(UnixMs now)
{
    return static_cast<std::uint32_t>(now.value / 1000);
}

class Call {
public:
    Call(CommandContext& context, const CommandSpec& spec, Argv argv, ReplySink& reply)
        : m_context(context), m_spec(spec), m_argv(argv), m_reply(reply), m_wants(context.changes.wants())
    {
    }

    // --- Arguments. The first is behind the command's name (and its subcommand's).

    const CommandSpec& spec() const { return m_spec; }
    Argv argv() const { return m_argv; }
    std::size_t remaining() const { return m_argv.size() - m_next; }
    bool more() const { return m_next < m_argv.size(); }
    /// The next argument without taking it; empty when there is none.
    BytesView peek() const { return more() ? m_argv[m_next] : BytesView(); }
    /// Takes the next argument; a missing one is a syntax error.
    BytesView nextBytes()
    {
        if (more()) [[likely]]
            return m_argv[m_next++];
        fail(errors::kSyntax);
        return {};
    }
    BytesView nextKey() { return nextBytes(); }
    std::int64_t nextInteger(BytesView error = errors::kNotAnInteger);
    /// An integer from `low` to `high`; one outside fails with `rangeError`.
    std::int64_t nextIntegerIn(
        std::int64_t low, std::int64_t high, BytesView rangeError, BytesView error = errors::kNotAnInteger);
    double nextFloat(BytesView error = errors::kNotAFloat);
    /// Takes the next argument when it equals `word` but for case.
    bool nextIs(BytesView word);
    /// Takes the next `count` arguments, or all that are left.
    Argv take(std::size_t count)
    {
        const Argv words = m_argv.subspan(m_next, std::min(count, remaining()));
        m_next += words.size();
        return words;
    }
    Argv rest() { return take(remaining()); }

    // --- Waiting.

    /// Of the keys that a waiting command names, those to look at: all, or the one that has just become ready.
    Argv keysToServe(const Argv& named) const;
    /// The command has waited, and runs again for a key that is ready.
    bool isServing() const { return m_context.readyKey.has_value(); }
    /// Whether a key that the command names is to be looked at: all, unless one is being served.
    bool serves(BytesView key) const { return !isServing() || *m_context.readyKey == key; }
    /// Nothing was there. The client waits for one of its keys, and this call writes no reply; where nobody waits (in a
    /// script, in EXEC, a client that cannot be reached later), it says so and the command answers at once. The command
    /// runs again when a key is ready.
    [[nodiscard]] bool waitFor(WaitFor what, Argv keys, std::optional<UnixMs> until);
    /// The same for a reader of streams, which is run again with other words: ids that do not move on. `needsKey` as in
    /// ClientWait.
    [[nodiscard]] bool waitForStream(Argv keys, std::optional<UnixMs> until, Argv again, bool needsKey);
    /// The command's reply comes later.
    bool waits() const { return m_waits; }

    // --- Failing.

    void fail(BytesView error);
    void require(bool condition, BytesView error)
    {
        if (!condition)
            fail(error);
    }
    bool failed() const { return !m_errors.own.empty(); }
    BytesView error() const { return m_errors.own; }
    /// For handlers that let a script write the reply: what it failed by, and what errors are in the reply.
    CallErrors& errors() { return m_errors; }

    ReplySink& reply() { return m_reply; }

    // --- The world.

    CommandContext& context() { return m_context; }
    ClientState& client() { return m_context.client; }
    UnixMs now() const { return m_context.now; }
    /// The clock as it is read now: what does not stand still while a script runs, as streams' ids and idle times.
    UnixMs clockNow() const { return m_context.clock.now().ms(); }
    Rng& rng() { return m_context.rng; }
    const EncodingLimits& limits() const { return m_context.limits; }
    int databaseIndex() const { return m_context.client.database; }
    /// The client's database, for writing; to read it alone, `keys`.
    Database& database() { return m_context.data.database(static_cast<std::size_t>(databaseIndex())); }
    const Database& keys() const
    {
        return std::as_const(m_context.data).database(static_cast<std::size_t>(databaseIndex()));
    }

    // --- Reading keys of the client's database. An expired key is missing (and removed). A value of another type fails
    // the call with WRONGTYPE and gives nothing. What is given is valid until the next write.

    const Entry* find(BytesView key);
    /// As `find`, without counting as an access (TYPE, TTL, OBJECT, EXISTS keep the key's age as Redis does).
    const Entry* findUntouched(BytesView key);
    std::optional<StringText> findString(BytesView key);
    /// The same with its key.
    const Entry* findStringEntry(BytesView key) { return findTyped(key, ValueType::String); }
    const ListValue* findList(BytesView key);
    const HashValue* findHash(BytesView key);
    const SetValue* findSet(BytesView key);
    const SortedSetValue* findSortedSet(BytesView key);
    const StreamValue* findStream(BytesView key);

    // --- Writing. The type has been checked by a find… before. Each write is followed by `changed`.

    void setString(BytesView key, BytesView value, Expiry expiry = Expiry::Drop);
    /// As setString, but digits stay text: "embstr", not "int".
    void setText(BytesView key, BytesView value, Expiry expiry = Expiry::Drop);
    void setInteger(BytesView key, std::int64_t value, Expiry expiry = Expiry::Keep);
    Bytes& editString(BytesView key);
    ListValue& editList(BytesView key);
    HashValue& editHash(BytesView key);
    SetValue& editSet(BytesView key);
    SortedSetValue& editSortedSet(BytesView key);
    StreamValue& editStream(BytesView key);
    void setExpiry(BytesView key, std::optional<UnixMs> expiry);
    /// Removes the key if it is there. Says nothing to anybody: `changed(key, EventClass::Generic, "del")` does.
    bool erase(BytesView key, Freeing freeing = Freeing::ByServer);
    /// Removes a list, hash, set or sorted set that has become empty, with its "del" event; true when it did.
    bool eraseIfEmpty(BytesView key);
    /// Gives `to` in `database` the value and expiry of `from`: RENAME, MOVE, COPY.
    void copyEntry(BytesView from, int database, BytesView to);

    /// The key was modified: WATCH, the event, and `count` more changes.
    void changed(BytesView key, EventClass kind, BytesView event, std::uint64_t count = 1)
    {
        if (m_wants.modified) [[unlikely]]
            tellModified(key);
        changedSinceReady(key, kind, event, count);
    }
    /// As `changed`, without telling those who watch the key or keep it: the write that made it ready told them.
    void changedSinceReady(BytesView key, EventClass kind, BytesView event, std::uint64_t count = 1)
    {
        if (m_wants.events) [[unlikely]]
            notify(kind, event, key);
        changedSilently(count);
    }
    /// As `changed`, unseen by WATCH: what consumer groups keep of a stream is no change of the key to Redis.
    void changedUnwatched(BytesView key, BytesView event, std::uint64_t count = 1);
    /// `count` more changes, and nothing told.
    void changedSilently(std::uint64_t count = 1)
    {
        m_changes += count;
        m_context.dirty += count;
    }
    /// Those who wait for the key are to look again.
    void ready(BytesView key) { m_context.changes.keyReady(databaseIndex(), key); }
    /// As `changed`, without an event: PFCOUNT, which keeps its estimate in the value.
    void changedWithoutEvent(BytesView key);
    /// An event alone.
    void notify(EventClass kind, BytesView event, BytesView key);
    /// Whether anybody hears what is propagated: words made for it alone need not be made otherwise.
    bool isHeard() const { return m_wants.effects; }
    /// Propagate these words instead of the command's own; several calls propagate several commands. None:
    /// `propagateNothing`.
    void propagateAs(std::initializer_list<BytesView> argv);
    void propagateAs(Argv argv);
    void propagateNothing() { m_propagation = Propagation::Replaced; }

    /// Every key of a database (-1: of all) is about to go; two databases have changed places.
    void databaseFlushed(int database);
    void databasesSwapped(int a, int b);
    /// How many changes this call has made.
    std::uint64_t changes() const { return m_changes; }

private:
    enum class Propagation : std::uint8_t { AsReceived, Replaced };
    struct Told {
        std::vector<Bytes> before; // keys whose `beforeWrite` has been told
        std::vector<Bytes> existed; // keys that were there when the call first wrote to them
    };

    bool startWait(ClientWait wait, Argv keys, Argv again);
    const Entry* lookUp(BytesView key);
    /// Takes what the key holds away to be freed elsewhere, when it is large and `wanted`. Before it is removed.
    void reclaimLarge(BytesView key, bool wanted);
    const Entry* findTyped(BytesView key, ValueType type);
    void expireIfDue(BytesView key);
    Database& prepareWrite(BytesView key);
    Told& told();
    void tellOfWrite(BytesView key);
    void tellBefore(BytesView key);
    void tellCreated(BytesView key);
    void tellModified(BytesView key);
    // After the handler: replies its error, if it failed; propagates the command as it was received when it has changed
    // something and has not said otherwise.
    void finish()
    {
        if (failed()) [[unlikely]]
            m_reply.error(m_errors.own);
        if (m_changes > 0 && m_wants.effects && m_propagation == Propagation::AsReceived)
            propagate();
    }
    void propagate();

    CommandContext& m_context;
    const CommandSpec& m_spec;
    Argv m_argv;
    ReplySink& m_reply;
    std::size_t m_next = 1;
    CallErrors m_errors;
    std::uint64_t m_changes = 0;
    std::unique_ptr<Told> m_told; // made when the sink wants something of it
    Propagation m_propagation = Propagation::AsReceived;
    ChangeWants m_wants;
    bool m_waits = false;
    bool m_countedUse = false; // an LFU policy has counted this call's look at a key

    friend class Dispatcher;
};

} // namespace engine
