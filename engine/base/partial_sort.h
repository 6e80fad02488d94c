#pragma once

// The quicksort of Bentley and McIlroy ("Engineering a Sort Function", 1993), made to leave alone what is not asked
// for: only the positions from `first` to `last` get what a whole sort would put there. SORT answers a LIMIT with it.
//
// It is not stable. Where elements compare equal, which of them is within the range follows from the steps taken, and
// those are the ones that Redis takes: the choice of pivots, the cut-off for insertion, the order of exchanges.

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

namespace engine {

namespace partial_sort_detail {

template <class Item, class Compare>
std::size_t median(std::span<Item> items, std::size_t a, std::size_t b, std::size_t c, Compare compare)
{
    if (compare(items[a], items[b]) < 0)
        return compare(items[b], items[c]) < 0 ? b : compare(items[a], items[c]) < 0 ? c : a;
    return compare(items[b], items[c]) > 0 ? b : compare(items[a], items[c]) < 0 ? a : c;
}

template <class Item, class Compare>
std::size_t pivot(std::span<Item> items, Compare compare)
{
    const std::size_t size = items.size();
    std::size_t low = 0;
    std::size_t middle = size / 2;
    std::size_t high = size - 1;
    if (size == 7)
        return middle;
    if (size > 40) {
        const std::size_t eighth = size / 8;
        low = median(items, low, low + eighth, low + 2 * eighth, compare);
        middle = median(items, middle - eighth, middle, middle + eighth, compare);
        high = median(items, high - 2 * eighth, high - eighth, high, compare);
    }
    return median(items, low, middle, high, compare);
}

template <class Item, class Compare>
void insertionSort(std::span<Item> items, Compare compare)
{
    for (std::size_t i = 1; i < items.size(); ++i)
        for (std::size_t j = i; j > 0 && compare(items[j - 1], items[j]) > 0; --j)
            std::swap(items[j - 1], items[j]);
}

/// How many are less than the pivot, which come to stand first, and how many greater, which come to stand last.
struct Parts {
    std::size_t less;
    std::size_t greater;
};

// Equal ones gather at both ends, and are exchanged into the middle when all have been looked at.
template <class Item, class Compare>
Parts partition(std::span<Item> items, Compare compare)
{
    std::swap(items[0], items[pivot(items, compare)]);
    std::size_t equalLow = 1;
    std::size_t low = 1;
    std::size_t high = items.size(); // one past the next to look at
    std::size_t equalHigh = items.size();
    for (;;) {
        for (int order = 0; low < high && (order = compare(items[low], items[0])) <= 0; ++low)
            if (order == 0)
                std::swap(items[equalLow++], items[low]);
        for (int order = 0; low < high && (order = compare(items[high - 1], items[0])) >= 0; --high)
            if (order == 0)
                std::swap(items[high - 1], items[--equalHigh]);
        if (low >= high)
            break;
        std::swap(items[low++], items[--high]);
    }
    const auto exchange = [&](std::size_t a, std::size_t b, std::size_t count) {
        std::swap_ranges(items.begin() + static_cast<std::ptrdiff_t>(a),
            items.begin() + static_cast<std::ptrdiff_t>(a + count), items.begin() + static_cast<std::ptrdiff_t>(b));
    };
    const Parts parts{.less = low - equalLow, .greater = equalHigh - high};
    const std::size_t front = std::min(equalLow, parts.less);
    exchange(0, low - front, front);
    const std::size_t back = std::min(parts.greater, items.size() - equalHigh);
    exchange(low, items.size() - back, back);
    return parts;
}

} // namespace partial_sort_detail

/// Puts the right items into the positions from `first` to `last`, both within `items`, the others where they happen to
/// be. `compare(a, b)` is negative, zero or positive. Cost: O(n + k log k) comparisons on the average, for k positions.
template <class Item, class Compare>
void partialSort(std::span<Item> items, std::size_t first, std::size_t last, Compare compare)
{
    using namespace partial_sort_detail;
    std::size_t offset = 0; // of `items` in the whole
    const auto isWanted = [&](std::size_t from, std::size_t count) { return last >= from && first < from + count; };
    while (items.size() >= 7) {
        const Parts parts = partition(items, compare);
        if (parts.less > 1 && isWanted(offset, parts.less))
            partialSort(items.first(parts.less), first - std::min(first, offset), last - offset, compare);
        const std::size_t greaterAt = offset + items.size() - parts.greater;
        if (parts.greater <= 1 || !isWanted(greaterAt, parts.greater))
            return;
        items = items.last(parts.greater);
        offset = greaterAt;
    }
    insertionSort(items, compare);
}

} // namespace engine
