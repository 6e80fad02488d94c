#pragma once

// A client as commands see it: connection, script caller, window console or test, all alike.

#include "engine/base/bytes.h"
#include "engine/base/clock.h"
#include "engine/command/command.h"
#include "engine/resp/reply_sink.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace engine {

struct QueuedCommand {
    const CommandSpec* spec = nullptr;
    std::vector<Bytes> argv;
};

struct WatchedKey {
    int database = 0;
    Bytes key;
};

/// MULTI's state.
struct Transaction {
    std::vector<QueuedCommand> queue;
    bool refused = false; // a command could not be queued: EXEC answers EXECABORT
};

struct ClientState {
    std::int64_t id = 0;
    Bytes address; // "127.0.0.1:53412"; "" for clients inside the process
    Bytes localAddress;
    Bytes name;
    UnixMs connectedAt;
    UnixMs lastCommandAt;
    int database = 0;
    Protocol protocol = Protocol::Resp2;
    bool authenticated = true;
    bool noEvict = false;
    bool closeAfterReply = false; // QUIT, protocol errors
    bool isScript = false; // the caller inside a script
    std::optional<Transaction> transaction;
    std::vector<WatchedKey> watched;
    bool watchedKeyChanged = false;
    Bytes lastCommand; // "config|get"
};

} // namespace engine
