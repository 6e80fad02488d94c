#pragma once

// CLIENT's subcommands that act on connections, and those of client-side caching: handlers whose rows stand with the
// others in client_commands.cpp.

#include "engine/command/call.h"
#include "engine/command/client_state.h"

#include <functional>

namespace engine {

void clientKill(Call& call);
void clientPause(Call& call);
void clientUnpause(Call& call);
void clientReply(Call& call);
void clientUnblock(Call& call);

void clientTracking(Call& call);
void clientTrackinginfo(Call& call);
void clientCaching(Call& call);
void clientGetredir(Call& call);

/// Ends a connection. One that ends itself hears the answer first.
void endClient(Call& call, const ClientState& client);
/// Who a client speaks for; the program's own clients count as the default user.
BytesView userName(const ClientState& client);

/// The next argument as a type of CLIENT LIST and KILL: whether a client is of it.
std::function<bool(const ClientState&)> nextClientType(Call& call);

} // namespace engine
