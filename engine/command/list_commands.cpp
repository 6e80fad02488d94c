// Lists: looking into them and changing them in the middle. (Their ends: list_end_commands.cpp.)

#include "engine/command/arguments.h"
#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/index_range.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace engine {

namespace {

void llen(Call& call)
{
    const ListValue* list = call.findList(call.nextKey());
    if (call.failed())
        return;
    call.reply().integer(list ? static_cast<std::int64_t>(list->size()) : 0);
}

// A position from an index that may count from the end; nothing when it is outside.
std::optional<std::size_t> position(std::int64_t index, std::size_t size)
{
    const auto length = static_cast<std::int64_t>(size);
    if (index >= length || index < -length)
        return std::nullopt;
    return static_cast<std::size_t>(index < 0 ? index + length : index);
}

// The index is read after the list is found, as Redis does: a missing list answers before a wrong index.
void lindex(Call& call)
{
    const ListValue* list = call.findList(call.nextKey());
    if (call.failed())
        return;
    if (!list)
        return call.reply().null();
    const auto index = call.nextInteger();
    if (call.failed())
        return;
    const auto at = position(index, list->size());
    if (!at)
        return call.reply().null();
    call.reply().bulk(list->at(*at).view());
}

void lset(Call& call)
{
    const auto key = call.nextKey();
    const ListValue* list = call.findList(key);
    if (call.failed())
        return;
    if (!list)
        return call.fail(errors::kNoSuchKey);
    const auto index = call.nextInteger();
    const auto element = call.nextBytes();
    if (call.failed())
        return;
    const auto at = position(index, list->size());
    if (!at)
        return call.fail(errors::kOutOfRange);

    call.editList(key).set(*at, element, call.limits());
    call.changed(key, EventClass::List, "lset");
    call.reply().ok();
}

void lrange(Call& call)
{
    const auto key = call.nextKey();
    const auto start = call.nextInteger();
    const auto stop = call.nextInteger();
    const ListValue* list = call.findList(key);
    if (call.failed())
        return;
    const IndexRange range = indexRange(start, stop, list ? list->size() : 0);
    call.reply().array(range.count);
    if (range.count == 0)
        return;
    list->forEach(range.first, range.count, [&](BytesView element) {
        call.reply().bulk(element);
        return true;
    });
}

void ltrim(Call& call)
{
    const auto key = call.nextKey();
    const auto start = call.nextInteger();
    const auto stop = call.nextInteger();
    const ListValue* found = call.findList(key);
    if (call.failed())
        return;
    call.reply().ok();
    if (!found)
        return;

    ListValue& list = call.editList(key);
    const std::size_t size = list.size();
    const IndexRange kept = indexRange(start, stop, size);
    const std::size_t behind = kept.count == 0 ? 0 : kept.first + kept.count;
    list.erase(behind, size - behind);
    if (kept.count > 0)
        list.erase(0, kept.first);
    call.changed(key, EventClass::List, "ltrim", size - kept.count);
    call.eraseIfEmpty(key);
}

// Positions of the elements that equal `value`, from an end on, at most `most`.
std::vector<std::size_t> positionsOf(const ListValue& list, BytesView value, End from, std::size_t most)
{
    std::vector<std::size_t> positions;
    std::size_t at = from == End::Front ? 0 : list.size() - 1;
    const auto visit = [&](BytesView element) {
        if (element == value)
            positions.push_back(at);
        at = from == End::Front ? at + 1 : at - 1;
        return positions.size() < most;
    };
    if (from == End::Front)
        list.forEach(0, list.size(), visit);
    else
        list.forEachBackward(list.size() - 1, list.size(), visit);
    return positions;
}

void lrem(Call& call)
{
    const auto key = call.nextKey();
    const auto count = call.nextInteger();
    const auto value = call.nextBytes();
    const ListValue* found = call.findList(key);
    if (call.failed())
        return;
    const End from = count < 0 ? End::Back : End::Front;
    const std::uint64_t magnitude =
        count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
    const std::size_t most = count == 0 ? std::numeric_limits<std::size_t>::max() : magnitude;
    std::vector<std::size_t> positions = found ? positionsOf(*found, value, from, most) : std::vector<std::size_t>();
    if (positions.empty())
        return call.reply().integer(0);

    // From the last to the first, so that none moves before its turn.
    if (from == End::Front)
        std::ranges::reverse(positions);
    ListValue& list = call.editList(key);
    for (const std::size_t at : positions)
        list.erase(at, 1);
    call.changed(key, EventClass::List, "lrem", positions.size());
    call.eraseIfEmpty(key);
    call.reply().integer(static_cast<std::int64_t>(positions.size()));
}

void linsert(Call& call)
{
    const auto key = call.nextKey();
    const bool after = call.nextIs("after");
    if (!after && !call.nextIs("before"))
        return call.fail(errors::kSyntax);
    const auto pivot = call.nextBytes();
    const auto element = call.nextBytes();
    const ListValue* found = call.findList(key);
    if (call.failed())
        return;
    if (!found)
        return call.reply().integer(0);
    const auto positions = positionsOf(*found, pivot, End::Front, 1);
    if (positions.empty())
        return call.reply().integer(-1);

    ListValue& list = call.editList(key);
    list.insert(positions.front() + (after ? 1 : 0), element, call.limits());
    const auto length = static_cast<std::int64_t>(list.size());
    call.changed(key, EventClass::List, "linsert");
    call.reply().integer(length);
}

struct LposOptions {
    End from = End::Front;
    std::uint64_t rank = 1; // the first match wanted
    std::optional<std::size_t> count; // 0: all
    std::size_t most = 0; // elements looked at; 0: all
    bool unbounded = false; // the count is read and ignored
};

LposOptions nextLposOptions(Call& call)
{
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    LposOptions options;
    while (call.more() && !call.failed()) {
        if (call.remaining() < 2) {
            call.fail(errors::kSyntax);
        } else if (call.nextIs("rank")) {
            const std::int64_t rank = call.nextInteger();
            call.require(call.failed() || rank != 0, errors::kRankZero);
            options.from = rank < 0 ? End::Back : End::Front;
            // The rank without a positive counterpart lets every match through, from the end, however many.
            options.unbounded = rank == kLeast;
            options.rank = static_cast<std::uint64_t>(rank == kLeast ? 1 : std::abs(rank));
        } else if (call.nextIs("count")) {
            options.count = call.nextIntegerIn(0, kMost, errors::kNegativeCount, errors::kNegativeCount);
        } else if (call.nextIs("maxlen")) {
            options.most = static_cast<std::size_t>(
                call.nextIntegerIn(0, kMost, errors::kNegativeMaxlen, errors::kNegativeMaxlen));
        } else {
            call.fail(errors::kSyntax);
        }
    }
    return options;
}

// Matches from the wanted one on. Looks at `options.most` elements and no further.
std::vector<std::size_t> wantedPositions(const ListValue& list, BytesView value, const LposOptions& options)
{
    const std::size_t size = list.size();
    const std::size_t looked = options.most == 0 ? size : std::min(size, options.most);
    const std::size_t wanted = options.count ? (options.unbounded ? 0 : *options.count) : 1;
    std::vector<std::size_t> positions;
    std::uint64_t matches = 0;
    std::size_t seen = 0;
    const auto visit = [&](BytesView element) {
        if (element == value && ++matches >= options.rank)
            positions.push_back(options.from == End::Front ? seen : size - 1 - seen);
        ++seen;
        return wanted == 0 || positions.size() < wanted;
    };
    if (options.from == End::Front)
        list.forEach(0, looked, visit);
    else
        list.forEachBackward(size - 1, looked, visit);
    return positions;
}

void lpos(Call& call)
{
    const auto key = call.nextKey();
    const auto value = call.nextBytes();
    const LposOptions options = nextLposOptions(call);
    const ListValue* list = call.findList(key);
    if (call.failed())
        return;
    const auto positions = list ? wantedPositions(*list, value, options) : std::vector<std::size_t>();
    if (!options.count) {
        if (positions.empty())
            return call.reply().null();
        return call.reply().integer(static_cast<std::int64_t>(positions.front()));
    }
    call.reply().array(positions.size());
    for (const std::size_t at : positions)
        call.reply().integer(static_cast<std::int64_t>(at));
}

constexpr CommandSpec kRows[] = {
    {.name = "lindex",
        .syntax = "key:key index:integer",
        .arity = 3,
        .flags = Flag::ReadOnly,
        .acl = Acl::List,
        .keys = KeySpec::one(1),
        .group = Group::List,
        .since = "1.0.0",
        .complexity = "O(log N)",
        .summary = "Gives the element at an index.",
        .run = lindex},
    {.name = "linsert",
        .syntax = "key:key (BEFORE|AFTER):where pivot:string element:string",
        .arity = 5,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::List,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Insert),
        .group = Group::List,
        .since = "2.2.0",
        .complexity = "O(N) up to the pivot",
        .summary = "Inserts an element before or after another one.",
        .run = linsert},
    {.name = "llen",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::List,
        .keys = KeySpec::one(1, KeySpec::RO),
        .group = Group::List,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Tells how many elements a list has.",
        .run = llen},
    {.name = "lpos",
        .syntax = "key:key element:string [RANK rank:integer] [COUNT num-matches:integer] [MAXLEN"
                  " len:integer]",
        .arity = -3,
        .flags = Flag::ReadOnly,
        .acl = Acl::List,
        .keys = KeySpec::one(1),
        .group = Group::List,
        .since = "6.0.6",
        .complexity = "O(N) in the elements looked at",
        .summary = "Finds the positions of an element.",
        .run = lpos},
    {.name = "lrange",
        .syntax = "key:key start:integer stop:integer",
        .arity = 4,
        .flags = Flag::ReadOnly,
        .acl = Acl::List,
        .keys = KeySpec::one(1),
        .group = Group::List,
        .since = "1.0.0",
        .complexity = "O(log N + M) for M elements given",
        .summary = "Gives the elements from one index to another.",
        .run = lrange},
    {.name = "lrem",
        .syntax = "key:key count:integer element:string",
        .arity = 4,
        .flags = Flag::Write,
        .acl = Acl::List,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Delete),
        .group = Group::List,
        .since = "1.0.0",
        .complexity = "O(N)",
        .summary = "Removes elements that equal a value, from either end.",
        .run = lrem},
    {.name = "lset",
        .syntax = "key:key index:integer element:string",
        .arity = 4,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::List,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::List,
        .since = "1.0.0",
        .complexity = "O(log N)",
        .summary = "Replaces the element at an index.",
        .run = lset},
    {.name = "ltrim",
        .syntax = "key:key start:integer stop:integer",
        .arity = 4,
        .flags = Flag::Write,
        .acl = Acl::List,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Delete),
        .group = Group::List,
        .since = "1.0.0",
        .complexity = "O(N) in the elements removed",
        .summary = "Keeps the elements from one index to another and removes the rest.",
        .run = ltrim},
};

} // namespace

std::span<const CommandSpec> listCommands()
{
    return kRows;
}

} // namespace engine
