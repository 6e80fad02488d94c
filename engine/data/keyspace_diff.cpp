#include "engine/data/keyspace_diff.h"

#include "engine/base/number.h"
#include "engine/data/dict_diff.h"

#include <algorithm>
#include <utility>

namespace engine {

namespace {

struct EntryPair {
    const Entry* before;
    const Entry* after;

    BytesView key() const { return before ? before->key() : after->key(); }
};

Bytes text(std::optional<BytesView> view, std::size_t most)
{
    return Bytes(view.value_or(BytesView()).substr(0, most));
}

Bytes text(std::optional<double> score, std::size_t)
{
    return score ? formatDouble(*score) : Bytes();
}

template <class Side>
ChangeKind kindOf(const Side& before, const Side& after)
{
    return !before ? ChangeKind::Added : !after ? ChangeKind::Removed : ChangeKind::Changed;
}

// Compares two values of one type; a missing side is an empty value.
class ElementDiff {
public:
    ElementDiff(KeyChange& change, const DiffLimits& limits) : m_change(change), m_limits(limits) { }

    void run(ValueType type, const Entry* before, const Entry* after)
    {
        switch (type) {
        case ValueType::String:
            return strings(before, after);
        case ValueType::List:
            return ListValue::diff(before ? before->list() : ListValue(), after ? after->list() : ListValue(),
                [&](std::size_t index, auto old, auto now) { return add(std::to_string(index), old, now); });
        case ValueType::Hash:
            return HashValue::diff(before ? before->hash() : HashValue(), after ? after->hash() : HashValue(),
                [&](BytesView field, auto old, auto now) { return add(field, old, now); });
        case ValueType::Set:
            return SetValue::diff(before ? before->set() : SetValue(), after ? after->set() : SetValue(),
                [&](BytesView member, bool added) {
                    const std::optional<BytesView> present{BytesView()};
                    return add(member, added ? std::nullopt : present, added ? present : std::nullopt);
                });
        case ValueType::SortedSet:
            return SortedSetValue::diff(before ? before->sortedSet() : SortedSetValue(),
                after ? after->sortedSet() : SortedSetValue(),
                [&](BytesView member, auto old, auto now) { return add(member, old, now); });
        case ValueType::Stream:
            return StreamValue::diff(before ? before->stream() : StreamValue(), after ? after->stream() : StreamValue(),
                [&](BytesView element, auto old, auto now) { return add(element, old, now); });
        }
    }

private:
    void strings(const Entry* before, const Entry* after)
    {
        const StringText old = before ? before->string() : StringText(BytesView());
        const StringText now = after ? after->string() : StringText(BytesView());
        if (before && after && old.view() == now.view())
            return;
        add("", before ? std::optional(old.view()) : std::nullopt, after ? std::optional(now.view()) : std::nullopt);
    }

    // Goes on past the limit, to tell how much was left out.
    template <class Side>
    bool add(BytesView element, const Side& before, const Side& after)
    {
        if (m_change.elements.size() < m_limits.elementsPerKey)
            m_change.elements.push_back({kindOf(before, after), Bytes(element), text(before, m_limits.bytesPerText),
                text(after, m_limits.bytesPerText)});
        else
            ++m_change.elementsLeftOut;
        return true;
    }

    KeyChange& m_change;
    const DiffLimits& m_limits;
};

std::optional<ValueType> typeOf(const Entry* entry)
{
    return entry ? std::optional(entry->type()) : std::nullopt;
}

std::optional<UnixMs> expiryOf(const Entry* entry)
{
    return entry ? entry->expiry() : std::nullopt;
}

} // namespace

std::optional<KeyChange> diffEntries(int database, const Entry* before, const Entry* after, const DiffLimits& limits)
{
    if (!before && !after)
        return std::nullopt;
    KeyChange change;
    change.database = database;
    change.kind = kindOf(before, after);
    change.typeBefore = typeOf(before);
    change.typeAfter = typeOf(after);
    change.expiryBefore = expiryOf(before);
    change.expiryAfter = expiryOf(after);
    ElementDiff elements(change, limits);
    if (change.typeBefore == change.typeAfter) {
        if (!before->sharesValueWith(*after))
            elements.run(*change.typeBefore, before, after);
    } else {
        if (before)
            elements.run(*change.typeBefore, before, nullptr);
        if (after)
            elements.run(*change.typeAfter, nullptr, after);
    }
    const bool same = change.kind == ChangeKind::Changed && change.typeBefore == change.typeAfter
        && change.expiryBefore == change.expiryAfter && change.elements.empty() && change.elementsLeftOut == 0;
    if (same)
        return std::nullopt;
    change.key = Bytes((before ? before : after)->key());
    return change;
}

KeyspaceDiff diffKeyspaces(const Keyspace& before, const Keyspace& after, const DiffLimits& limits)
{
    KeyspaceDiff diff;
    DiffLimits countingAlone = limits;
    countingAlone.elementsPerKey = 0;
    const Database none(0);
    const std::size_t databases = std::max(before.databaseCount(), after.databaseCount());
    for (std::size_t i = 0; i < databases; ++i) {
        const Database& old = i < before.databaseCount() ? before.database(i) : none;
        const Database& now = i < after.databaseCount() ? after.database(i) : none;
        std::vector<EntryPair> pairs;
        diffDicts<EntryTraits>(old.keys(), now.keys(), [&](const Entry* a, const Entry* b) {
            pairs.push_back({a, b});
            return true;
        });
        std::sort(pairs.begin(), pairs.end(), [](const EntryPair& a, const EntryPair& b) { return a.key() < b.key(); });
        for (const EntryPair& pair : pairs) {
            const bool room = diff.keys.size() < limits.keys;
            // Past the limit one element is enough to see that the key differs.
            auto change = diffEntries(static_cast<int>(i), pair.before, pair.after, room ? limits : countingAlone);
            if (!change)
                continue;
            if (room)
                diff.keys.push_back(std::move(*change));
            else
                ++diff.keysLeftOut;
        }
    }
    return diff;
}

} // namespace engine
