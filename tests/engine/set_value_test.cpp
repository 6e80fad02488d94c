// Sets: against a set with snapshots taken at random, and when the integers' form is left.

#include "engine/data/set_value.h"

#include <QTest>

#include <limits>
#include <set>
#include <string>
#include <vector>

using namespace engine;

namespace {

using Model = std::set<std::string>;

Model contents(const SetValue& set)
{
    Model all;
    set.forEach([&](BytesView member) { return all.emplace(member).second; });
    return all;
}

SetValue filled(int count, const char* prefix)
{
    SetValue set(1);
    for (int i = 0; i < count; ++i)
        set.add(prefix + std::to_string(i), {});
    return set;
}

} // namespace

class SetValueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithASetAndLeavesEverySnapshotAlone_data();
    void agreesWithASetAndLeavesEverySnapshotAlone();
    void integersStayAscendingWhateverTheirWidth();
    void leavesTheIntegersFormWhereALimitIsPassedAndForGood();
    void textThatOnlyLooksLikeAnIntegerIsNone();
    void copiesOnlyAPathAfterASnapshot();
    void scanGivesAllMembersInBothForms();
    void diffFindsExactlyWhatDiffers();
};

void SetValueTest::agreesWithASetAndLeavesEverySnapshotAlone_data()
{
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<int>("keys");
    QTest::newRow("integers") << "" << 400;
    QTest::newRow("texts") << "member:" << 3'000;
}

void SetValueTest::agreesWithASetAndLeavesEverySnapshotAlone()
{
    QFETCH(QString, prefix);
    QFETCH(int, keys);
    Rng rng(4);
    SetValue set(1);
    Model model;
    std::vector<std::pair<SetValue, Model>> snapshots;
    for (int step = 0; step < 30'000; ++step) {
        const std::string member =
            prefix.toStdString() + std::to_string(rng.below(static_cast<std::uint64_t>(keys)) * 7'919);
        if (rng.below(step / 5'000 % 2 == 0 ? 4 : 2) != 0)
            QCOMPARE(set.add(member, {}), model.insert(member).second);
        else
            QCOMPARE(set.erase(member), model.erase(member) == 1);
        QCOMPARE(set.size(), model.size());
        QCOMPARE(set.contains(member), model.count(member) == 1);
        if (!model.empty())
            QVERIFY(model.count(set.random(rng)) == 1);
        if (rng.below(3'000) == 0)
            snapshots.emplace_back(set, model);
    }
    QCOMPARE(set.encoding(), prefix.isEmpty() ? "intset" : "hashtable");
    QCOMPARE(contents(set), model);
    for (const auto& [then, expected] : snapshots)
        QCOMPARE(contents(then), expected);
}

void SetValueTest::integersStayAscendingWhateverTheirWidth()
{
    using Limits = std::numeric_limits<std::int64_t>;
    const std::vector<std::int64_t> ascending{Limits::min(), -5'000'000'000, -2'147'483'649, -2'147'483'648, -40'000,
        -32'769, -32'768, -1, 0, 1, 32'767, 32'768, 2'147'483'647, 2'147'483'648, Limits::max()};
    SetValue set(1);
    // Narrow ones first, so that the wide ones widen what is there; then from both ends.
    for (const std::size_t i : {8U, 7U, 9U, 10U, 6U, 11U, 5U, 4U, 12U, 3U, 13U, 2U, 1U, 14U, 0U})
        QVERIFY(set.add(std::to_string(ascending[i]), {}));
    std::vector<std::int64_t> seen;
    set.forEach([&](BytesView member) { return seen.push_back(std::stoll(Bytes(member))), true; });
    QCOMPARE(seen, ascending);
    for (const std::int64_t value : ascending) {
        QVERIFY(!set.add(std::to_string(value), {}));
        QVERIFY(set.erase(std::to_string(value)));
    }
    QVERIFY(set.empty());
}

void SetValueTest::leavesTheIntegersFormWhereALimitIsPassedAndForGood()
{
    SetValue set = filled(512, "");
    QCOMPARE(set.encoding(), "intset");
    set.add("511", {});
    QCOMPARE(set.encoding(), "intset");
    set.add("512", {});
    QCOMPARE(set.encoding(), "hashtable");
    for (int i = 1; i <= 512; ++i)
        QVERIFY(set.erase(std::to_string(i)));
    QCOMPARE(set.size(), std::size_t{1});
    QCOMPARE(set.encoding(), "hashtable");

    SetValue mixed = filled(3, "");
    mixed.add("x", {});
    QCOMPARE(mixed.encoding(), "hashtable");
    QCOMPARE(contents(mixed), (Model{"0", "1", "2", "x"}));
}

void SetValueTest::textThatOnlyLooksLikeAnIntegerIsNone()
{
    for (const char* text : {"01", "+1", "-0", " 1", "1 ", "9223372036854775808", ""}) {
        SetValue set = filled(2, "");
        QVERIFY(!set.contains(text));
        QVERIFY(set.add(text, {}));
        QCOMPARE(set.encoding(), "hashtable");
        QVERIFY(set.contains(text));
        QVERIFY(set.contains("1"));
    }
}

void SetValueTest::copiesOnlyAPathAfterASnapshot()
{
    SetValue set = filled(100'000, "m");
    QCOMPARE(set.copies(), std::uint64_t{0});
    const SetValue before = set;
    QVERIFY(!set.add("m5", {}));
    QVERIFY(set.erase("m5"));
    QVERIFY2(set.copies() > 0 && set.copies() <= 6, qPrintable(QString::number(set.copies())));
    QVERIFY(before.contains("m5"));
    QCOMPARE(before.size(), std::size_t{100'000});
}

void SetValueTest::scanGivesAllMembersInBothForms()
{
    for (const auto& set : {filled(300, ""), filled(5'000, "m")}) {
        Model seen;
        std::uint64_t cursor = 0;
        do
            cursor = set.scan(cursor, 10, [&](BytesView member) { seen.emplace(member); });
        while (cursor != 0);
        QCOMPARE(seen, contents(set));
    }
}

void SetValueTest::diffFindsExactlyWhatDiffers()
{
    for (const auto& [set, extra] : {std::pair(filled(300, ""), "1000"), std::pair(filled(300, ""), "text"),
             std::pair(filled(4'000, "m"), "text")}) {
        SetValue changed = set;
        changed.add(extra, {});
        const Bytes gone = contents(set).begin()->c_str();
        changed.erase(gone);
        Model told;
        SetValue::diff(set, changed,
            [&](BytesView member, bool added) { return told.insert((added ? "+" : "-") + Bytes(member)).second; });
        QCOMPARE(told, (Model{"-" + gone, "+" + Bytes(extra)}));
    }
}

QTEST_GUILESS_MAIN(SetValueTest)
#include "set_value_test.moc"
