#pragma once

// ClientPort: the way to a client outside of its own requests: published messages, replies that come late, being sent
// away. A client without one (a script's caller, the window's console) cannot subscribe or wait.

#include "engine/resp/reply_sink.h"

#include <optional>

namespace engine {

/// Thread: the engine's.
class ClientPort {
public:
    virtual ~ClientPort() = default;
    /// Takes whole values, in the client's protocol, behind all that it has been sent before; while a request of the
    /// client's own runs they leave before its reply. Call `flush` after.
    virtual ReplySink& sink() = 0;
    /// As `sink`; while a request of the client's own runs, behind its reply.
    virtual ReplySink& sinkBehindReply() = 0;
    /// Takes the late reply of a command that has waited: until `endReply`, what else reaches the client leaves before
    /// or behind it, as with a request that runs. Nothing need be written.
    virtual ReplySink& beginReply() = 0;
    virtual void endReply() = 0;
    /// What was written leaves: with the replies of the request that is running if it is the client's own, else as soon
    /// as the present work of the engine's thread is done. A client that does not take it is cut off at its output
    /// limit.
    virtual void flush() = 0;
    /// What earlier requests were answered waits to be sent.
    virtual bool hasUnsent() const { return false; }
    /// Ends the connection once the present work is done; what it has not been sent is lost.
    virtual void disconnect() = 0;
    /// Gives the socket away, and what has not been sent through it; the client leaves. None where there is no socket.
    struct Detached {
        int descriptor = -1;
        Bytes unsent;
    };
    virtual std::optional<Detached> detach() { return std::nullopt; }
};

} // namespace engine
