#include "engine/data/set_value.h"

#include "engine/base/number.h"
#include "engine/data/dict.h"
#include "engine/data/dict_diff.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace engine {

namespace {

struct Member {
    HolderCount holders;
    std::uint32_t size;

    char* bytes() { return reinterpret_cast<char*>(this + 1); }
    const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
    BytesView text() const { return {bytes(), size}; }

    static Member* create(BytesView text)
    {
        CHECK(text.size() <= std::numeric_limits<std::uint32_t>::max());
        auto* item = new (allocate(sizeof(Member) + text.size())) Member;
        item->size = static_cast<std::uint32_t>(text.size());
        std::memcpy(item->bytes(), text.data(), text.size());
        return item;
    }
};

struct MemberTraits {
    using Item = Member;
    static BytesView key(const Member& item) { return item.text(); }
    static bool marked(const Member&) { return false; }
    static std::size_t bytes(const Member& item) { return allocatedBytes(sizeof(Member) + item.size); }
    static Member* clone(const Member& item) { return Member::create(item.text()); }
    static void destroy(Member* item) { std::free(item); }
};

// An intset is a Packed block: ascending integers, all as wide as the widest one needs.

std::size_t widthFor(std::int64_t value)
{
    if (value >= std::numeric_limits<std::int16_t>::min() && value <= std::numeric_limits<std::int16_t>::max())
        return 2;
    if (value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max())
        return 4;
    return 8;
}

std::size_t widthOf(const Packed& block)
{
    return block.count == 0 ? 0 : block.used / block.count;
}

template <class Integer>
std::int64_t load(const char* at)
{
    Integer value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

std::int64_t integerAt(const Packed& block, std::size_t index)
{
    const std::size_t width = widthOf(block);
    const char* at = block.data() + index * width;
    return width == 2 ? load<std::int16_t>(at) : width == 4 ? load<std::int32_t>(at) : load<std::int64_t>(at);
}

void storeInteger(char* at, std::size_t width, std::int64_t value)
{
    // Little-endian: the low bytes are the narrower integer.
    std::memcpy(at, &value, width);
}

std::size_t lowerBound(const Packed& block, std::int64_t value)
{
    std::size_t low = 0;
    std::size_t high = block.count;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (integerAt(block, middle) < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void widen(Packed*& block, std::size_t width)
{
    const std::size_t old = widthOf(*block);
    const std::size_t count = block->count;
    if (old >= width || count == 0)
        return;
    Packed::insertGap(block, block->used, count * (width - old));
    for (std::size_t i = count; i-- > 0;) {
        const char* at = block->data() + i * old;
        const std::int64_t value = old == 2 ? load<std::int16_t>(at) : load<std::int32_t>(at);
        storeInteger(block->data() + i * width, width, value);
    }
}

bool containsInteger(const Packed& block, std::int64_t value)
{
    const std::size_t at = lowerBound(block, value);
    return at < block.count && integerAt(block, at) == value;
}

} // namespace

class SetTable : public Dict<MemberTraits> {
public:
    using Dict::Dict;

    bool add(BytesView member)
    {
        Place place = locate(member);
        if (place.item())
            return false;
        put(place, Member::create(member));
        return true;
    }
};

SetValue::SetValue(std::uint32_t seed) : m_form(seed)
{
}
SetValue::SetValue(const SetValue& other) = default;
SetValue::SetValue(SetValue&& other) noexcept = default;
SetValue& SetValue::operator=(SetValue other) noexcept
{
    m_form = std::move(other.m_form);
    return *this;
}
SetValue::~SetValue() = default;

std::size_t SetValue::size() const
{
    if (const Packed* block = m_form.packed())
        return block->count;
    return m_form.tree() ? m_form.tree()->size() : 0;
}

bool SetValue::contains(BytesView member) const
{
    if (m_form.tree())
        return m_form.tree()->find(member) != nullptr;
    const auto integer = parseInteger(member);
    return integer && m_form.packed() && containsInteger(*m_form.packed(), *integer);
}

void SetValue::forEach(FunctionRef<bool(BytesView)> visit) const
{
    if (m_form.tree()) {
        m_form.tree()->forEach([&](const Member& item) { return visit(item.text()); });
        return;
    }
    for (std::size_t i = 0; i < size(); ++i)
        if (!visit(IntegerText(integerAt(*m_form.packed(), i)).view()))
            return;
}

std::uint64_t SetValue::scan(std::uint64_t cursor, std::size_t count, FunctionRef<void(BytesView)> visit) const
{
    if (m_form.tree())
        return m_form.tree()->scan(cursor, count, [&](const Member& item) { visit(item.text()); });
    forEach([&](BytesView member) {
        visit(member);
        return true;
    });
    return 0;
}

Bytes SetValue::random(Rng& rng) const
{
    CHECK(!empty());
    if (m_form.tree())
        return Bytes(m_form.tree()->random(rng)->text());
    return Bytes(IntegerText(integerAt(*m_form.packed(), rng.below(size()))).view());
}

bool SetValue::add(BytesView member, const EncodingLimits& limits)
{
    const auto integer = parseInteger(member);
    if (!m_form.tree() && !integer)
        becomeTable();
    if (m_form.tree())
        return !m_form.tree()->find(member) && m_form.editTree().add(member);
    if (m_form.packed() && containsInteger(*m_form.packed(), *integer))
        return false;
    m_form.editPacked([&](Packed*& block) {
        const std::size_t at = lowerBound(*block, *integer);
        const std::size_t width = std::max(widthOf(*block), widthFor(*integer));
        widen(block, width);
        Packed::insertGap(block, at * width, width);
        storeInteger(block->data() + at * width, width, *integer);
        ++block->count;
    });
    constexpr std::size_t kMostIntegers = std::size_t{1} << 28;
    if (size() > std::min(limits.setMaxIntsetEntries, kMostIntegers))
        becomeTable();
    return true;
}

bool SetValue::erase(BytesView member)
{
    if (!contains(member))
        return false;
    if (m_form.tree()) {
        SetTable& table = m_form.editTree();
        auto place = table.locate(member);
        table.erase(place);
        return true;
    }
    if (m_form.packed()->count == 1) {
        m_form.makeEmpty();
        return true;
    }
    const std::int64_t integer = *parseInteger(member);
    m_form.editPacked([&](Packed*& block) {
        const std::size_t width = widthOf(*block);
        Packed::removeGap(block, lowerBound(*block, integer) * width, width);
        --block->count;
    });
    return true;
}

void SetValue::makeAnew(const EncodingLimits& limits)
{
    SetValue made(m_form.seed());
    forEach([&](BytesView member) { return made.add(member, limits); });
    *this = std::move(made);
}

void SetValue::becomeTable()
{
    SetTable table(spreadSeed(m_form.seed()));
    forEach([&](BytesView member) { return table.add(member); });
    m_form.adopt(std::move(table));
}

BytesView SetValue::encoding() const
{
    return m_form.tree() ? "hashtable" : "intset";
}

std::uint64_t SetValue::copies() const
{
    return m_form.copies();
}

std::size_t SetValue::memoryBytes() const
{
    return m_form.memoryBytes();
}

void SetValue::diff(const SetValue& before, const SetValue& after, FunctionRef<bool(BytesView, bool)> visit)
{
    if (before.m_form.sharesWith(after.m_form))
        return;
    if (before.m_form.tree() && after.m_form.tree()) {
        diffDicts<MemberTraits>(*before.m_form.tree(), *after.m_form.tree(), [&](const Member* old, const Member* now) {
            if (old && now)
                return true;
            return old ? visit(old->text(), false) : visit(now->text(), true);
        });
        return;
    }
    bool more = true;
    before.forEach([&](BytesView member) { return more = after.contains(member) || visit(member, false); });
    if (more)
        after.forEach([&](BytesView member) { return before.contains(member) || visit(member, true); });
}

} // namespace engine
