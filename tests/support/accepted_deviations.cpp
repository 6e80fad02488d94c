#include "tests/support/accepted_deviations.h"

#include <algorithm>

namespace tests {

namespace {

constexpr engine::BytesView kHashOrder = "The order of a hash table follows from its hash function, which is ours.";
constexpr engine::BytesView kTwoClocks = "The two servers read their clocks one after the other.";
constexpr engine::BytesView kChance = "What is drawn by chance differs from server to server and from call to call.";
constexpr engine::BytesView kCursor = "A cursor is a position in a hash table of our own; only whole walks compare.";
constexpr engine::BytesView kMixedScores =
    "Ranges of texts over unequal scores mean nothing: Redis answers by the random shape of its list.";

constexpr engine::BytesView kNoReplication =
    "Replication is not offered: a host, and a replica's requests, are refused with an error that says so.";

constexpr AcceptedDeviation kRows[] = {
    {"hgetall", Comparison::UnorderedPairs, kHashOrder},
    {"hkeys", Comparison::Unordered, kHashOrder},
    {"hrandfield", Comparison::Sample, kChance},
    {"hscan", Comparison::Walk, kCursor},
    {"hvals", Comparison::Unordered, kHashOrder},
    {"keys", Comparison::Unordered, kHashOrder},
    {"lolwut", Comparison::Kind, "The picture is our own."},
    {"object|help", Comparison::Kind, "Help is in our own words."},
    {"object|idletime", Comparison::Near, kTwoClocks},
    {"object|refcount", Comparison::Shape,
        "Redis has one object for a small integer until it is copied; here the value alone decides."},
    {"pexpiretime", Comparison::Near, kTwoClocks},
    {"expiretime", Comparison::Near, kTwoClocks},
    {"psync", Comparison::Kind, kNoReplication},
    {"pttl", Comparison::Near, kTwoClocks},
    {"randomkey", Comparison::AnyKey, kChance},
    {"replicaof", Comparison::Kind, kNoReplication},
    {"scan", Comparison::Walk, kCursor},
    {"sdiff", Comparison::Unordered, kHashOrder},
    {"sinter", Comparison::Unordered, kHashOrder},
    {"slaveof", Comparison::Kind, kNoReplication},
    {"smembers", Comparison::Unordered, kHashOrder},
    {"sort", Comparison::Sorted, kHashOrder},
    {"sort_ro", Comparison::Sorted, kHashOrder},
    {"spop", Comparison::Pop, kChance},
    {"srandmember", Comparison::Sample, kChance},
    {"sscan", Comparison::Walk, kCursor},
    {"sunion", Comparison::Unordered, kHashOrder},
    {"sync", Comparison::Kind, kNoReplication},
    {"ttl", Comparison::Near, kTwoClocks},
    {"zlexcount", Comparison::EqualScores, kMixedScores},
    {"zrandmember", Comparison::Sample, kChance},
    {"zrange bylex", Comparison::EqualScores, kMixedScores},
    {"zrangebylex", Comparison::EqualScores, kMixedScores},
    {"zrangestore bylex", Comparison::EqualScores, kMixedScores},
    {"zremrangebylex", Comparison::EqualScores, kMixedScores},
    {"zrevrangebylex", Comparison::EqualScores, kMixedScores},
    {"zscan", Comparison::Walk, kCursor},
};

} // namespace

std::span<const AcceptedDeviation> acceptedDeviations()
{
    return kRows;
}

Comparison comparisonOf(engine::BytesView command)
{
    const auto row = std::ranges::find(kRows, command, &AcceptedDeviation::command);
    return row == std::end(kRows) ? Comparison::Exact : row->how;
}

} // namespace tests
