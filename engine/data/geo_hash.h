#pragma once

// Places on the earth as Redis keeps them: 52 bits, of longitude and latitude in turn, that a double holds exactly.
// Near places mostly share their first bits, so a cell of the map is a range of scores.

#include "engine/base/bytes.h"

#include <cstdint>

namespace engine {

/// Degrees. The latitude ends where a web map's square does.
struct GeoPoint {
    double longitude = 0;
    double latitude = 0;
};

/// What is kept of places: -180 to 180 and -85.05112878 to 85.05112878 degrees. NaN is refused.
bool isGeoPoint(const GeoPoint& point);

/// A cell of the map, halved `step` times each way.
struct GeoCell {
    std::uint64_t bits = 0;
    int step = 0;

    bool operator==(const GeoCell&) const = default;
    /// The cell so many to the east and to the north, around the world each way.
    GeoCell moved(int east, int north) const;
    /// The least score within, and the least one past it.
    std::uint64_t firstScore() const { return bits << (kBits - 2 * step); }
    std::uint64_t endScore() const { return (bits + 1) << (kBits - 2 * step); }

    static constexpr int kBits = 52;
    static constexpr int kMostSteps = kBits / 2;
};

struct GeoArea {
    GeoPoint least;
    GeoPoint most;
};

GeoCell geoCellAt(const GeoPoint& point, int step);
GeoArea areaOf(const GeoCell& cell);

/// The score of a place.
double geoScore(const GeoPoint& point);
/// The middle of the cell that a score names; any score gives some place.
GeoPoint geoPointOf(double score);
/// Eleven characters of the public geohash alphabet, the last of them always '0'.
Bytes geohashText(const GeoPoint& point);

/// Along a great circle of a round earth.
double metersBetween(const GeoPoint& a, const GeoPoint& b);

} // namespace engine
