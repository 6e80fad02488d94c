// Places as scores: what is kept of them, and that a search misses none that is within and finds none that is not.

#include "engine/data/geo_shape.h"

#include "engine/base/rng.h"

#include <QTest>

#include <cmath>

using namespace engine;

namespace {

double fraction(Rng& rng)
{
    return static_cast<double>(rng.below(1'000'000'000)) / 1e9;
}

GeoPoint anyPoint(Rng& rng)
{
    return {fraction(rng) * 360 - 180, fraction(rng) * 170.10225756 - 85.05112878};
}

bool within(const GeoCell& cell, double score)
{
    return score >= static_cast<double>(cell.firstScore()) && score < static_cast<double>(cell.endScore());
}

} // namespace

class GeoTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aPlaceComesBackToWithinItsCell();
    void theCellOfAPlaceHoldsItAtEveryStep();
    void movingThereAndBackIsNoMove();
    void movingGoesRoundTheWorld();
    void theCellsOfACircleHoldAllThatIsWithin();
    void theCellsOfABoxHoldAllThatIsWithin();
    void distancesAreThoseOfARoundEarth();
    void placesOffTheMapAreRefused();
};

void GeoTest::aPlaceComesBackToWithinItsCell()
{
    Rng rng(1);
    for (int i = 0; i < 100'000; ++i) {
        const GeoPoint point = anyPoint(rng);
        const GeoPoint back = geoPointOf(geoScore(point));
        // Half a cell of 2^26 each way.
        QVERIFY(std::abs(back.longitude - point.longitude) <= 360.0 / (1 << 27) * 1.000001);
        QVERIFY(std::abs(back.latitude - point.latitude) <= 170.10225756 / (1 << 27) * 1.000001);
        QCOMPARE(geoScore(back), geoScore(point));
    }
}

void GeoTest::theCellOfAPlaceHoldsItAtEveryStep()
{
    Rng rng(2);
    for (int i = 0; i < 10'000; ++i) {
        const GeoPoint point = anyPoint(rng);
        for (int step = 1; step <= GeoCell::kMostSteps; ++step) {
            const GeoCell cell = geoCellAt(point, step);
            QVERIFY(within(cell, geoScore(point)));
            const GeoArea area = areaOf(cell);
            QVERIFY(point.longitude >= area.least.longitude && point.longitude <= area.most.longitude);
            QVERIFY(point.latitude >= area.least.latitude && point.latitude <= area.most.latitude);
        }
    }
}

void GeoTest::movingThereAndBackIsNoMove()
{
    Rng rng(3);
    for (int i = 0; i < 10'000; ++i) {
        const GeoCell cell = geoCellAt(anyPoint(rng), 1 + static_cast<int>(rng.below(26)));
        for (const int east : {-1, 0, 1}) {
            for (const int north : {-1, 0, 1})
                QVERIFY(cell.moved(east, north).moved(-east, -north) == cell);
        }
    }
}

void GeoTest::movingGoesRoundTheWorld()
{
    const GeoCell start = geoCellAt({100, 20}, 6);
    GeoCell east = start;
    GeoCell north = start;
    for (int i = 0; i < 64; ++i) {
        QVERIFY(i == 0 || (!(east == start) && !(north == start)));
        east = east.moved(1, 0);
        north = north.moved(0, 1);
    }
    QVERIFY(east == start);
    QVERIFY(north == start);
}

void GeoTest::theCellsOfACircleHoldAllThatIsWithin()
{
    Rng rng(4);
    std::size_t found = 0;
    for (int i = 0; i < 2'000; ++i) {
        // Not about the poles or the date line, past which no cells are looked for.
        GeoShape shape{.center = {fraction(rng) * 300 - 150, fraction(rng) * 120 - 60}};
        shape.radius = std::pow(10, 1 + fraction(rng) * 4.5);
        const auto cells = shape.cells();
        for (int j = 0; j < 50; ++j) {
            const double degrees = shape.radius / 111'000 * 2.5;
            GeoPoint point{shape.center.longitude + (fraction(rng) - 0.5) * degrees,
                shape.center.latitude + (fraction(rng) - 0.5) * degrees};
            point = geoPointOf(geoScore(point));
            if (!shape.metersTo(point))
                continue;
            ++found;
            QVERIFY(std::ranges::any_of(cells, [&](const GeoCell& cell) { return within(cell, geoScore(point)); }));
            QVERIFY(*shape.metersTo(point) <= shape.radius);
        }
    }
    QVERIFY(found > 20'000);
}

void GeoTest::theCellsOfABoxHoldAllThatIsWithin()
{
    Rng rng(5);
    std::size_t found = 0;
    for (int i = 0; i < 2'000; ++i) {
        GeoShape shape{.center = {fraction(rng) * 300 - 150, fraction(rng) * 120 - 60}, .isBox = true};
        shape.metersPerUnit = 1000;
        shape.width = std::pow(10, fraction(rng) * 2.5);
        shape.height = std::pow(10, fraction(rng) * 2.5);
        const auto cells = shape.cells();
        for (int j = 0; j < 50; ++j) {
            GeoPoint point{shape.center.longitude + (fraction(rng) - 0.5) * shape.width / 111 * 1.5,
                shape.center.latitude + (fraction(rng) - 0.5) * shape.height / 111 * 1.5};
            point = geoPointOf(geoScore(point));
            if (!shape.metersTo(point))
                continue;
            ++found;
            QVERIFY(std::ranges::any_of(cells, [&](const GeoCell& cell) { return within(cell, geoScore(point)); }));
        }
    }
    QVERIFY(found > 20'000);
}

void GeoTest::distancesAreThoseOfARoundEarth()
{
    constexpr double kRadius = 6372797.560856;
    const double quarter = kRadius * M_PI / 2;
    QVERIFY(std::abs(metersBetween({0, 0}, {90, 0}) - quarter) < 0.001);
    QVERIFY(std::abs(metersBetween({0, 0}, {0, 85}) - quarter * 85 / 90) < 0.001);
    QVERIFY(std::abs(metersBetween({-90, 0}, {90, 0}) - 2 * quarter) < 0.001);
    QCOMPARE(metersBetween({13, 38}, {13, 38}), 0.0);
    Rng rng(6);
    for (int i = 0; i < 10'000; ++i) {
        const GeoPoint a = anyPoint(rng);
        const GeoPoint b = anyPoint(rng);
        const GeoPoint c = anyPoint(rng);
        QVERIFY(std::abs(metersBetween(a, b) - metersBetween(b, a)) < 1e-6);
        QVERIFY(metersBetween(a, c) <= metersBetween(a, b) + metersBetween(b, c) + 1e-6);
    }
}

void GeoTest::placesOffTheMapAreRefused()
{
    QVERIFY(isGeoPoint({180, 85.05112878}));
    QVERIFY(isGeoPoint({-180, -85.05112878}));
    for (const GeoPoint& point : {GeoPoint{180.0001, 0}, GeoPoint{0, 85.0512}, GeoPoint{-181, 0}, GeoPoint{0, -90},
             GeoPoint{std::nan(""), 0}, GeoPoint{0, std::nan("")}, GeoPoint{INFINITY, 0}})
        QVERIFY(!isGeoPoint(point));
}

QTEST_GUILESS_MAIN(GeoTest)
#include "geo_test.moc"
