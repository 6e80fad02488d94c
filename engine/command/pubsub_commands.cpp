// Channels: subscribing, publishing, and who listens.

#include "engine/base/glob.h"
#include "engine/command/call.h"
#include "engine/command/client_state.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"
#include "engine/command/server_view.h"
#include "engine/server/subscriptions.h"

namespace engine {

namespace {

// What a client hears of its own subscriptions: a push for each name, with how many it has now.
struct SubscriptionWords {
    SubscriptionKind kind = SubscriptionKind::Channel;
    BytesView subscribed;
    BytesView unsubscribed;
};
constexpr SubscriptionWords kChannels{SubscriptionKind::Channel, "subscribe", "unsubscribe"};
constexpr SubscriptionWords kPatterns{SubscriptionKind::Pattern, "psubscribe", "punsubscribe"};
constexpr SubscriptionWords kShards{SubscriptionKind::Shard, "ssubscribe", "sunsubscribe"};

// Shard channels are counted apart.
std::int64_t subscriptionCount(const ClientState& client, SubscriptionKind kind)
{
    const ClientSubscriptions& all = client.subscriptions;
    const std::size_t count = kind == SubscriptionKind::Shard ? all.of(kind).size() : all.channelsAndPatterns();
    return static_cast<std::int64_t>(count);
}

void replySubscription(Call& call, BytesView word, std::optional<BytesView> name, SubscriptionKind kind)
{
    ReplySink& reply = call.reply();
    reply.push(3);
    reply.bulk(word);
    if (name)
        reply.bulk(*name);
    else
        reply.null();
    reply.integer(subscriptionCount(call.client(), kind));
}

void subscribeTo(Call& call, const SubscriptionWords& words)
{
    ClientState& client = call.client();
    if (!client.port)
        return call.fail("ERR " + uppered(call.spec().name) + " isn't allowed for a DENY BLOCKING client");
    for (const BytesView name : call.rest()) {
        call.context().server.subscriptions().subscribe(client, words.kind, name);
        replySubscription(call, words.subscribed, name, words.kind);
    }
}

void unsubscribeFrom(Call& call, const SubscriptionWords& words)
{
    Subscriptions& subscriptions = call.context().server.subscriptions();
    ClientState& client = call.client();
    auto& own = client.subscriptions.of(words.kind);
    if (!call.more() && own.empty())
        return replySubscription(call, words.unsubscribed, std::nullopt, words.kind);
    const std::vector<Bytes> all(own.begin(), own.end());
    std::vector<BytesView> names(all.begin(), all.end());
    if (call.more()) {
        const Argv named = call.rest();
        names.assign(named.begin(), named.end());
    }
    for (const BytesView name : names) {
        subscriptions.unsubscribe(client, words.kind, name);
        replySubscription(call, words.unsubscribed, name, words.kind);
    }
}

void subscribe(Call& call)
{
    subscribeTo(call, kChannels);
}

void psubscribe(Call& call)
{
    subscribeTo(call, kPatterns);
}

void ssubscribe(Call& call)
{
    subscribeTo(call, kShards);
}

void unsubscribe(Call& call)
{
    unsubscribeFrom(call, kChannels);
}

void punsubscribe(Call& call)
{
    unsubscribeFrom(call, kPatterns);
}

void sunsubscribe(Call& call)
{
    unsubscribeFrom(call, kShards);
}

void replyReceivers(Call& call, std::size_t receivers)
{
    call.reply().integer(static_cast<std::int64_t>(receivers));
    // A replica's subscribers would hear of it too.
    call.propagateAs(call.argv());
}

void publish(Call& call)
{
    const auto channel = call.nextBytes();
    replyReceivers(call, call.context().server.subscriptions().publish(channel, call.nextBytes()));
}

void spublish(Call& call)
{
    const auto channel = call.nextBytes();
    replyReceivers(call, call.context().server.subscriptions().publishToShard(channel, call.nextBytes()));
}

void replyNames(Call& call, SubscriptionKind kind)
{
    const auto pattern = call.more() ? std::optional(call.nextBytes()) : std::nullopt;
    call.reply().beginArray();
    for (const auto& [name, clients] : call.context().server.subscriptions().names(kind)) {
        if (!pattern || globMatches(*pattern, name))
            call.reply().bulk(name);
    }
    call.reply().end();
}

void replySubscribers(Call& call, SubscriptionKind kind)
{
    call.reply().array(call.remaining() * 2);
    for (const BytesView name : call.rest()) {
        call.reply().bulk(name);
        call.reply().integer(static_cast<std::int64_t>(call.context().server.subscriptions().subscribers(kind, name)));
    }
}

void pubsubChannels(Call& call)
{
    if (call.remaining() > 1)
        return failForm(call, "PUBSUB");
    replyNames(call, SubscriptionKind::Channel);
}

void pubsubShardchannels(Call& call)
{
    if (call.remaining() > 1)
        return failForm(call, "PUBSUB");
    replyNames(call, SubscriptionKind::Shard);
}

void pubsubNumsub(Call& call)
{
    replySubscribers(call, SubscriptionKind::Channel);
}

void pubsubShardnumsub(Call& call)
{
    replySubscribers(call, SubscriptionKind::Shard);
}

void pubsubNumpat(Call& call)
{
    const auto& patterns = call.context().server.subscriptions().names(SubscriptionKind::Pattern);
    call.reply().integer(static_cast<std::int64_t>(patterns.size()));
}

void pubsubHelp(Call& call)
{
    replyHelp(call, "PUBSUB",
        {"CHANNELS [<pattern>]", "    Lists the channels that somebody listens to.", "NUMPAT",
            "    Tells how many patterns are subscribed to.", "NUMSUB [<channel> ...]",
            "    Tells how many listen to each channel, patterns left out.", "SHARDCHANNELS [<pattern>]",
            "    Lists the shard channels that somebody listens to.", "SHARDNUMSUB [<shardchannel> ...]",
            "    Tells how many listen to each shard channel."});
}

constexpr Flag kFlags = Flag::PubSub | Flag::Loading | Flag::Stale;
constexpr Flag kSubscribe = kFlags | Flag::NoScript | Flag::WhileSubscribed;

constexpr CommandSpec kSubcommands[] = {
    {.name = "channels",
        .syntax = "[pattern:pattern]",
        .arity = -2,
        .flags = kFlags,
        .acl = Acl::PubSub,
        .group = Group::PubSub,
        .since = "2.8.0",
        .complexity = "O(N) in the channels",
        .summary = "Lists the channels that somebody listens to.",
        .run = pubsubChannels},
    {.name = "help",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale,
        .group = Group::PubSub,
        .since = "6.2.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = pubsubHelp},
    {.name = "numpat",
        .arity = 2,
        .flags = kFlags,
        .acl = Acl::PubSub,
        .group = Group::PubSub,
        .since = "2.8.0",
        .complexity = "O(1)",
        .summary = "Tells how many patterns are subscribed to.",
        .run = pubsubNumpat},
    {.name = "numsub",
        .syntax = "[channel:string...]",
        .arity = -2,
        .flags = kFlags,
        .acl = Acl::PubSub,
        .group = Group::PubSub,
        .since = "2.8.0",
        .complexity = "O(N) in the channels named",
        .summary = "Tells how many listen to each channel.",
        .run = pubsubNumsub},
    {.name = "shardchannels",
        .syntax = "[pattern:pattern]",
        .arity = -2,
        .flags = kFlags,
        .acl = Acl::PubSub,
        .group = Group::PubSub,
        .since = "7.0.0",
        .complexity = "O(N) in the shard channels",
        .summary = "Lists the shard channels that somebody listens to.",
        .run = pubsubShardchannels},
    {.name = "shardnumsub",
        .syntax = "[shardchannel:string...]",
        .arity = -2,
        .flags = kFlags,
        .acl = Acl::PubSub,
        .group = Group::PubSub,
        .since = "7.0.0",
        .complexity = "O(N) in the shard channels named",
        .summary = "Tells how many listen to each shard channel.",
        .run = pubsubShardnumsub},
};

constexpr CommandSpec kRows[] = {
    {.name = "psubscribe",
        .syntax = "(pattern:pattern):pattern...",
        .arity = -2,
        .flags = kSubscribe,
        .acl = Acl::PubSub,
        .channels = ChannelWords::Patterns,
        .group = Group::PubSub,
        .since = "2.0.0",
        .complexity = "O(N) in the patterns that the connection has",
        .summary = "Listens to every channel whose name matches a pattern.",
        .run = psubscribe},
    {.name = "publish",
        .syntax = "channel:string message:string",
        .arity = 3,
        .flags = kFlags | Flag::Fast | Flag::MayReplicate,
        .acl = Acl::PubSub,
        .channels = ChannelWords::First,
        .group = Group::PubSub,
        .since = "2.0.0",
        .complexity = "O(N + M) for N listeners and M patterns",
        .summary = "Sends a message to everybody who listens to a channel, and counts them.",
        .run = publish},
    {.name = "pubsub",
        .arity = -2,
        .group = Group::PubSub,
        .since = "2.8.0",
        .complexity = "That of the subcommand",
        .summary = "Questions about channels and those who listen.",
        .subcommands = kSubcommands},
    {.name = "punsubscribe",
        .syntax = "[pattern:pattern...]",
        .arity = -1,
        .flags = kSubscribe,
        .acl = Acl::PubSub,
        .group = Group::PubSub,
        .since = "2.0.0",
        .complexity = "O(N + M) for N patterns of the connection and M of all",
        .summary = "Stops listening to patterns, or to all of them.",
        .run = punsubscribe},
    {.name = "spublish",
        .syntax = "shardchannel:string message:string",
        .arity = 3,
        .flags = kFlags | Flag::Fast | Flag::MayReplicate,
        .acl = Acl::PubSub,
        .keys = KeySpec::one(1, KeySpec::NotKey),
        .channels = ChannelWords::First,
        .group = Group::PubSub,
        .since = "7.0.0",
        .complexity = "O(N) in the listeners",
        .summary = "Sends a message to everybody who listens to a shard channel, and counts them.",
        .run = spublish},
    {.name = "ssubscribe",
        .syntax = "shardchannel:string...",
        .arity = -2,
        .flags = kSubscribe,
        .acl = Acl::PubSub,
        .keys = KeySpec::range(1, -1, 1, KeySpec::NotKey),
        .channels = ChannelWords::All,
        .group = Group::PubSub,
        .since = "7.0.0",
        .complexity = "O(N) in the channels named",
        .summary = "Listens to shard channels.",
        .run = ssubscribe},
    {.name = "subscribe",
        .syntax = "channel:string...",
        .arity = -2,
        .flags = kSubscribe,
        .acl = Acl::PubSub,
        .channels = ChannelWords::All,
        .group = Group::PubSub,
        .since = "2.0.0",
        .complexity = "O(N) in the channels named",
        .summary = "Listens to channels.",
        .run = subscribe},
    {.name = "sunsubscribe",
        .syntax = "[shardchannel:string...]",
        .arity = -1,
        .flags = kSubscribe,
        .acl = Acl::PubSub,
        .keys = KeySpec::range(1, -1, 1, KeySpec::NotKey),
        .group = Group::PubSub,
        .since = "7.0.0",
        .complexity = "O(N) in the listeners of the channel",
        .summary = "Stops listening to shard channels, or to all of them.",
        .run = sunsubscribe},
    {.name = "unsubscribe",
        .syntax = "[channel:string...]",
        .arity = -1,
        .flags = kSubscribe,
        .acl = Acl::PubSub,
        .group = Group::PubSub,
        .since = "2.0.0",
        .complexity = "O(N) in the listeners of the channel",
        .summary = "Stops listening to channels, or to all of them.",
        .run = unsubscribe},
};

} // namespace

std::span<const CommandSpec> pubsubCommands()
{
    return kRows;
}

} // namespace engine
