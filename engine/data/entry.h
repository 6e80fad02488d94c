#pragma once

// Entry: one key of a database with its value, expiry and access bits, in one allocation.

#include "engine/base/bytes.h"
#include "engine/base/clock.h"
#include "engine/base/cow.h"
#include "engine/data/hash_value.h"
#include "engine/data/list_value.h"
#include "engine/data/set_value.h"
#include "engine/data/sorted_set_value.h"
#include "engine/data/stream_value.h"
#include "engine/data/string_text.h"

#include <atomic>
#include <cstdint>
#include <optional>
#include <utility>

namespace engine {

enum class ValueType : std::uint8_t { String, List, Hash, Set, SortedSet, Stream };

/// "string", "list", "hash", "set", "zset", "stream".
BytesView typeName(ValueType type);

/// Read through const references only; a reference is valid until the next write to its database, longer with an
/// EntryRef.
///
/// In memory, after the members below:
///   Embedded  [key size, 4 bytes, when long] [expiry, 8 bytes, if any] key text
///   the rest  [key size, 4 bytes] payload, 8 bytes [expiry, 8 bytes, if any] key
/// The payload is an integer, a pointer to a counted string, or a value object.
class Entry {
public:
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    BytesView key() const { return {keyBytes(), keySize()}; }
    ValueType type() const { return m_form <= Form::Raw ? ValueType::String : valueType(m_form); }
    std::optional<UnixMs> expiry() const { return m_hasExpiry ? std::optional(UnixMs{readExpiry()}) : std::nullopt; }

    /// The value, when type() is String.
    StringText string() const;
    /// The values of the other types. CHECKs the type.
    const ListValue& list() const { return value<ListValue>(Form::List); }
    const HashValue& hash() const { return value<HashValue>(Form::Hash); }
    const SetValue& set() const { return value<SetValue>(Form::Set); }
    const SortedSetValue& sortedSet() const { return value<SortedSetValue>(Form::SortedSet); }
    const StreamValue& stream() const { return value<StreamValue>(Form::Stream); }

    /// What OBJECT ENCODING says: "int", "embstr", "raw", or the value's own.
    BytesView encoding() const;
    /// Whether `string` is kept as an editable text.
    bool isRaw() const { return m_form == Form::Raw; }
    /// Bytes allocated for the entry and its value: MEMORY USAGE. Cost: O(1).
    std::size_t memoryBytes() const;

    /// Seconds of the engine's access clock, for OBJECT IDLETIME; relaxed, outside the value: a read copies nothing.
    /// When written, what the database was told last (Database::setAccessClock).
    std::uint32_t lastAccess() const { return m_access.load(std::memory_order_relaxed); }
    void touch(std::uint32_t accessSeconds) const { m_access.store(accessSeconds, std::memory_order_relaxed); }

    /// True when both are one value, or share all of it.
    bool sharesValueWith(const Entry& other) const;

    mutable HolderCount holders;

private:
    friend class Database;
    friend struct EntryTraits;
    friend class EntryRef;

    enum class Form : std::uint8_t { Embedded, Integer, Raw, List, Hash, Set, SortedSet, Stream };
    struct RawString {
        explicit RawString(BytesView initial) : text(initial) { }
        HolderCount holders;
        Bytes text;
    };

    static constexpr std::size_t kHeaderBytes = 12;
    static constexpr std::size_t kPayloadOffset = 16;
    static constexpr std::size_t kLongKey = 255;
    static constexpr std::size_t kMaxEmbedded = 255;

    Entry(Form form, bool hasExpiry) : m_form(form), m_hasExpiry(hasExpiry) { }
    ~Entry() = default;

    // One holder: the caller. The text of an integer is not looked for.
    static Entry* createText(BytesView key, BytesView text, std::optional<UnixMs> expiry);
    static Entry* createInteger(BytesView key, std::int64_t value, std::optional<UnixMs> expiry);
    static Entry* createRaw(BytesView key, BytesView text, std::optional<UnixMs> expiry);
    template <class Value, class... Args>
    static Entry* createValue(Form form, BytesView key, std::optional<UnixMs> expiry, Args&&... args);
    /// The same value, shared, under another key and expiry.
    static Entry* cloneAs(const Entry& other, BytesView key, std::optional<UnixMs> expiry);
    static void destroy(Entry* entry);

    static Entry* allocateFor(Form form, BytesView key, std::size_t textSize, std::optional<UnixMs> expiry);
    static std::size_t sizeFor(Form form, std::size_t keySize, std::size_t textSize, bool hasExpiry);
    std::size_t ownBytes() const;

    const char* base() const { return reinterpret_cast<const char*>(this); }
    char* base() { return reinterpret_cast<char*>(this); }
    bool embedded() const { return m_form == Form::Embedded; }
    std::size_t keySize() const { return m_keySize != kLongKey ? m_keySize : longKeySize(); }
    std::size_t longKeySize() const;
    /// Of a form that is no string.
    static constexpr ValueType valueType(Form form)
    {
        constexpr int kStrings = static_cast<int>(Form::Raw);
        return static_cast<ValueType>(static_cast<int>(form) - kStrings);
    }
    std::size_t expiryOffset() const
    {
        return embedded() ? kHeaderBytes + (m_keySize == kLongKey ? 4 : 0) : kPayloadOffset + 8;
    }
    const char* keyBytes() const { return base() + expiryOffset() + (m_hasExpiry ? 8 : 0); }
    std::int64_t readExpiry() const;
    void writeExpiry(UnixMs moment);

    char* textBytes() { return const_cast<char*>(keyBytes()) + keySize(); }
    const char* textBytes() const { return keyBytes() + keySize(); }
    std::int64_t& integer() { return *reinterpret_cast<std::int64_t*>(base() + kPayloadOffset); }
    std::int64_t integer() const { return *reinterpret_cast<const std::int64_t*>(base() + kPayloadOffset); }
    RawString*& raw() { return *reinterpret_cast<RawString**>(base() + kPayloadOffset); }
    RawString* raw() const { return *reinterpret_cast<RawString* const*>(base() + kPayloadOffset); }
    template <class Value>
    Value& value(Form form)
    {
        CHECK(m_form == form);
        return *reinterpret_cast<Value*>(base() + kPayloadOffset);
    }
    template <class Value>
    const Value& value(Form form) const
    {
        CHECK(m_form == form);
        return *reinterpret_cast<const Value*>(base() + kPayloadOffset);
    }
    /// Calls `use` with the value object of a type that has one.
    template <class Use>
    auto withValue(Use use) const;

    std::uint64_t valueCopies() const;
    bool valuePackedIsShared() const;

    mutable std::atomic<std::uint32_t> m_access{0};
    Form m_form;
    bool m_hasExpiry;
    std::uint8_t m_keySize = 0; // kLongKey: in four bytes of its own
    std::uint8_t m_textSize = 0; // embedded text
};

/// A holder of an entry, value and all, that outlives writes to its database: a before-image. Thread: any.
class EntryRef {
public:
    EntryRef() = default;
    explicit EntryRef(const Entry& entry) : m_entry(&entry) { entry.holders.acquire(); }
    EntryRef(const EntryRef& other) : m_entry(other.m_entry)
    {
        if (m_entry)
            m_entry->holders.acquire();
    }
    EntryRef(EntryRef&& other) noexcept : m_entry(std::exchange(other.m_entry, nullptr)) { }
    EntryRef& operator=(EntryRef other) noexcept
    {
        std::swap(m_entry, other.m_entry);
        return *this;
    }
    ~EntryRef()
    {
        if (m_entry && m_entry->holders.release())
            Entry::destroy(const_cast<Entry*>(m_entry));
    }

    explicit operator bool() const { return m_entry != nullptr; }
    const Entry& operator*() const { return *m_entry; }
    const Entry* operator->() const { return m_entry; }
    const Entry* get() const { return m_entry; }

private:
    const Entry* m_entry = nullptr;
};

} // namespace engine
