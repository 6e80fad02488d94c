#pragma once

// What a listener is told and what it tells, as values.

#include "engine/base/bytes.h"
#include "engine/base/clock.h"

#include <cstdint>
#include <vector>

namespace engine {

struct ListenOptions {
    std::vector<Bytes> addresses{"127.0.0.1"}; // numeric, IPv4 or IPv6; "*" is all of IPv4. Empty: no TCP
    std::uint16_t port = 6380; // 0: any free one, reported
    Bytes unixSocket; // path; empty: none
    unsigned unixSocketMode = 0; // permission bits; 0: as the process's mask gives them
};

struct ListenReport {
    std::vector<Bytes> addresses; // "127.0.0.1:6380", "[::1]:6380"
    std::uint16_t port = 0;
    Bytes unixSocket;
    bool needsLogin = false; // nobody is served before AUTH
};

/// A connection as the window lists it.
struct ConnectedClient {
    std::int64_t id = 0;
    Bytes address;
    Bytes name;
    UnixMs connectedAt;
    UnixMs lastCommandAt;
    int database = 0;
    Bytes lastCommand; // "config|get"; empty before the first
    int protocol = 2;
};

} // namespace engine
