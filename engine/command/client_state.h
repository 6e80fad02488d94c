#pragma once

// A client as commands see it: connection, script caller, window console or test, all alike.

#include "engine/base/bytes.h"
#include "engine/base/clock.h"
#include "engine/command/client_wait.h"
#include "engine/command/command.h"
#include "engine/resp/reply_sink.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace engine {

struct Command;
class AclUser;
class ClientPort;

struct QueuedCommand {
    const Command* command = nullptr;
    Flag flags = Flag::None; // by which it was judged
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

enum class SubscriptionKind : std::uint8_t { Channel, Pattern, Shard };
constexpr std::size_t kSubscriptionKinds = 3;

/// What a client has subscribed to.
struct ClientSubscriptions {
    using Names = std::set<Bytes, std::less<>>;
    std::array<Names, kSubscriptionKinds> names;

    Names& of(SubscriptionKind kind) { return names[static_cast<std::size_t>(kind)]; }
    const Names& of(SubscriptionKind kind) const { return names[static_cast<std::size_t>(kind)]; }
    std::size_t channelsAndPatterns() const { return names[0].size() + names[1].size(); }
    bool any() const { return channelsAndPatterns() + names[2].size() > 0; }
};

/// CLIENT TRACKING's options.
struct ClientTracking {
    bool broadcast = false; // BCAST: all keys with one of the prefixes, read or not
    bool optIn = false;
    bool optOut = false;
    bool noLoop = false; // not the keys that the client changes itself
    bool caching = false; // CLIENT CACHING, for the next command
    std::int64_t redirect = 0; // a client's id; 0: none
    bool redirectBroken = false; // that client has gone
    std::set<Bytes> prefixes;
};

/// CLIENT REPLY.
enum class ReplyMode : std::uint8_t {
    On,
    Off,
    SkipNext, // the next command's reply is not sent
    Skip, // nor is this one's
};

/// MULTI's state.
struct Transaction {
    std::vector<QueuedCommand> queue;
    bool refused = false; // a command could not be queued: EXEC answers EXECABORT
    std::size_t bytes = 0; // of the words queued
};

/// SCRIPT DEBUG.
enum class ScriptDebug : std::uint8_t { No, Forked, Sync };

/// What SCRIPT DEBUG has asked for.
struct ScriptDebugMode {
    ScriptDebug kind = ScriptDebug::No;
    bool extended = false; // our own debugger's commands instead of Redis's; functions are debugged too
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
    std::shared_ptr<AclUser> user; // who it speaks for; null: it may do everything, inside the process
    bool noEvict = false;
    ScriptDebugMode debugs; // its next EVAL is debugged
    bool closeAfterReply = false; // QUIT, protocol errors
    bool closeWithoutReply = false; // SHUTDOWN: the last reply is dropped
    bool isScript = false; // the caller inside a script
    ScriptState script; // when isScript
    ConnectionFigures connection;
    ClientPort* port = nullptr; // null: the client cannot be reached outside of its own requests
    std::optional<Transaction> transaction;
    ClientSubscriptions subscriptions;
    std::optional<ClientTracking> tracking;
    ReplyMode replies = ReplyMode::On;
    bool monitors = false;
    std::optional<ClientWait> wait; // its next request is not run before this ends
    std::vector<WatchedKey> watched;
    bool watchedKeyChanged = false;
    const Command* lastCommand = nullptr;
};

} // namespace engine
