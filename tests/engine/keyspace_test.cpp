// The dataset as a value: what databases promise, snapshots, memory, and how many paths a write copies.

#include "engine/data/keyspace.h"

#include <QTest>

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace engine;

namespace {

std::string keyOf(int i)
{
    return "key:" + std::to_string(i);
}

Bytes text(const Database& database, BytesView key)
{
    const Entry* entry = database.find(key);
    return entry ? Bytes(entry->string().view()) : "(none)";
}

/// A database's contents as one text a key.
using Contents = std::map<std::string, std::string>;

std::string described(const Entry& entry)
{
    std::string out = Bytes(typeName(entry.type()));
    if (entry.expiry())
        out += "@" + std::to_string(entry.expiry()->value);
    std::set<std::string> parts;
    switch (entry.type()) {
    case ValueType::String:
        out += "=" + Bytes(entry.string().view());
        break;
    case ValueType::List:
        entry.list().forEach(0, entry.list().size(), [&](BytesView e) { return out += "," + Bytes(e), true; });
        break;
    case ValueType::Hash:
        entry.hash().forEach([&](BytesView f, BytesView v) { return parts.insert(Bytes(f) + "=" + Bytes(v)).second; });
        break;
    case ValueType::Set:
        entry.set().forEach([&](BytesView m) { return parts.insert(Bytes(m)).second; });
        break;
    case ValueType::SortedSet:
        entry.sortedSet().forEach(0, entry.sortedSet().size(),
            [&](const ScoredMember& m) { return out += "," + Bytes(m.member) + std::to_string(m.score), true; });
        break;
    case ValueType::Stream:
        entry.stream().forEach({}, StreamId::largest(), [&](const StreamEntry& e) {
            out += "," + e.id.text();
            e.forEach([&](BytesView f, BytesView v) { out += " " + Bytes(f) + "=" + Bytes(v); });
            return true;
        });
        break;
    }
    for (const std::string& part : parts)
        out += "," + part;
    return out;
}

Contents contents(const Database& database)
{
    Contents all;
    database.forEach([&](const Entry& entry) { return all.emplace(entry.key(), described(entry)).second; });
    return all;
}

std::size_t nodeBytes(const DictNode* node)
{
    if (!node)
        return 0;
    if (node->kind == DictNode::Kind::Segment)
        return static_cast<const DictSegment*>(node)->bytes();
    const auto* inner = static_cast<const DictInner*>(node);
    std::size_t sum = inner->bytes();
    for (std::uint32_t i = 0; i < inner->linkCount(); i += inner->runLength(i))
        sum += nodeBytes(inner->links()[i]);
    return sum;
}

std::size_t measured(const Database& database)
{
    std::size_t sum = nodeBytes(database.keys().root());
    database.forEach([&](const Entry& entry) { return sum += entry.memoryBytes(), true; });
    return sum;
}

// One random write of any kind.
void write(Database& database, Rng& rng)
{
    const std::string key = keyOf(static_cast<int>(rng.below(300)));
    const std::string element = std::to_string(rng.below(1'000));
    const Entry* old = database.find(key);
    const auto is = [&](ValueType type) { return !old || old->type() == type; };
    switch (rng.below(13)) {
    case 12:
        if (is(ValueType::Stream)) {
            StreamValue& stream = database.editStream(key);
            const BytesView pair[] = {"field", element};
            stream.append(*stream.lastId().next(), pair, {});
        }
        return;
    case 0:
        return database.setString(
            key, std::string(rng.below(400), 'x'), rng.below(2) == 0 ? Expiry::Keep : Expiry::Drop);
    case 1:
        return database.setInteger(key, static_cast<std::int64_t>(rng.next()), Expiry::Keep);
    case 2:
        if (is(ValueType::String))
            database.editString(key).append(element);
        return;
    case 3:
    case 4:
        if (is(ValueType::List))
            database.editList(key).push(rng.below(2) == 0 ? End::Front : End::Back, element, {});
        return;
    case 5:
    case 6:
        if (is(ValueType::Hash))
            database.editHash(key).set(element, std::string(rng.below(70), 'v'), {});
        return;
    case 7:
        if (is(ValueType::Set))
            database.editSet(key).add(rng.below(20) == 0 ? "text" : element, {});
        return;
    case 8:
        if (is(ValueType::SortedSet))
            database.editSortedSet(key).set(element, static_cast<double>(rng.below(50)), {});
        return;
    case 9:
        database.setExpiry(
            key, rng.below(3) == 0 ? std::nullopt : std::optional(UnixMs{1'000 + static_cast<int>(rng.below(9))}));
        return;
    case 10:
        if (old)
            database.copyEntry(key, database, keyOf(static_cast<int>(rng.below(300))));
        return;
    default:
        database.erase(key);
    }
}

} // namespace

class KeyspaceTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aWriteLeavesAnEarlierSnapshotAlone();
    void anyWritesLeaveEverySnapshotAlone();
    void aRunWithTheOnlyReferenceCopiesNoPath();
    void theFirstWriteAfterASnapshotCopiesOnePath();
    void memoryIsWhatItsEntriesTakeAndTheirNodes();
    void stringsChooseTheirEncoding_data();
    void stringsChooseTheirEncoding();
    void aStringEditedInPlaceIsRaw();
    void longKeysAndValuesComeBackWhole();
    void settingAStringDropsTheExpiryOrKeepsIt();
    void theVolatileKeysAreCountedAndScanned();
    void aCopiedEntryGoesItsOwnWay();
    void anEntryHeldIsPutBackAsItWas();
    void aTouchMakesNoCopyAndAWriteStampsItsKey();
    void databasesAreSwappedAndCleared();
    void copyingAndMovingKeepsTheMemoryRight();
};

void KeyspaceTest::aWriteLeavesAnEarlierSnapshotAlone()
{
    Keyspace data(1);
    data.database(0).setString("k", "before");
    const Snapshot earlier = data.snapshot();
    data.database(0).setString("k", "after!");
    data.database(0).setString("new", "x");
    QCOMPARE(text(earlier.database(0), "k"), "before");
    QCOMPARE(text(earlier.database(0), "new"), "(none)");
    QCOMPARE(text(data.database(0), "k"), "after!");
}

void KeyspaceTest::anyWritesLeaveEverySnapshotAlone()
{
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        Rng rng(seed);
        Keyspace data(seed);
        std::vector<std::pair<Keyspace, Contents>> snapshots;
        for (int step = 0; step < 30'000; ++step) {
            write(data.database(0), rng);
            if (rng.below(1'000) == 0)
                snapshots.emplace_back(data.snapshot(), contents(data.database(0)));
            if (snapshots.size() > 8)
                snapshots.erase(snapshots.begin() + static_cast<std::ptrdiff_t>(rng.below(8)));
        }
        QVERIFY(data.pathsCopied() > 0);
        for (const auto& [then, expected] : snapshots) {
            QCOMPARE(contents(then.database(0)), expected);
            QCOMPARE(then.database(0).size(), expected.size());
        }
        // A snapshot is a dataset of its own.
        Keyspace fork = snapshots.front().first.snapshot();
        const Contents now = contents(data.database(0));
        for (int step = 0; step < 3'000; ++step)
            write(fork.database(0), rng);
        QCOMPARE(contents(data.database(0)), now);
        QCOMPARE(contents(snapshots.front().first.database(0)), snapshots.front().second);
    }
}

void KeyspaceTest::aRunWithTheOnlyReferenceCopiesNoPath()
{
    Rng rng(8);
    Keyspace data(1);
    for (int step = 0; step < 20'000; ++step) {
        const std::string key = keyOf(static_cast<int>(rng.below(2'000)));
        data.database(0).erase(key);
        data.database(0).setString(key, "value");
        data.database(0).setExpiry(key, UnixMs{5});
        data.database(0).editHash("hash").set(key, key, {});
        data.database(0).editSet("set").add(key, {});
        data.database(0).editSortedSet("zset").set(key, step, {});
        data.database(0).editList("list").push(End::Front, key, {});
    }
    Keyspace moved = std::move(data);
    moved.database(0).editHash("hash").set("key:1", "after the move", {});
    QCOMPARE(moved.pathsCopied(), std::uint64_t{0});
}

void KeyspaceTest::theFirstWriteAfterASnapshotCopiesOnePath()
{
    Keyspace data(1);
    for (int i = 0; i < 100'000; ++i) {
        data.database(0).setString(keyOf(i), "value");
        data.database(0).editHash("hash").set(keyOf(i), "value", {});
    }
    for (const char* field : {"key:3", "key:9"}) {
        const Snapshot snapshot = data.snapshot();
        const auto before = data.pathsCopied();
        data.database(0).editHash("hash").set(field, "other", {});
        const auto copied = data.pathsCopied() - before;
        // Keyspace: nodes, segment, entry; hash: its box, nodes, segment, field.
        QVERIFY2(copied >= 5 && copied <= 12, qPrintable(QString::number(copied)));
        data.database(0).editHash("hash").set(field, "OTHER", {});
        QCOMPARE(data.pathsCopied() - before, copied);
    }
}

void KeyspaceTest::memoryIsWhatItsEntriesTakeAndTheirNodes()
{
    Rng rng(3);
    Keyspace data(1);
    std::vector<Keyspace> snapshots;
    for (int step = 0; step < 20'000; ++step) {
        write(data.database(0), rng);
        if (step % 700 == 0)
            snapshots.push_back(data.snapshot());
        if (step % 997 != 0)
            continue;
        QCOMPARE(data.memoryBytes(), measured(data.database(0)));
        QCOMPARE(data.snapshot().memoryBytes(), data.memoryBytes());
    }
    data.clear();
    QCOMPARE(data.memoryBytes(), std::size_t{0});
}

void KeyspaceTest::stringsChooseTheirEncoding_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("encoding");
    QTest::newRow("integer") << QByteArray("12") << "int";
    QTest::newRow("smallest") << QByteArray("-9223372036854775808") << "int";
    QTest::newRow("largest") << QByteArray("9223372036854775807") << "int";
    QTest::newRow("too large") << QByteArray("9223372036854775808") << "embstr";
    QTest::newRow("leading zero") << QByteArray("012") << "embstr";
    QTest::newRow("negative zero") << QByteArray("-0") << "embstr";
    QTest::newRow("fraction") << QByteArray("1.5") << "embstr";
    QTest::newRow("empty") << QByteArray("") << "embstr";
    QTest::newRow("44 bytes") << QByteArray(44, 'x') << "embstr";
    QTest::newRow("45 bytes") << QByteArray(45, 'x') << "raw";
    QTest::newRow("255 bytes") << QByteArray(255, 'x') << "raw";
    QTest::newRow("256 bytes") << QByteArray(256, 'x') << "raw";
    QTest::newRow("with NUL") << QByteArray("a\0b", 3) << "embstr";
}

void KeyspaceTest::stringsChooseTheirEncoding()
{
    QFETCH(QByteArray, value);
    QFETCH(QString, encoding);
    Database database(1);
    database.setString("k", value.toStdString());
    QCOMPARE(Bytes(database.find("k")->encoding()), encoding.toStdString());
    QCOMPARE(text(database, "k"), value.toStdString());
    QCOMPARE(database.find("k")->string().integer().has_value(), encoding == "int");
    database.setText("k", value.toStdString());
    QCOMPARE(Bytes(database.find("k")->encoding()), encoding == "int" ? "embstr" : encoding.toStdString());
    QCOMPARE(text(database, "k"), value.toStdString());
}

void KeyspaceTest::aStringEditedInPlaceIsRaw()
{
    Database database(1);
    database.setString("text", "ab");
    database.setString("number", "12");
    database.setExpiry("number", UnixMs{77});
    database.editString("text") += "c";
    database.editString("number") += "3";
    database.editString("new");
    for (const char* key : {"text", "number", "new"})
        QCOMPARE(database.find(key)->encoding(), "raw");
    QCOMPARE(text(database, "text"), "abc");
    QCOMPARE(text(database, "number"), "123");
    QVERIFY(!database.find("number")->string().integer());
    QCOMPARE(database.find("number")->expiry()->value, 77);
    QCOMPARE(text(database, "new"), "");
    const Database before = database;
    database.editString("text") += "d";
    QCOMPARE(text(before, "text"), "abc");
    database.setString("text", "5");
    QCOMPARE(database.find("text")->encoding(), "int");
}

void KeyspaceTest::longKeysAndValuesComeBackWhole()
{
    Database database(1);
    for (const std::size_t size : {0U, 1U, 254U, 255U, 256U, 70'000U})
        for (const std::size_t length : {0U, 255U, 256U, 70'000U}) {
            const std::string key(size, static_cast<char>('a' + length % 26));
            const std::string value(length, 'v');
            database.setString(key, value);
            database.setExpiry(key, UnixMs{-5});
            QCOMPARE(text(database, key), value);
            QCOMPARE(Bytes(database.find(key)->key()), key);
            QCOMPARE(database.find(key)->expiry()->value, -5);
            database.editHash(key + "h").set("f", value, {});
            QCOMPARE(Bytes(*database.find(key + "h")->hash().find("f")), value);
            QCOMPARE(Bytes(database.find(key + "h")->key()), key + "h");
        }
}

void KeyspaceTest::settingAStringDropsTheExpiryOrKeepsIt()
{
    for (const char* value : {"text", "7", "another text that is longer than the first"}) {
        Database database(1);
        database.setString("k", "1");
        database.setExpiry("k", UnixMs{9});
        database.setString("k", value, Expiry::Keep);
        QCOMPARE(database.find("k")->expiry()->value, 9);
        QCOMPARE(text(database, "k"), value);
        database.setString("k", value);
        QVERIFY(!database.find("k")->expiry());
        QCOMPARE(text(database, "k"), value);
        QCOMPARE(database.volatileSize(), std::size_t{0});
    }
    Database database(1);
    QVERIFY(!database.setExpiry("missing", UnixMs{1}));
}

void KeyspaceTest::theVolatileKeysAreCountedAndScanned()
{
    Database database(1);
    std::set<std::string> expected;
    for (int i = 0; i < 10'000; ++i) {
        database.setString(keyOf(i), "v");
        if (i % 321 == 0) {
            database.setExpiry(keyOf(i), UnixMs{i});
            expected.insert(keyOf(i));
        }
    }
    QCOMPARE(database.volatileSize(), expected.size());
    std::set<std::string> seen;
    std::uint64_t cursor = 0;
    do
        cursor = database.scanVolatile(cursor, 3, [&](const Entry& entry) { seen.emplace(entry.key()); });
    while (cursor != 0);
    QCOMPARE(seen, expected);
    for (const std::string& key : expected)
        database.setExpiry(key, std::nullopt);
    QCOMPARE(database.volatileSize(), std::size_t{0});
}

void KeyspaceTest::aCopiedEntryGoesItsOwnWay()
{
    Keyspace data(1);
    Database& first = data.database(0);
    for (int i = 0; i < 1'000; ++i)
        first.editSortedSet("a").set(keyOf(i), i, {});
    first.setExpiry("a", UnixMs{4});
    first.setString("b", "replaced");
    first.copyEntry("a", first, "b");
    first.copyEntry("a", data.database(1), "a");
    first.editSortedSet("b").erase("key:5");
    QCOMPARE(first.find("a")->sortedSet().size(), std::size_t{1'000});
    QCOMPARE(first.find("b")->sortedSet().size(), std::size_t{999});
    QCOMPARE(data.database(1).find("a")->sortedSet().size(), std::size_t{1'000});
    QCOMPARE(data.database(1).find("a")->expiry()->value, 4);
    first.copyEntry("a", first, "a");
    QCOMPARE(first.find("a")->sortedSet().size(), std::size_t{1'000});
}

void KeyspaceTest::anEntryHeldIsPutBackAsItWas()
{
    Database database(1);
    for (const char* value : {"12", "text"}) {
        database.setString("k", value);
        database.setExpiry("k", UnixMs{3});
        const EntryRef before(*database.find("k"));
        database.setString("k", "other", Expiry::Keep);
        database.setInteger("k", 99, Expiry::Keep);
        QCOMPARE(Bytes(before->string().view()), value);
        database.erase("k");
        database.restore(before);
        QCOMPARE(text(database, "k"), value);
        QCOMPARE(database.find("k")->expiry()->value, 3);
        database.setInteger("k", 98, Expiry::Keep);
        QCOMPARE(Bytes(before->string().view()), value);
    }
    database.editList("l").push(End::Back, "x", {});
    const EntryRef list(*database.find("l"));
    database.editList("l").push(End::Back, "y", {});
    QCOMPARE(list->list().size(), std::size_t{1});
    database.clear();
    QCOMPARE(list->list().size(), std::size_t{1});
}

void KeyspaceTest::aTouchMakesNoCopyAndAWriteStampsItsKey()
{
    Keyspace data(1);
    data.database(0).setString("k", "v");
    QCOMPARE(data.database(0).find("k")->lastAccess(), 0U);
    const Snapshot snapshot = data.snapshot();
    snapshot.database(0).find("k")->touch(7);
    data.database(0).find("k")->touch(9);
    QCOMPARE(data.pathsCopied(), std::uint64_t{0});
    data.database(0).setExpiry("k", UnixMs{1});
    QCOMPARE(data.database(0).find("k")->lastAccess(), 9U);
    data.database(0).setAccessClock(11);
    data.database(0).setString("k", "a longer value than it had before, in another size");
    QCOMPARE(data.database(0).find("k")->lastAccess(), 11U);
    data.database(0).editList("l").push(End::Back, "x", {});
    QCOMPARE(data.database(0).find("l")->lastAccess(), 11U);
    // It is told once, and may be copied before it writes.
    const Snapshot other = data.snapshot();
    data.database(0).setString("n", "v");
    QCOMPARE(data.database(0).find("n")->lastAccess(), 11U);
}

void KeyspaceTest::databasesAreSwappedAndCleared()
{
    Keyspace data(1, 4);
    QCOMPARE(data.databaseCount(), std::size_t{4});
    data.database(1).setString("k", "one");
    const Snapshot before = data.snapshot();
    data.swapDatabases(1, 3);
    QCOMPARE(text(data.database(3), "k"), "one");
    QCOMPARE(data.database(1).size(), std::size_t{0});
    data.swapDatabases(3, 3);
    QCOMPARE(text(data.database(3), "k"), "one");
    data.clear();
    QCOMPARE(data.database(3).size(), std::size_t{0});
    QCOMPARE(text(before.database(1), "k"), "one");
    QVERIFY(!data.database(3).find("k"));
}

void KeyspaceTest::copyingAndMovingKeepsTheMemoryRight()
{
    Keyspace data(1);
    HashValue& hash = data.database(0).editHash("h");
    const std::size_t before = data.memoryBytes();
    for (int i = 0; i < 1'000; ++i)
        hash.set(keyOf(i), "v", {});
    const std::size_t after = data.memoryBytes();
    QVERIFY(after > before + 30'000);
    Keyspace copy = data;
    QCOMPARE(copy.memoryBytes(), after);
    Keyspace moved = std::move(data);
    QCOMPARE(moved.memoryBytes(), after);
    moved.swapDatabases(0, 2);
    QCOMPARE(moved.memoryBytes(), after);
    moved.database(2).erase("h");
    QCOMPARE(moved.memoryBytes(), std::size_t{0});
    QCOMPARE(copy.memoryBytes(), after);
}

QTEST_GUILESS_MAIN(KeyspaceTest)
#include "keyspace_test.moc"
