#include "engine/command/geo_arguments.h"

#include <cstdio>

namespace engine {

namespace {

// Of a double's digits before the point there are at most 309.
Bytes decimals(const char* format, double value)
{
    char text[400];
    const int size = std::snprintf(text, sizeof text, format, value);
    return Bytes(text, static_cast<std::size_t>(size));
}

} // namespace

GeoPoint nextGeoPoint(Call& call)
{
    GeoPoint point;
    point.longitude = call.nextFloat();
    point.latitude = call.nextFloat();
    if (!isGeoPoint(point))
        call.fail("ERR invalid longitude,latitude pair " + decimals("%f", point.longitude) + ","
            + decimals("%f", point.latitude));
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
    reply.bulk(decimals("%.4f", distance));
}

void replyGeoPoint(ReplySink& reply, const GeoPoint& point)
{
    reply.array(2);
    reply.longNumber(point.longitude);
    reply.longNumber(point.latitude);
}

} // namespace engine
