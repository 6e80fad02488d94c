#pragma once

// Who has subscribed to what, and the delivery of what is published. A client's own names are in its ClientState; here
// they are by name.

#include "engine/command/client_state.h"

#include <functional>
#include <list>
#include <map>

namespace engine {

/// Thread: the engine's.
class Subscriptions {
public:
    using Names = std::map<Bytes, std::list<ClientState*>, std::less<>>;

    /// False when the client has it already. The client has a port.
    bool subscribe(ClientState& client, SubscriptionKind kind, BytesView name);
    /// False when the client does not have it.
    bool unsubscribe(ClientState& client, SubscriptionKind kind, BytesView name);
    void leave(ClientState& client);

    /// Sends a message to the channel's subscribers and to those of every pattern that matches; how many have got it.
    /// Cost: O(subscribers + patterns).
    std::size_t publish(BytesView channel, BytesView message);
    /// As `publish`, to the subscribers of a shard channel.
    std::size_t publishToShard(BytesView channel, BytesView message);

    const Names& names(SubscriptionKind kind) const { return m_names[static_cast<std::size_t>(kind)]; }
    std::size_t subscribers(SubscriptionKind kind, BytesView name) const;
    /// Whether a message would reach anybody at all.
    bool any() const;

private:
    std::array<Names, kSubscriptionKinds> m_names;
};

} // namespace engine
