#include "engine/data/entry.h"

#include "engine/data/allocated.h"

#include <cstring>
#include <limits>

namespace engine {

BytesView typeName(ValueType type)
{
    switch (type) {
    case ValueType::String:
        return "string";
    case ValueType::List:
        return "list";
    case ValueType::Hash:
        return "hash";
    case ValueType::Set:
        return "set";
    case ValueType::SortedSet:
        return "zset";
    case ValueType::Stream:
        return "stream";
    }
    CHECK(false);
}

template <class Use>
auto Entry::withValue(Use use) const
{
    switch (m_form) {
    case Form::List:
        return use(value<ListValue>(Form::List));
    case Form::Hash:
        return use(value<HashValue>(Form::Hash));
    case Form::Set:
        return use(value<SetValue>(Form::Set));
    case Form::SortedSet:
        return use(value<SortedSetValue>(Form::SortedSet));
    case Form::Stream:
        return use(value<StreamValue>(Form::Stream));
    case Form::Embedded:
    case Form::Integer:
    case Form::Raw:
        break;
    }
    CHECK(false);
}

StringText Entry::string() const
{
    switch (m_form) {
    case Form::Embedded:
        return StringText(BytesView(textBytes(), m_textSize));
    case Form::Integer:
        return StringText(integer());
    case Form::Raw:
        return StringText(BytesView(raw()->text));
    default:
        CHECK(false);
    }
}

BytesView Entry::encoding() const
{
    constexpr std::size_t kLongestEmbstr = 44; // Redis's, where the text still shares the object's allocation
    switch (m_form) {
    case Form::Embedded:
        return m_textSize <= kLongestEmbstr ? "embstr" : "raw";
    case Form::Integer:
        return "int";
    case Form::Raw:
        return "raw";
    default:
        return withValue([](const auto& value) { return value.encoding(); });
    }
}

std::size_t Entry::memoryBytes() const
{
    switch (m_form) {
    case Form::Embedded:
    case Form::Integer:
        return ownBytes();
    case Form::Raw: {
        constexpr std::size_t kInside = 15; // what std::string keeps without an allocation
        const std::size_t room = raw()->text.capacity();
        return ownBytes() + allocatedBytes(sizeof(RawString)) + (room > kInside ? allocatedBytes(room + 1) : 0);
    }
    default:
        return ownBytes() + withValue([](const auto& value) { return value.memoryBytes(); });
    }
}

std::uint64_t Entry::valueCopies() const
{
    return type() == ValueType::String ? 0 : withValue([](const auto& value) { return value.copies(); });
}

bool Entry::valuePackedIsShared() const
{
    return type() != ValueType::String && withValue([](const auto& value) { return value.packedIsShared(); });
}

bool Entry::sharesValueWith(const Entry& other) const
{
    if (this == &other)
        return true;
    if (m_form != other.m_form)
        return false;
    switch (m_form) {
    case Form::Embedded:
    case Form::Integer:
        return false;
    case Form::Raw:
        return raw() == other.raw();
    case Form::List:
        return list().sharesWith(other.list());
    case Form::Hash:
        return hash().sharesWith(other.hash());
    case Form::Set:
        return set().sharesWith(other.set());
    case Form::SortedSet:
        return sortedSet().sharesWith(other.sortedSet());
    case Form::Stream:
        return stream().sharesWith(other.stream());
    }
    CHECK(false);
}

std::size_t Entry::sizeFor(Form form, std::size_t keySize, std::size_t textSize, bool hasExpiry)
{
    const std::size_t tail = (hasExpiry ? 8 : 0) + keySize;
    if (form == Form::Embedded)
        return kHeaderBytes + (keySize >= kLongKey ? 4 : 0) + tail + textSize;
    return kPayloadOffset + 8 + tail;
}

std::size_t Entry::ownBytes() const
{
    return allocatedBytes(sizeFor(m_form, keySize(), m_textSize, m_hasExpiry));
}

std::size_t Entry::longKeySize() const
{
    std::uint32_t size;
    std::memcpy(&size, base() + kHeaderBytes, sizeof size);
    return size;
}

std::int64_t Entry::readExpiry() const
{
    std::int64_t moment;
    std::memcpy(&moment, base() + expiryOffset(), sizeof moment);
    return moment;
}

void Entry::writeExpiry(UnixMs moment)
{
    std::memcpy(base() + expiryOffset(), &moment.value, sizeof moment.value);
}

Entry* Entry::allocateFor(Form form, BytesView key, std::size_t textSize, std::optional<UnixMs> expiry)
{
    static_assert(sizeof(Entry) == kHeaderBytes);
    CHECK(key.size() <= std::numeric_limits<std::uint32_t>::max());
    auto* entry =
        new (allocate(sizeFor(form, key.size(), textSize, expiry.has_value()))) Entry(form, expiry.has_value());
    const auto size = static_cast<std::uint32_t>(key.size());
    entry->m_keySize = static_cast<std::uint8_t>(size < kLongKey ? size : kLongKey);
    entry->m_textSize = static_cast<std::uint8_t>(textSize);
    if (size >= kLongKey)
        std::memcpy(entry->base() + kHeaderBytes, &size, sizeof size);
    if (expiry)
        entry->writeExpiry(*expiry);
    std::memcpy(const_cast<char*>(entry->keyBytes()), key.data(), key.size());
    return entry;
}

Entry* Entry::createText(BytesView key, BytesView text, std::optional<UnixMs> expiry)
{
    if (text.size() > kMaxEmbedded)
        return createRaw(key, text, expiry);
    Entry* entry = allocateFor(Form::Embedded, key, text.size(), expiry);
    if (!text.empty())
        std::memcpy(entry->textBytes(), text.data(), text.size());
    return entry;
}

Entry* Entry::createInteger(BytesView key, std::int64_t value, std::optional<UnixMs> expiry)
{
    Entry* entry = allocateFor(Form::Integer, key, 0, expiry);
    entry->integer() = value;
    return entry;
}

Entry* Entry::createRaw(BytesView key, BytesView text, std::optional<UnixMs> expiry)
{
    Entry* entry = allocateFor(Form::Raw, key, 0, expiry);
    entry->raw() = new RawString(text);
    return entry;
}

template <class Value, class... Args>
Entry* Entry::createValue(Form form, BytesView key, std::optional<UnixMs> expiry, Args&&... args)
{
    static_assert(sizeof(Value) == 8 && alignof(Value) <= 8);
    Entry* entry = allocateFor(form, key, 0, expiry);
    new (entry->base() + kPayloadOffset) Value(std::forward<Args>(args)...);
    return entry;
}

template Entry* Entry::createValue<ListValue>(Form, BytesView, std::optional<UnixMs>);
template Entry* Entry::createValue<StreamValue>(Form, BytesView, std::optional<UnixMs>);
template Entry* Entry::createValue<HashValue>(Form, BytesView, std::optional<UnixMs>, std::uint32_t&&);
template Entry* Entry::createValue<SetValue>(Form, BytesView, std::optional<UnixMs>, std::uint32_t&&);
template Entry* Entry::createValue<SortedSetValue>(Form, BytesView, std::optional<UnixMs>, std::uint32_t&&);

Entry* Entry::cloneAs(const Entry& other, BytesView key, std::optional<UnixMs> expiry)
{
    Entry* entry = nullptr;
    switch (other.m_form) {
    case Form::Embedded:
        entry = createText(key, {other.textBytes(), other.m_textSize}, expiry);
        break;
    case Form::Integer:
        entry = createInteger(key, other.integer(), expiry);
        break;
    case Form::Raw:
        entry = allocateFor(Form::Raw, key, 0, expiry);
        entry->raw() = other.raw();
        entry->raw()->holders.acquire();
        break;
    default:
        entry = other.withValue([&](const auto& value) {
            return createValue<std::remove_cvref_t<decltype(value)>>(other.m_form, key, expiry, value);
        });
    }
    entry->touch(other.lastAccess());
    return entry;
}

void Entry::destroy(Entry* entry)
{
    switch (entry->m_form) {
    case Form::Embedded:
    case Form::Integer:
        break;
    case Form::Raw:
        if (entry->raw()->holders.release())
            delete entry->raw();
        break;
    default:
        entry->withValue([](const auto& value) {
            using Value = std::remove_cvref_t<decltype(value)>;
            const_cast<Value&>(value).~Value();
        });
    }
    std::free(static_cast<void*>(entry));
}

} // namespace engine
