// Sorted sets by chance and in steps: ZRANDMEMBER, ZSCAN.

#include "engine/command/families.h"
#include "engine/command/sampling.h"
#include "engine/command/scan_arguments.h"
#include "engine/command/scored_reply.h"

#include <cmath>

namespace engine {

namespace {

Sample sampleOf(const ScoredMember& member)
{
    return {.name = Bytes(member.member), .value = {}, .score = member.score};
}

void replyMembers(Call& call, const SortedSetValue& set, const SampleArguments& arguments)
{
    Rng& rng = call.rng();
    const Scores scores = arguments.withValues ? Scores::With : Scores::Without;
    if (*arguments.count < 0) {
        const std::size_t repeats = repeatsOf(call, *arguments.count);
        if (call.failed())
            return;
        replyScoredHeader(call.reply(), repeats, scores);
        for (std::size_t i = 0; i < repeats; ++i) {
            const ScoredMember member = set.random(rng);
            replyScored(call.reply(), member.member, member.score, scores);
        }
        return;
    }
    const auto samples = sampleDistinct(
        rng, set.size(), static_cast<std::size_t>(*arguments.count),
        [&](Rng& chance) { return sampleOf(set.random(chance)); },
        [&](std::vector<Sample>& all) {
            set.forEach(0, set.size(), [&](const ScoredMember& member) {
                all.push_back(sampleOf(member));
                return true;
            });
        });
    replyScoredHeader(call.reply(), samples.size(), scores);
    for (const Sample& sample : samples)
        replyScored(call.reply(), sample.name, sample.score, scores);
}

void zrandmember(Call& call)
{
    const auto key = call.nextKey();
    const SampleArguments arguments = nextSampleArguments(call, "withscores");
    const SortedSetValue* set = call.findSortedSet(key);
    if (call.failed())
        return;
    if (!set)
        return arguments.count ? call.reply().array(0) : call.reply().null();
    if (arguments.count)
        return replyMembers(call, *set, arguments);
    call.reply().bulk(set->random(call.rng()).member);
}

// A listpack keeps integers as such, and so they are written with all their digits; else a score is written as doubles
// are.
Bytes scannedScore(const SortedSetValue& set, double score)
{
    constexpr double kLargest = 4611686018427387904.0; // half of 64 bits
    const bool integral = score >= -kLargest && score <= kLargest && score == std::trunc(score);
    if (integral && set.encoding() == "listpack")
        return std::to_string(static_cast<std::int64_t>(score));
    return formatDouble(score);
}

void zscan(Call& call)
{
    const auto key = call.nextKey();
    const std::uint64_t cursor = nextScanCursor(call);
    const SortedSetValue* set = call.findSortedSet(key);
    if (call.failed())
        return;
    if (!set)
        return replyScan(call, 0, {});
    const ScanOptions options = nextScanOptions(call, ScanOf::Value);
    if (call.failed())
        return;
    std::vector<Bytes> found;
    const std::uint64_t next = set->scan(cursor, options.count, [&](const ScoredMember& member) {
        if (!options.wants(member.member))
            return;
        found.emplace_back(member.member);
        found.push_back(scannedScore(*set, member.score));
    });
    replyScan(call, next, found);
}

constexpr CommandSpec kRows[] = {
    {.name = "zrandmember",
        .syntax = "key:key [count:integer [WITHSCORES]]:options",
        .arity = -2,
        .flags = Flag::ReadOnly,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "6.2.0",
        .complexity = "O(N) in the members given",
        .summary = "Gives members chosen by chance, with their scores if wished.",
        .tips = "nondeterministic_output",
        .run = zrandmember},
    {.name = "zscan",
        .syntax = "key:key cursor:integer [MATCH pattern:pattern] [COUNT count:integer]",
        .arity = -3,
        .flags = Flag::ReadOnly,
        .acl = Acl::SortedSet,
        .keys = KeySpec::one(1),
        .group = Group::SortedSet,
        .since = "2.8.0",
        .complexity = "O(1) a step, O(N) for a whole walk",
        .summary = "Walks over the members of a sorted set in steps.",
        .tips = "nondeterministic_output",
        .run = zscan},
};

} // namespace

std::span<const CommandSpec> zsetWalkCommands()
{
    return kRows;
}

} // namespace engine
