// labels: fast

#include "engine/data/bit_array.h"

#include "engine/base/rng.h"

#include <QTest>

#include <algorithm>
#include <limits>
#include <optional>
#include <vector>

using namespace engine;

namespace {

// Bits one at a time, as a second opinion.
std::vector<bool> bitsOf(const Bytes& bytes)
{
    std::vector<bool> bits;
    for (const char byte : bytes) {
        for (int i = 7; i >= 0; --i)
            bits.push_back(((static_cast<unsigned char>(byte) >> i) & 1) != 0);
    }
    return bits;
}

Bytes randomBytes(Rng& rng)
{
    Bytes bytes(rng.below(60), rng.below(2) == 0 ? '\0' : '\xff');
    for (std::uint64_t i = rng.below(4); i > 0 && !bytes.empty(); --i)
        bytes[rng.below(bytes.size())] = static_cast<char>(rng.next());
    return bytes;
}

} // namespace

class BitArrayTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void countsAndSearchesEqualThoseBitByBit();
    void whatIsWrittenIsRead();
    void aReadBehindTheEndSeesZeroes();
    void sumsAreWrappedAndSaturated();
    void sumsOfSmallIntegersEqualThoseInMoreBits();
};

void BitArrayTest::countsAndSearchesEqualThoseBitByBit()
{
    Rng rng(1);
    for (int round = 0; round < 3'000; ++round) {
        const Bytes bytes = randomBytes(rng);
        const std::vector<bool> bits = bitsOf(bytes);
        if (bits.empty())
            continue;
        const auto first = static_cast<std::int64_t>(rng.below(bits.size()));
        const auto last = first + static_cast<std::int64_t>(rng.below(bits.size() - static_cast<std::size_t>(first)));
        std::int64_t count = 0;
        std::optional<std::int64_t> places[2];
        for (std::int64_t i = last; i >= first; --i) {
            const bool on = bits[static_cast<std::size_t>(i)];
            count += on ? 1 : 0;
            places[on ? 1 : 0] = i;
            QCOMPARE(bitAt(bytes, static_cast<std::uint64_t>(i)), on);
        }
        QCOMPARE(countBits(bytes, {.first = first, .last = last}), count);
        QCOMPARE(findBit(bytes, {.first = first, .last = last}, true), places[1]);
        QCOMPARE(findBit(bytes, {.first = first, .last = last}, false), places[0]);
    }
    QCOMPARE(countBits("abc", {}), 0);
    QVERIFY(!findBit("abc", {}, true));
}

void BitArrayTest::whatIsWrittenIsRead()
{
    Rng rng(2);
    for (int round = 0; round < 3'000; ++round) {
        Bytes bytes(20, static_cast<char>(rng.next()));
        const Bytes before = bytes;
        const BitInteger type{.isSigned = rng.below(2) == 0, .bits = static_cast<unsigned>(1 + rng.below(63))};
        const std::uint64_t position = rng.below(90);
        const auto value = static_cast<std::int64_t>(rng.next());
        writeInteger(bytes, position, type, value);
        const std::int64_t read = readInteger(bytes, position, type);
        QCOMPARE((read ^ value) << (64 - type.bits), 0);
        QCOMPARE(read < 0, type.isSigned && ((value >> (type.bits - 1)) & 1) != 0);
        // Its neighbours are as they were.
        for (std::uint64_t i = 0; i < 160; ++i) {
            if (i < position || i >= position + type.bits)
                QCOMPARE(bitAt(bytes, i), bitAt(before, i));
        }
    }
}

void BitArrayTest::aReadBehindTheEndSeesZeroes()
{
    QCOMPARE(readInteger("\xff", 4, {.isSigned = false, .bits = 8}), 0xf0);
    QCOMPARE(readInteger("\xff", 4, {.isSigned = true, .bits = 8}), -16);
    QCOMPARE(readInteger("", 1'000'000, {.isSigned = true, .bits = 64}), 0);
    QVERIFY(!bitAt("\xff", 8));
}

void BitArrayTest::sumsAreWrappedAndSaturated()
{
    constexpr BitInteger kWidest{.isSigned = true, .bits = 64};
    constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
    constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
    QCOMPARE(addFitting(kMax, 1, kWidest, Overflow::Wrap).value, kMin);
    QCOMPARE(addFitting(kMax, 1, kWidest, Overflow::Saturate).value, kMax);
    QCOMPARE(addFitting(kMin, kMin, kWidest, Overflow::Wrap).value, 0);
    QCOMPARE(addFitting(kMin, -1, kWidest, Overflow::Saturate).value, kMin);
    QVERIFY(!addFitting(kMax, kMin, kWidest, Overflow::Fail).overflowed);
    // As Redis has it, a value that is very far below is taken for one above.
    constexpr BitInteger kAlmost{.isSigned = true, .bits = 63};
    QCOMPARE(addFitting(-6898721512045394285, 0, kAlmost, Overflow::Saturate).value, kMax / 2);
    QCOMPARE(addFitting(-2305843009213693953, 0, {.isSigned = true, .bits = 62}, Overflow::Saturate).value, kMin / 4);
    constexpr BitInteger kWide{.isSigned = false, .bits = 63};
    QVERIFY(addFitting(kMax, 1, kWide, Overflow::Fail).overflowed);
    QCOMPARE(addFitting(-1, 0, kWide, Overflow::Saturate).value, kMax);
    QCOMPARE(addFitting(5, kMin, kWide, Overflow::Saturate).value, 0);
}

void BitArrayTest::sumsOfSmallIntegersEqualThoseInMoreBits()
{
    for (const bool isSigned : {false, true}) {
        const std::int64_t lowest = isSigned ? -8 : 0;
        const std::int64_t highest = isSigned ? 7 : 15;
        const BitInteger type{.isSigned = isSigned, .bits = 4};
        for (std::int64_t value = lowest; value <= highest; ++value) {
            for (std::int64_t increment = -40; increment <= 40; ++increment) {
                const std::int64_t sum = value + increment;
                const FittedInteger wrapped = addFitting(value, increment, type, Overflow::Wrap);
                QCOMPARE(wrapped.overflowed, sum < lowest || sum > highest);
                QCOMPARE((wrapped.value - sum) % 16, 0);
                QVERIFY(wrapped.value >= lowest && wrapped.value <= highest);
                QCOMPARE(
                    addFitting(value, increment, type, Overflow::Saturate).value, std::clamp(sum, lowest, highest));
            }
        }
    }
}

QTEST_GUILESS_MAIN(BitArrayTest)
#include "bit_array_test.moc"
