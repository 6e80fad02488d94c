#include "engine/command/command_keys.h"

namespace engine {

namespace {

// Where a spec's search ends: the index that its `last`, `countAt` and `firstKey` are relative to; 0 when it finds
// nothing.
std::size_t beginOf(const KeySpec& spec, Argv argv)
{
    const auto size = static_cast<std::int64_t>(argv.size());
    if (spec.keyword.empty())
        return static_cast<std::size_t>(spec.begin);
    const std::int64_t from = spec.begin >= 0 ? spec.begin : size + spec.begin;
    const std::int64_t step = spec.begin >= 0 ? 1 : -1;
    for (std::int64_t i = from; i > 0 && i < size; i += step) {
        if (equalsIgnoringCase(argv[static_cast<std::size_t>(i)], spec.keyword))
            return static_cast<std::size_t>(i) + 1;
    }
    return 0;
}

bool addCounted(const KeySpec& spec, Argv argv, std::size_t begin, std::vector<KeyPlace>& places)
{
    const std::size_t countAt = begin + static_cast<std::size_t>(spec.countAt);
    if (countAt >= argv.size())
        return false;
    const auto count = parseInteger(argv[countAt]);
    if (!count || *count <= 0)
        return false;
    const std::size_t first = begin + static_cast<std::size_t>(spec.firstKey);
    const auto wanted = static_cast<std::uint64_t>(*count);
    if (wanted > argv.size() || first + wanted > argv.size())
        return false;
    for (std::size_t i = 0; i < wanted; ++i)
        places.push_back({.index = first + i, .use = spec.use});
    return true;
}

bool addRange(const KeySpec& spec, Argv argv, std::size_t begin, std::vector<KeyPlace>& places)
{
    const auto size = static_cast<std::int64_t>(argv.size());
    std::int64_t last = spec.last >= 0 ? static_cast<std::int64_t>(begin) + spec.last : size + spec.last;
    // A limit takes a part of the words up to the end alone: half of them for 2.
    if (spec.last < 0 && spec.limit > 1)
        last = static_cast<std::int64_t>(begin) + (last - static_cast<std::int64_t>(begin) + 1) / spec.limit - 1;
    if (last >= size || last < static_cast<std::int64_t>(begin))
        return false;
    for (auto i = static_cast<std::int64_t>(begin); i <= last; i += spec.step)
        places.push_back({.index = static_cast<std::size_t>(i), .use = spec.use});
    return true;
}

} // namespace

namespace {

std::optional<std::vector<KeyPlace>> otherPlaces(const CommandSpec& spec, Argv argv)
{
    std::vector<KeyPlace> places;
    if (spec.keysOtherwise) {
        for (const std::size_t index : spec.keysOtherwise(argv))
            places.push_back({.index = index, .use = 0});
    }
    return places.empty() ? std::nullopt : std::optional(std::move(places));
}

} // namespace

std::optional<std::vector<KeyPlace>> keyPlaces(const CommandSpec& spec, Argv argv)
{
    std::vector<KeyPlace> places;
    for (const KeySpec& keys : spec.keys.view()) {
        if (keys.isUnknown()) {
            if (const std::size_t at = keys.find ? keys.find(argv) : 0)
                places.push_back({.index = at, .use = keys.use});
            continue;
        }
        const std::size_t begin = beginOf(keys, argv);
        // Optional words that introduce keys may be missing.
        if (begin == 0 || begin >= argv.size()) {
            if (keys.keyword.empty())
                return otherPlaces(spec, argv);
            continue;
        }
        const bool fits =
            keys.countAt >= 0 ? addCounted(keys, argv, begin, places) : addRange(keys, argv, begin, places);
        if (!fits)
            return otherPlaces(spec, argv);
    }
    if (spec.variableUse) {
        for (KeyPlace& place : places)
            place.use = spec.variableUse(argv);
    }
    std::erase_if(places, [](const KeyPlace& place) { return (place.use & KeySpec::NotKey) != 0; });
    return places;
}

} // namespace engine
