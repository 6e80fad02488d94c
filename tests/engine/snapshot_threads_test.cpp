// One thread writes, others read snapshots and drop them: what thread sanitizer judges, and a reader's own eyes.

#include "engine/data/keyspace.h"
#include "engine/data/reclaimer.h"

#include <QTest>

#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace engine;

namespace {

/// Snapshots on their way from the writer to the readers.
class Exchange {
public:
    void offer(Keyspace snapshot)
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.push_back(std::move(snapshot));
        // The oldest goes unread: dropped here, while readers hold what it shares.
        if (m_waiting.size() > 6)
            m_waiting.pop_front();
    }
    std::optional<Keyspace> take()
    {
        const std::lock_guard lock(m_mutex);
        if (m_waiting.empty())
            return std::nullopt;
        Keyspace snapshot = std::move(m_waiting.front());
        m_waiting.pop_front();
        return snapshot;
    }

private:
    std::mutex m_mutex; // protects m_waiting
    std::deque<Keyspace> m_waiting;
};

// The writer keeps this true at every snapshot: all values hold `n` elements, and `n` says so.
bool isWhole(const Keyspace& data)
{
    const Database& database = data.database(0);
    const auto n = static_cast<std::size_t>(database.find("n")->string().integer().value());
    std::size_t keys = 0;
    database.forEach([&](const Entry& entry) {
        entry.touch(5);
        keys += entry.key().substr(0, 4) == "key:" ? 1 : 0;
        return true;
    });
    std::size_t sum = 0;
    database.find("list")->list().forEach(0, n + 1, [&](BytesView e) { return sum += e.size() != 0 ? 1 : 0, true; });
    std::size_t fields = 0;
    database.find("hash")->hash().forEach([&](BytesView f, BytesView v) { return fields += f == v ? 1 : 0, true; });
    double last = -1;
    std::size_t ordered = 0;
    database.find("zset")->sortedSet().forEach(0, n + 1, [&](const ScoredMember& m) {
        ordered += m.score > last ? 1 : 0;
        last = m.score;
        return true;
    });
    return keys == n && sum == n && fields == n && ordered == n && database.find("set")->set().size() == n
        && database.find("text")->string().size() == n;
}

void grow(Database& database, std::size_t n)
{
    const std::string text = "key:" + std::to_string(n);
    database.setString(text, text);
    database.editList("list").push(n % 2 == 0 ? End::Front : End::Back, text, {});
    database.editHash("hash").set(text, text, {});
    database.editSet("set").add(text, {});
    database.editSortedSet("zset").set(text, static_cast<double>(n), {});
    database.editString("text") += 'x';
    database.setInteger("n", static_cast<std::int64_t>(n + 1));
}

void shrink(Database& database, std::size_t n)
{
    const std::string text = "key:" + std::to_string(n - 1);
    database.erase(text);
    database.editList("list").pop(n % 2 == 1 ? End::Front : End::Back);
    database.editHash("hash").erase(text);
    database.editSet("set").erase(text);
    database.editSortedSet("zset").erase(text);
    database.editString("text").pop_back();
    database.setInteger("n", static_cast<std::int64_t>(n - 1));
}

} // namespace

class SnapshotThreadsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readersSeeWholeSnapshotsWhileTheWriterGoesOn();
    void aSnapshotIsADatasetThatAnotherThreadMayWriteTo();
    void theReclaimerFreesEverythingHandedOver();
};

void SnapshotThreadsTest::readersSeeWholeSnapshotsWhileTheWriterGoesOn()
{
    Exchange exchange;
    std::atomic<bool> done = false;
    std::atomic<int> read = 0;
    std::atomic<int> broken = 0;
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i)
        readers.emplace_back([&] {
            while (true) {
                const bool last = done;
                if (const auto snapshot = exchange.take()) {
                    broken += isWhole(*snapshot) ? 0 : 1;
                    ++read;
                } else if (last) {
                    return;
                } else {
                    std::this_thread::yield();
                }
            }
        });

    Keyspace live(1);
    std::size_t n = 0;
    Rng rng(1);
    for (int step = 0; step < 4'000; ++step) {
        const bool growing = n < 400 || (n < 1'500 && step / 700 % 2 == 0);
        growing ? grow(live.database(0), n) : shrink(live.database(0), n);
        n = growing ? n + 1 : n - 1;
        if (rng.below(8) == 0)
            exchange.offer(live.snapshot());
    }
    exchange.offer(live.snapshot());
    done = true;
    for (std::thread& reader : readers)
        reader.join();
    QCOMPARE(broken.load(), 0);
    QVERIFY(read.load() > 0);
    QVERIFY(isWhole(live));
}

void SnapshotThreadsTest::aSnapshotIsADatasetThatAnotherThreadMayWriteTo()
{
    Keyspace live(1);
    for (std::size_t n = 0; n < 1'000; ++n)
        grow(live.database(0), n);
    std::vector<std::thread> sessions;
    std::atomic<int> broken = 0;
    for (int i = 0; i < 3; ++i)
        sessions.emplace_back([&broken, i, mine = live.snapshot()]() mutable {
            std::size_t n = 1'000;
            for (int step = 0; step < 500; ++step)
                i == 0 ? grow(mine.database(0), n++) : shrink(mine.database(0), n--);
            broken += isWhole(mine) ? 0 : 1;
        });
    for (std::size_t n = 1'000; n < 1'500; ++n)
        grow(live.database(0), n);
    for (std::thread& session : sessions)
        session.join();
    QCOMPARE(broken.load(), 0);
    QVERIFY(isWhole(live));
}

void SnapshotThreadsTest::theReclaimerFreesEverythingHandedOver()
{
    struct Counted {
        std::atomic<int>* freed;
        explicit Counted(std::atomic<int>& counter) : freed(&counter) { }
        Counted(Counted&& other) noexcept : freed(std::exchange(other.freed, nullptr)) { }
        ~Counted()
        {
            if (freed)
                ++*freed;
        }
    };
    std::atomic<int> freed = 0;
    {
        Reclaimer reclaimer;
        Keyspace data(1);
        for (std::size_t n = 0; n < 2'000; ++n)
            grow(data.database(0), n);
        QVERIFY(Reclaimer::isWorthwhile(*data.database(0).find("hash")));
        QVERIFY(!Reclaimer::isWorthwhile(*data.database(0).find("n")));
        EntryRef large(*data.database(0).find("hash"));
        data.database(0).erase("hash");
        reclaimer.drop(std::move(large));
        reclaimer.drop(data.snapshot());
        reclaimer.drop(Counted(freed));
        reclaimer.drain();
        QCOMPARE(freed.load(), 1);
        QCOMPARE(reclaimer.pending(), std::size_t{0});
        QCOMPARE(data.database(0).find("set")->set().size(), std::size_t{2'000});
        reclaimer.drop(std::exchange(data, Keyspace(1)));
        for (int i = 0; i < 500; ++i)
            reclaimer.drop(Counted(freed));
    }
    QCOMPARE(freed.load(), 501);
}

QTEST_GUILESS_MAIN(SnapshotThreadsTest)
#include "snapshot_threads_test.moc"
