// Places found within a circle or a box.

#include "engine/base/partial_sort.h"
#include "engine/command/families.h"
#include "engine/command/geo_arguments.h"
#include "engine/data/geo_shape.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace engine {

namespace {

enum class Form : std::uint8_t { Radius, RadiusRo, Search, SearchStore };
enum class Order : std::uint8_t { None, Ascending, Descending };

struct GeoQuery {
    Form form = Form::Radius;
    const SortedSetValue* set = nullptr;
    GeoShape shape = {};
    bool hasCenter = false;
    bool fromMember = false;
    bool hasShape = false;
    bool withDistance = false;
    bool withHash = false;
    bool withPlace = false;
    bool any = false;
    Order order = Order::None;
    std::int64_t count = 0; // 0: all
    std::optional<BytesView> target = {};
    bool storeDistance = false;

    bool isSearch() const { return form == Form::Search || form == Form::SearchStore; }
};

struct Found {
    Bytes member;
    double score = 0;
    double meters = 0;
    GeoPoint point;
};

// A missing key is no error before the words are read.
void readMember(Call& call, GeoQuery& query, BytesView member)
{
    if (!query.set || call.failed())
        return;
    const auto score = query.set->score(member);
    call.require(score.has_value(), errors::kGeoNoMember);
    query.shape.center = geoPointOf(score.value_or(0));
}

void readRadius(Call& call, GeoShape& shape)
{
    shape.isBox = false;
    shape.radius = call.nextFloat(errors::kGeoRadius);
    call.require(shape.radius >= 0, errors::kGeoRadiusNegative);
    shape.metersPerUnit = nextGeoUnit(call);
}

void readBox(Call& call, GeoShape& shape)
{
    shape.isBox = true;
    shape.width = call.nextFloat(errors::kGeoWidth);
    shape.height = call.nextFloat(errors::kGeoHeight);
    call.require(shape.width >= 0 && shape.height >= 0, errors::kGeoBoxNegative);
    shape.metersPerUnit = nextGeoUnit(call);
}

// Takes a word that stands before at least so many others.
bool nextIsBefore(Call& call, BytesView word, std::size_t others)
{
    return call.remaining() > others && call.nextIs(word);
}

bool nextIsPlain(Call& call, GeoQuery& query)
{
    const auto flag = [&](BytesView word, bool& option) {
        const bool taken = call.nextIs(word);
        option = option || taken;
        return taken;
    };
    const auto order = [&](BytesView word, Order wanted) {
        const bool taken = call.nextIs(word);
        query.order = taken ? wanted : query.order;
        return taken;
    };
    return flag("withdist", query.withDistance) || flag("withhash", query.withHash)
        || flag("withcoord", query.withPlace) || flag("any", query.any) || order("asc", Order::Ascending)
        || order("desc", Order::Descending)
        || (query.form == Form::SearchStore && flag("storedist", query.storeDistance));
}

bool nextIsStore(Call& call, GeoQuery& query)
{
    if (query.form != Form::Radius)
        return false;
    const bool distance = nextIsBefore(call, "storedist", 1);
    if (!distance && !nextIsBefore(call, "store", 1))
        return false;
    query.storeDistance = distance;
    query.target = call.nextKey();
    return true;
}

// What only GEOSEARCH has: its centre and its shape, each given in one way, if in one way more than once.
bool nextIsArea(Call& call, GeoQuery& query)
{
    if (!query.isSearch())
        return false;
    const bool byPlace = query.hasCenter && !query.fromMember;
    if (!byPlace && nextIsBefore(call, "frommember", 1)) {
        readMember(call, query, call.nextBytes());
        query.hasCenter = query.fromMember = true;
    } else if (!query.fromMember && nextIsBefore(call, "fromlonlat", 2)) {
        query.shape.center = nextGeoPoint(call);
        query.hasCenter = true;
    } else if (!(query.hasShape && query.shape.isBox) && nextIsBefore(call, "byradius", 2)) {
        readRadius(call, query.shape);
        query.hasShape = true;
    } else if ((!query.hasShape || query.shape.isBox) && nextIsBefore(call, "bybox", 3)) {
        readBox(call, query.shape);
        query.hasShape = true;
    } else {
        return false;
    }
    return true;
}

void readOptions(Call& call, GeoQuery& query)
{
    while (call.more() && !call.failed()) {
        if (nextIsBefore(call, "count", 1)) {
            query.count = call.nextInteger();
            call.require(query.count > 0, errors::kCountAboveZero);
        } else if (!nextIsPlain(call, query) && !nextIsStore(call, query) && !nextIsArea(call, query)) {
            call.fail(errors::kSyntax);
        }
    }
}

void checkOptions(Call& call, const GeoQuery& query)
{
    const bool with = query.withDistance || query.withHash || query.withPlace;
    if (query.target && with)
        call.fail(query.isSearch() ? errors::kGeosearchstoreWith : errors::kGeoradiusStoreWith);
    if (query.isSearch() && !query.hasCenter)
        call.fail("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for " + Bytes(call.argv()[0]));
    if (query.isSearch() && !query.hasShape)
        call.fail("ERR exactly one of BYRADIUS and BYBOX can be specified for " + Bytes(call.argv()[0]));
    call.require(!query.any || query.count > 0, errors::kGeoAnyAlone);
}

// In Redis's order; with ANY no more than are wanted.
std::vector<Found> findAll(const GeoQuery& query)
{
    const std::size_t most =
        query.any ? static_cast<std::size_t>(query.count) : std::numeric_limits<std::size_t>::max();
    std::vector<Found> found;
    for (const GeoCell& cell : query.shape.cells()) {
        const std::size_t first = query.set->countBelowScore(static_cast<double>(cell.firstScore()), false);
        const std::size_t end = query.set->countBelowScore(static_cast<double>(cell.endScore()), false);
        if (first >= end || found.size() >= most)
            continue;
        query.set->forEach(first, end - first, [&](const ScoredMember& member) {
            const GeoPoint point = geoPointOf(member.score);
            if (const auto meters = query.shape.metersTo(point))
                found.push_back({Bytes(member.member), member.score, *meters, point});
            return found.size() < most;
        });
    }
    return found;
}

// Redis sorts the whole with a sort that keeps the order of equals, and a part with one that does not.
void sortWanted(std::vector<Found>& found, std::size_t wanted, Order order)
{
    const auto compare = [order](const Found& a, const Found& b) {
        const int ascending = a.meters < b.meters ? -1 : a.meters > b.meters ? 1 : 0;
        return order == Order::Descending ? -ascending : ascending;
    };
    if (wanted < found.size())
        partialSort(std::span(found), 0, wanted - 1, compare);
    else
        std::ranges::stable_sort(found, [&](const Found& a, const Found& b) { return compare(a, b) < 0; });
}

std::vector<Found> findWanted(const GeoQuery& query)
{
    std::vector<Found> found = findAll(query);
    const auto count = static_cast<std::uint64_t>(query.count);
    const std::size_t wanted = query.count > 0 && count < found.size() ? count : found.size();
    const bool nearest = query.count > 0 && !query.any && query.order == Order::None;
    if (wanted > 0 && (nearest || query.order != Order::None))
        sortWanted(found, wanted, query.order);
    found.resize(wanted);
    return found;
}

void replyFound(Call& call, const GeoQuery& query, const std::vector<Found>& found)
{
    ReplySink& reply = call.reply();
    const int extras = (query.withDistance ? 1 : 0) + (query.withHash ? 1 : 0) + (query.withPlace ? 1 : 0);
    reply.array(found.size());
    for (const Found& item : found) {
        if (extras > 0)
            reply.array(static_cast<std::size_t>(extras) + 1);
        reply.bulk(item.member);
        if (query.withDistance)
            replyDistance(reply, item.meters / query.shape.metersPerUnit);
        if (query.withHash)
            reply.integer(static_cast<std::int64_t>(item.score));
        if (query.withPlace)
            replyGeoPoint(reply, item.point);
    }
}

void storeFound(Call& call, const GeoQuery& query, const std::vector<Found>& found)
{
    const BytesView target = *query.target;
    const bool replaced = call.findUntouched(target) != nullptr && call.erase(target);
    call.reply().integer(static_cast<std::int64_t>(found.size()));
    if (found.empty()) {
        if (replaced)
            call.changed(target, EventClass::Generic, "del");
        return;
    }
    std::size_t longest = 0;
    for (const Found& item : found)
        longest = std::max(longest, item.member.size());
    SortedSetValue& set = call.editSortedSet(target);
    set.prepareFor(found.size(), longest, call.limits());
    for (const Found& item : found)
        set.set(item.member, query.storeDistance ? item.meters / query.shape.metersPerUnit : item.score, call.limits());
    call.changed(target, EventClass::SortedSet, query.isSearch() ? "geosearchstore" : "georadiusstore", found.size());
}

void finishSearch(Call& call, GeoQuery& query)
{
    readOptions(call, query);
    checkOptions(call, query);
    if (call.failed())
        return;
    const std::vector<Found> found = query.set ? findWanted(query) : std::vector<Found>();
    if (query.target)
        storeFound(call, query, found);
    else
        replyFound(call, query, found);
}

void searchAround(Call& call, Form form)
{
    GeoQuery query{.form = form};
    query.set = call.findSortedSet(call.nextKey());
    query.shape.center = nextGeoPoint(call);
    readRadius(call, query.shape);
    finishSearch(call, query);
}

void searchAroundMember(Call& call, Form form)
{
    GeoQuery query{.form = form};
    query.set = call.findSortedSet(call.nextKey());
    const auto member = call.nextBytes();
    readMember(call, query, member);
    // Without a key Redis does not look at the radius either.
    if (query.set)
        readRadius(call, query.shape);
    else
        call.take(2);
    finishSearch(call, query);
}

void georadius(Call& call)
{
    searchAround(call, Form::Radius);
}

void georadiusRo(Call& call)
{
    searchAround(call, Form::RadiusRo);
}

void georadiusbymember(Call& call)
{
    searchAroundMember(call, Form::Radius);
}

void georadiusbymemberRo(Call& call)
{
    searchAroundMember(call, Form::RadiusRo);
}

void geosearch(Call& call)
{
    GeoQuery query{.form = Form::Search};
    query.set = call.findSortedSet(call.nextKey());
    finishSearch(call, query);
}

void geosearchstore(Call& call)
{
    GeoQuery query{.form = Form::SearchStore};
    query.target = call.nextKey();
    query.set = call.findSortedSet(call.nextKey());
    finishSearch(call, query);
}

constexpr KeySpec behind(BytesView keyword, int from)
{
    return {.use = KeySpec::OW | KeySpec::Update, .begin = from, .keyword = keyword};
}

constexpr BytesView kComplexity = "O(N + log M) for N members in the cells about the area, of M in all";

constexpr CommandSpec kRows[] = {
    {.name = "georadius",
        .syntax = "key:key longitude:double latitude:double radius:double (M|KM|FT|MI):unit [WITHCOORD]"
                  " [WITHDIST] [WITHHASH] [(COUNT count:integer [ANY]):count] [ASC|DESC]:order [STORE"
                  " key:key@1] [STOREDIST key:key@2]",
        .arity = -6,
        .flags = Flag::Write | Flag::DenyOom | Flag::MovableKeys,
        .acl = Acl::Geo,
        .keys = {KeySpec::one(1), behind("STORE", 6), behind("STOREDIST", 6)},
        .group = Group::Geo,
        .since = "3.2.0",
        .complexity = kComplexity,
        .summary = "Finds members within a circle about a place, and may store them.",
        .run = georadius},
    {.name = "georadius_ro",
        .syntax = "key:key longitude:double latitude:double radius:double (M|KM|FT|MI):unit [WITHCOORD]"
                  " [WITHDIST] [WITHHASH] [(COUNT count:integer [ANY]):count] [ASC|DESC]:order",
        .arity = -6,
        .flags = Flag::ReadOnly,
        .acl = Acl::Geo,
        .keys = KeySpec::one(1),
        .group = Group::Geo,
        .since = "3.2.10",
        .complexity = kComplexity,
        .summary = "Finds members within a circle about a place.",
        .run = georadiusRo},
    {.name = "georadiusbymember",
        .syntax = "key:key member:string radius:double (M|KM|FT|MI):unit [WITHCOORD] [WITHDIST] [WITHHASH]"
                  " [(COUNT count:integer [ANY]):count] [ASC|DESC]:order [STORE key:key@1] [STOREDIST"
                  " key:key@2]",
        .arity = -5,
        .flags = Flag::Write | Flag::DenyOom | Flag::MovableKeys,
        .acl = Acl::Geo,
        .keys = {KeySpec::one(1), behind("STORE", 5), behind("STOREDIST", 5)},
        .group = Group::Geo,
        .since = "3.2.0",
        .complexity = kComplexity,
        .summary = "Finds members within a circle about one of them, and may store them.",
        .run = georadiusbymember},
    {.name = "georadiusbymember_ro",
        .syntax = "key:key member:string radius:double (M|KM|FT|MI):unit [WITHCOORD] [WITHDIST] [WITHHASH]"
                  " [(COUNT count:integer [ANY]):count] [ASC|DESC]:order",
        .arity = -5,
        .flags = Flag::ReadOnly,
        .acl = Acl::Geo,
        .keys = KeySpec::one(1),
        .group = Group::Geo,
        .since = "3.2.10",
        .complexity = kComplexity,
        .summary = "Finds members within a circle about one of them.",
        .run = georadiusbymemberRo},
    {.name = "geosearch",
        .syntax = "key:key (FROMMEMBER member:string|FROMLONLAT (longitude:double"
                  " latitude:double):longitude_latitude):from ((BYRADIUS radius:double"
                  " (M|KM|FT|MI):unit):circle|(BYBOX width:double height:double (M|KM|FT|MI):unit):box):by"
                  " [ASC|DESC]:order [(COUNT count:integer [ANY]):count] [WITHCOORD] [WITHDIST] [WITHHASH]",
        .arity = -7,
        .flags = Flag::ReadOnly,
        .acl = Acl::Geo,
        .keys = KeySpec::one(1),
        .group = Group::Geo,
        .since = "6.2.0",
        .complexity = kComplexity,
        .summary = "Finds members within a circle or a box.",
        .run = geosearch},
    {.name = "geosearchstore",
        .syntax = "destination:key source:key (FROMMEMBER member:string|FROMLONLAT (longitude:double"
                  " latitude:double):longitude_latitude):from ((BYRADIUS radius:double"
                  " (M|KM|FT|MI):unit):circle|(BYBOX width:double height:double (M|KM|FT|MI):unit):box):by"
                  " [ASC|DESC]:order [(COUNT count:integer [ANY]):count] [STOREDIST]",
        .arity = -8,
        .flags = Flag::Write | Flag::DenyOom,
        .acl = Acl::Geo,
        .keys = {KeySpec::one(1, KeySpec::OW | KeySpec::Update), KeySpec::one(2)},
        .group = Group::Geo,
        .since = "6.2.0",
        .complexity = kComplexity,
        .summary = "Finds members within a circle or a box, and stores them.",
        .run = geosearchstore},
};

} // namespace

std::span<const CommandSpec> geoSearchCommands()
{
    return kRows;
}

} // namespace engine
