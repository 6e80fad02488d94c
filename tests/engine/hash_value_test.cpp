// Hashes: against a map with snapshots taken at random, and when the packed form is left.

#include "engine/data/hash_value.h"

#include <QTest>

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace engine;

namespace {

using Model = std::map<std::string, std::string>;

Model contents(const HashValue& hash)
{
    Model all;
    hash.forEach([&](BytesView field, BytesView value) { return all.emplace(field, value).second; });
    return all;
}

HashValue filled(int count)
{
    HashValue hash(1);
    for (int i = 0; i < count; ++i)
        hash.set("field:" + std::to_string(i), std::to_string(i), {});
    return hash;
}

} // namespace

class HashValueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithAMapAndLeavesEverySnapshotAlone_data();
    void agreesWithAMapAndLeavesEverySnapshotAlone();
    void leavesThePackedFormWhereALimitIsPassedAndForGood();
    void packedFieldsStayInTheOrderOfInsertion();
    void aValueMayComeFromTheHashItself();
    void copiesOnlyAPathAfterASnapshot();
    void scanGivesAllFieldsInBothForms();
    void randomGivesEveryField();
    void diffFindsExactlyWhatDiffers();
};

void HashValueTest::agreesWithAMapAndLeavesEverySnapshotAlone_data()
{
    QTest::addColumn<int>("keys");
    QTest::newRow("packed") << 60;
    QTest::newRow("table") << 3'000;
}

void HashValueTest::agreesWithAMapAndLeavesEverySnapshotAlone()
{
    QFETCH(int, keys);
    Rng rng(static_cast<std::uint64_t>(keys));
    HashValue hash(1);
    Model model;
    std::vector<std::pair<HashValue, Model>> snapshots;
    for (int step = 0; step < 30'000; ++step) {
        const std::string field = "f" + std::to_string(rng.below(static_cast<std::uint64_t>(keys)));
        if (rng.below(step / 5'000 % 2 == 0 ? 4 : 2) != 0) {
            const std::string value(rng.below(64), static_cast<char>('a' + rng.below(26)));
            QCOMPARE(hash.set(field, value, {}), model.count(field) == 0);
            model[field] = value;
        } else {
            QCOMPARE(hash.erase(field), model.erase(field) == 1);
        }
        QCOMPARE(hash.size(), model.size());
        const auto found = hash.find(field);
        QCOMPARE(found.has_value(), model.count(field) == 1);
        if (found)
            QCOMPARE(Bytes(*found), model[field]);
        if (rng.below(3'000) == 0)
            snapshots.emplace_back(hash, model);
    }
    QCOMPARE(hash.encoding(), keys > 512 ? "hashtable" : "listpack");
    QCOMPARE(contents(hash), model);
    for (const auto& [then, expected] : snapshots)
        QCOMPARE(contents(then), expected);
}

void HashValueTest::leavesThePackedFormWhereALimitIsPassedAndForGood()
{
    HashValue many = filled(512);
    QCOMPARE(many.encoding(), "listpack");
    many.set("field:5", "a new value is no new field", {});
    QCOMPARE(many.encoding(), "listpack");
    many.set("one more", "", {});
    QCOMPARE(many.encoding(), "hashtable");
    Rng rng(1);
    while (many.size() > 1)
        many.erase(Bytes(many.random(rng).first));
    QCOMPARE(many.encoding(), "hashtable");

    HashValue longValue(1);
    longValue.set("f", std::string(64, 'x'), {});
    QCOMPARE(longValue.encoding(), "listpack");
    longValue.set("f", std::string(65, 'x'), {});
    QCOMPARE(longValue.encoding(), "hashtable");
    HashValue longField(1);
    longField.set(std::string(65, 'x'), "", {});
    QCOMPARE(longField.encoding(), "hashtable");
}

void HashValueTest::packedFieldsStayInTheOrderOfInsertion()
{
    HashValue hash(1);
    for (const char* field : {"c", "a", "b"})
        hash.set(field, "1", {});
    hash.set("c", "a longer value", {});
    hash.erase("a");
    hash.set("a", "", {});
    Bytes order;
    hash.forEach([&](BytesView field, BytesView) { return order.append(field), true; });
    QCOMPARE(order, "cba");
}

void HashValueTest::aValueMayComeFromTheHashItself()
{
    for (const int count : {3, 900}) {
        HashValue hash = filled(count);
        hash.set("source", "some text", {});
        hash.set("field:1", *hash.find("source"), {});
        hash.set("copy", *hash.find("source"), {});
        QCOMPARE(Bytes(*hash.find("field:1")), "some text");
        QCOMPARE(Bytes(*hash.find("copy")), "some text");
    }
}

void HashValueTest::copiesOnlyAPathAfterASnapshot()
{
    HashValue hash = filled(100'000);
    QCOMPARE(hash.copies(), std::uint64_t{0});
    const HashValue before = hash;
    hash.set("field:5", "7", {});
    QVERIFY2(hash.copies() > 0 && hash.copies() <= 6, qPrintable(QString::number(hash.copies())));
    QCOMPARE(Bytes(*before.find("field:5")), "5");
    const auto copied = hash.copies();
    hash.set("field:5", "8", {});
    QCOMPARE(hash.copies(), copied);
}

void HashValueTest::scanGivesAllFieldsInBothForms()
{
    for (const int count : {0, 100, 5'000}) {
        const HashValue hash = filled(count);
        std::set<std::string> seen;
        std::uint64_t cursor = 0;
        do
            cursor = hash.scan(cursor, 10, [&](BytesView field, BytesView) { seen.emplace(field); });
        while (cursor != 0);
        QCOMPARE(seen.size(), static_cast<std::size_t>(count));
    }
}

void HashValueTest::randomGivesEveryField()
{
    for (const int count : {5, 900}) {
        const HashValue hash = filled(count);
        Rng rng(2);
        std::set<std::string> seen;
        for (int i = 0; i < count * 15; ++i) {
            const auto [field, value] = hash.random(rng);
            QCOMPARE(Bytes(*hash.find(field)), Bytes(value));
            seen.emplace(field);
        }
        QCOMPARE(seen.size(), static_cast<std::size_t>(count));
    }
}

void HashValueTest::diffFindsExactlyWhatDiffers()
{
    // Packed against packed, packed against table, table against table.
    for (const auto& [count, more] : {std::pair(20, 5), std::pair(500, 20), std::pair(2'000, 50)}) {
        HashValue hash = filled(count);
        const HashValue before = hash;
        Model expected;
        for (int i = 0; i < more; ++i) {
            hash.set("new:" + std::to_string(i), "1", {});
            expected["new:" + std::to_string(i)] = "+1";
        }
        hash.set("field:1", "other", {});
        hash.set("field:2", "2", {});
        hash.erase("field:3");
        expected["field:1"] = "1>other";
        expected["field:3"] = "3-";
        Model told;
        HashValue::diff(before, hash, [&](BytesView field, auto old, auto now) {
            told[Bytes(field)] = old && now ? Bytes(*old) + ">" + Bytes(*now)
                : old                       ? Bytes(*old) + "-"
                                            : "+" + Bytes(*now);
            return true;
        });
        QCOMPARE(told, expected);
    }
}

QTEST_GUILESS_MAIN(HashValueTest)
#include "hash_value_test.moc"
