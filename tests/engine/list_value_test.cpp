// Lists: against a vector with snapshots taken at random, for every kind of node limit.

#include "engine/data/list_value.h"

#include "engine/base/rng.h"

#include <QTest>

#include <string>
#include <vector>

using namespace engine;

namespace {

using Model = std::vector<std::string>;

Model contents(const ListValue& list)
{
    Model all;
    list.forEach(0, list.size(), [&](BytesView element) { return all.emplace_back(element), true; });
    return all;
}

Model backwards(const ListValue& list)
{
    Model all;
    if (!list.empty())
        list.forEachBackward(
            list.size() - 1, list.size(), [&](BytesView element) { return all.emplace(all.begin(), element), true; });
    return all;
}

// Texts of all lengths; and integers, which are kept in another way, of all widths.
std::string element(Rng& rng)
{
    const auto dice = rng.below(100);
    if (dice >= 70)
        return std::to_string(static_cast<std::int64_t>(rng.next()) >> rng.below(64));
    const std::size_t size = dice == 0 ? 9'000 : dice < 5 ? 120 + rng.below(20) : rng.below(12);
    return std::string(size, static_cast<char>('a' + rng.below(26))) + std::to_string(rng.below(1'000));
}

// One random change to both.
void change(ListValue& list, Model& model, Rng& rng, const EncodingLimits& limits, bool growing)
{
    const auto dice = rng.below(12);
    const std::size_t index = model.empty() ? 0 : rng.below(model.size());
    const auto at = model.begin() + static_cast<std::ptrdiff_t>(index);
    const std::string text = element(rng);
    if (dice < (growing ? 5U : 2U)) {
        const End end = rng.below(2) == 0 ? End::Front : End::Back;
        list.push(end, text, limits);
        model.insert(end == End::Front ? model.begin() : model.end(), text);
    } else if (dice < (growing ? 8U : 4U)) {
        list.insert(index, text, limits);
        model.insert(at, text);
    } else if (model.empty()) {
        return;
    } else if (dice < 9) {
        list.set(index, text, limits);
        *at = text;
    } else if (dice < 11) {
        const End end = rng.below(2) == 0 ? End::Front : End::Back;
        const auto gone = end == End::Front ? model.begin() : model.end() - 1;
        QCOMPARE(list.pop(end), *gone);
        model.erase(gone);
    } else {
        const std::size_t count = rng.below(std::min<std::size_t>(model.size() - index, growing ? 5 : 300) + 1);
        list.erase(index, count);
        model.erase(at, at + static_cast<std::ptrdiff_t>(count));
    }
}

} // namespace

class ListValueTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void agreesWithAVectorAndLeavesEverySnapshotAlone_data();
    void agreesWithAVectorAndLeavesEverySnapshotAlone();
    void walksFromAnywhereInBothDirections();
    void copiesNothingWithoutASnapshot();
    void itsMemoryFollowsWhatIsInIt();
    void pushesToTheFrontLeaveItAsDenseAsThoseToTheBack();
    void whatIsTakenAtTheFrontGivesItsMemoryBack();
    void diffTellsThatAnElementWasPutInFront();
    void diffOfAnythingLeadsFromOneToTheOther();
};

void ListValueTest::agreesWithAVectorAndLeavesEverySnapshotAlone_data()
{
    QTest::addColumn<int>("nodeSize");
    for (const int size : {-2, -1, -5, 1, 2, 3, 128})
        QTest::addRow("%d", size) << size;
}

void ListValueTest::agreesWithAVectorAndLeavesEverySnapshotAlone()
{
    QFETCH(int, nodeSize);
    EncodingLimits limits;
    limits.listMaxListpackSize = nodeSize;
    Rng rng(static_cast<std::uint64_t>(nodeSize + 100));
    ListValue list;
    Model model;
    std::vector<std::pair<ListValue, Model>> snapshots;
    for (int step = 0; step < 12'000; ++step) {
        change(list, model, rng, limits, step / 3'000 % 2 == 0);
        QCOMPARE(list.size(), model.size());
        if (!model.empty()) {
            const std::size_t index = rng.below(model.size());
            QCOMPARE(Bytes(list.at(index).view()), model[index]);
        }
        if (rng.below(1'500) == 0)
            snapshots.emplace_back(list, model);
    }
    QCOMPARE(contents(list), model);
    QCOMPARE(backwards(list), model);
    for (const auto& [then, expected] : snapshots)
        QCOMPARE(contents(then), expected);
    while (!model.empty()) {
        QCOMPARE(list.pop(End::Back), model.back());
        model.pop_back();
    }
    QVERIFY(list.empty());
    QCOMPARE(list.memoryBytes(), std::size_t{0});
}

void ListValueTest::walksFromAnywhereInBothDirections()
{
    ListValue list;
    for (int i = 0; i < 5'000; ++i)
        list.push(End::Back, std::to_string(i), {});
    for (const std::size_t first : {0U, 1U, 2'499U, 4'998U, 4'999U, 5'000U, 9'000U}) {
        std::size_t expected = first;
        std::size_t visited = 0;
        list.forEach(first, 700, [&](BytesView text) {
            ++visited;
            return text == std::to_string(expected++);
        });
        QCOMPARE(visited, first >= 5'000 ? 0 : std::min<std::size_t>(700, 5'000 - first));
        visited = 0;
        expected = first;
        list.forEachBackward(first, 700, [&](BytesView text) {
            ++visited;
            return text == std::to_string(expected--);
        });
        QCOMPARE(visited, first >= 5'000 ? 0 : std::min<std::size_t>(700, first + 1));
    }
    std::size_t visited = 0;
    list.forEach(0, 5'000, [&](BytesView) { return ++visited < 3; });
    QCOMPARE(visited, std::size_t{3});
}

void ListValueTest::copiesNothingWithoutASnapshot()
{
    ListValue list;
    for (int i = 0; i < 200'000; ++i)
        list.push(i % 2 == 0 ? End::Back : End::Front, std::to_string(i), {});
    QCOMPARE(list.copies(), std::uint64_t{0});
    const ListValue before = list;
    list.set(77'777, "changed", {});
    QVERIFY2(list.copies() >= 2 && list.copies() <= 6, qPrintable(QString::number(list.copies())));
    QVERIFY(before.at(77'777).view() != "changed");
    const auto copied = list.copies();
    list.set(77'777, "again", {});
    QCOMPARE(list.copies(), copied);
}

void ListValueTest::itsMemoryFollowsWhatIsInIt()
{
    ListValue list;
    for (int i = 0; i < 100'000; ++i)
        list.push(End::Back, "element:" + std::to_string(1'000'000 + i), {});
    // Fifteen bytes and two lengths each, and not a tenth more.
    QVERIFY2(list.memoryBytes() > 1'700'000 && list.memoryBytes() < 1'870'000,
        qPrintable(QString::number(list.memoryBytes())));
    list.erase(10, 99'980);
    QCOMPARE(list.size(), std::size_t{20});
    QVERIFY2(list.memoryBytes() < 4'000, qPrintable(QString::number(list.memoryBytes())));
}

// The front chunk is kept small while it grows.
void ListValueTest::pushesToTheFrontLeaveItAsDenseAsThoseToTheBack()
{
    ListValue front;
    ListValue back;
    for (int i = 0; i < 50'000; ++i) {
        const Bytes text = "element " + std::to_string(i);
        front.push(End::Front, text, {});
        back.push(End::Back, text, {});
    }
    QCOMPARE(Bytes(front.at(0).view()), Bytes("element 49999"));
    QCOMPARE(Bytes(front.at(49'999).view()), Bytes("element 0"));
    QVERIFY2(front.memoryBytes() < back.memoryBytes() + back.memoryBytes() / 200,
        qPrintable(QStringLiteral("%1 bytes, %2 from behind").arg(front.memoryBytes()).arg(back.memoryBytes())));
}

// A gap is left for a while, in proportion to what is left.
void ListValueTest::whatIsTakenAtTheFrontGivesItsMemoryBack()
{
    ListValue queue;
    for (int i = 0; i < 20'000; ++i)
        queue.push(End::Back, "element " + std::to_string(i), {});
    for (int i = 0; i < 19'990; ++i) {
        QCOMPARE(queue.pop(End::Front), "element " + std::to_string(i));
        if (i % 1'000 != 999)
            continue;
        ListValue fresh;
        queue.forEach(0, queue.size(), [&](BytesView element) {
            fresh.push(End::Back, element, {});
            return true;
        });
        QVERIFY2(queue.memoryBytes() <= fresh.memoryBytes() * 5 / 4 + 1024, qPrintable(QString::number(i)));
    }
    // One that is small from the start, used as a queue.
    ListValue small;
    for (int i = 0; i < 1'000; ++i) {
        small.push(End::Back, "element", {});
        if (i >= 3)
            QCOMPARE(small.pop(End::Front), Bytes("element"));
    }
    QCOMPARE(small.size(), std::size_t{3});
    QVERIFY(small.memoryBytes() <= 64);
}

void ListValueTest::diffTellsThatAnElementWasPutInFront()
{
    ListValue list;
    for (int i = 0; i < 3'000; ++i)
        list.push(End::Back, std::to_string(i), {});
    const ListValue before = list;
    list.push(End::Front, "new", {});
    // The same elements in chunks that nothing shares.
    ListValue rebuilt;
    before.forEach(0, before.size(), [&](BytesView element) { return rebuilt.push(End::Back, element, {}), true; });
    ListValue::diff(before, rebuilt, [&](std::size_t, auto, auto) { return qFatal("they are equal"), false; });
    int told = 0;
    ListValue::diff(before, list, [&](std::size_t index, auto old, auto now) {
        ++told;
        return index == 0 && !old && now == "new";
    });
    QCOMPARE(told, 1);
}

void ListValueTest::diffOfAnythingLeadsFromOneToTheOther()
{
    Rng rng(9);
    EncodingLimits limits;
    limits.listMaxListpackSize = 5;
    for (int round = 0; round < 200; ++round) {
        ListValue list;
        Model model;
        for (int i = 0; i < 60; ++i)
            change(list, model, rng, limits, true);
        const ListValue before = list;
        Model patched = model;
        const int changes = static_cast<int>(rng.below(20));
        for (int i = 0; i < changes; ++i)
            change(list, model, rng, limits, rng.below(2) == 0);
        // What was changed by index, then what was taken out or put in, which is told in one row after it.
        std::size_t removed = 0;
        ListValue::diff(before, list, [&](std::size_t index, auto old, auto now) {
            const auto at = patched.begin() + static_cast<std::ptrdiff_t>(index - removed);
            if (old && now)
                *at = *now;
            else if (now)
                patched.insert(at, std::string(*now));
            else
                patched.erase(at), ++removed;
            return true;
        });
        QCOMPARE(patched, model);
    }
}

QTEST_GUILESS_MAIN(ListValueTest)
#include "list_value_test.moc"
