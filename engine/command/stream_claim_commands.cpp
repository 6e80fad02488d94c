// XCLAIM and XAUTOCLAIM: a consumer takes over what another has left unacknowledged.

#include "engine/command/arguments.h"
#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/stream_arguments.h"
#include "engine/command/stream_delivery.h"

#include <algorithm>
#include <limits>

namespace engine {

namespace {

/// XCLAIM's words behind the ids.
struct ClaimOptions {
    std::optional<UnixMs> delivered;
    std::optional<std::int64_t> deliveries;
    bool force = false;
    bool justId = false;
    StreamId lastId;
};

// A moment that is not in the past is now.
UnixMs pastMoment(std::int64_t moment, UnixMs now)
{
    return moment < 0 || moment > now.value ? now : UnixMs{moment};
}

ClaimOptions restAsClaimOptions(Call& call)
{
    ClaimOptions options;
    while (call.more() && !call.failed()) {
        const bool another = call.remaining() > 1;
        if (call.nextIs("force")) {
            options.force = true;
        } else if (call.nextIs("justid")) {
            options.justId = true;
        } else if (another && call.nextIs("idle")) {
            const std::int64_t idle = call.nextInteger("ERR Invalid IDLE option argument for XCLAIM");
            options.delivered = pastMoment(static_cast<std::int64_t>(static_cast<std::uint64_t>(call.clockNow().value)
                                               - static_cast<std::uint64_t>(idle)),
                call.clockNow());
        } else if (another && call.nextIs("time")) {
            options.delivered =
                pastMoment(call.nextInteger("ERR Invalid TIME option argument for XCLAIM"), call.clockNow());
        } else if (another && call.nextIs("retrycount")) {
            options.deliveries = call.nextInteger("ERR Invalid RETRYCOUNT option argument for XCLAIM");
        } else if (another && call.nextIs("lastid")) {
            options.lastId = nextStreamId(call);
        } else {
            call.fail("ERR Unrecognized XCLAIM option '" + Bytes(call.peek()) + "'");
        }
    }
    return options;
}

std::int64_t nextMinIdle(Call& call, BytesView error)
{
    return std::max<std::int64_t>(call.nextInteger(error), 0);
}

bool streamHas(Call& call, const GroupPlace& place, const StreamId& id)
{
    return call.database().find(place.key)->stream().contains(id);
}

void replyClaimed(Call& call, const GroupPlace& place, const StreamId& id, bool justId)
{
    if (justId)
        call.reply().bulk(id.text());
    else
        replyEntryOf(call.reply(), call.database().find(place.key)->stream(), id);
}

// An entry that was deleted is pending no longer; that is propagated as the claim it was last.
void dropDeleted(Call& call, const GroupPlace& place, const PendingEntry& entry, BytesView id)
{
    propagateClaim(call, place, entry, id);
    call.changedSilently();
    editGroupAt(call, place, [&entry](StreamGroup& group) { group.acknowledge(entry.id); });
}

void assign(Call& call, const GroupPlace& place, const PendingEntry& entry, BytesView id)
{
    editGroupAt(call, place, [&entry](StreamGroup& group) { group.assign(entry); });
    propagateClaim(call, place, entry, id);
    call.changedSilently();
}

std::optional<PendingEntry> pendingAt(Call& call, const GroupPlace& place, const StreamId& id)
{
    const PendingEntry* entry = groupAt(call, place).pending().find(id);
    return entry ? std::optional(*entry) : std::nullopt;
}

std::uint64_t deliveriesAfter(std::uint64_t before, const ClaimOptions& options)
{
    if (options.deliveries && *options.deliveries >= 0)
        return static_cast<std::uint64_t>(*options.deliveries);
    return before + (options.justId ? 0 : 1);
}

/// What XCLAIM has come to.
struct ClaimRun {
    GroupPlace place;
    BytesView consumer; // made when it gets its first entry
    std::int64_t minIdleMs;
    ClaimOptions options;
    bool lastIdTold = true;
};

// `text` is the id as the client wrote it, which is how it is propagated.
void claimOne(Call& call, ClaimRun& run, BytesView text)
{
    const StreamId id = *parseStrictStreamId(text);
    const auto entry = pendingAt(call, run.place, id);
    if (!streamHas(call, run.place, id)) {
        if (entry) {
            dropDeleted(call, run.place, *entry, text);
            run.lastIdTold = true;
        }
        return;
    }
    if (!entry && !run.options.force)
        return;
    if (entry && run.minIdleMs > 0 && call.clockNow().value - entry->delivered.value < run.minIdleMs)
        return;
    const std::uint64_t before = entry ? entry->deliveries : 1;
    assign(call, run.place,
        {.id = id,
            .delivered = run.options.delivered.value_or(call.clockNow()),
            .deliveries = deliveriesAfter(before, run.options),
            .consumer = meetConsumer(call, run.place, run.consumer)},
        text);
    run.lastIdTold = true;
    replyClaimed(call, run.place, id, run.options.justId);
}

void xclaim(Call& call)
{
    const auto key = call.nextKey();
    const GroupPlace place{.key = key, .group = call.nextBytes()};
    const BytesView consumer = call.nextBytes();
    findGroupOrFail(call, key, place.group);
    const std::int64_t minIdle = nextMinIdle(call, "ERR Invalid min-idle-time argument for XCLAIM");
    std::vector<BytesView> ids;
    while (call.more() && parseStrictStreamId(call.peek()))
        ids.push_back(call.nextBytes());
    const ClaimOptions options = restAsClaimOptions(call);
    call.propagateNothing();
    if (call.failed())
        return;

    ClaimRun run{.place = place, .consumer = consumer, .minIdleMs = minIdle, .options = options};
    if (options.lastId > groupAt(call, place).lastId) {
        editGroupAt(call, place, [&options](StreamGroup& group) { group.lastId = options.lastId; });
        run.lastIdTold = false;
    }
    call.reply().beginArray();
    for (const BytesView id : ids)
        claimOne(call, run, id);
    call.reply().end();
    if (!run.lastIdTold) {
        propagateGroupId(call, place);
        call.changedSilently();
    }
}

/// XAUTOCLAIM's walk over what is pending.
struct AutoClaim {
    GroupPlace place;
    BytesView consumer; // made when it gets its first entry
    std::int64_t minIdleMs = 0;
    std::int64_t count = 100;
    bool justId = false;
    std::vector<StreamId> deleted;
};

void autoClaimOne(Call& call, AutoClaim& run, PendingEntry entry)
{
    if (!streamHas(call, run.place, entry.id)) {
        dropDeleted(call, run.place, entry, entry.id.text());
        run.deleted.push_back(entry.id);
        return;
    }
    if (run.minIdleMs > 0 && call.clockNow().value - entry.delivered.value < run.minIdleMs)
        return;
    entry.consumer = meetConsumer(call, run.place, run.consumer);
    entry.delivered = call.clockNow();
    entry.deliveries += run.justId ? 0 : 1;
    assign(call, run.place, entry, entry.id.text());
    replyClaimed(call, run.place, entry.id, run.justId);
}

// The cursor comes before the entries, whose number is known when the walk is over: so the walk is taken ahead.
void replyAutoClaim(Call& call, AutoClaim& run, const StreamId& start)
{
    constexpr std::int64_t kLooksPerEntry = 10;
    std::vector<PendingEntry> looked;
    std::int64_t looks = run.count * kLooksPerEntry;
    std::int64_t taken = 0;
    const StreamGroup& group = groupAt(call, run.place);
    StreamId cursor;
    group.pending().forEachFrom(start, [&](const PendingEntry& entry) {
        if (looks == 0 || taken == run.count) {
            cursor = entry.id;
            return false;
        }
        --looks;
        looked.push_back(entry);
        const bool fresh = run.minIdleMs > 0 && call.clockNow().value - entry.delivered.value < run.minIdleMs;
        taken += fresh && streamHas(call, run.place, entry.id) ? 0 : 1;
        return true;
    });
    ReplySink& reply = call.reply();
    reply.array(3);
    reply.bulk(cursor.text());
    reply.beginArray();
    for (const PendingEntry& entry : looked)
        autoClaimOne(call, run, entry);
    reply.end();
    reply.array(run.deleted.size());
    for (const StreamId& id : run.deleted)
        reply.bulk(id.text());
}

void xautoclaim(Call& call)
{
    constexpr std::int64_t kMostCounted = std::numeric_limits<std::int64_t>::max() / 16; // Redis's: an id's bytes
    const auto key = call.nextKey();
    AutoClaim run{.place = {.key = key, .group = call.nextBytes()}, .consumer = {}, .deleted = {}};
    run.consumer = call.nextBytes();
    run.minIdleMs = nextMinIdle(call, "ERR Invalid min-idle-time argument for XAUTOCLAIM");
    const StreamId start = intervalStart(call, call.nextBytes());
    while (call.more() && !call.failed()) {
        if (call.remaining() > 1 && call.nextIs("count"))
            run.count = call.nextIntegerIn(1, kMostCounted, errors::kCountAboveZero, errors::kCountAboveZero);
        else if (call.nextIs("justid"))
            run.justId = true;
        else
            call.fail(errors::kSyntax);
    }
    findGroupOrFail(call, key, run.place.group);
    call.propagateNothing();
    if (!call.failed())
        replyAutoClaim(call, run, start);
}

constexpr CommandSpec kRows[] = {
    {.name = "xautoclaim",
        .syntax = "key:key group:string consumer:string min-idle-time:string start:string [COUNT count:integer] "
                  "[JUSTID]",
        .arity = -6,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Stream,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Delete),
        .group = Group::Stream,
        .since = "6.2.0",
        .complexity = "O(M log N) for M entries looked at",
        .summary = "Takes over entries that have been pending for long.",
        .tips = "nondeterministic_output",
        .run = xautoclaim},
    {.name = "xclaim",
        .syntax = "key:key group:string consumer:string min-idle-time:string id:string... [IDLE ms:integer] "
                  "[TIME unix-time-milliseconds:unix-time] [RETRYCOUNT count:integer] [FORCE] [JUSTID] "
                  "[LASTID id:string]",
        .arity = -6,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Stream,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(log N) an id",
        .summary = "Takes over pending entries by their ids.",
        .tips = "nondeterministic_output",
        .run = xclaim},
};

} // namespace

std::span<const CommandSpec> streamClaimCommands()
{
    return kRows;
}

} // namespace engine
