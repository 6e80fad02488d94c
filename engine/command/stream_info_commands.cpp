// XINFO: a stream, its groups and their consumers as they are.

#include "engine/command/call.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"
#include "engine/command/stream_arguments.h"

#include <algorithm>
#include <limits>

namespace engine {

namespace {

// A field and what it counts.
void replyCount(ReplySink& reply, BytesView name, std::uint64_t value)
{
    reply.bulk(name);
    reply.integer(static_cast<std::int64_t>(value));
}

void replyId(ReplySink& reply, BytesView name, const StreamId& id)
{
    reply.bulk(name);
    reply.bulk(id.text());
}

void replyProgress(ReplySink& reply, const StreamValue& stream, const StreamGroup& group)
{
    const auto integerOrNull = [&reply](std::optional<std::int64_t> value) {
        if (value)
            reply.integer(*value);
        else
            reply.null();
    };
    reply.bulk("entries-read");
    integerOrNull(group.entriesRead == StreamGroup::kUnknown ? std::nullopt : std::optional(group.entriesRead));
    reply.bulk("lag");
    integerOrNull(stream.lagOf(group));
}

const StreamValue* findNeededStream(Call& call, BytesView key)
{
    const StreamValue* stream = call.findStream(key);
    call.require(stream, errors::kNoSuchKey);
    return stream;
}

void replyConsumer(Call& call, const StreamConsumer& consumer)
{
    ReplySink& reply = call.reply();
    reply.map(3);
    reply.bulk("name");
    reply.bulk(consumer.name);
    replyCount(reply, "pending", consumer.pending);
    reply.bulk("idle");
    reply.integer(std::max<std::int64_t>(call.clockNow().value - consumer.seen.value, 0));
}

void consumers(Call& call)
{
    const auto key = call.nextKey();
    const auto name = call.nextBytes();
    const StreamValue* stream = findNeededStream(call, key);
    const StreamGroup* group = stream ? stream->findGroup(name) : nullptr;
    if (!group)
        call.fail("NOGROUP No such consumer group '" + Bytes(name) + "' for key name '" + Bytes(key) + "'");
    if (call.failed())
        return;
    call.reply().array(group->consumers().size());
    group->consumers().forEach([&call](const StreamConsumer& consumer) {
        replyConsumer(call, consumer);
        return true;
    });
}

void groups(Call& call)
{
    const StreamValue* stream = findNeededStream(call, call.nextKey());
    if (call.failed())
        return;
    ReplySink& reply = call.reply();
    reply.array(stream->groupCount());
    stream->forEachGroup([&](BytesView name, const StreamGroup& group) {
        reply.map(6);
        reply.bulk("name");
        reply.bulk(name);
        replyCount(reply, "consumers", group.consumers().size());
        replyCount(reply, "pending", group.pending().size());
        replyId(reply, "last-delivered-id", group.lastId);
        replyProgress(reply, *stream, group);
        return true;
    });
}

void replyHead(ReplySink& reply, const StreamValue& stream)
{
    replyCount(reply, "length", stream.size());
    replyCount(reply, "radix-tree-keys", stream.nodeCount());
    replyCount(reply, "radix-tree-nodes", stream.radixNodes());
    replyId(reply, "last-generated-id", stream.lastId());
    replyId(reply, "max-deleted-entry-id", stream.maxDeletedId());
    replyCount(reply, "entries-added", stream.entriesAdded());
    replyId(reply, "recorded-first-entry-id", stream.firstId());
}

void replyShort(ReplySink& reply, const StreamValue& stream)
{
    reply.map(10);
    replyHead(reply, stream);
    replyCount(reply, "groups", stream.groupCount());
    const auto replyOne = [&reply](const StreamEntry& entry) {
        replyEntry(reply, entry);
        return false;
    };
    reply.bulk("first-entry");
    if (stream.size() == 0)
        reply.null();
    stream.forEach({}, StreamId::largest(), replyOne);
    reply.bulk("last-entry");
    if (stream.size() == 0)
        reply.null();
    stream.forEachBackward({}, StreamId::largest(), replyOne);
}

// `replyOne` writes one of them; as many as `limit` says, 0 for all.
template <class Walk, class ReplyOne>
void replySome(ReplySink& reply, std::uint64_t limit, Walk walk, ReplyOne replyOne)
{
    std::uint64_t count = 0;
    reply.beginArray();
    walk([&](const auto& one) {
        replyOne(one);
        return ++count != limit;
    });
    reply.end();
}

void replyFullConsumer(ReplySink& reply, const StreamGroup& group, const StreamConsumer& consumer, std::uint64_t limit)
{
    reply.map(4);
    reply.bulk("name");
    reply.bulk(consumer.name);
    reply.bulk("seen-time");
    reply.integer(consumer.seen.value);
    replyCount(reply, "pel-count", consumer.pending);
    reply.bulk("pending");
    replySome(
        reply, limit, [&](auto visit) { group.forEachOf(consumer.number, {}, visit); },
        [&reply](const PendingEntry& entry) {
            reply.array(3);
            reply.bulk(entry.id.text());
            reply.integer(entry.delivered.value);
            reply.integer(static_cast<std::int64_t>(entry.deliveries));
        });
}

void replyFullGroup(
    ReplySink& reply, const StreamValue& stream, BytesView name, const StreamGroup& group, std::uint64_t limit)
{
    reply.map(7);
    reply.bulk("name");
    reply.bulk(name);
    replyId(reply, "last-delivered-id", group.lastId);
    replyProgress(reply, stream, group);
    replyCount(reply, "pel-count", group.pending().size());
    reply.bulk("pending");
    replySome(
        reply, limit, [&](auto visit) { group.pending().forEach(visit); },
        [&](const PendingEntry& entry) {
            reply.array(4);
            reply.bulk(entry.id.text());
            reply.bulk(group.nameOf(entry.consumer));
            reply.integer(entry.delivered.value);
            reply.integer(static_cast<std::int64_t>(entry.deliveries));
        });
    reply.bulk("consumers");
    reply.array(group.consumers().size());
    group.consumers().forEach([&](const StreamConsumer& consumer) {
        replyFullConsumer(reply, group, consumer, limit);
        return true;
    });
}

void replyFull(ReplySink& reply, const StreamValue& stream, std::uint64_t limit)
{
    reply.map(9);
    replyHead(reply, stream);
    reply.bulk("entries");
    replySome(
        reply, limit, [&](auto visit) { stream.forEach({}, StreamId::largest(), visit); },
        [&reply](const StreamEntry& entry) { replyEntry(reply, entry); });
    reply.bulk("groups");
    reply.array(stream.groupCount());
    stream.forEachGroup([&](BytesView name, const StreamGroup& group) {
        replyFullGroup(reply, stream, name, group, limit);
        return true;
    });
}

void stream(Call& call)
{
    constexpr std::int64_t kUsualLimit = 10;
    const auto key = call.nextKey();
    const StreamValue* found = findNeededStream(call, key);
    if (call.failed())
        return;
    if (!call.more())
        return replyShort(call.reply(), *found);
    const std::size_t words = call.remaining();
    std::int64_t limit = kUsualLimit;
    if ((words != 1 && words != 3) || !call.nextIs("full"))
        return failForm(call, "XINFO");
    if (words == 3) {
        if (!call.nextIs("count"))
            return failForm(call, "XINFO");
        limit = call.nextInteger();
        if (limit < 0)
            limit = kUsualLimit;
    }
    if (!call.failed())
        replyFull(call.reply(), *found, static_cast<std::uint64_t>(limit));
}

void help(Call& call)
{
    replyHelp(call, "XINFO",
        {"CONSUMERS <key> <group>", "    Lists the consumers of a group.", "GROUPS <key>",
            "    Lists the groups of a stream.", "STREAM <key> [FULL [COUNT <count>]]",
            "    Tells what a stream is made of."});
}

constexpr CommandSpec kInfoRows[] = {
    {.name = "consumers",
        .syntax = "key:key groupname:string",
        .arity = 4,
        .flags = Flag::ReadOnly,
        .acl = Acl::Stream,
        .keys = KeySpec::one(2),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(N) in the consumers",
        .summary = "Lists the consumers of a group.",
        .tips = "nondeterministic_output",
        .run = consumers},
    {.name = "groups",
        .syntax = "key:key",
        .arity = 3,
        .flags = Flag::ReadOnly,
        .acl = Acl::Stream,
        .keys = KeySpec::one(2),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(N) in the groups",
        .summary = "Lists the groups of a stream.",
        .run = groups},
    {.name = "help",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale,
        .acl = Acl::Stream,
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = help},
    {.name = "stream",
        .syntax = "key:key [FULL ([COUNT count:integer]):full]",
        .arity = -3,
        .flags = Flag::ReadOnly,
        .acl = Acl::Stream,
        .keys = KeySpec::one(2),
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "O(N) in the nodes of the stream",
        .summary = "Tells what a stream is made of.",
        .run = stream},
};

constexpr CommandSpec kRows[] = {
    {.name = "xinfo",
        .arity = -2,
        .group = Group::Stream,
        .since = "5.0.0",
        .complexity = "That of the subcommand",
        .summary = "Questions about streams.",
        .subcommands = kInfoRows},
};

} // namespace

std::span<const CommandSpec> streamInfoCommands()
{
    return kRows;
}

} // namespace engine
