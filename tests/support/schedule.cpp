#include "tests/support/schedule.h"

#include "tests/support/argument_values.h"

namespace tests {

using namespace engine;

const std::vector<Bytes>& Schedule::clients()
{
    static const std::vector<Bytes> names{"a", "b", "c", "d", "e"};
    return names;
}

const std::vector<Bytes>& Schedule::keys()
{
    static const std::vector<Bytes> names{"k0", "k1", "k2", "k3"};
    return names;
}

Bytes Schedule::key()
{
    return keys()[m_rng.below(keys().size())];
}

Bytes Schedule::member()
{
    return "m" + std::to_string(m_rng.below(6));
}

Bytes Schedule::channel()
{
    return "c" + std::to_string(m_rng.below(3));
}

Words Schedule::waitingCommand()
{
    switch (m_rng.below(9)) {
    case 0:
        return {"BLPOP", key(), "0"};
    case 1:
        return {"BLPOP", key(), key(), "0"};
    case 2:
        return {"BRPOP", key(), key(), key(), "0"};
    case 3:
        return {"BLMOVE", key(), key(), m_rng.below(2) == 0 ? "LEFT" : "RIGHT", m_rng.below(2) == 0 ? "LEFT" : "RIGHT",
            "0"};
    case 4:
        return {"BRPOPLPUSH", key(), key(), "0"};
    case 5:
        return {"BLMPOP", "0", "2", key(), key(), m_rng.below(2) == 0 ? "LEFT" : "RIGHT", "COUNT",
            std::to_string(1 + m_rng.below(3))};
    case 6:
        return {"BZPOPMIN", key(), key(), "0"};
    case 7:
        return {"BZPOPMAX", key(), "0"};
    default:
        return {"BZMPOP", "0", "2", key(), key(), m_rng.below(2) == 0 ? "MIN" : "MAX", "COUNT",
            std::to_string(1 + m_rng.below(3))};
    }
}

Words Schedule::writingCommand()
{
    switch (m_rng.below(22)) {
    case 0:
    case 1:
        return {"LPUSH", key(), member()};
    case 2:
    case 3:
        return {"RPUSH", key(), member(), member()};
    case 4:
        return {"RPUSH", key(), member(), member(), member()};
    case 5:
    case 6:
        return {"ZADD", key(), "1", member()};
    case 7:
        return {"ZADD", key(), "1", member(), "2", member(), "3", member()};
    case 8:
    case 9:
        return {"DEL", key()};
    case 10:
        return {"RENAME", key(), key()};
    case 11:
        return {"COPY", key(), key(), "REPLACE"};
    case 12:
        return {"LPOP", key()};
    case 13:
        return {"ZPOPMIN", key()};
    case 14:
        return {"SET", key(), member()};
    case 15:
        return {"LMOVE", key(), key(), "LEFT", "RIGHT"};
    case 16:
        return {"EVAL",
            "redis.pcall('RPUSH', KEYS[1], 'x', 'y') redis.pcall('ZADD', KEYS[2], 1, 'z') return redis.pcall('GET', "
            "KEYS[1])",
            "2", key(), key()};
    case 17:
        return {"ZUNIONSTORE", key(), "2", key(), key()};
    case 18:
        return {"MOVE", key(), "1"};
    case 19:
        return {"PEXPIREAT", key(), "1"};
    case 20:
        return m_rng.below(4) == 0 ? Words{"FLUSHALL"} : Words{"UNLINK", key(), key()};
    default:
        // Which of several keys is served first follows from a hash table there: one may wait for them here.
        return m_waiting < 2 && m_rng.below(2) == 0 ? Words{"SWAPDB", "0", "1"} : Words{"MSET", key(), "1", key(), "2"};
    }
}

Words Schedule::readingCommand()
{
    switch (m_rng.below(8)) {
    case 0:
        return {"LRANGE", key(), "0", "-1"};
    case 1:
        return {"ZRANGE", key(), "0", "-1"};
    case 2:
        return {"GET", key()};
    case 3:
        return {"MGET", key(), key()};
    case 4:
        return {"TYPE", key()};
    case 5:
        return {"EVAL_RO", "return redis.pcall('LLEN', KEYS[1])", "1", key()};
    case 6:
        return {"EXISTS", key(), key()};
    default:
        return {"DBSIZE"};
    }
}

Words Schedule::publishing()
{
    switch (m_rng.below(9)) {
    case 0:
        return {"SUBSCRIBE", channel(), channel()};
    case 1:
        return {"UNSUBSCRIBE", channel()};
    case 2:
        return {"PSUBSCRIBE", "c?"};
    case 3:
        return {"PUNSUBSCRIBE", "c?"};
    case 4:
        return {"SSUBSCRIBE", channel()};
    case 5:
        return {"SUNSUBSCRIBE", channel()};
    case 6:
        return {"SPUBLISH", channel(), member()};
    default:
        return {"PUBLISH", channel(), member()};
    }
}

Words Schedule::trackingCommand()
{
    switch (m_rng.below(9)) {
    case 0:
        return {"CLIENT", "TRACKING", "ON"};
    case 1:
        return {"CLIENT", "TRACKING", "ON", "NOLOOP"};
    case 2:
        return {"CLIENT", "TRACKING", "ON", "OPTIN"};
    case 3:
        return {"CLIENT", "TRACKING", "ON", "OPTOUT"};
    case 4:
        return {"CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", key()};
    case 5:
        return {"CLIENT", "CACHING", m_rng.below(2) == 0 ? "YES" : "NO"};
    case 6:
        return {"CLIENT", "TRACKINGINFO"};
    default:
        return {"CLIENT", "TRACKING", "OFF"};
    }
}

Words Schedule::controllingCommand(const Bytes& client)
{
    switch (m_rng.below(12)) {
    case 0:
    case 1:
        return {"MULTI"};
    case 2:
        return {"DISCARD"};
    case 3:
        return {"WATCH", key()};
    case 4:
        return {"UNWATCH"};
    case 5:
        return {"SELECT", std::to_string(m_rng.below(4) == 0 ? 1 : 0)};
    case 6:
        return {"HELLO", m_known[client].resp3 && m_rng.below(3) == 0 ? "2" : "3"};
    case 7:
        return {"RESET"};
    case 8:
        return {"PING"};
    case 9:
        return {"CLIENT", "GETREDIR"};
    default: {
        Words words{"CLIENT", "UNBLOCK", "@" + clients()[m_rng.below(clients().size())]};
        if (m_rng.below(2) == 0)
            words.emplace_back(m_rng.below(2) == 0 ? "ERROR" : "TIMEOUT");
        return words;
    }
    }
}

// Also of what is refused: a subscriber more or less only leaves out steps.
void Schedule::learn(const ScheduleStep& step)
{
    Known& known = m_known[step.client];
    const Bytes& word = step.argv.front();
    if (word == "HELLO" && !known.inTransaction)
        known.resp3 = step.argv[1] == "3";
    if (word.ends_with("SUBSCRIBE") && !word.ends_with("UNSUBSCRIBE"))
        known.subscribed = true;
    if (word == "RESET")
        known = {};
    if (word == "MULTI")
        known.inTransaction = true;
    if (word == "EXEC" || word == "DISCARD")
        known.inTransaction = false;
}

ScheduleStep Schedule::next(const std::set<Bytes>& waiting)
{
    m_waiting = waiting.size();
    ScheduleStep step;
    do {
        step.client = clients()[m_rng.below(clients().size())];
    } while (waiting.contains(step.client));
    const Known& known = m_known[step.client];
    // One client always stays free to go on.
    const bool mayWait = waiting.size() + 1 < clients().size() || known.inTransaction;
    do {
        const std::uint64_t kind = m_rng.below(100);
        if (known.inTransaction && kind < 25)
            step.argv = {"EXEC"};
        else if (kind < 28)
            step.argv = mayWait ? waitingCommand() : writingCommand();
        else if (kind < 60)
            step.argv = writingCommand();
        else if (kind < 70)
            step.argv = readingCommand();
        else if (kind < 80)
            step.argv = publishing();
        else if (kind < 88)
            step.argv = trackingCommand();
        else
            step.argv = controllingCommand(step.client);
        // The real server sends messages amid of an EXEC's array, ours leave before it; and HELLO tells ids.
    } while (known.inTransaction
        && (step.argv[0] == "HELLO" || step.argv[0].find("PUBLISH") != Bytes::npos
            || step.argv[0].find("SUBSCRIBE") != Bytes::npos));
    // Out of subscriptions that forbid everything else, sooner or later.
    if (known.subscribed && !known.resp3 && !known.inTransaction && m_rng.below(3) == 0)
        step.argv = {"RESET"};
    learn(step);
    return step;
}

} // namespace tests
