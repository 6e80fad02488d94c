#include "engine/data/geo_shape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace engine {

namespace {

constexpr double kEarthRadiusMeters = 6372797.560856;
constexpr double kDegree = std::numbers::pi / 180.0;
// Half of the earth's circumference as the map draws it.
constexpr double kMapHalfMeters = 20037726.37;

// The bounds may pass the edges of the map; near a pole the sides may even cross.
GeoArea boundsOf(const GeoShape& shape)
{
    const double up = shape.metersPerUnit * (shape.isBox ? shape.height / 2 : shape.radius);
    const double aside = shape.metersPerUnit * (shape.isBox ? shape.width / 2 : shape.radius);
    const double latitudes = up / kEarthRadiusMeters / kDegree;
    const double latitude = shape.center.latitude;
    // The side away from the equator is the wider one in degrees.
    const double outer = latitude < 0 ? latitude - latitudes : latitude + latitudes;
    const double longitudes = aside / kEarthRadiusMeters / std::cos(outer * kDegree) / kDegree;
    return {.least = {shape.center.longitude - longitudes, latitude - latitudes},
        .most = {shape.center.longitude + longitudes, latitude + latitudes}};
}

// So that nine cells cover the radius, or nearly: cells narrow towards the poles.
int stepFor(double meters, double latitude)
{
    if (meters == 0)
        return GeoCell::kMostSteps;
    int step = -1;
    for (; meters < kMapHalfMeters; meters *= 2)
        ++step;
    step -= std::abs(latitude) > 66 ? 1 : 0;
    step -= std::abs(latitude) > 80 ? 1 : 0;
    return std::clamp(step, 1, GeoCell::kMostSteps);
}

bool neighboursCover(const GeoCell& cell, const GeoArea& bounds)
{
    return areaOf(cell.moved(0, 1)).most.latitude >= bounds.most.latitude
        && areaOf(cell.moved(0, -1)).least.latitude <= bounds.least.latitude
        && areaOf(cell.moved(1, 0)).most.longitude >= bounds.most.longitude
        && areaOf(cell.moved(-1, 0)).least.longitude <= bounds.least.longitude;
}

struct Direction {
    int east;
    int north;
};
constexpr std::array<Direction, 9> kOrder{
    {{0, 0}, {0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {-1, 1}, {1, -1}, {-1, -1}}};

// Where the middle cell reaches past the bounds, nothing beyond it is looked for. With the largest cells, whose
// neighbours are also those of the other side, nothing is ruled out.
bool isUseless(const Direction& to, const GeoCell& middle, const GeoArea& bounds)
{
    if (middle.step < 2)
        return false;
    const GeoArea area = areaOf(middle);
    return (to.north < 0 && area.least.latitude < bounds.least.latitude)
        || (to.north > 0 && area.most.latitude > bounds.most.latitude)
        || (to.east < 0 && area.least.longitude < bounds.least.longitude)
        || (to.east > 0 && area.most.longitude > bounds.most.longitude);
}

} // namespace

std::optional<double> GeoShape::metersTo(const GeoPoint& point) const
{
    if (isBox) {
        if (metersBetween(point, {point.longitude, center.latitude}) > height * metersPerUnit / 2
            || metersBetween(point, {center.longitude, point.latitude}) > width * metersPerUnit / 2)
            return std::nullopt;
        return metersBetween(center, point);
    }
    const double meters = metersBetween(center, point);
    return meters > radius * metersPerUnit ? std::nullopt : std::optional(meters);
}

std::vector<GeoCell> GeoShape::cells() const
{
    const GeoArea bounds = boundsOf(*this);
    const double meters =
        metersPerUnit * (isBox ? std::sqrt(width / 2 * (width / 2) + height / 2 * (height / 2)) : radius);
    GeoCell middle = geoCellAt(center, stepFor(meters, center.latitude));
    if (middle.step > 1 && !neighboursCover(middle, bounds))
        middle = geoCellAt(center, middle.step - 1);
    std::vector<GeoCell> cells;
    for (const Direction& to : kOrder) {
        const GeoCell cell = middle.moved(to.east, to.north);
        // The first one is not compared with: Redis takes its place, 0, for none.
        const bool repeated = cells.size() > 1 && cells.back() == cell;
        if (!repeated && !isUseless(to, middle, bounds))
            cells.push_back(cell);
    }
    return cells;
}

} // namespace engine
