#include "engine/data/hash_value.h"

#include "engine/data/dict.h"
#include "engine/data/dict_diff.h"

#include <cstring>

namespace engine {

namespace {

// A field and its value in one allocation: the sizes, then the bytes of both.
struct Field {
    HolderCount holders;
    std::uint32_t fieldSize;
    std::uint32_t valueSize;

    char* bytes() { return reinterpret_cast<char*>(this + 1); }
    const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
    BytesView field() const { return {bytes(), fieldSize}; }
    BytesView value() const { return {bytes() + fieldSize, valueSize}; }

    static Field* create(BytesView field, BytesView value)
    {
        constexpr std::size_t kLargest = 0xffffffffU;
        CHECK(field.size() <= kLargest && value.size() <= kLargest);
        auto* item = new (allocate(sizeof(Field) + field.size() + value.size())) Field;
        item->fieldSize = static_cast<std::uint32_t>(field.size());
        item->valueSize = static_cast<std::uint32_t>(value.size());
        std::memcpy(item->bytes(), field.data(), field.size());
        std::memcpy(item->bytes() + field.size(), value.data(), value.size());
        return item;
    }
};

struct FieldTraits {
    using Item = Field;
    static BytesView key(const Field& item) { return item.field(); }
    static bool marked(const Field&) { return false; }
    static std::size_t bytes(const Field& item) { return size(item.fieldSize + item.valueSize); }
    static std::size_t size(std::size_t payload) { return allocatedBytes(sizeof(Field) + payload); }
    static Field* clone(const Field& item) { return Field::create(item.field(), item.value()); }
    static void destroy(Field* item) { std::free(item); }
};

struct PackedField {
    BytesView field;
    BytesView value;
    std::size_t offset; // of the whole
    std::size_t size;
};

PackedField readField(const Packed& block, const char*& at)
{
    const char* const start = at;
    const std::size_t fieldSize = readLength(at);
    const BytesView field(at, fieldSize);
    at += fieldSize;
    const std::size_t valueSize = readLength(at);
    const BytesView value(at, valueSize);
    at += valueSize;
    return {field, value, static_cast<std::size_t>(start - block.data()), static_cast<std::size_t>(at - start)};
}

std::optional<PackedField> findPacked(const Packed& block, BytesView field)
{
    for (const char* at = block.data(); at < block.end();) {
        const PackedField entry = readField(block, at);
        if (entry.field == field)
            return entry;
    }
    return std::nullopt;
}

std::size_t packedSize(BytesView field, BytesView value)
{
    return lengthSize(field.size()) + field.size() + lengthSize(value.size()) + value.size();
}

void writeText(char*& at, BytesView text)
{
    at = writeLength(at, text.size());
    std::memcpy(at, text.data(), text.size());
    at += text.size();
}

constexpr std::size_t kMaxPackedBytes = std::size_t{1} << 30;

} // namespace

class HashTable : public Dict<FieldTraits> {
public:
    using Dict::Dict;

    bool set(BytesView field, BytesView value)
    {
        Place place = locate(field);
        if (!place.item()) {
            put(place, Field::create(field, value));
            return true;
        }
        // In place where the new value takes an allocation of the same size.
        if (FieldTraits::size(field.size() + value.size()) != FieldTraits::bytes(*place.item())) {
            put(place, Field::create(field, value));
            return false;
        }
        const Field& old = *place.item();
        if (!old.holders.unique()) {
            put(place, Field::create(field, value));
            addCopies(1);
            return false;
        }
        Field& mine = own(place);
        mine.valueSize = static_cast<std::uint32_t>(value.size());
        std::memmove(mine.bytes() + mine.fieldSize, value.data(), value.size());
        return false;
    }
};

HashValue::HashValue(std::uint32_t seed) : m_form(seed)
{
}
HashValue::HashValue(const HashValue& other) = default;
HashValue::HashValue(HashValue&& other) noexcept = default;
HashValue& HashValue::operator=(HashValue other) noexcept
{
    m_form = std::move(other.m_form);
    return *this;
}
HashValue::~HashValue() = default;

std::size_t HashValue::size() const
{
    if (const Packed* block = m_form.packed())
        return block->count;
    return m_form.tree() ? m_form.tree()->size() : 0;
}

std::optional<BytesView> HashValue::find(BytesView field) const
{
    if (const Packed* block = m_form.packed()) {
        const auto entry = findPacked(*block, field);
        return entry ? std::optional(entry->value) : std::nullopt;
    }
    const Field* item = m_form.tree() ? m_form.tree()->find(field) : nullptr;
    return item ? std::optional(item->value()) : std::nullopt;
}

void HashValue::forEach(FunctionRef<bool(BytesView, BytesView)> visit) const
{
    if (const Packed* block = m_form.packed()) {
        for (const char* at = block->data(); at < block->end();) {
            const PackedField entry = readField(*block, at);
            if (!visit(entry.field, entry.value))
                return;
        }
    } else if (m_form.tree()) {
        m_form.tree()->forEach([&](const Field& item) { return visit(item.field(), item.value()); });
    }
}

std::uint64_t HashValue::scan(
    std::uint64_t cursor, std::size_t count, FunctionRef<void(BytesView, BytesView)> visit) const
{
    if (m_form.tree())
        return m_form.tree()->scan(cursor, count, [&](const Field& item) { visit(item.field(), item.value()); });
    forEach([&](BytesView field, BytesView value) {
        visit(field, value);
        return true;
    });
    return 0;
}

std::pair<BytesView, BytesView> HashValue::random(Rng& rng) const
{
    CHECK(!empty());
    if (m_form.tree()) {
        const Field* item = m_form.tree()->random(rng);
        return {item->field(), item->value()};
    }
    const Packed& block = *m_form.packed();
    const char* at = block.data();
    for (std::uint64_t skip = rng.below(block.count); skip > 0; --skip)
        readField(block, at);
    const PackedField chosen = readField(block, at);
    return {chosen.field, chosen.value};
}

bool HashValue::set(BytesView field, BytesView value, const EncodingLimits& limits)
{
    if (m_form.tree())
        return m_form.editTree().set(field, value);
    const std::size_t used = m_form.packed() ? m_form.packed()->used : 0;
    if (field.size() > limits.hashMaxListpackValue || value.size() > limits.hashMaxListpackValue
        || used + packedSize(field, value) > kMaxPackedBytes) {
        becomeTable();
        return m_form.editTree().set(field, value);
    }
    const auto old = m_form.packed() ? findPacked(*m_form.packed(), field) : std::nullopt;
    const std::size_t offset = old ? old->offset : used;
    const std::size_t oldSize = old ? old->size : 0;
    Bytes fieldStorage;
    Bytes valueStorage;
    const BytesView keptField = detached(field, m_form.packed(), fieldStorage);
    const BytesView keptValue = detached(value, m_form.packed(), valueStorage);
    m_form.editPacked([&](Packed*& block) {
        const std::size_t newSize = packedSize(keptField, keptValue);
        if (newSize > oldSize)
            Packed::insertGap(block, offset + oldSize, newSize - oldSize);
        else if (newSize < oldSize)
            Packed::removeGap(block, offset + newSize, oldSize - newSize);
        char* at = block->data() + offset;
        writeText(at, keptField);
        writeText(at, keptValue);
        block->count += old ? 0 : 1;
    });
    if (size() > limits.hashMaxListpackEntries)
        becomeTable();
    return !old;
}

bool HashValue::erase(BytesView field)
{
    if (m_form.tree()) {
        if (!m_form.tree()->find(field))
            return false;
        HashTable& table = m_form.editTree();
        auto place = table.locate(field);
        table.erase(place);
        return true;
    }
    const auto old = m_form.packed() ? findPacked(*m_form.packed(), field) : std::nullopt;
    if (!old)
        return false;
    if (m_form.packed()->count == 1) {
        m_form.makeEmpty();
        return true;
    }
    m_form.editPacked([&](Packed*& block) {
        Packed::removeGap(block, old->offset, old->size);
        --block->count;
    });
    return true;
}

void HashValue::becomeTable()
{
    HashTable table(spreadSeed(m_form.seed()));
    forEach([&](BytesView field, BytesView value) {
        table.set(field, value);
        return true;
    });
    m_form.adopt(std::move(table));
}

BytesView HashValue::encoding() const
{
    return m_form.tree() ? "hashtable" : "listpack";
}

std::uint64_t HashValue::copies() const
{
    return m_form.copies();
}

std::size_t HashValue::memoryBytes() const
{
    return m_form.memoryBytes();
}

void HashValue::diff(const HashValue& before, const HashValue& after,
    FunctionRef<bool(BytesView, std::optional<BytesView>, std::optional<BytesView>)> visit)
{
    if (before.m_form.sharesWith(after.m_form))
        return;
    if (before.m_form.tree() && after.m_form.tree()) {
        diffDicts<FieldTraits>(*before.m_form.tree(), *after.m_form.tree(), [&](const Field* old, const Field* now) {
            if (old && now && old->value() == now->value())
                return true;
            return visit(old ? old->field() : now->field(), old ? std::optional(old->value()) : std::nullopt,
                now ? std::optional(now->value()) : std::nullopt);
        });
        return;
    }
    bool more = true;
    before.forEach([&](BytesView field, BytesView value) {
        const auto now = after.find(field);
        if (!now || *now != value)
            more = visit(field, value, now);
        return more;
    });
    if (more)
        after.forEach(
            [&](BytesView field, BytesView value) { return before.find(field) || visit(field, std::nullopt, value); });
}

} // namespace engine
