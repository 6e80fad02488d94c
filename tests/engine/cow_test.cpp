// Cow: who sees which value, what is copied when, and that the last holder frees.

#include "engine/base/cow.h"

#include <QTest>

#include <string>
#include <thread>
#include <vector>

using namespace engine;

namespace {

/// Counts its copies and those alive.
struct Counted {
    explicit Counted(std::string initial) : text(std::move(initial)) { ++alive; }
    Counted() { ++alive; }
    Counted(const Counted& other) : text(other.text)
    {
        ++copies;
        ++alive;
    }
    Counted(Counted&& other) noexcept : text(std::move(other.text)) { ++alive; }
    Counted& operator=(const Counted&) = default;
    Counted& operator=(Counted&&) noexcept = default;
    ~Counted() { --alive; }

    std::string text;
    static inline int copies = 0;
    static inline int alive = 0;
};

} // namespace

class CowTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { Counted::copies = 0; }
    void cleanup() { QCOMPARE(Counted::alive, 0); }

    void aCopyIsTheSameValueUntilOneIsWritten();
    void onlyTheFirstWriteCopies();
    void aLoneHolderWritesInPlace();
    void movingLeavesTheCountAlone();
    void assigningToItselfKeepsTheValue();
    void threadsThatShareAValueWriteToTheirOwn();
};

void CowTest::aCopyIsTheSameValueUntilOneIsWritten()
{
    Cow<Counted> one(Counted("before"));
    const Cow<Counted> other = one;
    QVERIFY(one.sharesWith(other));
    QVERIFY(!one.unique());
    one.edit().text = "after";
    QVERIFY(!one.sharesWith(other));
    QCOMPARE(one->text, std::string("after"));
    QCOMPARE(other->text, std::string("before"));
}

void CowTest::onlyTheFirstWriteCopies()
{
    Cow<Counted> one(Counted("x"));
    const Cow<Counted> other = one;
    for (int i = 0; i < 3; ++i)
        one.edit().text += "y";
    QCOMPARE(Counted::copies, 1);
    QCOMPARE(Counted::alive, 2);
    QCOMPARE(other->text, std::string("x"));
}

void CowTest::aLoneHolderWritesInPlace()
{
    Cow<Counted> one(Counted("x"));
    {
        const Cow<Counted> other = one;
    }
    const Counted* where = &*one;
    one.edit().text = "y";
    QCOMPARE(&*one, where);
    QCOMPARE(Counted::copies, 0);
}

void CowTest::movingLeavesTheCountAlone()
{
    Cow<Counted> one(Counted("x"));
    Cow<Counted> other = std::move(one);
    QVERIFY(other.unique());
    one = other;
    QVERIFY(!other.unique());
    QCOMPARE(Counted::copies, 0);
}

void CowTest::assigningToItselfKeepsTheValue()
{
    Cow<Counted> one(Counted("x"));
    const Cow<Counted>& same = one;
    one = same;
    QVERIFY(one.unique());
    QCOMPARE(one->text, std::string("x"));
}

void CowTest::threadsThatShareAValueWriteToTheirOwn()
{
    const Cow<std::vector<int>> shared(std::vector<int>(1000, 7));
    std::vector<std::thread> threads;
    std::vector<long> sums(4);
    for (std::size_t t = 0; t < sums.size(); ++t) {
        threads.emplace_back([mine = shared, t, &sums]() mutable {
            for (int round = 0; round < 200; ++round) {
                const Cow<std::vector<int>> kept = mine;
                for (int& number : mine.edit())
                    ++number;
                sums[t] += kept->front();
            }
            sums[t] += mine->back();
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    // Each saw 7, 8, … 206 before its writes and 207 after the last.
    for (const long sum : sums)
        QCOMPARE(sum, 200L * (7 + 206) / 2 + 207);
    QCOMPARE(shared->front(), 7);
}

QTEST_GUILESS_MAIN(CowTest)

#include "cow_test.moc"
