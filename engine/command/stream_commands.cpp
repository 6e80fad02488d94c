// Streams: adding, reading ranges, deleting and trimming.

#include "engine/command/arguments.h"
#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/stream_arguments.h"
#include "engine/command/stream_trim.h"

#include <algorithm>
#include <limits>

namespace engine {

namespace {

// The id that an entry gets; nullopt when it would not be past the last one.
std::optional<StreamId> idToAdd(const TrimOptions& options, const StreamId& last, UnixMs now)
{
    if (!options.id) {
        const auto moment = static_cast<std::uint64_t>(now.value);
        return moment > last.ms ? StreamId{moment, 0} : last.next();
    }
    StreamId id = *options.id;
    if (!options.seqGiven && id.ms == last.ms) {
        if (last.seq == std::numeric_limits<std::uint64_t>::max())
            return std::nullopt;
        id.seq = last.seq + 1;
    }
    return id > last ? std::optional(id) : std::nullopt;
}

void propagateAdd(
    Call& call, const StreamId& id, const TrimOptions& options, std::size_t idAt, const StreamValue& stream)
{
    if (!call.isHeard() || (options.id && options.seqGiven && !options.trim.wholeNodes))
        return;
    std::vector<Bytes> words(call.argv().begin(), call.argv().end());
    if (!options.id || !options.seqGiven)
        words[idAt] = id.text();
    if (options.trim.wholeNodes)
        rewriteTrim(words, options, stream);
    const std::vector<BytesView> views(words.begin(), words.end());
    call.propagateAs(views);
}

void xadd(Call& call)
{
    const auto key = call.nextKey();
    const TrimOptions options = nextTrimOptions(call, TrimOf::Xadd);
    const std::size_t idAt = call.argv().size() - call.remaining() - 1;
    const Argv pairs = call.rest();
    if (!call.failed() && (pairs.size() < 2 || pairs.size() % 2 != 0))
        failArity(call);
    call.require(!options.id || !options.seqGiven || !options.id->isZero(), errors::kStreamIdZero);
    const StreamValue* found = call.findStream(key);
    if (call.failed())
        return;
    if (!found && options.createsNothing)
        return call.reply().null();
    const StreamId last = found ? found->lastId() : StreamId();
    if (last == StreamId::largest())
        return call.fail(errors::kStreamExhausted);
    const auto id = idToAdd(options, last, call.clockNow());
    if (!id)
        return call.fail(errors::kStreamIdTooSmall);

    StreamValue& stream = call.editStream(key);
    stream.append(*id, pairs, call.limits());
    call.reply().bulk(id->text());
    call.changed(key, EventClass::Stream, "xadd");
    call.ready(key);
    if (options.trim.by != StreamTrim::By::Nothing && stream.trim(options.trim) > 0)
        call.notify(EventClass::Stream, "xtrim", key);
    propagateAdd(call, *id, options, idAt, stream);
}

void xlen(Call& call)
{
    const StreamValue* stream = call.findStream(call.nextKey());
    if (!call.failed())
        call.reply().integer(stream ? static_cast<std::int64_t>(stream->size()) : 0);
}

enum class Direction { Forward, Backward };

void range(Call& call, Direction direction)
{
    const auto key = call.nextKey();
    const BytesView one = call.nextBytes();
    const BytesView other = call.nextBytes();
    const StreamId first = intervalStart(call, direction == Direction::Forward ? one : other);
    const StreamId last = intervalEnd(call, direction == Direction::Forward ? other : one);
    std::int64_t count = std::numeric_limits<std::int64_t>::max();
    while (call.more() && !call.failed()) {
        if (call.remaining() > 1 && call.nextIs("count"))
            count = std::max<std::int64_t>(call.nextInteger(), 0);
        else
            call.fail(errors::kSyntax);
    }
    const StreamValue* stream = call.findStream(key);
    if (call.failed())
        return;
    if (!stream)
        return call.reply().array(0);
    if (count == 0)
        return call.reply().nullArray();

    ReplySink& reply = call.reply();
    const auto visit = [&](const StreamEntry& entry) {
        replyEntry(reply, entry);
        return --count > 0;
    };
    reply.beginArray();
    if (direction == Direction::Forward)
        stream->forEach(first, last, visit);
    else
        stream->forEachBackward(first, last, visit);
    reply.end();
}

void xrange(Call& call)
{
    range(call, Direction::Forward);
}

void xrevrange(Call& call)
{
    range(call, Direction::Backward);
}

void xdel(Call& call)
{
    const auto key = call.nextKey();
    const StreamValue* found = call.findStream(key);
    if (call.failed())
        return;
    if (!found)
        return call.reply().integer(0);
    const std::vector<StreamId> ids = restAsStreamIds(call);
    if (call.failed())
        return;
    std::size_t gone = 0;
    if (std::ranges::any_of(ids, [found](const StreamId& id) { return found->contains(id); })) {
        StreamValue& stream = call.editStream(key);
        for (const StreamId& id : ids)
            gone += stream.erase(id) ? 1 : 0;
        call.changed(key, EventClass::Stream, "xdel", gone);
    }
    call.reply().integer(static_cast<std::int64_t>(gone));
}

void xtrim(Call& call)
{
    const auto key = call.nextKey();
    const TrimOptions options = nextTrimOptions(call, TrimOf::Xtrim);
    const StreamValue* found = call.findStream(key);
    if (call.failed())
        return;
    if (!found || !found->isChangedBy(options.trim))
        return call.reply().integer(0);
    StreamValue& stream = call.editStream(key);
    const std::size_t cut = stream.trim(options.trim);
    call.reply().integer(static_cast<std::int64_t>(cut));
    if (cut == 0)
        return;
    call.changed(key, EventClass::Stream, "xtrim", cut);
    if (!options.trim.wholeNodes)
        return;
    std::vector<Bytes> words(call.argv().begin(), call.argv().end());
    rewriteTrim(words, options, stream);
    const std::vector<BytesView> views(words.begin(), words.end());
    call.propagateAs(views);
}

void xsetid(Call& call)
{
    const auto key = call.nextKey();
    const StreamId id = nextStreamId(call);
    std::optional<std::uint64_t> added;
    std::optional<StreamId> maxDeleted;
    while (call.more() && !call.failed()) {
        const bool another = call.remaining() > 1;
        if (another && call.nextIs("entriesadded")) {
            added = static_cast<std::uint64_t>(
                call.nextIntegerIn(0, std::numeric_limits<std::int64_t>::max(), errors::kEntriesAddedNegative));
        } else if (another && call.nextIs("maxdeletedid")) {
            maxDeleted = nextStreamId(call);
            call.require(id >= *maxDeleted, errors::kSetIdBelowGiven);
        } else {
            call.fail(errors::kSyntax);
        }
    }
    if (maxDeleted && maxDeleted->isZero())
        maxDeleted.reset();
    const StreamValue* found = call.findStream(key);
    call.require(found, errors::kNoSuchKey);
    if (call.failed())
        return;
    if (found->size() > 0) {
        call.require(id >= found->lastEntryId(), errors::kSetIdBelowTop);
        call.require(!added || *added >= found->size(), errors::kSetIdFewAdded);
    }
    if (call.failed())
        return;
    call.editStream(key).setLastId(id, added, maxDeleted);
    call.changedUnwatched(key, "xsetid");
    call.reply().ok();
}

constexpr CommandSpec kRows[] = {
    {.name = "xadd",
        .syntax =
            "key:key [NOMKSTREAM] [(MAXLEN|MINID):strategy [=:equal|~:approximately]:operator threshold:string "
            "[LIMIT count:integer]]:trim (*:auto_id|id:string):id_or_auto (field:string value:string):field_value...",
        .arity = -5,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::Stream,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(log N), and O(M) for M entries trimmed",
        .summary = "Adds an entry at the end of a stream.",
        .tips = "nondeterministic_output",
        .run = xadd},
    {.name = "xlen",
        .syntax = "key:key",
        .arity = 2,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Stream,
        .keys = KeySpec::one(1, KeySpec::RO),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Answers how many entries a stream has.",
        .run = xlen},
    {.name = "xrange",
        .syntax = "key:key start:string end:string [COUNT count:integer]",
        .arity = -4,
        .flags = Flag::ReadOnly,
        .acl = Acl::Stream,
        .keys = KeySpec::one(1),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(log N + M) for M entries answered",
        .summary = "Answers with the entries between two ids.",
        .run = xrange},
    {.name = "xrevrange",
        .syntax = "key:key end:string start:string [COUNT count:integer]",
        .arity = -4,
        .flags = Flag::ReadOnly,
        .acl = Acl::Stream,
        .keys = KeySpec::one(1),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(log N + M) for M entries answered",
        .summary = "Answers with the entries between two ids, from the last one back.",
        .run = xrevrange},
    {.name = "xdel",
        .syntax = "key:key id:string...",
        .arity = -3,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Stream,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Delete),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(log N) an entry",
        .summary = "Removes entries from a stream.",
        .run = xdel},
    {.name = "xtrim",
        .syntax = "key:key ((MAXLEN|MINID):strategy [=:equal|~:approximately]:operator threshold:string "
                  "[LIMIT count:integer]):trim",
        .arity = -4,
        .flags = Flag::Write,
        .acl = Acl::Stream,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Delete),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(M) for M entries trimmed",
        .summary = "Cuts off the oldest entries of a stream.",
        .tips = "nondeterministic_output",
        .run = xtrim},
    {.name = "xsetid",
        .syntax = "key:key last-id:string [ENTRIESADDED entries_added:integer] "
                  "[MAXDELETEDID max_deleted_entry_id:string]",
        .arity = -3,
        .flags = Flag::Write | Flag::DenyOom | Flag::Fast,
        .acl = Acl::Stream,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Sets what a stream knows of its last id and its past.",
        .run = xsetid},
};

} // namespace

std::span<const CommandSpec> streamCommands()
{
    return kRows;
}

} // namespace engine
