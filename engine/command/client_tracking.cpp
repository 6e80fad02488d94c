// CLIENT's subcommands of client-side caching.

#include "engine/command/client_control.h"
#include "engine/command/server_view.h"

#include <algorithm>

namespace engine {

namespace {

bool overlap(BytesView a, BytesView b)
{
    return a.starts_with(b) || b.starts_with(a);
}

// Of one client's prefixes none may begin with another.
void judgePrefixes(Call& call, const std::vector<Bytes>& prefixes)
{
    const auto overlaps = [&](const Bytes& prefix, const Bytes& other, BytesView which) {
        if (overlap(prefix, other))
            call.fail("ERR Prefix '" + prefix + "' overlaps with " + Bytes(which) + " prefix '" + other
                + "'. Prefixes for a single client must not overlap.");
    };
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
        if (call.client().tracking) {
            for (const Bytes& own : call.client().tracking->prefixes)
                overlaps(prefixes[i], own, "an existing");
        }
        for (std::size_t j = i + 1; j < prefixes.size(); ++j)
            overlaps(prefixes[i], prefixes[j], "another provided");
    }
}

struct TrackingRequest {
    bool on = false;
    ClientTracking options;
    std::vector<Bytes> prefixes;
};

void nextRedirect(Call& call, ClientTracking& options)
{
    if (options.redirect != 0)
        return call.fail("ERR A client can only redirect to a single other client");
    const std::int64_t id = call.nextInteger();
    if (call.failed())
        return;
    options.redirect = id;
    call.require(std::ranges::any_of(
                     call.context().server.clients(), [id](const ClientState* client) { return client->id == id; }),
        "ERR The client ID you want redirect to does not exist");
}

TrackingRequest nextTrackingRequest(Call& call)
{
    TrackingRequest request;
    const BytesView status = call.nextBytes();
    while (call.more() && !call.failed()) {
        if (call.remaining() >= 2 && call.nextIs("redirect"))
            nextRedirect(call, request.options);
        else if (call.nextIs("bcast"))
            request.options.broadcast = true;
        else if (call.nextIs("optin"))
            request.options.optIn = true;
        else if (call.nextIs("optout"))
            request.options.optOut = true;
        else if (call.nextIs("noloop"))
            request.options.noLoop = true;
        else if (call.remaining() >= 2 && call.nextIs("prefix"))
            request.prefixes.emplace_back(call.nextBytes());
        else
            call.fail(errors::kSyntax);
    }
    request.on = equalsIgnoringCase(status, "on");
    if (!request.on)
        call.require(equalsIgnoringCase(status, "off"), errors::kSyntax);
    return request;
}

// What does not go together, or with what the client has already.
void judge(Call& call, const TrackingRequest& request)
{
    const ClientTracking& options = request.options;
    const auto& old = call.client().tracking;
    call.require(options.broadcast || request.prefixes.empty(), "ERR PREFIX option requires BCAST mode to be enabled");
    call.require(!old || old->broadcast == options.broadcast,
        "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling it "
        "with a different mode.");
    call.require(
        !options.broadcast || !(options.optIn || options.optOut), "ERR OPTIN and OPTOUT are not compatible with BCAST");
    call.require(!(options.optIn && options.optOut), "ERR You can't specify both OPTIN mode and OPTOUT mode");
    call.require(!old || !((options.optIn && old->optOut) || (options.optOut && old->optIn)),
        "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling it "
        "with a different mode.");
    if (options.broadcast)
        judgePrefixes(call, request.prefixes);
}

void replyFlags(Call& call, const ClientTracking& tracking)
{
    const std::pair<bool, BytesView> flags[] = {{true, "on"}, {tracking.broadcast, "bcast"}, {tracking.optIn, "optin"},
        {tracking.optIn && tracking.caching, "caching-yes"}, {tracking.optOut, "optout"},
        {tracking.optOut && tracking.caching, "caching-no"}, {tracking.noLoop, "noloop"},
        {tracking.redirectBroken, "broken_redirect"}};
    call.reply().set(static_cast<std::size_t>(std::ranges::count(flags, true, &std::pair<bool, BytesView>::first)));
    for (const auto& [on, name] : flags) {
        if (on)
            call.reply().bulk(name);
    }
}

} // namespace

void clientTracking(Call& call)
{
    TrackingRequest request = nextTrackingRequest(call);
    if (!call.failed() && request.on)
        judge(call, request);
    if (call.failed())
        return;
    ClientState& client = call.client();
    if (!request.on) {
        call.context().server.tracking().stop(client);
        return call.reply().ok();
    }
    if (!client.port)
        return call.fail("ERR Tracking needs a connection of its own: invalidations cannot be sent here");
    request.options.prefixes.insert(request.prefixes.begin(), request.prefixes.end());
    call.context().server.tracking().start(client, std::move(request.options));
    call.reply().ok();
}

void clientTrackinginfo(Call& call)
{
    const auto& tracking = call.client().tracking;
    ReplySink& reply = call.reply();
    reply.map(3);
    reply.bulk("flags");
    if (tracking) {
        replyFlags(call, *tracking);
    } else {
        reply.set(1);
        reply.bulk("off");
    }
    reply.bulk("redirect");
    reply.integer(tracking ? tracking->redirect : -1);
    reply.bulk("prefixes");
    reply.array(tracking ? tracking->prefixes.size() : 0);
    if (tracking) {
        for (const Bytes& prefix : tracking->prefixes)
            reply.bulk(prefix);
    }
}

void clientCaching(Call& call)
{
    auto& tracking = call.client().tracking;
    if (!tracking)
        return call.fail("ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or "
                         "OPTOUT mode enabled");
    if (call.nextIs("yes"))
        call.require(tracking->optIn, "ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.");
    else if (call.nextIs("no"))
        call.require(tracking->optOut, "ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.");
    else
        call.fail(errors::kSyntax);
    if (call.failed())
        return;
    tracking->caching = true;
    call.reply().ok();
}

void clientGetredir(Call& call)
{
    const auto& tracking = call.client().tracking;
    call.reply().integer(tracking ? tracking->redirect : -1);
}

} // namespace engine
