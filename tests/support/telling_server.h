#pragma once

// What a command tells others than its sender: keyspace events, the commands that repeat it, and whether those who
// watch its keys heard of it; and the real server with all that tells of it.

#include "tests/support/redis_server.h"
#include "tests/support/side.h"

#include <QFile>
#include <QTemporaryDir>

namespace tests {

struct Told {
    Words events; // "0 set key"
    std::vector<Words> effects;
    engine::Reply executed; // EXEC's answer to one who watched a key of it
    std::vector<engine::Reply> heard; // by one who waited
};

/// Moments may differ by what lies between the two servers' readings of the clock.
bool sameTold(const Told& a, const Told& b);
engine::Bytes describe(const Told& told);

/// The real server, whose notifications and append-only file are read.
class TellingServer {
public:
    TellingServer();
    bool works() const { return m_server.port() != 0 && m_aof.isOpen(); }
    quint16 port() const { return m_server.port(); }
    engine::Reply ask(const Words& argv);
    engine::Reply askAsWatcher(const Words& argv);
    /// Events and effects since the last time.
    Told told();

private:
    QTemporaryDir m_folder;
    RedisServer m_server;
    RespConnection m_client;
    RespConnection m_watcher;
    RespConnection m_listener;
    QFile m_aof;
    engine::Bytes m_unread;
};

} // namespace tests
