// Sorted sets: against an ordered model with snapshots taken at random, in both forms.

#include "engine/data/sorted_set_value.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace engine;

namespace {

using Order = std::set<std::pair<double, std::string>>;

struct Model {
    std::map<std::string, double> scores;
    Order order;

    bool set(const std::string& member, double score)
    {
        const bool added = erase(member) == 0;
        scores[member] = score;
        order.emplace(score, member);
        return added;
    }
    int erase(const std::string& member)
    {
        const auto found = scores.find(member);
        if (found == scores.end())
            return 0;
        order.erase({found->second, member});
        scores.erase(found);
        return 1;
    }
    std::size_t below(double bound, bool inclusive) const
    {
        std::size_t count = 0;
        for (const auto& [score, member] : order)
            count += score < bound || (inclusive && score == bound) ? 1 : 0;
        return count;
    }
};

Order contents(const SortedSetValue& set)
{
    Order all;
    set.forEach(0, set.size(),
        [&](const ScoredMember& entry) { return all.emplace_hint(all.end(), entry.score, entry.member), true; });
    return all;
}

// True when the members come strictly in order, both ways.
bool inOrder(const SortedSetValue& set)
{
    std::vector<std::pair<double, std::string>> up;
    std::vector<std::pair<double, std::string>> down;
    set.forEach(0, set.size(), [&](const ScoredMember& e) { return up.emplace_back(e.score, e.member), true; });
    if (!set.empty())
        set.forEachBackward(set.size() - 1, set.size(),
            [&](const ScoredMember& e) { return down.emplace(down.begin(), e.score, e.member), true; });
    return up == down && std::is_sorted(up.begin(), up.end()) && up.size() == set.size();
}

SortedSetValue filled(int count)
{
    SortedSetValue set(1);
    for (int i = 0; i < count; ++i)
        set.set("m" + std::to_string(i), i, {});
    return set;
}

} // namespace

class SortedSetValueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithAModelAndLeavesEverySnapshotAlone_data();
    void agreesWithAModelAndLeavesEverySnapshotAlone();
    void scoresOfEveryKindComeBackAsTheyWere();
    void negativeZeroIsKeptInALargeSetAlone();
    void equalScoresGoByTheMembersBytes();
    void leavesThePackedFormWhereALimitIsPassedAndForGood();
    void copiesOnlyAPathAfterASnapshot();
    void scanGivesAllMembersInBothForms();
    void risingScoresFillTheirLeaves();
    void diffFindsExactlyWhatDiffers();
};

void SortedSetValueTest::agreesWithAModelAndLeavesEverySnapshotAlone_data()
{
    QTest::addColumn<int>("members");
    QTest::addColumn<int>("scores");
    QTest::newRow("packed") << 100 << 50;
    QTest::newRow("tree, many scores") << 3'000 << 100'000;
    QTest::newRow("tree, few scores") << 3'000 << 5;
}

void SortedSetValueTest::agreesWithAModelAndLeavesEverySnapshotAlone()
{
    QFETCH(int, members);
    QFETCH(int, scores);
    Rng rng(static_cast<std::uint64_t>(scores));
    SortedSetValue set(1);
    Model model;
    std::vector<std::pair<SortedSetValue, Order>> snapshots;
    for (int step = 0; step < 25'000; ++step) {
        const std::string member = "m" + std::to_string(rng.below(static_cast<std::uint64_t>(members)));
        const double score = static_cast<double>(rng.below(static_cast<std::uint64_t>(scores))) / 4 - 3;
        const auto dice = rng.below(step / 5'000 % 2 == 0 ? 8 : 2);
        if (dice > 0) {
            QCOMPARE(set.set(member, score, {}), model.set(member, score));
        } else if (rng.below(50) == 0 && !model.order.empty()) {
            const std::size_t first = rng.below(model.order.size());
            const std::size_t count = rng.below(std::min<std::size_t>(model.order.size() - first, 100) + 1);
            set.eraseRange(first, count);
            for (std::size_t i = 0; i < count; ++i)
                model.erase(Bytes(std::next(model.order.begin(), static_cast<std::ptrdiff_t>(first))->second));
        } else {
            QCOMPARE(set.erase(member), model.erase(member) == 1);
        }
        QCOMPARE(set.size(), model.order.size());
        const auto known = model.scores.find(member);
        QCOMPARE(set.score(member), known == model.scores.end() ? std::nullopt : std::optional(known->second));
        if (step % 50 == 0 && known != model.scores.end()) {
            const auto rank =
                static_cast<std::size_t>(std::distance(model.order.begin(), model.order.find({known->second, member})));
            QCOMPARE(set.rank(member), std::optional(rank));
            QCOMPARE(Bytes(set.at(rank).member), member);
            QCOMPARE(set.countBelowScore(score, false), model.below(score, false));
            QCOMPARE(set.countBelowScore(score, true), model.below(score, true));
        }
        if (rng.below(4'000) == 0)
            snapshots.emplace_back(set, model.order);
    }
    QCOMPARE(set.encoding(), members > 128 ? "skiplist" : "listpack");
    QVERIFY(inOrder(set));
    QCOMPARE(contents(set), model.order);
    for (const auto& [then, expected] : snapshots) {
        QVERIFY(inOrder(then));
        QCOMPARE(contents(then), expected);
    }
    while (!set.empty())
        QVERIFY(set.erase(Bytes(set.random(rng).member)));
    QVERIFY(set.memoryBytes() < 200);
}

void SortedSetValueTest::scoresOfEveryKindComeBackAsTheyWere()
{
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    SortedSetValue set(1);
    const std::vector<double> scores{-kInfinity, -1e300, -2147483649.0, -2147483648.0, -32769, -32768, -1.5, -1, 0, 1,
        252, 253, 254, 255, 256, 32767, 32768, 2147483647, 2147483648.0, 9007199254740993.0, 1e300, kInfinity};
    for (std::size_t i = scores.size(); i-- > 0;)
        QVERIFY(set.set(std::to_string(i), scores[i], {}));
    QCOMPARE(set.encoding(), "listpack");
    for (std::size_t i = 0; i < scores.size(); ++i) {
        QCOMPARE(*set.score(std::to_string(i)), scores[i]);
        QCOMPARE(set.at(i).score, scores[i]);
        QCOMPARE(set.countBelowScore(scores[i], false), i);
        QCOMPARE(set.countBelowScore(scores[i], true), i + 1);
    }
}

void SortedSetValueTest::negativeZeroIsKeptInALargeSetAlone()
{
    SortedSetValue packed(1);
    packed.set("zero", -0.0, {});
    QVERIFY(!std::signbit(*packed.score("zero")));

    SortedSetValue large(1);
    large.prepareFor(1000, 0, {});
    QCOMPARE(large.encoding(), "skiplist");
    large.set("zero", -0.0, {});
    QVERIFY(std::signbit(*large.score("zero")));
}

void SortedSetValueTest::equalScoresGoByTheMembersBytes()
{
    for (const int extra : {0, 500}) {
        SortedSetValue set(1);
        for (const char* member : {"b", "a", "\xff", "ab", "", "B"})
            set.set(member, 1, {});
        for (int i = 0; i < extra; ++i)
            set.set("z" + std::to_string(i), 1, {});
        Bytes order;
        set.forEach(0, 5, [&](const ScoredMember& entry) { return order.append(entry.member).append("|"), true; });
        QCOMPARE(order, "|B|a|ab|b|");
        QCOMPARE(set.at(set.size() - 1).member, "\xff");
        QCOMPARE(set.countBelowMember("a", false), std::size_t{2});
        QCOMPARE(set.countBelowMember("a", true), std::size_t{3});
        QCOMPARE(set.countBelowMember("aa", true), std::size_t{3});
    }
}

void SortedSetValueTest::leavesThePackedFormWhereALimitIsPassedAndForGood()
{
    SortedSetValue many = filled(128);
    QCOMPARE(many.encoding(), "listpack");
    many.set("m5", 99.5, {});
    QCOMPARE(many.encoding(), "listpack");
    many.set("one more", 1, {});
    QCOMPARE(many.encoding(), "skiplist");
    many.eraseRange(0, 128);
    QCOMPARE(many.size(), std::size_t{1});
    QCOMPARE(many.encoding(), "skiplist");
    SortedSetValue longMember(1);
    longMember.set(std::string(65, 'x'), 1, {});
    QCOMPARE(longMember.encoding(), "skiplist");
}

void SortedSetValueTest::copiesOnlyAPathAfterASnapshot()
{
    SortedSetValue set = filled(100'000);
    QCOMPARE(set.copies(), std::uint64_t{0});
    const SortedSetValue before = set;
    QVERIFY(!set.set("m5", 50'000.5, {}));
    // The dictionary's path, and two of the order's.
    QVERIFY2(set.copies() > 0 && set.copies() <= 20, qPrintable(QString::number(set.copies())));
    QCOMPARE(*before.score("m5"), 5.0);
    QCOMPARE(*before.rank("m5"), std::size_t{5});
    QCOMPARE(*set.rank("m5"), std::size_t{50'000});
    const auto copied = set.copies();
    QVERIFY(!set.set("m5", 50'000.25, {}));
    QCOMPARE(set.copies(), copied);
}

void SortedSetValueTest::scanGivesAllMembersInBothForms()
{
    for (const int count : {0, 100, 5'000}) {
        const SortedSetValue set = filled(count);
        Order seen;
        std::uint64_t cursor = 0;
        do
            cursor = set.scan(cursor, 10, [&](const ScoredMember& e) { seen.emplace(e.score, e.member); });
        while (cursor != 0);
        QCOMPARE(seen, contents(set));
    }
}

void SortedSetValueTest::risingScoresFillTheirLeaves()
{
    SortedSetValue rising(1);
    SortedSetValue mixed(1);
    Rng rng(1);
    for (int i = 0; i < 50'000; ++i) {
        rising.set("m" + std::to_string(i), i, {});
        mixed.set("m" + std::to_string(i), static_cast<double>(rng.next() >> 12), {});
    }
    QVERIFY2(rising.memoryBytes() < 50'000 * 64, qPrintable(QString::number(rising.memoryBytes())));
    QVERIFY2(mixed.memoryBytes() < 50'000 * 70, qPrintable(QString::number(mixed.memoryBytes())));
}

void SortedSetValueTest::diffFindsExactlyWhatDiffers()
{
    for (const int count : {20, 127, 5'000}) {
        SortedSetValue set = filled(count);
        const SortedSetValue before = set;
        set.set("new", 5, {});
        set.set("new too", 6, {});
        set.set("m1", 77, {});
        set.set("m2", 3, {});
        set.set("m2", 2, {});
        set.erase("m3");
        std::map<std::string, std::string> told;
        SortedSetValue::diff(before, set, [&](BytesView member, auto old, auto now) {
            told[Bytes(member)] = (old ? std::to_string(static_cast<int>(*old)) : "") + ">"
                + (now ? std::to_string(static_cast<int>(*now)) : "");
            return true;
        });
        QCOMPARE(
            told, (std::map<std::string, std::string>{{"new", ">5"}, {"new too", ">6"}, {"m1", "1>77"}, {"m3", "3>"}}));
    }
}

QTEST_GUILESS_MAIN(SortedSetValueTest)
#include "sorted_set_value_test.moc"
