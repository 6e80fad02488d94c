#include "engine/data/geo_hash.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace engine {

namespace {

constexpr double kMostLongitude = 180;
constexpr double kMostLatitude = 85.05112878;
constexpr double kPublicMostLatitude = 90;
constexpr double kEarthRadiusMeters = 6372797.560856;
constexpr std::uint64_t kLatitudeBits = 0x5555555555555555;
constexpr std::uint64_t kLongitudeBits = 0xaaaaaaaaaaaaaaaa;

// Every bit i of the lower half goes to bit 2i.
std::uint64_t spread(std::uint32_t half)
{
    std::uint64_t bits = half;
    bits = (bits | bits << 16) & 0x0000ffff0000ffff;
    bits = (bits | bits << 8) & 0x00ff00ff00ff00ff;
    bits = (bits | bits << 4) & 0x0f0f0f0f0f0f0f0f;
    bits = (bits | bits << 2) & 0x3333333333333333;
    return (bits | bits << 1) & kLatitudeBits;
}

std::uint32_t gather(std::uint64_t bits)
{
    bits &= kLatitudeBits;
    bits = (bits | bits >> 1) & 0x3333333333333333;
    bits = (bits | bits >> 2) & 0x0f0f0f0f0f0f0f0f;
    bits = (bits | bits >> 4) & 0x00ff00ff00ff00ff;
    bits = (bits | bits >> 8) & 0x0000ffff0000ffff;
    return static_cast<std::uint32_t>(bits | bits >> 16);
}

std::uint32_t slice(double value, double most, int step)
{
    return static_cast<std::uint32_t>((value + most) / (most + most) * static_cast<double>(1ULL << step));
}

double sliceBegin(std::uint32_t index, double most, int step)
{
    return -most + index * 1.0 / static_cast<double>(1ULL << step) * (most + most);
}

std::uint64_t interleaved(const GeoPoint& point, double mostLatitude, int step)
{
    return spread(slice(point.latitude, mostLatitude, step))
        | spread(slice(point.longitude, kMostLongitude, step)) << 1;
}

// Adds to the bits of one axis only, those of the other passing the carry on.
std::uint64_t movedAlong(std::uint64_t bits, int by, std::uint64_t axis, std::uint64_t other)
{
    if (by > 0)
        return ((bits & axis) + other + 1) & axis;
    return by < 0 ? (((bits & axis) | other) - (other + 1)) & axis : bits & axis;
}

// As the machine that Redis runs on does it, which matters for scores that ZADD made: below 2^63 as a signed number,
// the lowest of which stands for what does not fit.
std::uint64_t bitsOfScore(double score)
{
    constexpr double kHalf = 9223372036854775808.0;
    constexpr std::uint64_t kTop = 1ULL << 63;
    const auto asSigned = [](double value) {
        return value >= -kHalf && value < kHalf ? static_cast<std::uint64_t>(static_cast<std::int64_t>(value)) : kTop;
    };
    return score < kHalf ? asSigned(score) : asSigned(score - kHalf) ^ kTop;
}

double radians(double degrees)
{
    return degrees * (std::numbers::pi / 180.0);
}

} // namespace

bool isGeoPoint(const GeoPoint& point)
{
    return std::abs(point.longitude) <= kMostLongitude && std::abs(point.latitude) <= kMostLatitude;
}

GeoCell GeoCell::moved(int east, int north) const
{
    const std::uint64_t latitude = kLatitudeBits >> (64 - 2 * step);
    const std::uint64_t longitude = kLongitudeBits >> (64 - 2 * step);
    // A place on the last edge of the map lies in a cell past it: an axis that is not moved keeps that bit.
    const std::uint64_t x = east == 0 ? bits & kLongitudeBits : movedAlong(bits, east, longitude, latitude);
    const std::uint64_t y = north == 0 ? bits & kLatitudeBits : movedAlong(bits, north, latitude, longitude);
    return {x | y, step};
}

GeoCell geoCellAt(const GeoPoint& point, int step)
{
    return {interleaved(point, kMostLatitude, step), step};
}

GeoArea areaOf(const GeoCell& cell)
{
    const std::uint32_t latitude = gather(cell.bits);
    const std::uint32_t longitude = gather(cell.bits >> 1);
    return {.least = {sliceBegin(longitude, kMostLongitude, cell.step), sliceBegin(latitude, kMostLatitude, cell.step)},
        .most = {
            sliceBegin(longitude + 1, kMostLongitude, cell.step), sliceBegin(latitude + 1, kMostLatitude, cell.step)}};
}

double geoScore(const GeoPoint& point)
{
    return static_cast<double>(geoCellAt(point, GeoCell::kMostSteps).bits);
}

GeoPoint geoPointOf(double score)
{
    const GeoArea area = areaOf({bitsOfScore(score), GeoCell::kMostSteps});
    const auto middle = [](double a, double b, double most) { return std::clamp((a + b) / 2, -most, most); };
    return {middle(area.least.longitude, area.most.longitude, kMostLongitude),
        middle(area.least.latitude, area.most.latitude, kMostLatitude)};
}

Bytes geohashText(const GeoPoint& point)
{
    constexpr BytesView kAlphabet = "0123456789bcdefghjkmnpqrstuvwxyz";
    const std::uint64_t bits = interleaved(point, kPublicMostLatitude, GeoCell::kMostSteps);
    Bytes text;
    for (int shift = GeoCell::kBits - 5; shift > 0; shift -= 5)
        text.push_back(kAlphabet[(bits >> shift) & 31]);
    // Two bits are left, too few for a character.
    text.push_back('0');
    return text;
}

double metersBetween(const GeoPoint& a, const GeoPoint& b)
{
    const double latitudeA = radians(a.latitude);
    const double latitudeB = radians(b.latitude);
    const double v = std::sin((radians(b.longitude) - radians(a.longitude)) / 2);
    // Along a meridian there is a shorter way to compute, which rounds otherwise.
    if (v == 0)
        return kEarthRadiusMeters * std::abs(latitudeB - latitudeA);
    const double u = std::sin((latitudeB - latitudeA) / 2);
    return 2.0 * kEarthRadiusMeters * std::asin(std::sqrt(u * u + std::cos(latitudeA) * std::cos(latitudeB) * v * v));
}

} // namespace engine
