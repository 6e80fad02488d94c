// What differs between two snapshots: keys, elements, limits.

#include "engine/data/keyspace_diff.h"

#include <QTest>

#include <map>
#include <string>

using namespace engine;

namespace {

std::string keyOf(int i)
{
    return "key:" + std::to_string(i);
}

Keyspace filled(int count)
{
    Keyspace data(1);
    for (int i = 0; i < count; ++i)
        data.database(0).setString(keyOf(i), "value");
    return data;
}

const KeyChange* changeOf(const KeyspaceDiff& diff, BytesView key)
{
    for (const KeyChange& change : diff.keys)
        if (change.key == key)
            return &change;
    return nullptr;
}

Bytes described(const KeyChange& change)
{
    Bytes out;
    for (const ElementChange& element : change.elements) {
        const char* kinds[] = {"+", "-", "~"};
        out +=
            kinds[static_cast<int>(element.kind)] + element.element + "(" + element.before + ">" + element.after + ")";
    }
    return out;
}

} // namespace

class KeyspaceDiffTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void oneDatasetDoesNotDifferFromItself();
    void tellsKeysAddedRemovedAndChangedInOrder();
    void aKeyWrittenWithWhatItHadIsNoChange();
    void tellsTheExpiryAlone();
    void tellsTheElementsOfEveryType();
    void tellsAllOfAnAddedAndARemovedValue();
    void tellsBothValuesWhenTheTypeChanges();
    void stopsAtItsLimitsAndSaysWhatItLeftOut();
    void worksWithoutAnythingInCommon();
    void agreesWithAComparisonKeyByKey();
};

void KeyspaceDiffTest::oneDatasetDoesNotDifferFromItself()
{
    const Keyspace data = filled(1'000);
    QVERIFY(diffKeyspaces(data, data.snapshot()).keys.empty());
}

void KeyspaceDiffTest::tellsKeysAddedRemovedAndChangedInOrder()
{
    Keyspace data = filled(1'000);
    const Snapshot before = data.snapshot();
    data.database(0).setString("key:77", "other");
    data.database(0).setString("new", "x");
    data.database(0).erase("key:5");
    data.database(3).setString("a", "in another database");
    const KeyspaceDiff diff = diffKeyspaces(before, data);
    QCOMPARE(diff.keys.size(), std::size_t{4});
    QCOMPARE(diff.keys[0].key, "key:5");
    QCOMPARE(diff.keys[0].kind, ChangeKind::Removed);
    QCOMPARE(diff.keys[0].typeAfter, std::nullopt);
    QCOMPARE(diff.keys[1].key, "key:77");
    QCOMPARE(diff.keys[1].kind, ChangeKind::Changed);
    QCOMPARE(described(diff.keys[1]), "~(value>other)");
    QCOMPARE(diff.keys[2].key, "new");
    QCOMPARE(diff.keys[2].kind, ChangeKind::Added);
    QCOMPARE(diff.keys[2].typeBefore, std::nullopt);
    QCOMPARE(diff.keys[2].typeAfter, std::optional(ValueType::String));
    QCOMPARE(diff.keys[3].database, 3);
    QCOMPARE(diff.keysLeftOut, std::size_t{0});
}

void KeyspaceDiffTest::aKeyWrittenWithWhatItHadIsNoChange()
{
    Keyspace data = filled(10);
    data.database(0).setInteger("n", 5);
    data.database(0).editHash("h").set("f", "v", {});
    const Snapshot before = data.snapshot();
    data.database(0).setString("key:3", "something longer");
    data.database(0).setString("key:3", "value");
    // Another encoding of the same text.
    data.database(0).editString("n");
    data.database(0).editHash("h").set("f", "w", {});
    data.database(0).editHash("h").set("f", "v", {});
    QVERIFY(diffKeyspaces(before, data).keys.empty());
}

void KeyspaceDiffTest::tellsTheExpiryAlone()
{
    Keyspace data = filled(10);
    const Snapshot before = data.snapshot();
    data.database(0).setExpiry("key:3", UnixMs{500});
    const KeyspaceDiff diff = diffKeyspaces(before, data);
    QCOMPARE(diff.keys.size(), std::size_t{1});
    QCOMPARE(diff.keys[0].kind, ChangeKind::Changed);
    QVERIFY(!diff.keys[0].expiryBefore);
    QCOMPARE(diff.keys[0].expiryAfter->value, 500);
    QVERIFY(diff.keys[0].elements.empty());
}

void KeyspaceDiffTest::tellsTheElementsOfEveryType()
{
    for (const int extra : {0, 1'000}) {
        Keyspace data(1);
        Database& database = data.database(0);
        for (int i = 0; i < extra + 3; ++i) {
            database.editHash("hash").set(keyOf(i), "v", {});
            database.editSet("set").add(keyOf(i), {});
            database.editSortedSet("zset").set(keyOf(i), i, {});
            database.editList("list").push(End::Back, keyOf(i), {});
        }
        const Snapshot before = data.snapshot();
        Database& after = data.database(0);
        after.editHash("hash").set("key:1", "w", {});
        after.editSet("set").erase("key:1");
        after.editSortedSet("zset").set("key:1", 2.5, {});
        after.editList("list").set(1, "x", {});
        const KeyspaceDiff diff = diffKeyspaces(before, data);
        QCOMPARE(diff.keys.size(), std::size_t{4});
        QCOMPARE(described(*changeOf(diff, "hash")), "~key:1(v>w)");
        QCOMPARE(described(*changeOf(diff, "set")), "-key:1(>)");
        QCOMPARE(described(*changeOf(diff, "zset")), "~key:1(1>2.5)");
        QCOMPARE(described(*changeOf(diff, "list")), "~1(key:1>x)");
    }
}

void KeyspaceDiffTest::tellsAllOfAnAddedAndARemovedValue()
{
    Keyspace empty(1);
    Keyspace data(1);
    data.database(0).editList("l").push(End::Back, "a", {});
    data.database(0).editList("l").push(End::Back, "b", {});
    data.database(0).editSet("s").add("1", {});
    data.database(0).editSortedSet("z").set("m", 1, {});
    data.database(0).editHash("h").set("f", "v", {});
    const KeyspaceDiff added = diffKeyspaces(empty, data);
    QCOMPARE(described(*changeOf(added, "l")), "+0(>a)+1(>b)");
    QCOMPARE(described(*changeOf(added, "s")), "+1(>)");
    QCOMPARE(described(*changeOf(added, "z")), "+m(>1)");
    QCOMPARE(described(*changeOf(added, "h")), "+f(>v)");
    const KeyspaceDiff removed = diffKeyspaces(data, empty);
    QCOMPARE(described(*changeOf(removed, "l")), "-0(a>)-1(b>)");
    QCOMPARE(described(*changeOf(removed, "h")), "-f(v>)");
}

void KeyspaceDiffTest::tellsBothValuesWhenTheTypeChanges()
{
    Keyspace data = filled(3);
    const Snapshot before = data.snapshot();
    data.database(0).erase("key:1");
    data.database(0).editSet("key:1").add("m", {});
    const KeyspaceDiff diff = diffKeyspaces(before, data);
    QCOMPARE(diff.keys.size(), std::size_t{1});
    QCOMPARE(diff.keys[0].kind, ChangeKind::Changed);
    QCOMPARE(diff.keys[0].typeBefore, std::optional(ValueType::String));
    QCOMPARE(diff.keys[0].typeAfter, std::optional(ValueType::Set));
    QCOMPARE(described(diff.keys[0]), "-(value>)+m(>)");
}

void KeyspaceDiffTest::stopsAtItsLimitsAndSaysWhatItLeftOut()
{
    Keyspace data = filled(0);
    const Snapshot before = data.snapshot();
    for (int i = 0; i < 700; ++i) {
        data.database(0).setString(keyOf(i), "v");
        data.database(0).editHash("a hash").set(keyOf(i), "v", {});
    }
    const KeyspaceDiff diff = diffKeyspaces(before, data, {.keys = 50, .elementsPerKey = 20});
    QCOMPARE(diff.keys.size(), std::size_t{50});
    QCOMPARE(diff.keysLeftOut, std::size_t{651});
    QCOMPARE(diff.keys[0].key, "a hash");
    QCOMPARE(diff.keys[0].elements.size(), std::size_t{20});
    QCOMPARE(diff.keys[0].elementsLeftOut, std::size_t{680});
    QCOMPARE(diff.keys[1].key, "key:0");
    QCOMPARE(diff.keys[2].key, "key:1");
    QCOMPARE(diff.keys[3].key, "key:10");
}

void KeyspaceDiffTest::worksWithoutAnythingInCommon()
{
    Keyspace one(1, 2);
    Keyspace other(99, 16);
    for (int i = 0; i < 1'000; ++i) {
        one.database(0).setString(keyOf(i), "v");
        other.database(0).setString(keyOf(i), i == 7 ? "w" : "v");
        one.database(0).editSet("set").add(keyOf(i), {});
        other.database(0).editSet("set").add(keyOf(i + 1), {});
    }
    other.database(15).setString("k", "v");
    const KeyspaceDiff diff = diffKeyspaces(one, other);
    QCOMPARE(diff.keys.size(), std::size_t{3});
    QCOMPARE(described(*changeOf(diff, "key:7")), "~(v>w)");
    QCOMPARE(changeOf(diff, "set")->elements.size(), std::size_t{2});
    QCOMPARE(diff.keys[2].database, 15);
}

void KeyspaceDiffTest::agreesWithAComparisonKeyByKey()
{
    Rng rng(2);
    for (int round = 0; round < 12; ++round) {
        Keyspace data = filled(4'000);
        const Snapshot before = data.snapshot();
        const int writes = round % 3 == 0 ? 10 : round % 3 == 1 ? 1'000 : 20'000;
        for (int i = 0; i < writes; ++i) {
            const std::string key = keyOf(static_cast<int>(rng.below(8'000)));
            if (rng.below(2) == 0)
                data.database(0).erase(key);
            else
                data.database(0).setString(key, rng.below(2) == 0 ? "value" : "other");
        }
        std::map<std::string, ChangeKind> expected;
        for (int i = 0; i < 8'000; ++i) {
            const Entry* old = before.database(0).find(keyOf(i));
            const Entry* now = data.database(0).find(keyOf(i));
            if (!old != !now)
                expected[keyOf(i)] = old ? ChangeKind::Removed : ChangeKind::Added;
            else if (old && Bytes(old->string().view()) != Bytes(now->string().view()))
                expected[keyOf(i)] = ChangeKind::Changed;
        }
        std::map<std::string, ChangeKind> told;
        for (const KeyChange& change : diffKeyspaces(before, data).keys)
            told[change.key] = change.kind;
        QCOMPARE(told, expected);
    }
}

QTEST_GUILESS_MAIN(KeyspaceDiffTest)
#include "keyspace_diff_test.moc"
