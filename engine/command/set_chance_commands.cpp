// Sets by chance and in steps: SPOP, SRANDMEMBER, SSCAN.

#include "engine/command/arguments.h"
#include "engine/command/families.h"
#include "engine/command/sampling.h"
#include "engine/command/scan_arguments.h"

#include <limits>

namespace engine {

namespace {

std::vector<Sample> sampleMembers(Call& call, const SetValue& set, std::size_t count)
{
    return sampleDistinct(
        call.rng(), set.size(), count, [&](Rng& rng) { return Sample{.name = set.random(rng), .value = {}}; },
        [&](std::vector<Sample>& all) {
            set.forEach([&](BytesView member) {
                all.push_back({.name = Bytes(member), .value = {}});
                return true;
            });
        });
}

void popOne(Call& call, BytesView key)
{
    const SetValue* set = call.findSet(key);
    if (call.failed())
        return;
    if (!set)
        return call.reply().null();
    const Bytes member = set->random(call.rng());
    call.editSet(key).erase(member);
    call.changed(key, EventClass::Set, "spop");
    call.propagateAs({"SREM", key, member});
    call.eraseIfEmpty(key);
    call.reply().bulk(member);
}

// Which members went is what others must repeat, in commands of a bearable length.
void propagateRemovals(Call& call, BytesView key, const std::vector<Sample>& samples)
{
    if (!call.isHeard())
        return;
    constexpr std::size_t kMembersEach = 1024;
    std::vector<BytesView> words;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (words.empty())
            words = {"SREM", key};
        words.push_back(samples[i].name);
        if (words.size() == kMembersEach + 2 || i + 1 == samples.size()) {
            call.propagateAs(words);
            words.clear();
        }
    }
}

/// So many times more must go than stay for a set to be made anew.
constexpr std::size_t kMoveFactor = 5;

void popMany(Call& call, BytesView key, const SetValue& set, std::size_t count)
{
    const bool all = count >= set.size();
    const std::vector<Sample> samples = sampleMembers(call, set, count);
    call.reply().set(samples.size());
    for (const Sample& sample : samples)
        call.reply().bulk(sample.name);

    if (all) {
        call.erase(key);
        call.changed(key, EventClass::Set, "spop", samples.size());
        call.notify(EventClass::Generic, "del", key);
        return call.propagateAs({"DEL", key});
    }
    SetValue& edited = call.editSet(key);
    for (const Sample& sample : samples)
        edited.erase(sample.name);
    // The real server then moves those that stay instead of removing those that go. Only the encoding tells.
    if (samples.size() >= kMoveFactor * edited.size())
        edited.makeAnew(call.limits());
    call.changed(key, EventClass::Set, "spop", samples.size());
    propagateRemovals(call, key, samples);
}

void spop(Call& call)
{
    const auto key = call.nextKey();
    if (!call.more())
        return popOne(call, key);
    if (call.remaining() > 1)
        return call.fail(errors::kSyntax);
    const auto count = static_cast<std::size_t>(nextCount(call));
    const SetValue* set = call.findSet(key);
    if (call.failed())
        return;
    if (!set || count == 0)
        return call.reply().set(0);
    popMany(call, key, *set, count);
}

void replyRepeats(Call& call, const SetValue& set, std::int64_t count)
{
    const std::size_t repeats = repeatsOf(call, count);
    if (call.failed())
        return;
    call.reply().array(repeats);
    for (std::size_t i = 0; i < repeats; ++i)
        call.reply().bulk(set.random(call.rng()));
}

void srandmember(Call& call)
{
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
    const auto key = call.nextKey();
    const bool counted = call.more();
    if (call.remaining() > 1)
        return call.fail(errors::kSyntax);
    const std::int64_t count = counted ? nextBounded(call, -kMost, kMost) : 1;
    const SetValue* set = call.findSet(key);
    if (call.failed())
        return;
    if (!counted)
        return set ? call.reply().bulk(set->random(call.rng())) : call.reply().null();
    if (!set)
        return call.reply().array(0);
    if (count < 0)
        return replyRepeats(call, *set, count);
    const auto samples = sampleMembers(call, *set, static_cast<std::size_t>(count));
    call.reply().array(samples.size());
    for (const Sample& sample : samples)
        call.reply().bulk(sample.name);
}

void sscan(Call& call)
{
    const auto key = call.nextKey();
    const std::uint64_t cursor = nextScanCursor(call);
    const SetValue* set = call.findSet(key);
    if (call.failed())
        return;
    if (!set)
        return replyScan(call, 0, {});
    const ScanOptions options = nextScanOptions(call, ScanOf::Value);
    if (call.failed())
        return;
    std::vector<Bytes> found;
    const std::uint64_t next = set->scan(cursor, options.count, [&](BytesView member) {
        if (options.wants(member))
            found.emplace_back(member);
    });
    replyScan(call, next, found);
}

constexpr CommandSpec kRows[] = {
    {.name = "spop",
        .syntax = "key:key [count:integer]",
        .arity = -2,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Set,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Access | KeySpec::Delete),
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(N) in the members taken",
        .summary = "Removes members chosen by chance and gives them.",
        .tips = "nondeterministic_output",
        .run = spop},
    {.name = "srandmember",
        .syntax = "key:key [count:integer]",
        .arity = -2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Set,
        .keys = KeySpec::one(1),
        .group = Group::Set,
        .since = "1.0.0",
        .complexity = "O(N) in the members given",
        .summary = "Gives members chosen by chance.",
        .tips = "nondeterministic_output",
        .run = srandmember},
    {.name = "sscan",
        .syntax = "key:key cursor:integer [MATCH pattern:pattern] [COUNT count:integer]",
        .arity = -3,
        .flags = Flag::ReadOnly,
        .acl = Acl::Set,
        .keys = KeySpec::one(1),
        .group = Group::Set,
        .since = "2.8.0",
        .complexity = "O(1) a step, O(N) for a whole walk",
        .summary = "Walks over the members of a set in steps.",
        .tips = "nondeterministic_output",
        .run = sscan},
};

} // namespace

std::span<const CommandSpec> setChanceCommands()
{
    return kRows;
}

} // namespace engine
