#include "engine/command/stream_read.h"

#include "engine/command/arguments.h"
#include "engine/command/client_state.h"
#include "engine/command/command.h"
#include "engine/command/stream_arguments.h"
#include "engine/command/stream_delivery.h"

#include <algorithm>

namespace engine {

namespace {

bool readsGroups(const Call& call)
{
    return call.spec().name == "xreadgroup";
}

// False at STREAMS.
bool readOption(Call& call, StreamRead& read)
{
    const bool another = call.remaining() > 1;
    if (another && call.nextIs("block")) {
        if (call.client().isScript)
            call.fail("ERR " + Bytes(call.argv()[0]) + " command is not allowed with BLOCK option from scripts");
        read.blocks = true;
        read.until = nextTimeoutMilliseconds(call);
    } else if (another && call.nextIs("count")) {
        read.count = static_cast<std::uint64_t>(std::max<std::int64_t>(call.nextInteger(), 0));
    } else if (another && call.nextIs("streams")) {
        return false;
    } else if (call.remaining() > 2 && call.nextIs("group")) {
        call.require(readsGroups(call), errors::kGroupOfXread);
        read.group = call.nextBytes();
        read.consumer = call.nextBytes();
    } else if (call.nextIs("noack")) {
        call.require(readsGroups(call), errors::kNoackOfXread);
        read.acknowledged = true;
    } else {
        call.fail(errors::kSyntax);
    }
    return true;
}

void readId(Call& call, StreamRead& read, BytesView key, BytesView text)
{
    StreamRead::Source source{.key = key, .after = {}};
    const StreamValue* stream = call.findStream(key);
    if (read.group && !call.failed() && !(stream && stream->findGroup(*read.group)))
        call.fail(call.isServing() ? Bytes(errors::kGroupGone)
                                   : "NOGROUP No such key '" + Bytes(key) + "' or consumer group '" + Bytes(*read.group)
                    + "' in XREADGROUP with GROUP option");
    if (text == "$") {
        call.require(!read.group, errors::kDollarOfXreadgroup);
        source.after = stream ? stream->lastId() : StreamId();
    } else if (text == ">") {
        call.require(read.group.has_value(), errors::kNewOfXread);
        source.undelivered = true;
    } else {
        const auto id = parseStrictStreamId(text);
        call.require(id.has_value(), errors::kInvalidStreamId);
        source.after = id.value_or(StreamId());
        // What ">" is to Redis.
        source.undelivered = read.group && source.after == StreamId::largest();
    }
    read.sources.push_back(source);
}

/// What one source has for the reader.
struct Served {
    const StreamRead::Source* source;
    std::vector<StreamId> ids; // to a group's consumer
    StreamId first; // to a reader without a group: from here on
};

// The group's last id, and how much it has read, move on to `id`.
void advance(StreamGroup& group, const StreamValue& stream, const StreamId& id)
{
    if (group.entriesRead != StreamGroup::kUnknown && !stream.mayHaveGapsFrom(id)) {
        ++group.entriesRead;
    } else if (stream.entriesAdded() > 0) {
        const auto place = stream.placeOf(id);
        group.entriesRead = place ? static_cast<std::int64_t>(*place) : StreamGroup::kUnknown;
    }
    group.lastId = id;
}

std::vector<StreamId> idsAfter(const StreamValue& stream, const StreamId& after, std::uint64_t count)
{
    std::vector<StreamId> ids;
    if (const auto first = after.next())
        stream.forEach(*first, StreamId::largest(), [&](const StreamEntry& entry) {
            ids.push_back(entry.id);
            return count == 0 || ids.size() < count;
        });
    return ids;
}

// What the consumer gets pending makes it where that is repeated. One that keeps nothing pending has to be named; one
// that is made by a look at its history is not, as the real server has it.
std::uint32_t meetReader(Call& call, const StreamRead& read, const GroupPlace& place)
{
    const bool fresh = !groupAt(call, place).findConsumer(read.consumer);
    const std::uint32_t consumer = meetConsumer(call, place, read.consumer);
    if (fresh && read.acknowledged)
        call.propagateAs({"XGROUP", "CREATECONSUMER", place.key, place.group, read.consumer});
    return consumer;
}

// Delivers what the group has not delivered yet.
std::vector<StreamId> deliver(Call& call, const StreamRead& read, const GroupPlace& place)
{
    // A copy costs a count, and stays as it is while its own group is written.
    const StreamValue stream = call.database().find(place.key)->stream();
    const std::vector<StreamId> ids = idsAfter(stream, groupAt(call, place).lastId, read.count);
    const std::uint32_t consumer = meetReader(call, read, place);
    for (const StreamId& id : ids) {
        const PendingEntry entry{.id = id, .delivered = call.clockNow(), .deliveries = 1, .consumer = consumer};
        editGroupAt(call, place, [&](StreamGroup& group) {
            advance(group, stream, id);
            if (!read.acknowledged)
                group.assign(entry);
        });
        if (!read.acknowledged)
            propagateClaim(call, place, entry, id.text());
    }
    if (read.acknowledged && !ids.empty())
        propagateGroupId(call, place);
    return ids;
}

// Delivers again what the consumer has pending.
std::vector<StreamId> repeat(Call& call, const StreamRead& read, const GroupPlace& place, const StreamId& after)
{
    const std::uint32_t consumer = meetReader(call, read, place);
    std::vector<PendingEntry> entries;
    if (const auto first = after.next())
        groupAt(call, place).forEachOf(consumer, *first, [&](const PendingEntry& entry) {
            entries.push_back(entry);
            return read.count == 0 || entries.size() < read.count;
        });
    std::vector<StreamId> ids;
    const StreamValue stream = call.database().find(place.key)->stream();
    for (PendingEntry& entry : entries) {
        ids.push_back(entry.id);
        if (!stream.contains(entry.id))
            continue;
        entry.delivered = call.clockNow();
        ++entry.deliveries;
        editGroupAt(call, place, [&entry](StreamGroup& group) { group.assign(entry); });
    }
    return ids;
}

const StreamValue* streamAt(Call& call, BytesView key)
{
    const Entry* entry = call.find(key);
    return entry && entry->type() == ValueType::Stream ? &entry->stream() : nullptr;
}

std::optional<Served> serveOne(Call& call, const StreamRead& read, const StreamRead::Source& source)
{
    const StreamValue* stream = streamAt(call, source.key);
    if (!stream)
        return std::nullopt;
    Served served{.source = &source, .ids = {}, .first = {}};
    // Who has waited is woken by an entry even if it is gone by now, and gets what is left.
    const bool any = call.isServing() || stream->size() > 0;
    const StreamId last = call.isServing() ? stream->lastId() : stream->lastEntryId();
    if (!read.group) {
        if (!any || last <= source.after)
            return std::nullopt;
        served.first = *source.after.next();
        return served;
    }
    const StreamGroup* group = stream->findGroup(*read.group);
    if (!group || (source.undelivered && (!any || last <= group->lastId)))
        return std::nullopt;
    const GroupPlace place{.key = source.key, .group = *read.group};
    served.ids = source.undelivered ? deliver(call, read, place) : repeat(call, read, place, source.after);
    call.changedSilently();
    return served;
}

void replyServed(Call& call, const StreamRead& read, const Served& served)
{
    ReplySink& reply = call.reply();
    const StreamValue& stream = call.database().find(served.source->key)->stream();
    if (!reply.resp3())
        reply.array(2);
    reply.bulk(served.source->key);
    if (!read.group) {
        std::uint64_t count = 0;
        reply.beginArray();
        stream.forEach(served.first, StreamId::largest(), [&](const StreamEntry& entry) {
            replyEntry(reply, entry);
            return ++count != read.count;
        });
        return reply.end();
    }
    reply.array(served.ids.size());
    for (const StreamId& id : served.ids) {
        if (replyEntryOf(reply, stream, id))
            continue;
        reply.array(2);
        reply.bulk(id.text());
        reply.nullArray();
    }
}

} // namespace

StreamRead readStreamArguments(Call& call)
{
    StreamRead read;
    bool streams = false;
    while (call.more() && !call.failed() && !streams)
        streams = !readOption(call, read);
    call.require(!streams || call.remaining() % 2 == 0, errors::kUnbalancedStreams);
    call.require(streams, errors::kSyntax);
    call.require(!readsGroups(call) || read.group, errors::kGroupMissing);
    const Argv keys = call.take(call.remaining() / 2);
    const Argv ids = call.rest();
    for (std::size_t i = 0; i < keys.size() && !call.failed(); ++i) {
        if (call.serves(keys[i]))
            readId(call, read, keys[i], ids[i]);
        // Who waited for a stream twice has waited for it once, past the first id.
        if (call.isServing() && !read.sources.empty())
            break;
    }
    return read;
}

bool serveStreamRead(Call& call, const StreamRead& read)
{
    std::vector<Served> all;
    for (const StreamRead::Source& source : read.sources)
        if (auto served = serveOne(call, read, source))
            all.push_back(std::move(*served));
    if (all.empty())
        return false;
    if (call.reply().resp3())
        call.reply().map(all.size());
    else
        call.reply().array(all.size());
    for (const Served& served : all)
        replyServed(call, read, served);
    return true;
}

bool waitForStreams(Call& call, const StreamRead& read)
{
    // "$" stands for what was there last when the wait began.
    std::vector<Bytes> ids;
    std::vector<BytesView> keys;
    for (const StreamRead::Source& source : read.sources) {
        ids.push_back(source.undelivered ? ">" : source.after.text());
        keys.push_back(source.key);
    }
    const Argv argv = call.argv();
    std::vector<BytesView> again(argv.begin(), argv.end());
    if (!call.isServing())
        std::ranges::copy(ids, again.end() - static_cast<std::ptrdiff_t>(ids.size()));
    return call.waitForStream(keys, read.until, again, read.group.has_value());
}

} // namespace engine
