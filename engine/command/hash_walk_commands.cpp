// Hashes by chance and in steps: HRANDFIELD, HSCAN.

#include "engine/command/families.h"
#include "engine/command/sampling.h"
#include "engine/command/scan_arguments.h"

namespace engine {

namespace {

Sample drawField(const HashValue& hash, Rng& rng)
{
    const auto [field, value] = hash.random(rng);
    return {.name = Bytes(field), .value = Bytes(value)};
}

void replySample(Call& call, const Sample& sample, bool withValue)
{
    if (withValue && call.reply().resp3())
        call.reply().array(2);
    call.reply().bulk(sample.name);
    if (withValue)
        call.reply().bulk(sample.value);
}

void replySampleHeader(Call& call, std::size_t count, bool withValues)
{
    call.reply().array(withValues && !call.reply().resp3() ? count * 2 : count);
}

void replyFields(Call& call, const HashValue& hash, const SampleArguments& arguments)
{
    Rng& rng = call.rng();
    if (*arguments.count < 0) {
        const std::size_t repeats = repeatsOf(call, *arguments.count);
        if (call.failed())
            return;
        replySampleHeader(call, repeats, arguments.withValues);
        for (std::size_t i = 0; i < repeats; ++i)
            replySample(call, drawField(hash, rng), arguments.withValues);
        return;
    }
    const auto samples = sampleDistinct(
        rng, hash.size(), static_cast<std::size_t>(*arguments.count),
        [&](Rng& chance) { return drawField(hash, chance); },
        [&](std::vector<Sample>& all) {
            hash.forEach([&](BytesView field, BytesView value) {
                all.push_back({.name = Bytes(field), .value = Bytes(value)});
                return true;
            });
        });
    replySampleHeader(call, samples.size(), arguments.withValues);
    for (const Sample& sample : samples)
        replySample(call, sample, arguments.withValues);
}

void hrandfield(Call& call)
{
    const auto key = call.nextKey();
    const SampleArguments arguments = nextSampleArguments(call, "withvalues");
    const HashValue* hash = call.findHash(key);
    if (call.failed())
        return;
    if (!hash)
        return arguments.count ? call.reply().array(0) : call.reply().null();
    if (arguments.count)
        return replyFields(call, *hash, arguments);
    call.reply().bulk(hash->random(call.rng()).first);
}

void hscan(Call& call)
{
    const auto key = call.nextKey();
    const std::uint64_t cursor = nextScanCursor(call);
    const HashValue* hash = call.findHash(key);
    if (call.failed())
        return;
    if (!hash)
        return replyScan(call, 0, {});
    const ScanOptions options = nextScanOptions(call, ScanOf::Value);
    if (call.failed())
        return;
    std::vector<Bytes> found;
    const std::uint64_t next = hash->scan(cursor, options.count, [&](BytesView field, BytesView value) {
        if (!options.wants(field))
            return;
        found.emplace_back(field);
        found.emplace_back(value);
    });
    replyScan(call, next, found);
}

constexpr CommandSpec kRows[] = {
    {.name = "hrandfield",
        .syntax = "key:key [count:integer [WITHVALUES]]:options",
        .arity = -2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1),
        .group = Group::Hash,
        .since = "6.2.0",
        .complexity = "O(N) in the fields given",
        .summary = "Gives fields chosen by chance, with their values if wished.",
        .tips = "nondeterministic_output",
        .run = hrandfield},
    {.name = "hscan",
        .syntax = "key:key cursor:integer [MATCH pattern:pattern] [COUNT count:integer]",
        .arity = -3,
        .flags = Flag::ReadOnly,
        .acl = Acl::Hash,
        .keys = KeySpec::one(1),
        .group = Group::Hash,
        .since = "2.8.0",
        .complexity = "O(1) a step, O(N) for a whole walk",
        .summary = "Walks over the fields of a hash in steps.",
        .tips = "nondeterministic_output",
        .run = hscan},
};

} // namespace

std::span<const CommandSpec> hashWalkCommands()
{
    return kRows;
}

} // namespace engine
