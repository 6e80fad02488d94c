#include "engine/data/keyspace.h"

#include "engine/base/check.h"
#include "engine/base/number.h"

#include <cstring>
#include <utility>

namespace engine {

Database::Database(const Database& other)
    : m_keys(other.m_keys), m_accessClock(other.m_accessClock), m_valueCopies(other.m_valueCopies)
{
    m_editing = other.m_editing;
    settle();
}

Database::Database(Database&& other) noexcept : m_keys(0)
{
    other.settle();
    m_keys = std::move(other.m_keys);
    other.m_placed = false;
    m_accessClock = other.m_accessClock;
    m_valueCopies = other.m_valueCopies;
}

Database& Database::operator=(Database other) noexcept
{
    m_keys = std::move(other.m_keys);
    m_editing = {};
    m_placed = false;
    m_accessClock = other.m_accessClock;
    m_valueCopies = other.m_valueCopies;
    return *this;
}

void Database::settle()
{
    const Entry* entry = std::exchange(m_editing.entry, nullptr);
    if (!entry)
        return;
    m_keys.adjustBytes(static_cast<std::ptrdiff_t>(entry->memoryBytes() - m_editing.bytes));
    // An emptied value has lost its count with its tree.
    const std::uint64_t copies = entry->valueCopies();
    m_valueCopies += copies > m_editing.copies ? copies - m_editing.copies : 0;
}

// What is shared is a snapshot's too.
void Database::beginWrite()
{
    CHECK(m_holders.unique());
    settle();
}

std::size_t Database::memoryBytes() const
{
    const std::size_t settled = m_keys.memoryBytes();
    return m_editing.entry ? settled + m_editing.entry->memoryBytes() - m_editing.bytes : settled;
}

std::uint64_t Database::pathsCopied() const
{
    const std::uint64_t settled = m_keys.copies() + m_valueCopies;
    const std::uint64_t copies = m_editing.entry ? m_editing.entry->valueCopies() : 0;
    return copies > m_editing.copies ? settled + copies - m_editing.copies : settled;
}

Database::Place& Database::placeAnew(BytesView key)
{
    m_keys.locate(key, m_place);
    m_placed = m_place.item() != nullptr;
    return m_place;
}

// Makes the entry ours alone and notes what it holds before its value is handed out. A value that is edited again goes
// on from what it held first.
Entry& Database::beginEdit(Place& place)
{
    if (m_editing.entry && m_editing.entry == place.item() && m_keys.owns(place))
        return Dict<EntryTraits>::ownedItem(place);
    settle();
    Entry& entry = m_keys.own(place);
    m_valueCopies += entry.valuePackedIsShared() ? 1 : 0;
    m_editing = {&entry, entry.memoryBytes(), entry.valueCopies()};
    return entry;
}

// Puts a new entry where the old one of the same key was, if any.
void Database::putLike(Place& place, Entry* entry)
{
    entry->touch(m_accessClock);
    put(place, entry);
}

void Database::put(Place& place, Entry* entry)
{
    m_keys.put(place, entry);
    m_placed = true;
}

void Database::setString(BytesView key, BytesView value, Expiry expiry)
{
    if (const auto integer = parseInteger(value))
        setInteger(key, *integer, expiry);
    else
        setText(key, value, expiry);
}

void Database::setText(BytesView key, BytesView value, Expiry expiry)
{
    beginWrite();
    Place& place = placeOf(key);
    const Entry* old = place.item();
    const auto moment = old && expiry == Expiry::Keep ? old->expiry() : std::nullopt;
    const bool fits = old && old->embedded() && value.size() <= Entry::kMaxEmbedded
        && old->m_hasExpiry == moment.has_value() && old->holders.unique()
        && allocatedBytes(Entry::sizeFor(Entry::Form::Embedded, key.size(), value.size(), moment.has_value()))
            == old->ownBytes();
    if (!fits)
        return putLike(place, Entry::createText(key, value, moment));
    Entry& entry = m_keys.own(place);
    entry.touch(m_accessClock);
    entry.m_textSize = static_cast<std::uint8_t>(value.size());
    if (!value.empty())
        std::memmove(entry.textBytes(), value.data(), value.size());
}

void Database::setInteger(BytesView key, std::int64_t value, Expiry expiry)
{
    beginWrite();
    Place& place = placeOf(key);
    const Entry* old = place.item();
    const auto moment = old && expiry == Expiry::Keep ? old->expiry() : std::nullopt;
    if (old && old->m_form == Entry::Form::Integer && old->m_hasExpiry == moment.has_value()) {
        Entry& entry = m_keys.own(place);
        entry.touch(m_accessClock);
        entry.integer() = value;
    } else {
        putLike(place, Entry::createInteger(key, value, moment));
    }
}

Bytes& Database::editString(BytesView key)
{
    CHECK(m_holders.unique());
    Place& place = placeOf(key);
    const Entry* old = place.item();
    CHECK(!old || old->type() == ValueType::String);
    if (!old || old->m_form != Entry::Form::Raw) {
        settle();
        const StringText text = old ? old->string() : StringText(BytesView());
        putLike(place, Entry::createRaw(key, text.view(), old ? old->expiry() : std::nullopt));
    }
    Entry& entry = beginEdit(place);
    if (!entry.raw()->holders.unique()) {
        auto* copy = new Entry::RawString(entry.raw()->text);
        ++m_valueCopies;
        auto* shared = std::exchange(entry.raw(), copy);
        // Another thread may just have let go of its holder.
        if (shared->holders.release())
            delete shared;
    }
    return entry.raw()->text;
}

template <class Value>
Value& Database::editValue(BytesView key, Entry::Form form)
{
    CHECK(m_holders.unique());
    Place& place = placeOf(key);
    if (!place.item()) {
        settle();
        if constexpr (std::is_same_v<Value, ListValue> || std::is_same_v<Value, StreamValue>) {
            putLike(place, Entry::createValue<Value>(form, key, std::nullopt));
        } else {
            const std::uint64_t seed = m_keys.seed();
            putLike(place,
                Entry::createValue<Value>(form, key, std::nullopt, static_cast<std::uint32_t>(seed >> 32 ^ seed)));
        }
    }
    return beginEdit(place).template value<Value>(form);
}

ListValue& Database::editList(BytesView key)
{
    return editValue<ListValue>(key, Entry::Form::List);
}

HashValue& Database::editHash(BytesView key)
{
    return editValue<HashValue>(key, Entry::Form::Hash);
}

SetValue& Database::editSet(BytesView key)
{
    return editValue<SetValue>(key, Entry::Form::Set);
}

SortedSetValue& Database::editSortedSet(BytesView key)
{
    return editValue<SortedSetValue>(key, Entry::Form::SortedSet);
}

StreamValue& Database::editStream(BytesView key)
{
    return editValue<StreamValue>(key, Entry::Form::Stream);
}

bool Database::erase(BytesView key)
{
    beginWrite();
    Place& place = placeOf(key);
    if (!place.item())
        return false;
    m_placed = false;
    m_keys.erase(place);
    return true;
}

bool Database::setExpiry(BytesView key, std::optional<UnixMs> expiry)
{
    beginWrite();
    Place& place = placeOf(key);
    const Entry* old = place.item();
    if (!old || old->expiry() == expiry)
        return old != nullptr;
    if (old->m_hasExpiry && expiry)
        m_keys.own(place).writeExpiry(*expiry);
    else
        put(place, Entry::cloneAs(*old, key, expiry));
    return true;
}

void Database::copyEntry(BytesView from, Database& target, BytesView to)
{
    settle();
    const Entry* source = find(from);
    CHECK(source);
    Entry* copy = Entry::cloneAs(*source, to, source->expiry());
    target.beginWrite();
    Place& place = target.placeOf(to);
    target.put(place, copy);
}

void Database::restore(const EntryRef& entry)
{
    CHECK(entry);
    beginWrite();
    Place& place = placeOf(entry->key());
    entry->holders.acquire();
    put(place, const_cast<Entry*>(entry.get()));
}

std::uint64_t Database::scan(std::uint64_t cursor, std::size_t count, FunctionRef<void(const Entry&)> visit) const
{
    return m_keys.scan(cursor, count, visit);
}

std::uint64_t Database::scanVolatile(
    std::uint64_t cursor, std::size_t count, FunctionRef<void(const Entry&)> visit) const
{
    return m_keys.scanMarked(cursor, count, visit);
}

void Database::forEach(FunctionRef<bool(const Entry&)> visit) const
{
    m_keys.forEach(visit);
}

void Database::clear()
{
    beginWrite();
    const std::uint64_t copies = m_keys.copies();
    m_placed = false;
    m_keys.clear();
    m_keys.addCopies(copies);
}

// Only the head is copied: what is in it is shared still.
void SharedDatabase::part()
{
    Database* shared = std::exchange(m_database, new Database(*m_database));
    // Another thread may just have let go of its holder.
    if (shared->m_holders.release())
        delete shared;
}

Keyspace::Keyspace(std::uint64_t hashSeed, std::size_t databases)
{
    m_databases.reserve(databases);
    while (m_databases.size() < databases)
        m_databases.emplace_back(hashSeed);
}

void Keyspace::swapDatabases(std::size_t a, std::size_t b)
{
    CHECK(a < m_databases.size() && b < m_databases.size());
    std::swap(m_databases[a], m_databases[b]);
}

void Keyspace::clear()
{
    for (SharedDatabase& database : m_databases)
        database.edit().clear();
}

std::size_t Keyspace::memoryBytes() const
{
    std::size_t sum = 0;
    for (const SharedDatabase& database : m_databases)
        sum += database->memoryBytes();
    return sum;
}

std::uint64_t Keyspace::pathsCopied() const
{
    std::uint64_t sum = 0;
    for (const SharedDatabase& database : m_databases)
        sum += database->pathsCopied();
    return sum;
}

} // namespace engine
