#include "engine/data/data_digest.h"

#include <cstdio>
#include <limits>

namespace engine {

namespace {

// Redis's numbers of its types.
std::uint32_t typeNumber(ValueType type)
{
    switch (type) {
    case ValueType::String:
        return 0;
    case ValueType::List:
        return 1;
    case ValueType::Set:
        return 2;
    case ValueType::SortedSet:
        return 3;
    case ValueType::Hash:
        return 4;
    case ValueType::Stream:
        return 6;
    }
    CHECK(false);
}

void xorInto(Sha1& digest, BytesView bytes)
{
    const Sha1 other = sha1(bytes);
    for (std::size_t i = 0; i < digest.size(); ++i)
        digest[i] ^= other[i];
}

BytesView bytesOf(const Sha1& digest)
{
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

void mixInto(Sha1& digest, BytesView bytes)
{
    xorInto(digest, bytes);
    digest = sha1(bytesOf(digest));
}

// In network order, whatever the machine's.
void mixNumber(Sha1& digest, std::uint32_t number)
{
    const char bytes[] = {static_cast<char>(number >> 24), static_cast<char>(number >> 16),
        static_cast<char>(number >> 8), static_cast<char>(number)};
    mixInto(digest, {bytes, sizeof bytes});
}

// Two texts of an element that has no place in an order.
void xorPair(Sha1& digest, BytesView first, BytesView second)
{
    Sha1 element{};
    mixInto(element, first);
    mixInto(element, second);
    xorInto(digest, bytesOf(element));
}

void addValue(Sha1& digest, const Entry& entry)
{
    switch (entry.type()) {
    case ValueType::String:
        return mixInto(digest, entry.string().view());
    case ValueType::List:
        return entry.list().forEach(0, entry.list().size(), [&digest](BytesView element) {
            mixInto(digest, element);
            return true;
        });
    case ValueType::Set:
        return entry.set().forEach([&digest](BytesView member) {
            xorInto(digest, member);
            return true;
        });
    case ValueType::SortedSet:
        return entry.sortedSet().forEach(0, entry.sortedSet().size(), [&digest](const ScoredMember& member) {
            char score[128];
            std::snprintf(score, sizeof score, "%.17g", member.score);
            xorPair(digest, member.member, score);
            return true;
        });
    case ValueType::Hash:
        return entry.hash().forEach([&digest](BytesView field, BytesView value) {
            xorPair(digest, field, value);
            return true;
        });
    case ValueType::Stream:
        return entry.stream().forEach({}, StreamId::largest(), [&digest](const StreamEntry& one) {
            mixInto(digest, std::to_string(one.id.ms) + "." + std::to_string(one.id.seq));
            one.forEach([&digest](BytesView field, BytesView value) {
                mixInto(digest, field);
                mixInto(digest, value);
            });
            return true;
        });
    }
}

void addEntry(Sha1& digest, const Entry& entry)
{
    mixNumber(digest, typeNumber(entry.type()));
    addValue(digest, entry);
    if (entry.expiry())
        xorInto(digest, "!!expire!!");
}

} // namespace

Sha1 digestOf(const Entry& entry)
{
    Sha1 digest{};
    addEntry(digest, entry);
    return digest;
}

Sha1 digestOf(const Keyspace& data)
{
    Sha1 digest{};
    for (std::size_t database = 0; database < data.databaseCount(); ++database) {
        if (data.database(database).size() == 0)
            continue;
        mixNumber(digest, static_cast<std::uint32_t>(database));
        data.database(database).forEach([&digest](const Entry& entry) {
            Sha1 one{};
            mixInto(one, entry.key());
            addEntry(one, entry);
            xorInto(digest, bytesOf(one));
            return true;
        });
    }
    return digest;
}

} // namespace engine
