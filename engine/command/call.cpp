#include "engine/command/call.h"

#include "engine/command/client_state.h"
#include "engine/command/command_table.h"
#include "engine/command/server_view.h"
#include "engine/command/use_counter.h"
#include "engine/data/reclaimer.h"
#include "engine/server/config.h"

#include <algorithm>
#include <utility>

namespace engine {

// --- Arguments.

std::int64_t Call::nextInteger(BytesView error)
{
    const auto value = parseInteger(nextBytes());
    if (!value)
        fail(error);
    return value.value_or(0);
}

std::int64_t Call::nextIntegerIn(std::int64_t low, std::int64_t high, BytesView rangeError, BytesView error)
{
    const std::int64_t value = nextInteger(error);
    if (failed())
        return low;
    require(value >= low && value <= high, rangeError);
    return std::clamp(value, low, high);
}

double Call::nextFloat(BytesView error)
{
    const auto value = parseDouble(nextBytes());
    if (!value)
        fail(error);
    return value.value_or(0);
}

bool Call::nextIs(BytesView word)
{
    if (!more() || !equalsIgnoringCase(m_argv[m_next], word))
        return false;
    ++m_next;
    return true;
}

// --- Waiting.

Argv Call::keysToServe(const Argv& named) const
{
    return m_context.readyKey ? Argv(&*m_context.readyKey, 1) : named;
}

bool Call::waitFor(WaitFor what, Argv keys, std::optional<UnixMs> until)
{
    ClientWait wait;
    wait.what = what;
    wait.until = until;
    return startWait(std::move(wait), keys, m_argv);
}

bool Call::waitForStream(Argv keys, std::optional<UnixMs> until, Argv again, bool needsKey)
{
    ClientWait wait;
    wait.what = WaitFor::Stream;
    wait.until = until;
    wait.needsKey = needsKey;
    return startWait(std::move(wait), keys, again);
}

bool Call::startWait(ClientWait wait, Argv keys, Argv again)
{
    ClientState& waiting = client();
    if (!waiting.port || waiting.isScript || m_context.insideExec)
        return false;
    m_waits = true;
    // One that is being served in vain waits on.
    if (waiting.wait)
        return true;
    wait.database = databaseIndex();
    wait.keys.assign(keys.begin(), keys.end());
    wait.command = m_context.commands.resolve(m_argv);
    wait.argv.assign(again.begin(), again.end());
    m_context.server.wait(waiting, std::move(wait));
    return true;
}

void Call::fail(BytesView error)
{
    if (!failed())
        m_errors.own = error;
}

// --- Reading.

void Call::expireIfDue(BytesView key)
{
    Database& keys = database();
    if (keys.volatileSize() == 0)
        return;
    const Entry* entry = keys.findToWrite(key);
    if (!entry || !entry->expiry() || m_context.now <= *entry->expiry())
        return;
    // The caller's view may point into the entry that is about to go.
    const Bytes name(key);
    tellBefore(name);
    reclaimLarge(name, m_context.config.flag(Param::LazyfreeLazyExpire));
    keys.erase(name);
    ++m_context.expired;
    m_context.changes.keyModified(databaseIndex(), name);
    m_context.changes.event(EventClass::Expired, "expired", databaseIndex(), name);
    const BytesView removal[] = {"DEL", name};
    m_context.changes.effect(databaseIndex(), removal);
}

// Inlined into the few that look up, which every command does.
inline const Entry* Call::lookUp(BytesView key)
{
    const bool writes = has(m_spec.flags, Flag::Write);
    const Entry* entry = writes ? database().findToWrite(key) : keys().find(key);
    if (entry && entry->expiry() && m_context.now > *entry->expiry()) {
        expireIfDue(key);
        entry = nullptr;
    }
    // Redis counts the lookups of commands that only read.
    if (writes)
        return entry;
    if (entry) {
        ++m_context.hits;
    } else {
        ++m_context.misses;
        m_context.changes.event(EventClass::KeyMiss, "keymiss", databaseIndex(), key);
    }
    return entry;
}

const Entry* Call::find(BytesView key)
{
    const Entry* entry = lookUp(key);
    if (!entry)
        return nullptr;
    if (!countsUses(m_context.config)) {
        entry->touch(accessSeconds(m_context.now));
    } else {
        entry->touch(oneMoreUse(entry->lastAccess(), m_context.config, m_context.now, m_context.rng));
        m_countedUse = true;
    }
    return entry;
}

const Entry* Call::findUntouched(BytesView key)
{
    return lookUp(key);
}

const Entry* Call::findTyped(BytesView key, ValueType type)
{
    // After an earlier error nothing is looked up: a failed call leaves counters and access times alone.
    if (failed())
        return nullptr;
    const Entry* entry = find(key);
    if (!entry)
        return nullptr;
    if (entry->type() != type) {
        fail(errors::kWrongType);
        return nullptr;
    }
    return entry;
}

std::optional<StringText> Call::findString(BytesView key)
{
    const Entry* entry = findTyped(key, ValueType::String);
    return entry ? std::optional(entry->string()) : std::nullopt;
}

const ListValue* Call::findList(BytesView key)
{
    const Entry* entry = findTyped(key, ValueType::List);
    return entry ? &entry->list() : nullptr;
}

const HashValue* Call::findHash(BytesView key)
{
    const Entry* entry = findTyped(key, ValueType::Hash);
    return entry ? &entry->hash() : nullptr;
}

const SetValue* Call::findSet(BytesView key)
{
    const Entry* entry = findTyped(key, ValueType::Set);
    return entry ? &entry->set() : nullptr;
}

const SortedSetValue* Call::findSortedSet(BytesView key)
{
    const Entry* entry = findTyped(key, ValueType::SortedSet);
    return entry ? &entry->sortedSet() : nullptr;
}

const StreamValue* Call::findStream(BytesView key)
{
    const Entry* entry = findTyped(key, ValueType::Stream);
    return entry ? &entry->stream() : nullptr;
}

// --- Writing.

Call::Told& Call::told()
{
    if (!m_told)
        m_told = std::make_unique<Told>();
    return *m_told;
}

void Call::tellBefore(BytesView key)
{
    if (!m_wants.before || std::ranges::find(told().before, key) != told().before.end())
        return;
    told().before.emplace_back(key);
    const Entry* before = keys().find(key);
    m_context.changes.beforeWrite(databaseIndex(), key, before);
    if (!before)
        m_context.changes.event(EventClass::New, "new", databaseIndex(), key);
}

// What a command puts in the place of another value is no new key, even if it takes the old one away first.
void Call::tellCreated(BytesView key)
{
    if (keys().find(key))
        told().existed.emplace_back(key);
    else if (std::ranges::find(told().existed, key) == told().existed.end())
        m_context.changes.keyReady(databaseIndex(), key);
}

void Call::tellOfWrite(BytesView key)
{
    expireIfDue(key);
    if (m_wants.before)
        tellBefore(key);
    if (m_wants.ready)
        tellCreated(key);
}

inline Database& Call::prepareWrite(BytesView key)
{
    if (m_wants.before || m_wants.ready || keys().volatileSize() != 0)
        tellOfWrite(key);
    // It is asked for last: those who are told may have kept it.
    Database& database = this->database();
    if (!countsUses(m_context.config)) {
        database.setAccessClock(accessSeconds(m_context.now));
        return database;
    }
    // A value that replaces another goes on with its count.
    const Entry* old = database.findToWrite(key);
    if (!old)
        database.setAccessClock(firstUse(m_context.now));
    else if (m_countedUse)
        database.setAccessClock(old->lastAccess());
    else
        database.setAccessClock(oneMoreUse(old->lastAccess(), m_context.config, m_context.now, m_context.rng));
    return database;
}

void Call::reclaimLarge(BytesView key, bool wanted)
{
    const Entry* entry = wanted ? keys().find(key) : nullptr;
    if (entry && Reclaimer::isWorthwhile(*entry))
        m_context.server.reclaim(EntryRef(*entry));
}

void Call::setString(BytesView key, BytesView value, Expiry expiry)
{
    Database& database = prepareWrite(key);
    reclaimLarge(key, m_context.config.flag(Param::LazyfreeLazyServerDel));
    database.setString(key, value, expiry);
}

void Call::setText(BytesView key, BytesView value, Expiry expiry)
{
    prepareWrite(key).setText(key, value, expiry);
}

void Call::setInteger(BytesView key, std::int64_t value, Expiry expiry)
{
    prepareWrite(key).setInteger(key, value, expiry);
}

Bytes& Call::editString(BytesView key)
{
    return prepareWrite(key).editString(key);
}

ListValue& Call::editList(BytesView key)
{
    return prepareWrite(key).editList(key);
}

HashValue& Call::editHash(BytesView key)
{
    return prepareWrite(key).editHash(key);
}

SetValue& Call::editSet(BytesView key)
{
    return prepareWrite(key).editSet(key);
}

SortedSetValue& Call::editSortedSet(BytesView key)
{
    return prepareWrite(key).editSortedSet(key);
}

StreamValue& Call::editStream(BytesView key)
{
    return prepareWrite(key).editStream(key);
}

void Call::setExpiry(BytesView key, std::optional<UnixMs> expiry)
{
    prepareWrite(key).setExpiry(key, expiry);
}

bool Call::erase(BytesView key, Freeing freeing)
{
    prepareWrite(key);
    const Config& config = m_context.config;
    reclaimLarge(key,
        freeing == Freeing::Lazy || (freeing == Freeing::ByUser && config.flag(Param::LazyfreeLazyUserDel))
            || (freeing == Freeing::ByServer && config.flag(Param::LazyfreeLazyServerDel)));
    return database().erase(key);
}

bool Call::eraseIfEmpty(BytesView key)
{
    const Entry* entry = database().findToWrite(key);
    if (!entry)
        return false;
    switch (entry->type()) {
    case ValueType::String:
    case ValueType::Stream: // stays, for its groups and its last id
        return false;
    case ValueType::List:
        if (entry->list().size() != 0)
            return false;
        break;
    case ValueType::Hash:
        if (entry->hash().size() != 0)
            return false;
        break;
    case ValueType::Set:
        if (entry->set().size() != 0)
            return false;
        break;
    case ValueType::SortedSet:
        if (entry->sortedSet().size() != 0)
            return false;
        break;
    }
    database().erase(key);
    notify(EventClass::Generic, "del", key);
    return true;
}

void Call::copyEntry(BytesView from, int target, BytesView to)
{
    const int home = databaseIndex();
    client().database = target;
    prepareWrite(to);
    // But RENAME, COPY and MOVE make theirs anew.
    if (m_wants.ready)
        m_context.changes.keyReady(target, to);
    client().database = home;
    database().copyEntry(from, m_context.data.database(static_cast<std::size_t>(target)), to);
}

void Call::tellModified(BytesView key)
{
    m_context.changes.keyModified(databaseIndex(), key);
}

void Call::changedUnwatched(BytesView key, BytesView event, std::uint64_t count)
{
    notify(EventClass::Stream, event, key);
    changedSilently(count);
}

void Call::changedWithoutEvent(BytesView key)
{
    tellModified(key);
    changedSilently();
}

void Call::notify(EventClass kind, BytesView event, BytesView key)
{
    m_context.changes.event(kind, event, databaseIndex(), key);
}

void Call::databaseFlushed(int index)
{
    m_context.changes.databaseFlushed(index);
    ++m_changes;
    ++m_context.dirty;
}

void Call::databasesSwapped(int a, int b)
{
    m_context.changes.databasesSwapped(a, b);
    ++m_changes;
    ++m_context.dirty;
}

// --- Propagation.

void Call::propagateAs(std::initializer_list<BytesView> argv)
{
    propagateAs(Argv(argv.begin(), argv.size()));
}

void Call::propagateAs(Argv argv)
{
    m_propagation = Propagation::Replaced;
    m_context.changes.effect(databaseIndex(), argv);
}

void Call::propagate()
{
    m_context.changes.effect(databaseIndex(), m_argv);
}

} // namespace engine
