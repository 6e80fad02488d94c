#pragma once

// Places, units and distances among a command's words, and how distances are written.

#include "engine/command/call.h"
#include "engine/data/geo_hash.h"

namespace engine {

/// A longitude and a latitude.
GeoPoint nextGeoPoint(Call& call);
/// How many meters the unit has that is named next.
double nextGeoUnit(Call& call);
/// Both protocols: a bulk string with four decimals.
void replyDistance(ReplySink& reply, double distance);
/// An array of two numbers with all their digits.
void replyGeoPoint(ReplySink& reply, const GeoPoint& point);

} // namespace engine
