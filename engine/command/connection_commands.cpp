// What a connection says about itself: PING, ECHO, HELLO, SELECT, AUTH, RESET, QUIT.

#include "engine/command/call.h"
#include "engine/command/client_names.h"
#include "engine/command/families.h"
#include "engine/command/server_view.h"

namespace engine {

namespace {

constexpr BytesView kVersion = "7.0.15";

void ping(Call& call)
{
    if (call.argv().size() > 2)
        return call.fail("ERR wrong number of arguments for 'ping' command");
    // A subscriber that speaks RESP2 gets nothing but arrays.
    if (call.client().subscriptions.any() && !call.reply().resp3()) {
        call.reply().array(2);
        call.reply().bulk("pong");
        return call.reply().bulk(call.peek());
    }
    if (call.more())
        call.reply().bulk(call.nextBytes());
    else
        call.reply().status("PONG");
}

void echo(Call& call)
{
    call.reply().bulk(call.nextBytes());
}

bool authenticate(Call& call, BytesView name, BytesView password)
{
    ServerView& server = call.context().server;
    auto user = server.acl().logIn(name, password);
    if (!user) {
        server.denied(call.context(), AclDenial::Authentication, call.argv()[0], name);
        call.fail(errors::kWrongPass);
        return false;
    }
    call.client().user = std::move(user);
    call.client().authenticated = true;
    return true;
}

void auth(Call& call)
{
    if (call.remaining() > 2)
        return call.fail(errors::kSyntax);
    const bool named = call.remaining() == 2;
    if (!named && call.context().server.acl().defaultUser()->needsNoPassword())
        return call.fail(errors::kNoPasswordSet);
    const BytesView user = named ? call.nextBytes() : "default";
    if (authenticate(call, user, call.nextBytes()))
        call.reply().ok();
}

struct HelloOptions {
    std::optional<Argv> login; // user and password
    std::optional<BytesView> name;
};

HelloOptions helloOptions(Call& call)
{
    HelloOptions options;
    while (call.more() && !call.failed()) {
        const BytesView word = call.peek();
        if (call.remaining() >= 3 && call.nextIs("auth"))
            options.login = call.take(2);
        else if (call.remaining() >= 2 && call.nextIs("setname"))
            options.name = call.nextBytes();
        else {
            call.fail("ERR Syntax error in HELLO option '" + Bytes(word) + "'");
            return options;
        }
        if (options.name)
            call.require(isClientName(*options.name), kBadClientName);
    }
    return options;
}

void replyHello(Call& call)
{
    ReplySink& reply = call.reply();
    reply.map(7);
    reply.bulk("server");
    reply.bulk("redis");
    reply.bulk("version");
    reply.bulk(kVersion);
    reply.bulk("proto");
    reply.integer(static_cast<std::int64_t>(call.client().protocol));
    reply.bulk("id");
    reply.integer(call.client().id);
    reply.bulk("mode");
    reply.bulk("standalone");
    reply.bulk("role");
    reply.bulk("master");
    reply.bulk("modules");
    reply.array(0);
}

void hello(Call& call)
{
    std::optional<Protocol> protocol;
    if (call.more()) {
        const std::int64_t version = call.nextInteger("ERR Protocol version is not an integer or out of range");
        call.require(version == 2 || version == 3, errors::kBadProtocolVersion);
        protocol = version == 3 ? Protocol::Resp3 : Protocol::Resp2;
    }
    if (call.failed())
        return;
    const HelloOptions options = helloOptions(call);
    if (call.failed())
        return;
    if (options.login && !authenticate(call, (*options.login)[0], (*options.login)[1]))
        return;
    ClientState& client = call.client();
    if (!client.authenticated && call.context().server.acl().needsLogin())
        return call.fail("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH "
                         "<user> <pass> option can be used to authenticate the client and select the RESP protocol "
                         "version at the same time");
    if (options.name)
        client.name = *options.name;
    if (protocol) {
        client.protocol = *protocol;
        call.reply().setProtocol(*protocol);
    }
    replyHello(call);
}

void select(Call& call)
{
    const auto count = static_cast<std::int64_t>(call.context().data.databaseCount());
    const std::int64_t index = call.nextInteger();
    call.require(index >= 0 && index < count, errors::kInvalidDbIndex);
    if (call.failed())
        return;
    call.client().database = static_cast<int>(index);
    call.reply().ok();
}

void quit(Call& call)
{
    call.client().closeAfterReply = true;
    call.reply().ok();
}

void reset(Call& call)
{
    ClientState& client = call.client();
    client.transaction.reset();
    call.context().server.unwatch(client);
    client.database = 0;
    client.protocol = Protocol::Resp2;
    client.name.clear();
    client.noEvict = false;
    client.replies = ReplyMode::On;
    ServerView& server = call.context().server;
    server.subscriptions().leave(client);
    server.tracking().stop(client);
    server.monitors().remove(client);
    server.resetLogin(client);
    call.reply().setProtocol(Protocol::Resp2);
    call.reply().status("RESET");
}

constexpr Flag kAlways = Flag::NoScript | Flag::Loading | Flag::Stale | Flag::Fast | Flag::NoAuth | Flag::AllowBusy;

constexpr CommandSpec kRows[] = {
    {.name = "auth",
        .syntax = "[username:string] password:string",
        .arity = -2,
        .flags = kAlways,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "1.0.0",
        .complexity = "O(length of the password)",
        .summary = "Proves who the connection speaks for.",
        .run = auth},
    {.name = "echo",
        .syntax = "message:string",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale | Flag::Fast,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Answers with the text it is given.",
        .run = echo},
    {.name = "hello",
        .syntax = "[(protover:integer [AUTH (username:string password:string):username_password]"
                  " [SETNAME clientname:string]):arguments]",
        .arity = -1,
        .flags = kAlways,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "6.0.0",
        .complexity = "O(1)",
        .summary = "Agrees on the protocol, logs in and names the connection, and says who the server is.",
        .run = hello},
    {.name = "ping",
        .syntax = "[message:string]",
        .arity = -1,
        .flags = Flag::Fast | Flag::WhileSubscribed,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Answers PONG, or the text it is given, to show that the server is alive.",
        .tips = "request_policy:all_shards response_policy:all_succeeded",
        .run = ping},
    {.name = "quit",
        .arity = -1,
        .flags = kAlways | Flag::RunsInMulti | Flag::WhileSubscribed,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Closes the connection after a last OK.",
        .run = quit},
    {.name = "reset",
        .arity = 1,
        .flags = kAlways | Flag::RunsInMulti | Flag::WhileSubscribed,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "6.2.0",
        .complexity = "O(1)",
        .summary = "Puts the connection back to how it was when it was opened.",
        .run = reset},
    {.name = "select",
        .syntax = "index:integer",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale | Flag::Fast,
        .acl = Acl::Connection,
        .group = Group::Connection,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Chooses the numbered database that later commands work on.",
        .run = select},
};

} // namespace

std::span<const CommandSpec> connectionCommands()
{
    return kRows;
}

} // namespace engine
