#pragma once

// SocketPoll: which of many sockets have something to read. They are asked for all at once and served one after the
// other, and what they have to say is sent when all have been served. A socket that has been read empty is not read
// again to find that out: with many clients that is one call to the system less for each of their requests.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace asio {
class io_context;
}

namespace engine {

/// A socket that is asked about. Thread: the loop's.
class PolledSocket {
public:
    virtual ~PolledSocket() = default;
    /// Something has arrived since the last time, or the other side has ended the connection (`ended`): read until less
    /// comes than there was room for, or all if it has ended.
    virtual void onArrival(bool ended) = 0;
    /// There is room for what is to be sent, after `SocketPoll::waitWritable`.
    virtual void onWritable() = 0;
    /// All sockets that were ready have been served, after `SocketPoll::atRoundEnd`.
    virtual void onRoundEnd() = 0;
};

/// Thread: the loop's.
class SocketPoll {
public:
    explicit SocketPoll(asio::io_context& loop);
    ~SocketPoll();
    SocketPoll(const SocketPoll&) = delete;
    SocketPoll& operator=(const SocketPoll&) = delete;

    /// From now on the socket, which is non-blocking, hears of its descriptor. False when the system refuses.
    bool add(int descriptor, PolledSocket& socket);
    /// Before the descriptor is closed or given away.
    void remove(int descriptor);
    /// Calls `onWritable` once.
    void waitWritable(int descriptor);
    /// Calls `onArrival` once more, in a round to come: more may have arrived than was read.
    void readAgain(int descriptor);
    /// Calls `onRoundEnd` once. The socket must live until then.
    void atRoundEnd(PolledSocket& socket);

private:
    struct Loop;
    // What is known of a descriptor. Another socket may have it by the time that an event is looked at.
    struct Place {
        PolledSocket* socket = nullptr;
        std::uint32_t generation = 0;
    };
    struct Event {
        std::uint64_t key; // of keyOf
        std::uint32_t events;
    };

    std::uint64_t keyOf(int descriptor) const;
    void control(int operation, int descriptor, std::uint32_t events) const;
    void wait();
    void onReady();
    void serve();
    void postRound();

    std::unique_ptr<Loop> m_loop;
    int m_epoll;
    std::vector<Place> m_places; // by descriptor
    std::vector<Event> m_events; // of the round; a reader that runs the loop serves the rest of them
    std::size_t m_next = 0;
    std::vector<PolledSocket*> m_atEnd;
    bool m_serving = false;
    bool m_posted = false; // a round is to come
};

} // namespace engine
