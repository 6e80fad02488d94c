#include "engine/command/client_control.h"

#include "engine/command/arguments.h"
#include "engine/command/help_reply.h"
#include "engine/command/server_view.h"

#include <vector>

namespace engine {

namespace {

using ClientFilter = std::function<bool(const ClientState&)>;

struct KillRequest {
    std::vector<ClientFilter> filters;
    bool skipMe = true;
};

ClientFilter nextUser(Call& call)
{
    const Bytes name(call.nextBytes());
    call.require(call.context().server.acl().find(name) != nullptr, "ERR No such user '" + name + "'");
    return [name](const ClientState& client) { return userName(client) == name; };
}

ClientFilter nextId(Call& call)
{
    constexpr BytesView kBadId = "ERR client-id should be greater than 0";
    const std::int64_t id = call.nextIntegerIn(1, std::numeric_limits<std::int64_t>::max(), kBadId, kBadId);
    return [id](const ClientState& client) { return client.id == id; };
}

// The new form: any number of filters, all of which must fit. Of one kind the last holds.
KillRequest nextKillRequest(Call& call)
{
    KillRequest request;
    ClientFilter id;
    ClientFilter type;
    ClientFilter user;
    Bytes address;
    Bytes localAddress;
    while (call.more() && !call.failed()) {
        if (call.remaining() < 2)
            call.fail(errors::kSyntax);
        else if (call.nextIs("id"))
            id = nextId(call);
        else if (call.nextIs("type"))
            type = nextClientType(call);
        else if (call.nextIs("user"))
            user = nextUser(call);
        else if (call.nextIs("addr"))
            address = call.nextBytes();
        else if (call.nextIs("laddr"))
            localAddress = call.nextBytes();
        else if (call.nextIs("skipme")) {
            request.skipMe = !call.nextIs("no");
            call.require(!request.skipMe || call.nextIs("yes"), errors::kSyntax);
        } else
            call.fail(errors::kSyntax);
    }
    for (ClientFilter& filter : {std::ref(id), std::ref(type), std::ref(user)}) {
        if (filter)
            request.filters.push_back(std::move(filter));
    }
    if (!address.empty())
        request.filters.push_back([address](const ClientState& client) { return client.address == address; });
    if (!localAddress.empty())
        request.filters.push_back(
            [localAddress](const ClientState& client) { return client.localAddress == localAddress; });
    return request;
}

std::int64_t kill(Call& call, const KillRequest& request)
{
    std::int64_t killed = 0;
    for (const ClientState* client : call.context().server.clients()) {
        const bool me = client->id == call.client().id;
        const bool fits =
            std::ranges::all_of(request.filters, [&](const ClientFilter& filter) { return filter(*client); });
        if (!fits || (me && request.skipMe))
            continue;
        ++killed;
        endClient(call, *client);
    }
    return killed;
}

} // namespace

void endClient(Call& call, const ClientState& client)
{
    if (client.id == call.client().id)
        call.client().closeAfterReply = true;
    else
        call.context().server.kill(client.id);
}

BytesView userName(const ClientState& client)
{
    return client.user ? BytesView(client.user->name()) : "default";
}

std::function<bool(const ClientState&)> nextClientType(Call& call)
{
    const BytesView type = call.nextBytes();
    if (equalsIgnoringCase(type, "normal"))
        return [](const ClientState& client) { return !client.subscriptions.any() && !client.monitors; };
    if (equalsIgnoringCase(type, "pubsub"))
        return [](const ClientState& client) { return client.subscriptions.any(); };
    // Redis counts those that monitor among its replicas.
    if (equalsIgnoringCase(type, "replica") || equalsIgnoringCase(type, "slave"))
        return [](const ClientState& client) { return client.monitors; };
    call.require(equalsIgnoringCase(type, "master"), "ERR Unknown client type '" + Bytes(type) + "'");
    return [](const ClientState&) { return false; };
}

void clientKill(Call& call)
{
    // The old form: an address, and no mercy for oneself.
    if (call.remaining() == 1) {
        const Bytes address(call.nextBytes());
        const auto hasAddress = [&address](const ClientState& client) { return client.address == address; };
        if (kill(call, {.filters = {hasAddress}, .skipMe = false}) == 0)
            return call.fail("ERR No such client");
        return call.reply().ok();
    }
    const KillRequest request = nextKillRequest(call);
    if (!call.failed())
        call.reply().integer(kill(call, request));
}

void clientPause(Call& call)
{
    if (call.remaining() > 2)
        return failForm(call, "CLIENT");
    const BytesView timeout = call.nextBytes();
    PausedCommands what = PausedCommands::All;
    if (call.nextIs("write"))
        what = PausedCommands::Writes;
    else
        call.require(!call.more() || call.nextIs("all"), "ERR CLIENT PAUSE mode must be WRITE or ALL");
    const auto until = timeoutMilliseconds(call, timeout);
    if (call.failed())
        return;
    call.context().server.pause(what, until.value_or(call.now()));
    call.reply().ok();
}

void clientUnpause(Call& call)
{
    call.context().server.unpause();
    call.reply().ok();
}

// The connection leaves out what is not to be sent.
void clientReply(Call& call)
{
    ReplyMode& mode = call.client().replies;
    if (call.nextIs("on"))
        mode = ReplyMode::On;
    else if (call.nextIs("off"))
        mode = ReplyMode::Off;
    else if (!call.nextIs("skip"))
        return call.fail(errors::kSyntax);
    else if (mode != ReplyMode::Off)
        mode = ReplyMode::SkipNext;
    call.reply().ok();
}

void clientUnblock(Call& call)
{
    if (call.remaining() > 2)
        return failForm(call, "CLIENT");
    const BytesView id = call.nextBytes();
    const bool byError = call.nextIs("error");
    if (!byError && call.more())
        call.require(call.nextIs("timeout"), "ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
    const auto number = parseInteger(id);
    call.require(number.has_value(), errors::kNotAnInteger);
    if (call.failed())
        return;
    const BytesView error = byError ? errors::kUnblocked : BytesView();
    call.reply().integer(call.context().server.unblock(*number, error) ? 1 : 0);
}

} // namespace engine
