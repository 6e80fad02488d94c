#pragma once

// Random schedules of several clients: who sends what next. They wait for lists and sorted sets, run transactions,
// publish, subscribe, and keep what they have read.

#include "engine/base/rng.h"
#include "tests/support/side.h"

#include <map>
#include <set>

namespace tests {

struct ScheduleStep {
    engine::Bytes client;
    Words argv; // "@a" stands for the id of client a
};

class Schedule {
public:
    explicit Schedule(std::uint64_t seed) : m_rng(seed) { }

    static const std::vector<engine::Bytes>& clients();
    static const std::vector<engine::Bytes>& keys();

    /// The next step of one of the clients that do not wait; there is always one.
    ScheduleStep next(const std::set<engine::Bytes>& waiting);

private:
    /// What is so of a client, as far as it decides what may be sent.
    struct Known {
        bool resp3 = false;
        bool subscribed = false;
        bool inTransaction = false;
    };

    engine::Bytes key();
    engine::Bytes member();
    engine::Bytes channel();
    Words waitingCommand();
    Words writingCommand();
    Words readingCommand();
    Words publishing();
    Words trackingCommand();
    Words controllingCommand(const engine::Bytes& client);
    void learn(const ScheduleStep& step);

    engine::Rng m_rng;
    std::size_t m_waiting = 0; // clients that wait now
    std::map<engine::Bytes, Known> m_known;
};

} // namespace tests
