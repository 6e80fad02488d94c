#pragma once

// Reclaimer: frees what is large away from the thread that let it go. Whoever may be the last holder of a dataset or
// a large entry (FLUSHALL ASYNC, UNLINK, an expired snapshot) hands it over; dropping it in place is as
// correct, only slower for the one who does it.

#include "engine/data/entry.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace engine {

class Reclaimer {
public:
    Reclaimer();
    /// Frees all that was handed over.
    ~Reclaimer();
    Reclaimer(const Reclaimer&) = delete;
    Reclaimer& operator=(const Reclaimer&) = delete;

    /// Takes a Keyspace, a Database, an EntryRef or anything else whose destructor works, and destroys it on the
    /// reclaimer's thread. With kMostWaiting things in the queue the caller's thread destroys it. Thread: any.
    template <class T>
    void drop(T value)
    {
        enqueue(std::make_unique<Holder<T>>(std::move(value)));
    }

    /// Waits until all that was handed over so far is gone. Thread: any but the reclaimer's own.
    void drain();
    /// How many things wait or are being freed: INFO's lazyfree_pending_objects. Thread: any.
    std::size_t pending() const;

    /// Whether handing an entry over costs less than freeing it does.
    static bool isWorthwhile(const Entry& entry) { return entry.memoryBytes() > kLargeBytes; }

    static constexpr std::size_t kMostWaiting = 10'000;
    static constexpr std::size_t kLargeBytes = 64 * 1024; // some ten microseconds' worth of freeing

private:
    struct Load {
        virtual ~Load() = default;
    };
    template <class T>
    struct Holder final : Load {
        explicit Holder(T held) : value(std::move(held)) { }
        T value;
    };

    void enqueue(std::unique_ptr<Load> load);
    void work();

    mutable std::mutex m_mutex; // protects what follows, up to m_thread
    std::condition_variable m_arrived;
    std::condition_variable m_freed;
    std::deque<std::unique_ptr<Load>> m_waiting;
    bool m_busy = false;
    bool m_ending = false;

    std::thread m_thread;
};

} // namespace engine
