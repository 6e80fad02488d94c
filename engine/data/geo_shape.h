#pragma once

// What a search of places looks for, a circle or a box about a centre, and which cells of the map to look in.

#include "engine/data/geo_hash.h"

#include <optional>
#include <vector>

namespace engine {

struct GeoShape {
    GeoPoint center;
    bool isBox = false;
    // In units of so many meters.
    double metersPerUnit = 1;
    double radius = 0;
    double width = 0;
    double height = 0;

    /// How far a place within is from the centre, in meters; nothing when it is outside.
    std::optional<double> metersTo(const GeoPoint& point) const;
    /// Up to nine cells that hold all there is within, in the order in which Redis looks: the centre's, N, S, E, W, NE,
    /// NW, SE, SW, without those that the bounds rule out. A cell repeated right behind itself is left out.
    std::vector<GeoCell> cells() const;
};

} // namespace engine
