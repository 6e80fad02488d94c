// What a server without replicas, cluster and modules answers to the commands of those: READONLY, ROLE, REPLICAOF,
// FAILOVER, REPLCONF, SYNC, MODULE and the like. CLUSTER is in cluster_commands.cpp.

#include "engine/command/arguments.h"
#include "engine/command/call.h"
#include "engine/command/client_state.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"
#include "engine/command/server_view.h"

#include <limits>

namespace engine {

namespace {

void needsCluster(Call& call)
{
    call.fail(errors::kNoCluster);
}

// A master that has told nobody anything, without replicas.
void role(Call& call)
{
    call.reply().array(3);
    call.reply().bulk("master");
    call.reply().integer(0);
    call.reply().array(0);
}

// No replica ever acknowledges anything.
void wait(Call& call)
{
    const std::int64_t replicas = call.nextInteger();
    const auto until = nextTimeoutMilliseconds(call);
    if (call.failed())
        return;
    if (replicas <= 0 || !call.waitFor(WaitFor::Replicas, {}, until))
        call.reply().integer(0);
}

void lastsave(Call& call)
{
    call.reply().integer(call.context().server.facts().startedAt.value / 1000);
}

void replicaof(Call& call)
{
    const BytesView host = call.nextBytes();
    const BytesView port = call.nextBytes();
    if (equalsIgnoringCase(host, "no") && equalsIgnoringCase(port, "one"))
        return call.reply().ok();
    const auto number = parseInteger(port);
    call.require(number && *number >= 0 && *number <= 65535, "ERR Invalid master port");
    call.require(call.failed(), errors::kNoReplication);
}

// FAILOVER ABORT stands alone; everything else is judged, and then lacks a replica to go to.
void failover(Call& call)
{
    if (call.remaining() == 1 && call.nextIs("abort"))
        return call.fail("ERR No failover in progress.");
    bool target = false;
    bool timed = false;
    while (call.more() && !call.failed()) {
        if (!timed && call.remaining() >= 2 && call.nextIs("timeout")) {
            call.require(call.nextInteger() > 0, "ERR FAILOVER timeout must be greater than 0");
            timed = true;
        } else if (!target && call.remaining() >= 3 && call.nextIs("to")) {
            call.nextBytes();
            call.nextIntegerIn(std::numeric_limits<int>::min(), std::numeric_limits<int>::max(), errors::kNotAnInteger);
            target = true;
        } else if (!call.nextIs("force")) {
            call.fail(errors::kSyntax);
        }
    }
    call.fail("ERR FAILOVER requires connected replicas.");
}

// What a replica says before it asks for the data. Each pair is judged as Redis does; there is nothing to remember.
void replconf(Call& call)
{
    if (call.remaining() % 2 != 0)
        return call.fail(errors::kSyntax);
    while (call.more() && !call.failed()) {
        const BytesView option = call.nextBytes();
        const BytesView value = call.peek();
        if (equalsIgnoringCase(option, "listening-port")) {
            call.nextIntegerIn(std::numeric_limits<int>::min(), std::numeric_limits<int>::max(), errors::kNotAnInteger);
        } else if (equalsIgnoringCase(option, "rdb-only")) {
            call.nextIntegerIn(0, 1, "ERR value is out of range, value must between 0 and 1");
        } else if (equalsIgnoringCase(option, "ip-address")) {
            constexpr std::size_t kLongestAddress = 46;
            call.require(call.nextBytes().size() < kLongestAddress,
                "ERR REPLCONF ip-address provided by replica instance is too long: " + std::to_string(value.size())
                    + " bytes");
        } else if (equalsIgnoringCase(option, "rdb-filter-only")) {
            const bool known = value.empty() || equalsIgnoringCase(value, "functions");
            call.require(known, "ERR Unsupported rdb-filter-only option: " + Bytes(value));
            call.nextBytes();
        } else {
            call.require(equalsIgnoringCase(option, "capa"), "ERR Unrecognized REPLCONF option: " + Bytes(option));
            call.nextBytes();
        }
    }
    if (!call.failed())
        call.reply().ok();
}

void sync(Call& call)
{
    call.fail(errors::kNoReplication);
}

bool modulesAllowed(Call& call)
{
    if (call.context().config.text(Param::EnableModuleCommand) != "no")
        return true;
    call.fail("ERR MODULE command not allowed. If the enable-module-command option is set to \"local\", you can run it "
              "from a local connection, otherwise you need to set this option in the configuration file, and then "
              "restart the server.");
    return false;
}

void moduleList(Call& call)
{
    call.reply().array(0);
}

// Redis's modules are shared objects for its own interior: none can be loaded here.
void moduleLoad(Call& call)
{
    if (modulesAllowed(call))
        call.fail("ERR Error loading the extension. Please check the server logs.");
}

void moduleUnload(Call& call)
{
    if (modulesAllowed(call))
        call.fail("ERR Error unloading module: no such module with that name");
}

void moduleHelp(Call& call)
{
    replyHelp(call, "MODULE",
        {"LIST", "    Lists the loaded modules: none.", "LOAD <path> [<arg> ...]", "    Answers with an error.",
            "LOADEX <path> [[CONFIG NAME VALUE] [CONFIG NAME VALUE]] [ARGS ...]", "    Answers with an error.",
            "UNLOAD <name>", "    Answers with an error."});
}

constexpr Flag kAdmin = Flag::Admin | Flag::NoScript;
constexpr Flag kSync = kAdmin | Flag::NoAsyncLoading | Flag::NoMulti;
constexpr Flag kReplicaof = kAdmin | Flag::Stale | Flag::NoAsyncLoading;
constexpr Flag kModuleChange = kAdmin | Flag::NoAsyncLoading | Flag::Protected;
constexpr BytesView kReplicaofSyntax = "((host:string port:integer):host-port|(NO ONE):no-one):args";

constexpr CommandSpec kModuleRows[] = {
    {.name = "help",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale,
        .group = Group::Server,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = moduleHelp},
    {.name = "list",
        .arity = 2,
        .flags = kAdmin,
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "O(1)",
        .summary = "Lists the loaded modules: none.",
        .tips = "nondeterministic_output_order",
        .run = moduleList},
    {.name = "load",
        .syntax = "path:string [arg:string...]",
        .arity = -3,
        .flags = kModuleChange,
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "O(1)",
        .summary = "Refuses to load a module.",
        .run = moduleLoad},
    {.name = "loadex",
        .syntax = "path:string [CONFIG (name:string value:string):configs]... [ARGS (arg:string):args...]",
        .arity = -3,
        .flags = kModuleChange,
        .group = Group::Server,
        .since = "7.0.0",
        .complexity = "O(1)",
        .summary = "Refuses to load a module with settings.",
        .run = moduleLoad},
    {.name = "unload",
        .syntax = "name:string",
        .arity = 3,
        .flags = kModuleChange,
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "O(1)",
        .summary = "Finds no module to unload.",
        .run = moduleUnload},
};

constexpr CommandSpec kRows[] = {
    {.name = "asking",
        .arity = 1,
        .flags = Flag::Fast,
        .acl = Acl::Connection,
        .group = Group::Cluster,
        .since = "3.0.0",
        .complexity = "O(1)",
        .summary = "Announces a command for a slot that is being moved; refused without a cluster.",
        .run = needsCluster},
    {.name = "failover",
        .syntax = "[TO (host:string port:integer [FORCE]):target] [ABORT] [TIMEOUT milliseconds:integer]",
        .arity = -1,
        .flags = kAdmin | Flag::Stale,
        .group = Group::Server,
        .since = "6.2.0",
        .complexity = "O(1)",
        .summary = "Hands the master's part to a replica; there is none.",
        .run = failover},
    {.name = "lastsave",
        .arity = 1,
        .flags = Flag::Loading | Flag::Stale | Flag::Fast,
        .acl = Acl::Admin | Acl::Dangerous,
        .group = Group::Server,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Tells when the data was last in step with a file: the start, while nothing is saved.",
        .tips = "nondeterministic_output",
        .run = lastsave},
    {.name = "module",
        .arity = -2,
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "That of the subcommand",
        .summary = "Modules, of which there are none.",
        .subcommands = kModuleRows},
    {.name = "psync",
        .syntax = "replicationid:string offset:integer",
        .arity = -3,
        .flags = kSync,
        .group = Group::Server,
        .since = "2.8.0",
        .complexity = "O(1)",
        .summary = "A replica's request for the data; refused.",
        .run = sync},
    {.name = "readonly",
        .arity = 1,
        .flags = Flag::Loading | Flag::Stale | Flag::Fast,
        .acl = Acl::Connection,
        .group = Group::Cluster,
        .since = "3.0.0",
        .complexity = "O(1)",
        .summary = "Allows reads from a cluster's replica; refused without a cluster.",
        .run = needsCluster},
    {.name = "readwrite",
        .arity = 1,
        .flags = Flag::Loading | Flag::Stale | Flag::Fast,
        .acl = Acl::Connection,
        .group = Group::Cluster,
        .since = "3.0.0",
        .complexity = "O(1)",
        .summary = "Takes READONLY back; refused without a cluster.",
        .run = needsCluster},
    {.name = "replconf",
        .arity = -1,
        .flags = kAdmin | Flag::Loading | Flag::Stale | Flag::AllowBusy,
        .group = Group::Server,
        .since = "3.0.0",
        .complexity = "O(1)",
        .summary = "A replica's settings, judged and forgotten.",
        .run = replconf},
    {.name = "replicaof",
        .syntax = kReplicaofSyntax,
        .arity = 3,
        .flags = kReplicaof,
        .group = Group::Server,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Stays a master with NO ONE; refuses to become a replica.",
        .run = replicaof},
    {.name = "role",
        .arity = 1,
        .flags = Flag::NoScript | Flag::Loading | Flag::Stale | Flag::Fast,
        .acl = Acl::Admin | Acl::Dangerous,
        .group = Group::Server,
        .since = "2.8.12",
        .complexity = "O(1)",
        .summary = "Tells the part in replication: a master without replicas.",
        .run = role},
    {.name = "slaveof",
        .syntax = kReplicaofSyntax,
        .arity = 3,
        .flags = kReplicaof,
        .group = Group::Server,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "The older name of REPLICAOF.",
        .run = replicaof},
    {.name = "sync",
        .arity = 1,
        .flags = kSync,
        .group = Group::Server,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "A replica's older request for the data; refused.",
        .run = sync},
    {.name = "wait",
        .syntax = "numreplicas:integer timeout:integer",
        .arity = 3,
        .flags = Flag::NoScript,
        .acl = Acl::Connection,
        .group = Group::Generic,
        .since = "3.0.0",
        .complexity = "O(1)",
        .summary = "Waits until so many replicas have what the connection has written; there are none here.",
        .tips = "request_policy:all_shards response_policy:agg_min",
        .run = wait},
};

} // namespace

std::span<const CommandSpec> standaloneCommands()
{
    return kRows;
}

} // namespace engine
