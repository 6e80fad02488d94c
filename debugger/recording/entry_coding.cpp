#include "debugger/recording/entry_coding.h"

#include <cmath>

namespace debugger {

using engine::StreamConsumer;
using engine::StreamEntry;
using engine::StreamGroup;
using engine::StreamId;
using engine::StreamValue;
using engine::ValueType;

namespace {

void writeId(ByteWriter& to, const StreamId& id)
{
    to.number(id.ms);
    to.number(id.seq);
}

StreamId readId(ByteReader& from)
{
    StreamId id;
    id.ms = from.number();
    id.seq = from.number();
    return id;
}

void writeGroup(ByteWriter& to, const StreamGroup& group)
{
    writeId(to, group.lastId);
    to.integer(group.entriesRead);
    to.number(group.consumers().size());
    group.consumers().forEach([&](const StreamConsumer& consumer) {
        to.text(consumer.name);
        to.integer(consumer.seen.value);
        return true;
    });
    to.number(group.pending().size());
    group.pending().forEach([&](const engine::PendingEntry& entry) {
        writeId(to, entry.id);
        to.integer(entry.delivered.value);
        to.number(entry.deliveries);
        to.text(group.nameOf(entry.consumer));
        return true;
    });
}

StreamGroup readGroup(ByteReader& from)
{
    StreamGroup group;
    group.lastId = readId(from);
    group.entriesRead = from.integer();
    from.list([&] {
        const Bytes name = from.text();
        group.addConsumer(name, engine::UnixMs{from.integer()});
    });
    from.list([&] {
        engine::PendingEntry entry;
        entry.id = readId(from);
        entry.delivered = engine::UnixMs{from.integer()};
        entry.deliveries = from.number();
        const StreamConsumer* consumer = group.findConsumer(from.view());
        if (!consumer)
            return from.fail();
        entry.consumer = consumer->number;
        group.assign(entry);
    });
    return group;
}

void writeStream(ByteWriter& to, const StreamValue& stream)
{
    to.number(stream.size());
    stream.forEach({}, StreamId::largest(), [&to](const StreamEntry& entry) {
        writeId(to, entry.id);
        std::size_t pairs = 0;
        entry.forEach([&pairs](BytesView, BytesView) { ++pairs; });
        to.number(pairs);
        entry.forEach([&to](BytesView field, BytesView value) {
            to.text(field);
            to.text(value);
        });
        return true;
    });
    writeId(to, stream.lastId());
    to.number(stream.entriesAdded());
    writeId(to, stream.maxDeletedId());
    to.number(stream.groupCount());
    stream.forEachGroup([&to](BytesView name, const StreamGroup& group) {
        to.text(name);
        writeGroup(to, group);
        return true;
    });
}

void readStream(ByteReader& from, StreamValue& stream, const engine::EncodingLimits& limits)
{
    from.list([&] {
        const StreamId id = readId(from);
        std::vector<BytesView> pairs;
        from.list([&] {
            pairs.push_back(from.view());
            pairs.push_back(from.view());
        });
        if (from.failed() || pairs.empty() || id <= stream.lastId())
            return from.fail();
        stream.append(id, pairs, limits);
    });
    const StreamId last = readId(from);
    const std::uint64_t added = from.number();
    const StreamId deleted = readId(from);
    if (from.failed() || last < stream.lastId())
        return from.fail();
    stream.setLastId(last, added, deleted);
    from.list([&] {
        const Bytes name = from.text();
        const StreamGroup group = readGroup(from);
        if (from.failed() || !stream.addGroup(name, group))
            from.fail();
    });
}

void writeValue(ByteWriter& to, const engine::Entry& entry)
{
    switch (entry.type()) {
    case ValueType::String:
        return to.text(entry.string().view());
    case ValueType::List:
        to.number(entry.list().size());
        return entry.list().forEach(0, entry.list().size(), [&to](BytesView element) {
            to.text(element);
            return true;
        });
    case ValueType::Set:
        to.number(entry.set().size());
        return entry.set().forEach([&to](BytesView member) {
            to.text(member);
            return true;
        });
    case ValueType::SortedSet:
        to.number(entry.sortedSet().size());
        return entry.sortedSet().forEach(0, entry.sortedSet().size(), [&to](const engine::ScoredMember& member) {
            to.text(member.member);
            to.real(member.score);
            return true;
        });
    case ValueType::Hash:
        to.number(entry.hash().size());
        return entry.hash().forEach([&to](BytesView field, BytesView value) {
            to.text(field);
            to.text(value);
            return true;
        });
    case ValueType::Stream:
        return writeStream(to, entry.stream());
    }
}

std::size_t readList(ByteReader& from, engine::ListValue& list, const engine::EncodingLimits& limits)
{
    from.list([&] { list.insert(list.size(), from.view(), limits); });
    return list.size();
}

std::size_t readSet(ByteReader& from, engine::SetValue& set, const engine::EncodingLimits& limits)
{
    from.list([&] { set.add(from.view(), limits); });
    return set.size();
}

std::size_t readSortedSet(ByteReader& from, engine::SortedSetValue& set, const engine::EncodingLimits& limits)
{
    from.list([&] {
        const BytesView member = from.view();
        const double score = from.real();
        if (std::isnan(score))
            return from.fail();
        set.set(member, score, limits);
    });
    return set.size();
}

std::size_t readHash(ByteReader& from, engine::HashValue& hash, const engine::EncodingLimits& limits)
{
    from.list([&] {
        const BytesView field = from.view();
        hash.set(field, from.view(), limits);
    });
    return hash.size();
}

void readValue(
    ByteReader& from, ValueType type, engine::Database& database, BytesView key, const engine::EncodingLimits& limits)
{
    std::size_t size = 1; // of a value that may not be empty
    switch (type) {
    case ValueType::String:
        return database.setString(key, from.view());
    case ValueType::Stream:
        return readStream(from, database.editStream(key), limits);
    case ValueType::List:
        size = readList(from, database.editList(key), limits);
        break;
    case ValueType::Set:
        size = readSet(from, database.editSet(key), limits);
        break;
    case ValueType::SortedSet:
        size = readSortedSet(from, database.editSortedSet(key), limits);
        break;
    case ValueType::Hash:
        size = readHash(from, database.editHash(key), limits);
        break;
    }
    if (size == 0)
        from.fail();
}

} // namespace

void writeEntry(ByteWriter& to, const engine::Entry& entry)
{
    to.text(entry.key());
    to.number(static_cast<std::uint64_t>(entry.type()));
    to.flag(entry.expiry().has_value());
    if (entry.expiry())
        to.integer(entry.expiry()->value);
    writeValue(to, entry);
}

void readEntry(ByteReader& from, engine::Database& database, const engine::EncodingLimits& limits)
{
    const Bytes key = from.text();
    const auto type = static_cast<ValueType>(from.numberUpTo(static_cast<std::uint64_t>(ValueType::Stream)));
    std::optional<engine::UnixMs> expiry;
    if (from.flag())
        expiry = engine::UnixMs{from.integer()};
    if (from.failed() || database.find(key))
        return from.fail();
    readValue(from, type, database, key, limits);
    if (!from.failed())
        database.setExpiry(key, expiry);
}

} // namespace debugger
