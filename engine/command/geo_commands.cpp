// Places kept in a sorted set: added, and told by member.

#include "engine/base/number.h"
#include "engine/command/families.h"
#include "engine/command/geo_arguments.h"
#include "engine/command/zset_add.h"

#include <vector>

namespace engine {

namespace {

std::optional<GeoPoint> placeOf(const SortedSetValue* set, BytesView member)
{
    const auto score = set ? set->score(member) : std::nullopt;
    return score ? std::optional(geoPointOf(*score)) : std::nullopt;
}

// Replicas are told the scores.
void propagateAsZadd(Call& call, BytesView key, Argv options, const std::vector<ScoredArgument>& members)
{
    if (!call.isHeard())
        return;
    std::vector<Bytes> scores;
    for (const ScoredArgument& member : members)
        scores.push_back(formatDouble(member.score));
    std::vector<BytesView> words = {"zadd", key};
    words.insert(words.end(), options.begin(), options.end());
    for (std::size_t i = 0; i < members.size(); ++i) {
        words.emplace_back(scores[i]);
        words.push_back(members[i].member);
    }
    call.propagateAs(words);
}

void geoadd(Call& call)
{
    const auto key = call.nextKey();
    ZaddOptions options;
    std::size_t optionCount = 0;
    for (bool taken = true; taken; optionCount += taken ? 1 : 0) {
        if ((taken = call.nextIs("nx")))
            options.ifMissing = true;
        else if ((taken = call.nextIs("xx")))
            options.ifPresent = true;
        else if ((taken = call.nextIs("ch")))
            options.countChanged = true;
    }
    call.require(call.more() && call.remaining() % 3 == 0, errors::kSyntax);
    call.require(!options.ifMissing || !options.ifPresent, errors::kSyntax);
    std::vector<ScoredArgument> members;
    while (call.more() && !call.failed()) {
        const GeoPoint point = nextGeoPoint(call);
        members.push_back({geoScore(point), call.nextBytes()});
    }
    if (call.failed())
        return;
    const ZaddOutcome outcome = addMembers(call, key, options, members);
    if (call.failed())
        return;
    if (outcome.added + outcome.updated > 0)
        propagateAsZadd(call, key, call.argv().subspan(2, optionCount), members);
    call.reply().integer(options.countChanged ? outcome.added + outcome.updated : outcome.added);
}

void geodist(Call& call)
{
    const auto key = call.nextKey();
    const auto from = call.nextBytes();
    const auto to = call.nextBytes();
    call.require(call.remaining() <= 1, errors::kSyntax);
    const double unit = call.more() ? nextGeoUnit(call) : 1;
    const SortedSetValue* set = call.failed() ? nullptr : call.findSortedSet(key);
    if (call.failed())
        return;
    const auto a = placeOf(set, from);
    const auto b = placeOf(set, to);
    if (!a || !b)
        return call.reply().null();
    replyDistance(call.reply(), metersBetween(*a, *b) / unit);
}

void geohash(Call& call)
{
    const SortedSetValue* set = call.findSortedSet(call.nextKey());
    if (call.failed())
        return;
    call.reply().array(call.remaining());
    for (const BytesView member : call.rest()) {
        if (const auto place = placeOf(set, member))
            call.reply().bulk(geohashText(*place));
        else
            call.reply().null();
    }
}

void geopos(Call& call)
{
    const SortedSetValue* set = call.findSortedSet(call.nextKey());
    if (call.failed())
        return;
    call.reply().array(call.remaining());
    for (const BytesView member : call.rest()) {
        if (const auto place = placeOf(set, member))
            replyGeoPoint(call.reply(), *place);
        else
            call.reply().nullArray();
    }
}

constexpr CommandSpec kRows[] = {
    {.name = "geoadd",
        .syntax = "key:key [NX|XX]:condition [CH:change]"
                  " (longitude:double latitude:double member:string):longitude_latitude_member...",
        .arity = -5,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::Geo,
        .keys = KeySpec::one(1, KeySpec::RW | KeySpec::Update),
        .group = Group::Geo,
        .since = "3.2.0",
        .complexity = "O(log N) a member",
        .summary = "Adds members with their places, or moves those that are there.",
        .run = geoadd},
    {.name = "geodist",
        .syntax = "key:key member1:string member2:string [M|KM|FT|MI]:unit",
        .arity = -4,
        .flags = Flag::ReadOnly,
        .acl = Acl::Geo,
        .keys = KeySpec::one(1),
        .group = Group::Geo,
        .since = "3.2.0",
        .complexity = "O(log N)",
        .summary = "Tells how far two members are from each other.",
        .run = geodist},
    {.name = "geohash",
        .syntax = "key:key member:string...",
        .arity = -2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Geo,
        .keys = KeySpec::one(1),
        .group = Group::Geo,
        .since = "3.2.0",
        .complexity = "O(log N) a member named",
        .summary = "Gives the public geohash of members.",
        .run = geohash},
    {.name = "geopos",
        .syntax = "key:key member:string...",
        .arity = -2,
        .flags = Flag::ReadOnly,
        .acl = Acl::Geo,
        .keys = KeySpec::one(1),
        .group = Group::Geo,
        .since = "3.2.0",
        .complexity = "O(log N) a member named",
        .summary = "Gives the longitude and latitude of members.",
        .run = geopos},
};

} // namespace

std::span<const CommandSpec> geoCommands()
{
    return kRows;
}

} // namespace engine
