// HyperLogLogs: the forms agree, the bytes are what the format says, and hostile bytes are told from sound ones.

#include "engine/data/hyperloglog.h"

#include "engine/base/number.h"
#include "engine/base/rng.h"

#include <QTest>

#include <cmath>

using namespace engine;
using namespace engine::hyperloglog;

namespace {

constexpr std::size_t kNoLimit = 1'000'000;
constexpr std::size_t kDenseSize = 12'304;

Bytes element(std::uint64_t number)
{
    return "element:" + std::to_string(number);
}

Bytes dense()
{
    Bytes text = empty();
    makeDense(text);
    return text;
}

Registers registersOf(BytesView text)
{
    Registers registers{};
    mergeInto(registers, text);
    return registers;
}

Bytes sparse(BytesView runs)
{
    return empty().substr(0, 16) + Bytes(runs);
}

} // namespace

class HyperloglogTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEmptyOneIsOneRunOfZeros();
    void aMarkIsWithinItsBounds();
    void theDenseFormKeepsWhatAnArrayKeeps();
    void theSparseFormKeepsWhatAnArrayKeeps();
    void wouldRaiseForetellsRaise();
    void runsOfOneValueAreJoined();
    void theSparseFormEndsAtItsLimit();
    void aValueTooHighForTheSparseFormMakesItDense();
    void theEstimateIsNearTheTruth();
    void theEstimateIsKeptUntilForgotten();
    void runsThatAreNotThoseOfAllRegistersAreRefused_data();
    void runsThatAreNotThoseOfAllRegistersAreRefused();
    void noBytesBreakIt();
};

void HyperloglogTest::anEmptyOneIsOneRunOfZeros()
{
    const Bytes text = empty();
    QVERIFY(isHyperLogLog(text));
    QVERIFY(!isDense(text));
    QCOMPARE(text.size(), std::size_t{18});
    QCOMPARE(describeRuns(text), Bytes("Z:16384"));
    QCOMPARE(estimate(text), std::optional<std::uint64_t>(0));
    QCOMPARE(dense().size(), kDenseSize);
}

void HyperloglogTest::aMarkIsWithinItsBounds()
{
    std::array<std::size_t, 64> counts{};
    for (std::uint64_t i = 0; i < 100'000; ++i) {
        const Mark mark = markOf(element(i));
        QVERIFY(mark.place < kRegisters);
        QVERIFY(mark.value >= 1 && mark.value <= 51);
        ++counts[mark.value];
    }
    // Half of them have a run of none, a quarter of one.
    QVERIFY(std::abs(static_cast<double>(counts[1]) - 50'000) < 1'000);
    QVERIFY(std::abs(static_cast<double>(counts[2]) - 25'000) < 1'000);
    // What the real server's PFDEBUG DECODE shows for one element.
    QCOMPARE(markOf("a").place, std::size_t{12'711});
    QCOMPARE(markOf("a").value, std::uint8_t{2});
}

void HyperloglogTest::theDenseFormKeepsWhatAnArrayKeeps()
{
    Rng rng(1);
    Bytes text = dense();
    Registers expected{};
    for (int i = 0; i < 200'000; ++i) {
        const Mark mark{.place = rng.below(kRegisters), .value = static_cast<std::uint8_t>(1 + rng.below(63))};
        const bool higher = mark.value > expected[mark.place];
        QCOMPARE(raise(text, mark, 0), higher ? Outcome::Changed : Outcome::Same);
        expected[mark.place] = std::max(expected[mark.place], mark.value);
    }
    QCOMPARE(text.size(), kDenseSize);
    QVERIFY(registersOf(text) == expected);
}

void HyperloglogTest::theSparseFormKeepsWhatAnArrayKeeps()
{
    Rng rng(2);
    for (int round = 0; round < 20; ++round) {
        Bytes text = empty();
        Registers expected{};
        const std::uint64_t places = round % 2 == 0 ? kRegisters : 50; // far apart, and side by side
        for (int i = 0; i < 2'000; ++i) {
            const Mark mark{.place = rng.below(places), .value = static_cast<std::uint8_t>(1 + rng.below(32))};
            const bool higher = mark.value > expected[mark.place];
            QCOMPARE(raise(text, mark, kNoLimit), higher ? Outcome::Changed : Outcome::Same);
            expected[mark.place] = std::max(expected[mark.place], mark.value);
        }
        QVERIFY(!isDense(text));
        QVERIFY(registersOf(text) == expected);

        const auto before = estimate(text);
        QCOMPARE(makeDense(text), Outcome::Changed);
        QVERIFY(registersOf(text) == expected);
        QCOMPARE(estimate(text), before);
        QCOMPARE(estimate(expected), *before);
    }
}

void HyperloglogTest::wouldRaiseForetellsRaise()
{
    Rng rng(3);
    for (Bytes text : {empty(), dense()}) {
        for (int i = 0; i < 5'000; ++i) {
            const Mark mark = markOf(element(rng.below(3'000)));
            const Outcome foretold = wouldRaise(text, mark);
            QCOMPARE(raise(text, mark, kNoLimit), foretold);
        }
    }
}

void HyperloglogTest::runsOfOneValueAreJoined()
{
    Bytes text = empty();
    for (const std::size_t place : {100U, 101U, 102U, 103U, 104U})
        raise(text, {.place = place, .value = 3}, kNoLimit);
    QCOMPARE(describeRuns(text), Bytes("Z:100 v:3,4 v:3,1 Z:16279"));
    raise(text, {.place = 102, .value = 9}, kNoLimit);
    QCOMPARE(describeRuns(text), Bytes("Z:100 v:3,2 v:9,1 v:3,2 Z:16279"));
}

void HyperloglogTest::theSparseFormEndsAtItsLimit()
{
    Bytes text = empty();
    std::uint64_t count = 0;
    std::size_t longest = 0;
    while (!isDense(text)) {
        longest = std::max(longest, text.size());
        raise(text, markOf(element(count++)), 3'000);
    }
    QVERIFY(longest > 2'900 && longest <= 3'000);
    Bytes unlimited = empty();
    for (std::uint64_t i = 0; i < count; ++i)
        raise(unlimited, markOf(element(i)), kNoLimit);
    QVERIFY(registersOf(text) == registersOf(unlimited));
}

void HyperloglogTest::aValueTooHighForTheSparseFormMakesItDense()
{
    Bytes text = empty();
    raise(text, {.place = 7, .value = 32}, kNoLimit);
    QVERIFY(!isDense(text));
    QCOMPARE(raise(text, {.place = 8, .value = 33}, kNoLimit), Outcome::Changed);
    QVERIFY(isDense(text));
    QCOMPARE(registersOf(text)[7], std::uint8_t{32});
    QCOMPARE(registersOf(text)[8], std::uint8_t{33});
}

void HyperloglogTest::theEstimateIsNearTheTruth()
{
    Bytes text = empty();
    std::uint64_t next = 1;
    for (std::uint64_t count = 1; count <= 300'000; ++count) {
        raise(text, markOf(element(count)), 3'000);
        if (count != next)
            continue;
        next = next * 3 / 2 + 1;
        const auto told = static_cast<double>(*estimate(text));
        const auto truth = static_cast<double>(count);
        // Four standard deviations of 0.81 %.
        QVERIFY2(std::abs(told - truth) <= 1 + truth * 0.0325, std::to_string(count).c_str());
    }
}

void HyperloglogTest::theEstimateIsKeptUntilForgotten()
{
    Bytes text = empty();
    QCOMPARE(keptEstimate(text), std::optional<std::uint64_t>(0));
    keepEstimate(text, 0x0102030405060708);
    QCOMPARE(text.substr(8, 8), Bytes("\x08\x07\x06\x05\x04\x03\x02\x01"));
    QCOMPARE(keptEstimate(text), std::optional<std::uint64_t>(0x0102030405060708));
    forgetEstimate(text);
    QCOMPARE(keptEstimate(text), std::optional<std::uint64_t>());
}

void HyperloglogTest::runsThatAreNotThoseOfAllRegistersAreRefused_data()
{
    QTest::addColumn<QByteArray>("runs");
    QTest::newRow("none") << QByteArray();
    QTest::newRow("too few zeros") << QByteArray("\x7f\xfe", 2);
    QTest::newRow("one value too many") << QByteArray("\x7f\xff\x80", 3);
    QTest::newRow("zeros too many") << QByteArray("\x7f\xff\x00", 3);
    QTest::newRow("half a run") << QByteArray("\x7f", 1);
}

void HyperloglogTest::runsThatAreNotThoseOfAllRegistersAreRefused()
{
    QFETCH(QByteArray, runs);
    Bytes text = sparse(runs.toStdString());
    const Bytes before = text;
    Registers registers{};
    QVERIFY(isHyperLogLog(text));
    QVERIFY(!estimate(text));
    QVERIFY(!mergeInto(registers, text));
    QCOMPARE(makeDense(text), Outcome::Corrupt);
    QVERIFY(text == before);
}

void HyperloglogTest::noBytesBreakIt()
{
    Rng rng(4);
    for (int round = 0; round < 3'000; ++round) {
        Bytes runs;
        for (std::uint64_t i = rng.below(40); i > 0; --i)
            runs += static_cast<char>(rng.below(256));
        Bytes text = sparse(runs);
        describeRuns(text);
        Registers registers{};
        const bool sound = mergeInto(registers, text);
        QCOMPARE(estimate(text).has_value(), sound);
        for (int i = 0; i < 10; ++i)
            raise(text, {.place = rng.below(kRegisters), .value = static_cast<std::uint8_t>(1 + rng.below(40))}, 60);
        QVERIFY(text.size() >= 16);
    }
}

QTEST_GUILESS_MAIN(HyperloglogTest)
#include "hyperloglog_test.moc"
