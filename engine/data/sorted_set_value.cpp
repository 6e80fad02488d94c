#include "engine/data/sorted_set_value.h"

#include "engine/data/dict.h"
#include "engine/data/dict_diff.h"
#include "engine/data/packed_scores.h"
#include "engine/data/score_order.h"

#include <algorithm>
#include <vector>

namespace engine {

namespace {

struct ScoredTraits {
    using Item = ScoredItem;
    static BytesView key(const ScoredItem& item) { return item.member(); }
    static bool marked(const ScoredItem&) { return false; }
    static std::size_t bytes(const ScoredItem& item) { return allocatedBytes(sizeof(ScoredItem) + item.size); }
    static ScoredItem* clone(const ScoredItem& item) { return ScoredItem::create(item.member(), item.score); }
    static void destroy(ScoredItem* item) { std::free(item); }
};

} // namespace

class SortedSetTree {
public:
    explicit SortedSetTree(std::uint64_t seed) : m_members(seed) { }

    const Dict<ScoredTraits>& members() const { return m_members; }
    const ScoreOrder& order() const { return m_order; }
    std::size_t memoryBytes() const { return m_members.memoryBytes() + m_order.memoryBytes(); }
    std::uint64_t copies() const { return m_members.copies() + m_order.copies(); }
    void addCopies(std::uint64_t count) { m_order.addCopies(count); }

    bool set(BytesView member, double score)
    {
        auto place = m_members.locate(member);
        const ScoredItem* old = place.item();
        if (old && old->score == score)
            return false;
        ScoredItem* item = ScoredItem::create(member, score);
        if (old)
            m_order.eraseAt(m_order.rank(old->score, old->member()));
        m_members.put(place, item);
        item->holders.acquire();
        m_order.insert(item);
        return !old;
    }

    bool erase(BytesView member)
    {
        auto place = m_members.locate(member);
        if (!place.item())
            return false;
        m_order.eraseAt(m_order.rank(place.item()->score, member));
        m_members.erase(place);
        return true;
    }

private:
    Dict<ScoredTraits> m_members;
    ScoreOrder m_order;
};

SortedSetValue::SortedSetValue(std::uint32_t seed) : m_form(seed)
{
}
SortedSetValue::SortedSetValue(const SortedSetValue& other) = default;
SortedSetValue::SortedSetValue(SortedSetValue&& other) noexcept = default;
SortedSetValue& SortedSetValue::operator=(SortedSetValue other) noexcept
{
    m_form = std::move(other.m_form);
    return *this;
}
SortedSetValue::~SortedSetValue() = default;

std::size_t SortedSetValue::size() const
{
    if (const Packed* block = m_form.packed())
        return block->count;
    return m_form.tree() ? m_form.tree()->members().size() : 0;
}

std::optional<double> SortedSetValue::score(BytesView member) const
{
    if (m_form.tree()) {
        const ScoredItem* item = m_form.tree()->members().find(member);
        return item ? std::optional(item->score) : std::nullopt;
    }
    const auto found = m_form.packed() ? findScore(*m_form.packed(), member) : std::nullopt;
    return found ? std::optional(found->score) : std::nullopt;
}

std::optional<std::size_t> SortedSetValue::rank(BytesView member) const
{
    if (m_form.tree()) {
        const ScoredItem* item = m_form.tree()->members().find(member);
        return item ? std::optional<std::size_t>(m_form.tree()->order().rank(item->score, member)) : std::nullopt;
    }
    const auto found = m_form.packed() ? findScore(*m_form.packed(), member) : std::nullopt;
    return found ? std::optional(found->index) : std::nullopt;
}

ScoredMember SortedSetValue::at(std::size_t rank) const
{
    CHECK(rank < size());
    if (m_form.tree()) {
        const auto path = m_form.tree()->order().pathTo(rank);
        const OrderLeaf::Slot& slot = path.leaf()->slots()[path.offset()];
        return {slot.item->member(), slot.score};
    }
    PackedScores entries(*m_form.packed());
    while (rank-- > 0)
        entries.next();
    const PackedScore entry = entries.next();
    return {entry.member, entry.score};
}

std::size_t SortedSetValue::countBelowScore(double bound, bool inclusive) const
{
    const auto below = [&](double score) { return inclusive ? score <= bound : score < bound; };
    if (m_form.tree())
        return m_form.tree()->order().countWhile([&](const OrderLeaf::Slot& slot) { return below(slot.score); });
    if (!m_form.packed())
        return 0;
    std::size_t count = 0;
    for (PackedScores entries(*m_form.packed()); !entries.atEnd() && below(entries.next().score);)
        ++count;
    return count;
}

std::size_t SortedSetValue::countBelowMember(BytesView bound, bool inclusive) const
{
    const auto below = [&](BytesView member) { return inclusive ? member <= bound : member < bound; };
    if (m_form.tree())
        return m_form.tree()->order().countWhile(
            [&](const OrderLeaf::Slot& slot) { return below(slot.item->member()); });
    if (!m_form.packed())
        return 0;
    std::size_t count = 0;
    for (PackedScores entries(*m_form.packed()); !entries.atEnd() && below(entries.next().member);)
        ++count;
    return count;
}

void SortedSetValue::forEach(std::size_t first, std::size_t count, FunctionRef<bool(const ScoredMember&)> visit) const
{
    if (first >= size())
        return;
    count = std::min(count, size() - first);
    if (m_form.packed()) {
        PackedScores entries(*m_form.packed());
        for (; first > 0; --first)
            entries.next();
        for (; count > 0; --count) {
            const PackedScore entry = entries.next();
            if (!visit({entry.member, entry.score}))
                return;
        }
        return;
    }
    const ScoreOrder& order = m_form.tree()->order();
    auto path = order.pathTo(first);
    std::uint64_t at = path.offset();
    for (; count > 0; --count) {
        if (at == path.leaf()->size) {
            order.next(path);
            at = 0;
        }
        const OrderLeaf::Slot& slot = path.leaf()->slots()[at++];
        if (!visit({slot.item->member(), slot.score}))
            return;
    }
}

void SortedSetValue::forEachBackward(
    std::size_t first, std::size_t count, FunctionRef<bool(const ScoredMember&)> visit) const
{
    if (first >= size())
        return;
    count = std::min(count, first + 1);
    if (m_form.packed()) {
        std::vector<ScoredMember> upTo;
        PackedScores entries(*m_form.packed());
        while (upTo.size() <= first) {
            const PackedScore entry = entries.next();
            upTo.push_back({entry.member, entry.score});
        }
        for (std::size_t i = upTo.size(); i-- > 0 && count > 0; --count)
            if (!visit(upTo[i]))
                return;
        return;
    }
    const ScoreOrder& order = m_form.tree()->order();
    auto path = order.pathTo(first);
    std::uint64_t end = path.offset() + 1;
    for (; count > 0; --count) {
        if (end == 0) {
            order.previous(path);
            end = path.leaf()->size;
        }
        const OrderLeaf::Slot& slot = path.leaf()->slots()[--end];
        if (!visit({slot.item->member(), slot.score}))
            return;
    }
}

std::uint64_t SortedSetValue::scan(
    std::uint64_t cursor, std::size_t count, FunctionRef<void(const ScoredMember&)> visit) const
{
    if (m_form.tree())
        return m_form.tree()->members().scan(cursor, count, [&](const ScoredItem& item) {
            visit({item.member(), item.score});
        });
    forEach(0, size(), [&](const ScoredMember& entry) {
        visit(entry);
        return true;
    });
    return 0;
}

ScoredMember SortedSetValue::random(Rng& rng) const
{
    CHECK(!empty());
    return at(rng.below(size()));
}

void SortedSetValue::prepareFor(std::size_t members, std::size_t longestBytes, const EncodingLimits& limits)
{
    if (!m_form.tree() && (members > limits.zsetMaxListpackEntries || longestBytes > limits.zsetMaxListpackValue))
        becomeTree();
}

void SortedSetValue::takeLargeForm()
{
    if (!m_form.tree())
        becomeTree();
}

bool SortedSetValue::set(BytesView member, double score, const EncodingLimits& limits)
{
    if (m_form.tree())
        return m_form.editTree().set(member, score);
    const auto old = m_form.packed() ? findScore(*m_form.packed(), member) : std::nullopt;
    if (old && old->score == score)
        return false;
    const std::size_t used = m_form.packed() ? m_form.packed()->used : 0;
    constexpr std::size_t kMaxPackedBytes = std::size_t{1} << 30;
    if (!old
        && (size() + 1 > limits.zsetMaxListpackEntries || member.size() > limits.zsetMaxListpackValue
            || used + member.size() > kMaxPackedBytes)) {
        becomeTree();
        return m_form.editTree().set(member, score);
    }
    Bytes storage;
    const BytesView kept = detached(member, m_form.packed(), storage);
    m_form.editPacked([&](Packed*& block) {
        if (old)
            eraseScore(block, *old);
        // A listpack keeps integers as integers, and those have one zero: -0 is lost there, and only there.
        insertScore(block, kept, score == 0 ? 0 : score);
    });
    return !old;
}

bool SortedSetValue::erase(BytesView member)
{
    if (m_form.tree())
        return m_form.tree()->members().find(member) && m_form.editTree().erase(member);
    const auto old = m_form.packed() ? findScore(*m_form.packed(), member) : std::nullopt;
    if (!old)
        return false;
    if (size() == 1)
        m_form.makeEmpty();
    else
        m_form.editPacked([&](Packed*& block) { eraseScore(block, *old); });
    return true;
}

void SortedSetValue::eraseRange(std::size_t first, std::size_t count)
{
    CHECK(first <= size() && count <= size() - first);
    if (count == size()) {
        m_form.makeEmpty();
        return;
    }
    for (; count > 0; --count)
        erase(Bytes(at(first).member));
}

void SortedSetValue::becomeTree()
{
    SortedSetTree tree(spreadSeed(m_form.seed()));
    forEach(0, size(), [&](const ScoredMember& entry) { return tree.set(entry.member, entry.score); });
    m_form.adopt(std::move(tree));
}

BytesView SortedSetValue::encoding() const
{
    return m_form.tree() ? "skiplist" : "listpack";
}

std::uint64_t SortedSetValue::copies() const
{
    return m_form.copies();
}

std::size_t SortedSetValue::memoryBytes() const
{
    return m_form.memoryBytes();
}

void SortedSetValue::diff(const SortedSetValue& before, const SortedSetValue& after,
    FunctionRef<bool(BytesView, std::optional<double>, std::optional<double>)> visit)
{
    if (before.m_form.sharesWith(after.m_form))
        return;
    if (before.m_form.tree() && after.m_form.tree()) {
        diffDicts<ScoredTraits>(before.m_form.tree()->members(), after.m_form.tree()->members(),
            [&](const ScoredItem* old, const ScoredItem* now) {
                if (old && now && old->score == now->score)
                    return true;
                return visit(old ? old->member() : now->member(), old ? std::optional(old->score) : std::nullopt,
                    now ? std::optional(now->score) : std::nullopt);
            });
        return;
    }
    bool more = true;
    before.forEach(0, before.size(), [&](const ScoredMember& entry) {
        const auto now = after.score(entry.member);
        if (now != entry.score)
            more = visit(entry.member, entry.score, now);
        return more;
    });
    if (more)
        after.forEach(0, after.size(), [&](const ScoredMember& entry) {
            return before.score(entry.member) || visit(entry.member, std::nullopt, entry.score);
        });
}

} // namespace engine
