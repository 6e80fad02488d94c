#pragma once

// Opens sockets to listen on, and says in words why one cannot be opened.

#include "engine/base/bytes.h"
#include "engine/base/result.h"

#include <cstdint>

namespace engine {

/// An open, listening, non-blocking descriptor that belongs to the caller.
struct ListeningSocket {
    int descriptor = -1;
    int family = 0; // AF_INET, AF_INET6, AF_UNIX
    std::uint16_t port = 0;
    Bytes address; // "127.0.0.1:6380"; a path
};

/// An address as people write it for `bind`: "127.0.0.1", "::1", "*", "localhost"; a leading '-' says that it may be
/// missing on this machine.
struct BindAddress {
    Bytes host; // numeric
    bool ipv6 = false;
    bool loopback = false;
    bool optional = false;
};
Result<BindAddress> parseBindAddress(BytesView text);

/// `missing` is set when the address does not exist on this machine.
Result<ListeningSocket> listenOnTcp(const BindAddress& address, std::uint16_t port, int backlog, bool& missing);
/// Replaces a socket file that nobody answers on. `mode` 0 leaves the permissions as they come.
Result<ListeningSocket> listenOnPath(const Bytes& path, unsigned mode, int backlog);

/// "127.0.0.1:53412", "[::1]:53412" of a socket's own or its peer's end; empty when it has none.
Bytes localAddressOf(int descriptor);
Bytes peerAddressOf(int descriptor);
/// Whether the peer is on this machine.
bool peerIsLoopback(int descriptor);

} // namespace engine
