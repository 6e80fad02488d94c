// The copy-on-write dictionary: against a model with snapshots taken at random, and SCAN's guarantee.

#include "engine/data/dict.h"
#include "engine/data/dict_diff.h"

#include <QTest>

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace engine;

namespace {

struct Word {
    HolderCount holders;
    bool marked = false;
    std::string key;
    int value = 0;
};

struct WordTraits {
    using Item = Word;
    static BytesView key(const Word& item) { return item.key; }
    static bool marked(const Word& item) { return item.marked; }
    static std::size_t bytes(const Word&) { return 100; }
    static Word* clone(const Word& item)
    {
        auto* copy = new Word;
        copy->marked = item.marked;
        copy->key = item.key;
        copy->value = item.value;
        return copy;
    }
    static void destroy(Word* item) { delete item; }
};

using Words = Dict<WordTraits>;
using Model = std::map<std::string, std::pair<int, bool>>;

void put(Words& words, const std::string& key, int value, bool marked = false)
{
    auto place = words.locate(key);
    auto* item = new Word;
    item->key = key;
    item->value = value;
    item->marked = marked;
    words.put(place, item);
}

bool erase(Words& words, const std::string& key)
{
    auto place = words.locate(key);
    if (!place.item())
        return false;
    words.erase(place);
    return true;
}

Model contents(const Words& words)
{
    Model all;
    words.forEach([&](const Word& item) {
        all[item.key] = {item.value, item.marked};
        return true;
    });
    return all;
}

std::size_t countMarked(const Model& model)
{
    std::size_t count = 0;
    for (const auto& [key, value] : model)
        count += value.second ? 1 : 0;
    return count;
}

Words filled(int count, std::uint64_t seed = 7)
{
    Words words(seed);
    for (int i = 0; i < count; ++i)
        put(words, "key:" + std::to_string(i), i);
    return words;
}

} // namespace

class DictTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithAModelAndLeavesEverySnapshotAlone();
    void forEachGoesInHashOrderWhateverTheHistory();
    void givesBackItsMemoryWhenEmptied();
    void copiesNothingWithoutASnapshotAndOnlyAPathWithOne();
    void scanVisitsEverythingOnceWhileNothingChanges();
    void scanVisitsWhatStaysWhateverComesAndGoes();
    void scanCursorsAscendBelowTheLimitAndAnyNumberIsOne();
    void scanOfMarkedItemsFindsThemAll();
    void randomPicksAreUniform();
    void keysOfOneHashAreKeptApart();
    void diffFindsExactlyWhatDiffers();
};

void DictTest::agreesWithAModelAndLeavesEverySnapshotAlone()
{
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        Rng rng(seed);
        Words words(seed * 77);
        Model model;
        std::vector<std::pair<Words, Model>> snapshots;
        for (int step = 0; step < 60'000; ++step) {
            // Phases of growing and of shrinking, so that nodes split and merge.
            const bool growing = step / 10'000 % 2 == 0;
            const std::string key = "k" + std::to_string(rng.below(8'000));
            const auto dice = rng.below(10);
            if (dice < (growing ? 7U : 2U)) {
                const bool marked = rng.below(5) == 0;
                put(words, key, step, marked);
                model[key] = {step, marked};
            } else if (dice < 9) {
                QCOMPARE(erase(words, key), model.erase(key) == 1);
            } else if (auto place = words.locate(key); place.item()) {
                words.own(place).value = -step;
                model[key].first = -step;
            }
            if (rng.below(4'000) == 0)
                snapshots.emplace_back(words, model);
            if (snapshots.size() > 5)
                snapshots.erase(snapshots.begin() + static_cast<std::ptrdiff_t>(rng.below(5)));
            QCOMPARE(words.size(), model.size());
            const Word* found = words.find(key);
            QCOMPARE(found != nullptr, model.count(key) == 1);
            if (found)
                QCOMPARE(found->value, model[key].first);
        }
        QCOMPARE(contents(words), model);
        QCOMPARE(words.markedSize(), countMarked(model));
        for (const auto& [then, expected] : snapshots) {
            QCOMPARE(contents(then), expected);
            QCOMPARE(then.markedSize(), countMarked(expected));
            for (const auto& [key, value] : expected)
                QCOMPARE(then.find(key)->value, value.first);
        }
    }
}

void DictTest::forEachGoesInHashOrderWhateverTheHistory()
{
    Words one = filled(3'000);
    Words other(7);
    for (int i = 9'000; i-- > 0;)
        put(other, "key:" + std::to_string(i), i);
    for (int i = 3'000; i < 9'000; ++i)
        QVERIFY(erase(other, "key:" + std::to_string(i)));
    std::vector<std::string> orderOfOne;
    std::vector<std::string> orderOfOther;
    one.forEach([&](const Word& item) { return orderOfOne.push_back(item.key), true; });
    other.forEach([&](const Word& item) { return orderOfOther.push_back(item.key), true; });
    QCOMPARE(orderOfOne.size(), std::size_t{3'000});
    QCOMPARE(orderOfOther, orderOfOne);
}

void DictTest::givesBackItsMemoryWhenEmptied()
{
    Words words = filled(50'000);
    const std::size_t full = words.memoryBytes();
    for (int i = 0; i < 49'900; ++i)
        QVERIFY(erase(words, "key:" + std::to_string(i)));
    // A hundred items, and nodes for not many more.
    QVERIFY2(words.memoryBytes() < 100 * 100 + 8'000, qPrintable(QString::number(words.memoryBytes())));
    QVERIFY(full > words.memoryBytes() * 100);
    for (int i = 49'900; i < 50'000; ++i)
        QVERIFY(erase(words, "key:" + std::to_string(i)));
    QCOMPARE(words.memoryBytes(), std::size_t{0});
    QVERIFY(!words.root());
}

void DictTest::copiesNothingWithoutASnapshotAndOnlyAPathWithOne()
{
    Words words = filled(100'000);
    QCOMPARE(words.copies(), std::uint64_t{0});
    const Words before = words;
    auto place = words.locate("key:5");
    words.own(place).value = -1;
    QVERIFY2(words.copies() > 0 && words.copies() <= 5, qPrintable(QString::number(words.copies())));
    QCOMPARE(before.find("key:5")->value, 5);
    const auto copied = words.copies();
    place = words.locate("key:5");
    words.own(place).value = -2;
    QCOMPARE(words.copies(), copied);
    QCOMPARE(words.find("key:5")->value, -2);
}

void DictTest::scanVisitsEverythingOnceWhileNothingChanges()
{
    for (const int count : {0, 1, 5, 128, 129, 1'000, 20'000}) {
        const Words words = filled(count);
        std::multiset<std::string> seen;
        std::uint64_t cursor = 0;
        do {
            std::size_t visited = 0;
            cursor = words.scan(cursor, 10, [&](const Word& item) {
                seen.insert(item.key);
                ++visited;
            });
            QVERIFY(visited <= 12);
        } while (cursor != 0);
        QCOMPARE(seen.size(), static_cast<std::size_t>(count));
        QCOMPARE(std::set<std::string>(seen.begin(), seen.end()).size(), static_cast<std::size_t>(count));
    }
}

void DictTest::scanVisitsWhatStaysWhateverComesAndGoes()
{
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        Rng rng(seed);
        Words words = filled(500, seed);
        std::set<std::string> seen;
        std::set<int> extra;
        std::vector<Words> snapshots;
        std::uint64_t cursor = 0;
        int steps = 0;
        do {
            cursor = words.scan(cursor, 1 + rng.below(20), [&](const Word& item) { seen.insert(item.key); });
            // Thousands come and go between two steps: segments split, merge, and levels appear and vanish.
            if (++steps % 2 == 0)
                for (int i = 0; i < 3'000; ++i) {
                    const int which = 1'000 + static_cast<int>(rng.below(30'000));
                    put(words, "key:" + std::to_string(which), which);
                    extra.insert(which);
                }
            else
                for (const int which : std::exchange(extra, {}))
                    QVERIFY(erase(words, "key:" + std::to_string(which)));
            if (rng.below(3) == 0)
                snapshots.push_back(words);
        } while (cursor != 0 && steps < 100'000);
        QCOMPARE(cursor, std::uint64_t{0});
        for (int i = 0; i < 500; ++i)
            QVERIFY2(seen.count("key:" + std::to_string(i)) == 1, qPrintable(QString::number(i)));
    }
}

void DictTest::scanCursorsAscendBelowTheLimitAndAnyNumberIsOne()
{
    const Words words = filled(30'000);
    std::uint64_t cursor = 0;
    for (;;) {
        const auto next = words.scan(cursor, 7, [](const Word&) {});
        QVERIFY(next < (std::uint64_t{1} << 53));
        if (next == 0)
            break;
        QVERIFY(next > cursor);
        cursor = next;
    }
    Rng rng(3);
    for (int i = 0; i < 2'000; ++i) {
        const std::uint64_t any = rng.next() >> rng.below(64);
        const auto next = words.scan(any, 5, [](const Word&) {});
        QVERIFY(next == 0 || next > any);
    }
    // A count of nothing still moves on.
    QVERIFY(words.scan(0, 0, [](const Word&) {}) > 0);
}

void DictTest::scanOfMarkedItemsFindsThemAll()
{
    Words words = filled(20'000);
    std::set<std::string> expected;
    for (int i = 0; i < 20'000; i += 997) {
        put(words, "key:" + std::to_string(i), i, true);
        expected.insert("key:" + std::to_string(i));
    }
    QCOMPARE(words.markedSize(), expected.size());
    std::set<std::string> seen;
    std::uint64_t cursor = 0;
    int steps = 0;
    do {
        cursor = words.scanMarked(cursor, 4, [&](const Word& item) {
            QVERIFY(item.marked);
            seen.insert(item.key);
        });
        ++steps;
    } while (cursor != 0);
    QCOMPARE(seen, expected);
    QVERIFY(steps <= static_cast<int>(expected.size()) / 4 + 2);
    QCOMPARE(filled(1'000).scanMarked(0, 1, [](const Word&) { QFAIL("nothing is marked"); }), std::uint64_t{0});
}

void DictTest::randomPicksAreUniform()
{
    constexpr int kKeys = 1'000;
    constexpr int kPicks = 200'000;
    const Words words = filled(kKeys);
    Rng rng(11);
    std::vector<int> picks(kKeys);
    for (int i = 0; i < kPicks; ++i)
        ++picks[static_cast<std::size_t>(words.random(rng)->value)];
    // Chi-squared with 999 degrees of freedom: mean 999, deviation 45. Six deviations, and the seed is fixed.
    double chi = 0;
    for (const int count : picks)
        chi += (count - 200.0) * (count - 200.0) / 200.0;
    QVERIFY2(chi > 730 && chi < 1270, qPrintable(QString::number(chi)));
    QVERIFY(!Words(1).random(rng));
}

void DictTest::keysOfOneHashAreKeptApart()
{
    // Three bits of hash and no more: splitting cannot go on for ever.
    struct BadTraits : WordTraits {
        static std::uint64_t hash(BytesView key, std::uint64_t)
        {
            return static_cast<std::uint64_t>(key.back() % 8) << 61;
        }
    };
    Dict<BadTraits> words(1);
    const auto keyOf = [](int i) { return std::to_string(i * 7); };
    for (int i = 0; i < 4'000; ++i) {
        auto place = words.locate(keyOf(i));
        auto* item = new Word;
        item->key = keyOf(i);
        words.put(place, item);
    }
    const Dict<BadTraits> before = words;
    QCOMPARE(words.size(), std::size_t{4'000});
    std::size_t seen = 0;
    std::uint64_t cursor = 0;
    do
        cursor = words.scan(cursor, 1, [&](const Word&) { ++seen; });
    while (cursor != 0);
    QCOMPARE(seen, std::size_t{4'000});
    for (int i = 0; i < 4'000; ++i) {
        QVERIFY(words.find(keyOf(i)));
        auto place = words.locate(keyOf(i));
        words.erase(place);
        QVERIFY(!words.find(keyOf(i)));
    }
    QVERIFY(!words.root());
    QVERIFY(before.find(keyOf(3'999)));
}

void DictTest::diffFindsExactlyWhatDiffers()
{
    Rng rng(5);
    for (const int count : {3, 200, 30'000}) {
        Words words = filled(count);
        for (int round = 0; round < 6; ++round) {
            const Words before = words;
            // One change, some, or so many that nodes split and merge.
            const int changes = round % 3 == 0 ? 1 : round % 3 == 1 ? 20 : count * 2;
            for (int i = 0; i < changes; ++i) {
                const std::string key = "key:" + std::to_string(rng.below(static_cast<std::uint64_t>(count) * 2));
                if (rng.below(2) == 0)
                    put(words, key, -i - 1);
                else
                    erase(words, key);
            }
            std::set<std::string> told;
            diffDicts<WordTraits>(before, words, [&](const Word* a, const Word* b) {
                const std::string key = a ? a->key : b->key;
                if (!told.insert(key).second)
                    qFatal("told twice");
                if (before.find(key) != a || words.find(key) != b || a == b)
                    qFatal("told wrong");
                return true;
            });
            std::set<std::string> expected;
            for (const auto& [key, value] : contents(before))
                if (words.find(key) != before.find(key))
                    expected.insert(key);
            for (const auto& [key, value] : contents(words))
                if (words.find(key) != before.find(key))
                    expected.insert(key);
            QCOMPARE(told, expected);
        }
    }
    std::size_t visits = 0;
    diffDicts<WordTraits>(filled(100, 1), filled(100, 2), [&](const Word* a, const Word* b) {
        visits += a && b ? 1 : 1'000;
        return true;
    });
    QCOMPARE(visits, std::size_t{100});
}

QTEST_GUILESS_MAIN(DictTest)
#include "dict_test.moc"
