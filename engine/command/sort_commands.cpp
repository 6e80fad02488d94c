// SORT and SORT_RO: the elements of a list, a set or a sorted set in order, or what other keys hold for them.

#include "engine/acl/acl_user.h"
#include "engine/base/partial_sort.h"
#include "engine/command/call.h"
#include "engine/command/client_state.h"
#include "engine/command/command_table.h"
#include "engine/command/families.h"
#include "engine/command/index_range.h"
#include "engine/command/sort_pattern.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <vector>

namespace engine {

namespace {

enum class Storing { Allowed, Refused };

struct SortQuery {
    bool sorted = true; // false: BY a constant
    bool descending = false;
    bool alphabetical = false;
    std::int64_t offset = 0;
    std::int64_t count = -1; // negative: all
    std::optional<SortPattern> by;
    std::vector<SortPattern> gets;
    std::optional<BytesView> target;
};

/// An element and what it is sorted by.
struct Sortable {
    Bytes element;
    double score = 0;
    std::optional<Bytes> text; // of the key that BY names
};

// Patterns read keys that the command does not name: its user must be allowed to read any.
void requireAllKeys(Call& call, BytesView option)
{
    const AclUser* user = call.client().user.get();
    const bool may = !user || user->isUnrestricted()
        || user->readsAnyKeyWith(*call.context().commands.resolve(call.argv()), call.argv());
    if (!may)
        call.fail("ERR " + Bytes(option) + " option of SORT denied due to insufficient ACL permissions.");
}

SortQuery nextQuery(Call& call, Storing storing)
{
    SortQuery query;
    while (call.more() && !call.failed()) {
        const std::size_t behind = call.remaining() - 1;
        if (call.nextIs("asc")) {
            query.descending = false;
        } else if (call.nextIs("desc")) {
            query.descending = true;
        } else if (call.nextIs("alpha")) {
            query.alphabetical = true;
        } else if (behind >= 2 && call.nextIs("limit")) {
            query.offset = call.nextInteger();
            query.count = call.nextInteger();
        } else if (storing == Storing::Allowed && behind >= 1 && call.nextIs("store")) {
            query.target = call.nextKey();
        } else if (behind >= 1 && call.nextIs("by")) {
            query.by = SortPattern(call.nextBytes());
            if (!query.by->isConstant())
                requireAllKeys(call, "BY");
            // A constant is not taken back by a pattern that follows.
            query.sorted = query.sorted && !query.by->isConstant();
        } else if (behind >= 1 && call.nextIs("get")) {
            requireAllKeys(call, "GET");
            query.gets.emplace_back(call.nextBytes());
        } else {
            call.fail(errors::kSyntax);
        }
    }
    return query;
}

/// A copy of the value, O(1): a lookup by pattern may remove expired keys, which moves what was found before.
class SortSource {
public:
    /// Fails the call for another type. A missing key is an empty list.
    SortSource(Call& call, BytesView key)
    {
        const Entry* entry = call.failed() ? nullptr : call.find(key);
        if (!entry)
            return;
        if (entry->type() == ValueType::List)
            m_list = entry->list();
        else if (entry->type() == ValueType::Set)
            m_set = entry->set();
        else if (entry->type() == ValueType::SortedSet)
            m_scored = largeForm(call, key);
        else
            call.fail(errors::kWrongType);
    }

    bool isSet() const { return m_set.has_value(); }
    std::size_t size() const { return m_set ? m_set->size() : m_scored ? m_scored->size() : m_list.size(); }

    std::vector<Sortable> all() const { return elements({0, size()}, false); }
    /// A part of its own order, which may be read from behind. A set's cannot: its order means nothing.
    std::vector<Sortable> elements(IndexRange range, bool fromBehind) const;

private:
    // What an OBJECT ENCODING after it tells: Redis sorts from the large form, and leaves it behind.
    static SortedSetValue largeForm(Call& call, BytesView key)
    {
        if (call.findSortedSet(key)->encoding() != "skiplist")
            call.editSortedSet(key).takeLargeForm();
        return *call.findSortedSet(key);
    }

    ListValue m_list;
    std::optional<SetValue> m_set;
    std::optional<SortedSetValue> m_scored;
};

std::vector<Sortable> SortSource::elements(IndexRange range, bool fromBehind) const
{
    std::vector<Sortable> items;
    const auto add = [&](BytesView element) {
        items.push_back({.element = Bytes(element), .text = {}});
        return true;
    };
    const auto addScored = [&](const ScoredMember& member) { return add(member.member); };
    if (range.count == 0)
        return items;
    if (m_set) {
        std::size_t at = 0;
        m_set->forEach([&](BytesView element) {
            if (at >= range.first)
                add(element);
            return ++at < range.first + range.count;
        });
    } else if (fromBehind) {
        const std::size_t first = size() - 1 - range.first;
        if (m_scored)
            m_scored->forEachBackward(first, range.count, addScored);
        else
            m_list.forEachBackward(first, range.count, add);
    } else if (m_scored) {
        m_scored->forEach(range.first, range.count, addScored);
    } else {
        m_list.forEach(range.first, range.count, add);
    }
    return items;
}

// As strtod reads it, up to the first NUL; blanks before it and an empty text pass.
std::optional<double> numberOf(const Bytes& text)
{
    char* end = nullptr;
    errno = 0;
    const double value = std::strtod(text.c_str(), &end);
    if (*end != '\0' || errno == ERANGE || std::isnan(value))
        return std::nullopt;
    return value;
}

void lookUpOrder(Call& call, const SortQuery& query, std::vector<Sortable>& items)
{
    bool allNumbers = true;
    for (Sortable& item : items) {
        if (query.by)
            item.text = query.by->lookUp(call, item.element);
        if (query.alphabetical || (query.by && !item.text))
            continue;
        const auto score = numberOf(query.by ? *item.text : item.element);
        allNumbers = allNumbers && score.has_value();
        item.score = score.value_or(0);
    }
    call.require(allNumbers, errors::kSortNotNumbers);
}

int signOf(std::strong_ordering order)
{
    return order < 0 ? -1 : order > 0 ? 1 : 0;
}

// What is stored is the same wherever it is computed; what is only shown goes by strcoll in the C locale, which stops
// at a NUL.
int compareTexts(const SortQuery& query, const Bytes& a, const Bytes& b)
{
    if (query.target)
        return signOf(a <=> b);
    return signOf(BytesView(a.c_str()) <=> BytesView(b.c_str()));
}

int compareAscending(const SortQuery& query, const Sortable& a, const Sortable& b)
{
    if (!query.alphabetical) {
        if (a.score != b.score)
            return a.score < b.score ? -1 : 1;
        return signOf(a.element <=> b.element);
    }
    if (!query.by)
        return compareTexts(query, a.element, b.element);
    if (!a.text || !b.text)
        return static_cast<int>(a.text.has_value()) - static_cast<int>(b.text.has_value());
    return compareTexts(query, *a.text, *b.text);
}

// LIMIT as a range within `size` elements.
IndexRange wantedRange(const SortQuery& query, std::size_t size)
{
    const auto length = static_cast<std::int64_t>(size);
    const std::int64_t first = std::clamp<std::int64_t>(query.offset, 0, length);
    const std::int64_t count = query.count < 0 ? length - first : std::min<std::int64_t>(query.count, length - first);
    return {static_cast<std::size_t>(first), static_cast<std::size_t>(count)};
}

// The elements that the query asks for, in its order.
std::vector<Sortable> wantedElements(Call& call, const SortQuery& query, const SortSource& source)
{
    const IndexRange range = wantedRange(query, source.size());
    if (!query.sorted)
        return source.elements(range, query.descending);
    std::vector<Sortable> items = source.all();
    lookUpOrder(call, query, items);
    if (call.failed())
        return {};
    const auto compare = [&](const Sortable& a, const Sortable& b) {
        const int order = compareAscending(query, a, b);
        return query.descending ? -order : order;
    };
    if (query.by && range.count > 0 && range.count != items.size())
        partialSort(std::span(items), range.first, range.first + range.count - 1, compare);
    else
        std::ranges::stable_sort(items, [&](const Sortable& a, const Sortable& b) { return compare(a, b) < 0; });
    const auto begin = items.begin() + static_cast<std::ptrdiff_t>(range.first);
    return {std::move_iterator(begin), std::move_iterator(begin + static_cast<std::ptrdiff_t>(range.count))};
}

// Elements, or what each GET gives for each of them.
void visitResults(Call& call, const SortQuery& query, const std::vector<Sortable>& items,
    FunctionRef<void(const std::optional<Bytes>&)> visit)
{
    for (const Sortable& item : items) {
        if (query.gets.empty())
            visit(item.element);
        for (const SortPattern& pattern : query.gets)
            visit(pattern.lookUp(call, item.element));
    }
}

void replyResults(Call& call, const SortQuery& query, const std::vector<Sortable>& items)
{
    call.reply().array(items.size() * std::max<std::size_t>(query.gets.size(), 1));
    visitResults(call, query, items, [&](const std::optional<Bytes>& value) {
        if (value)
            call.reply().bulk(*value);
        else
            call.reply().null();
    });
}

void storeResults(Call& call, const SortQuery& query, const std::vector<Sortable>& items)
{
    const BytesView target = *query.target;
    std::vector<Bytes> values;
    visitResults(call, query, items, [&](const std::optional<Bytes>& value) { values.push_back(value.value_or("")); });
    const bool replaced = call.findUntouched(target) != nullptr && call.erase(target);
    call.reply().integer(static_cast<std::int64_t>(values.size()));
    if (values.empty()) {
        if (replaced)
            call.changed(target, EventClass::Generic, "del");
        return;
    }
    ListValue& list = call.editList(target);
    for (const Bytes& value : values)
        list.push(End::Back, value, call.limits());
    call.changed(target, EventClass::List, "sortstore", values.size());
}

void runSort(Call& call, Storing storing)
{
    const auto key = call.nextKey();
    SortQuery query = nextQuery(call, storing);
    const SortSource source(call, key);
    if (call.failed())
        return;
    // What a script sees or a key keeps must not depend on a set's hash order.
    if (!query.sorted && source.isSet() && (query.target || call.client().isScript)) {
        query.sorted = true;
        query.alphabetical = true;
        query.by.reset();
    }
    const std::vector<Sortable> items = wantedElements(call, query, source);
    if (call.failed())
        return;
    if (query.target)
        storeResults(call, query, items);
    else
        replyResults(call, query, items);
}

void sort(Call& call)
{
    runSort(call, Storing::Allowed);
}

void sortRo(Call& call)
{
    runSort(call, Storing::Refused);
}

// Where the last STORE's key is; a STORE that is another option's argument is none.
std::size_t findTarget(Argv argv)
{
    std::size_t found = 0;
    for (std::size_t i = 2; i < argv.size(); ++i) {
        if (equalsIgnoringCase(argv[i], "limit"))
            i += 2;
        else if (equalsIgnoringCase(argv[i], "get") || equalsIgnoringCase(argv[i], "by"))
            i += 1;
        else if (equalsIgnoringCase(argv[i], "store") && i + 1 < argv.size())
            found = i + 1;
    }
    return found;
}

constexpr CommandSpec kRows[] = {
    {.name = "sort",
        .syntax = "key:key [BY pattern:pattern@1] [LIMIT (offset:integer count:integer):offset_count]"
                  " [GET pattern:pattern@1]... [ASC|DESC]:order [ALPHA:sorting] [STORE destination:key@2]",
        .arity = -2,
        .flags = Flag::Write | Flag::DenyOom | Flag::MovableKeys,
        .acl = Acl::Set | Acl::SortedSet | Acl::List | Acl::Dangerous,
        .keys = {KeySpec::one(1), KeySpec::unknown(KeySpec::RO | KeySpec::Access),
            KeySpec::unknown(KeySpec::OW | KeySpec::Update, findTarget)},
        .group = Group::Generic,
        .since = "1.0.0",
        .complexity = "O(N + M log M) for N elements, of which M are returned",
        .summary = "Sorts a list, a set or a sorted set, by its elements or by other keys, and may store the result.",
        .run = sort},
    {.name = "sort_ro",
        .syntax = "key:key [BY pattern:pattern@1] [LIMIT (offset:integer count:integer):offset_count]"
                  " [GET pattern:pattern@1]... [ASC|DESC]:order [ALPHA:sorting]",
        .arity = -2,
        .flags = Flag::ReadOnly | Flag::MovableKeys,
        .acl = Acl::Set | Acl::SortedSet | Acl::List | Acl::Dangerous,
        .keys = {KeySpec::one(1), KeySpec::unknown(KeySpec::RO | KeySpec::Access)},
        .group = Group::Generic,
        .since = "7.0.0",
        .complexity = "O(N + M log M) for N elements, of which M are returned",
        .summary = "Sorts as SORT does, without a way to store the result.",
        .run = sortRo},
};

} // namespace

std::span<const CommandSpec> sortCommands()
{
    return kRows;
}

} // namespace engine
