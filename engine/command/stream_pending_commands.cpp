// XACK and XPENDING: what a group has delivered and nobody has acknowledged.

#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/stream_arguments.h"
#include "engine/command/stream_delivery.h"

#include <algorithm>

namespace engine {

namespace {

void xack(Call& call)
{
    const auto key = call.nextKey();
    const GroupPlace place{.key = key, .group = call.nextBytes()};
    const StreamValue* stream = call.findStream(key);
    if (call.failed())
        return;
    if (!stream || !stream->findGroup(place.group))
        return call.reply().integer(0);
    const std::vector<StreamId> ids = restAsStreamIds(call);
    if (call.failed())
        return;
    const auto& pending = groupAt(call, place).pending();
    std::uint64_t acknowledged = 0;
    if (std::ranges::any_of(ids, [&pending](const StreamId& id) { return pending.find(id) != nullptr; }))
        editGroupAt(call, place, [&](StreamGroup& group) {
            for (const StreamId& id : ids)
                acknowledged += group.acknowledge(id) ? 1 : 0;
        });
    call.changedSilently(acknowledged);
    call.reply().integer(static_cast<std::int64_t>(acknowledged));
}

struct PendingFilter {
    std::int64_t minIdleMs = 0;
    StreamId first;
    StreamId last;
    std::int64_t count = 0;
    std::optional<BytesView> consumer;
};

PendingFilter restAsFilter(Call& call)
{
    PendingFilter filter;
    const bool idle = call.nextIs("idle");
    if (idle) {
        filter.minIdleMs = call.nextInteger();
        call.require(call.remaining() >= 3, errors::kSyntax);
    }
    const BytesView first = call.nextBytes();
    const BytesView last = call.nextBytes();
    filter.count = std::max<std::int64_t>(call.nextInteger(), 0);
    filter.first = intervalStart(call, first);
    filter.last = intervalEnd(call, last);
    if (call.more())
        filter.consumer = call.nextBytes();
    return filter;
}

void replySummary(ReplySink& reply, const StreamGroup& group)
{
    reply.array(4);
    reply.integer(static_cast<std::int64_t>(group.pending().size()));
    if (group.pending().size() == 0) {
        reply.null();
        reply.null();
        return reply.nullArray();
    }
    group.pending().forEach([&reply](const PendingEntry& entry) {
        reply.bulk(entry.id.text());
        return false;
    });
    reply.bulk(group.pending().back().id.text());
    reply.beginArray();
    group.consumers().forEach([&reply](const StreamConsumer& consumer) {
        if (consumer.pending > 0) {
            reply.array(2);
            reply.bulk(consumer.name);
            reply.bulk(IntegerText(static_cast<std::int64_t>(consumer.pending)).view());
        }
        return true;
    });
    reply.end();
}

void replyPending(Call& call, const StreamGroup& group, const PendingFilter& filter)
{
    ReplySink& reply = call.reply();
    const StreamConsumer* consumer = filter.consumer ? group.findConsumer(*filter.consumer) : nullptr;
    if (filter.consumer && !consumer)
        return reply.array(0);
    std::int64_t left = filter.count;
    const auto visit = [&](const PendingEntry& entry) {
        if (left == 0 || entry.id > filter.last)
            return false;
        const std::int64_t idle = call.clockNow().value - entry.delivered.value;
        if (filter.minIdleMs != 0 && idle < filter.minIdleMs)
            return true;
        --left;
        reply.array(4);
        reply.bulk(entry.id.text());
        reply.bulk(group.nameOf(entry.consumer));
        reply.integer(std::max<std::int64_t>(idle, 0));
        reply.integer(static_cast<std::int64_t>(entry.deliveries));
        return true;
    };
    reply.beginArray();
    if (consumer)
        group.forEachOf(consumer->number, filter.first, visit);
    else
        group.pending().forEachFrom(filter.first, visit);
    reply.end();
}

void xpending(Call& call)
{
    constexpr std::size_t kShortest = 6;
    constexpr std::size_t kLongest = 9;
    const auto key = call.nextKey();
    const auto name = call.nextBytes();
    const std::size_t words = call.argv().size();
    const bool summary = !call.more();
    if (!summary && (words < kShortest || words > kLongest))
        return call.fail(errors::kSyntax);
    const PendingFilter filter = summary ? PendingFilter() : restAsFilter(call);
    const StreamGroup* group = findGroupOrFail(call, key, name);
    if (call.failed())
        return;
    if (summary)
        replySummary(call.reply(), *group);
    else
        replyPending(call, *group, filter);
}

constexpr CommandSpec kRows[] = {
    {.name = "xack",
        .syntax = "key:key group:string id:string...",
        .arity = -4,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Stream,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(log N) an id",
        .summary = "Acknowledges entries that were delivered.",
        .run = xack},
    {.name = "xpending",
        .syntax = "key:key group:string [[IDLE min-idle-time:integer] start:string end:string count:integer "
                  "[consumer:string]]:filters",
        .arity = -3,
        .flags = Flag::ReadOnly,
        .acl = Acl::Stream,
        .keys = KeySpec::one(1),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(log N + M) for M entries answered",
        .summary = "Tells what a group has delivered without acknowledgement.",
        .tips = "nondeterministic_output",
        .run = xpending},
};

} // namespace

std::span<const CommandSpec> streamPendingCommands()
{
    return kRows;
}

} // namespace engine
