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

struct Command;
class ClientPort;

struct QueuedCommand {
    const Command* command = nullptr;
    std::vector<Bytes> argv;
};

struct WatchedKey {
    int database = 0;
    Bytes key;
    bool wasExpired = false; // already past its time when WATCH came: its removal is no change
};

/// What a connection knows of its own buffers, for CLIENT LIST. All zero for clients inside the process.
struct ConnectionFigures {
    int descriptor = -1;
    std::size_t queryBuffer = 0;
    std::size_t queryBufferFree = 0;
    std::size_t outputBuffer = 0; // bytes that wait to be sent
    std::size_t total = 0; // bytes held in all
};

/// What a script's caller may do, and has done.
struct ScriptState {
    bool readOnly = false; // EVAL_RO, or flags=no-writes
    bool allowOom = false;
    bool wrote = false; // a write was attempted: SCRIPT KILL refuses, later memory checks are skipped
};

/// MULTI's state.
struct Transaction {
    std::vector<QueuedCommand> queue;
    bool refused = false; // a command could not be queued: EXEC answers EXECABORT
    std::size_t bytes = 0; // of the words queued
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
    bool closeWithoutReply = false; // SHUTDOWN: the last reply is dropped
    bool isScript = false; // the caller inside a script
    ScriptState script; // when isScript
    ConnectionFigures connection;
    ClientPort* port = nullptr; // null: the client cannot be reached outside of its own requests
    std::optional<Transaction> transaction;
    std::vector<WatchedKey> watched;
    bool watchedKeyChanged = false;
    const Command* lastCommand = nullptr;
};

} // namespace engine
