// partialSort: the positions asked for get what a whole sort puts there, and nothing else is promised.

#include "engine/base/partial_sort.h"
#include "engine/base/rng.h"

#include <QTest>

#include <algorithm>
#include <numeric>
#include <vector>

using namespace engine;

namespace {

int compareNumbers(int a, int b)
{
    return a < b ? -1 : a > b ? 1 : 0;
}

std::vector<int> randomNumbers(Rng& rng, std::size_t size, std::uint64_t values)
{
    std::vector<int> numbers(size);
    for (int& number : numbers)
        number = static_cast<int>(rng.below(values));
    return numbers;
}

} // namespace

class PartialSortTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theRangeIsWhatAWholeSortGives();
    void nothingIsLostOrDoubled();
    void aShortRangeCostsFewerComparisonsThanTheWhole();
};

void PartialSortTest::theRangeIsWhatAWholeSortGives()
{
    Rng rng(1);
    for (int round = 0; round < 3'000; ++round) {
        const std::size_t size = 1 + rng.below(round % 10 == 0 ? 400 : 20);
        std::vector<int> numbers = randomNumbers(rng, size, 1 + rng.below(60));
        std::vector<int> sorted = numbers;
        std::ranges::sort(sorted);
        const std::size_t first = rng.below(size);
        const std::size_t last = first + rng.below(size - first);

        partialSort(std::span(numbers), first, last, compareNumbers);

        for (std::size_t i = first; i <= last; ++i)
            QCOMPARE(numbers[i], sorted[i]);
    }
}

void PartialSortTest::nothingIsLostOrDoubled()
{
    Rng rng(2);
    for (int round = 0; round < 500; ++round) {
        std::vector<int> numbers = randomNumbers(rng, 100, 7);
        std::vector<int> before = numbers;
        partialSort(std::span(numbers), 40, 45, compareNumbers);
        std::ranges::sort(numbers);
        std::ranges::sort(before);
        QCOMPARE(numbers, before);
    }
}

void PartialSortTest::aShortRangeCostsFewerComparisonsThanTheWhole()
{
    Rng rng(3);
    std::vector<int> numbers = randomNumbers(rng, 10'000, 1'000'000);
    const auto comparisons = [&](std::size_t first, std::size_t last) {
        std::vector<int> copy = numbers;
        std::size_t count = 0;
        partialSort(std::span(copy), first, last, [&](int a, int b) {
            ++count;
            return compareNumbers(a, b);
        });
        return count;
    };
    QVERIFY(comparisons(0, 9) * 3 < comparisons(0, 9'999));
}

QTEST_GUILESS_MAIN(PartialSortTest)
#include "partial_sort_test.moc"
