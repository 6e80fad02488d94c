#include "engine/command/geo_arguments.h"

#include <cmath>
#include <cstdio>

namespace engine {

namespace {

// Of a double's digits before the point there are at most 309.
Bytes sixDecimals(double value)
{
    char text[400];
    const int size = std::snprintf(text, sizeof text, "%f", value);
    return Bytes(text, static_cast<std::size_t>(size));
}

} // namespace

GeoPoint nextGeoPoint(Call& call)
{
    GeoPoint point;
    point.longitude = call.nextFloat();
    point.latitude = call.nextFloat();
    if (!isGeoPoint(point))
        call.fail(
            "ERR invalid longitude,latitude pair " + sixDecimals(point.longitude) + "," + sixDecimals(point.latitude));
    return point;
}

double nextGeoUnit(Call& call)
{
    if (call.nextIs("m"))
        return 1;
    if (call.nextIs("km"))
        return 1000;
    if (call.nextIs("ft"))
        return 0.3048;
    if (call.nextIs("mi"))
        return 1609.34;
    call.fail(errors::kGeoUnit);
    return 1;
}

void replyDistance(ReplySink& reply, double distance)
{
    // Rounded as a whole number of its last digit, which is not always what printf rounds the double to.
    constexpr std::int64_t kParts = 10'000;
    const std::int64_t parts = std::llrint(distance * static_cast<double>(kParts));
    const Bytes fraction = std::to_string(kParts + parts % kParts);
    reply.bulk(std::to_string(parts / kParts) + "." + fraction.substr(1));
}

void replyGeoPoint(ReplySink& reply, const GeoPoint& point)
{
    reply.array(2);
    reply.longNumber(point.longitude);
    reply.longNumber(point.latitude);
}

} // namespace engine
