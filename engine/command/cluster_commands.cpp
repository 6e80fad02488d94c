// CLUSTER: every subcommand answers that this is no cluster. The rows exist so that clients that ask for them, and
// COMMAND, get what a stand-alone Redis gives.

#include "engine/command/call.h"
#include "engine/command/families.h"

namespace engine {

namespace {

void disabled(Call& call)
{
    call.fail(errors::kNoCluster);
}

constexpr Flag kRead = Flag::Stale;
constexpr Flag kAdmin = Flag::Admin | Flag::Stale;
constexpr Flag kChange = kAdmin | Flag::NoAsyncLoading;
constexpr BytesView kVaries = "nondeterministic_output";

// All differ in these alone.
constexpr CommandSpec row(
    BytesView name, BytesView syntax, int arity, Flag flags, BytesView since, BytesView summary, BytesView tips = {})
{
    return {.name = name,
        .syntax = syntax,
        .arity = arity,
        .flags = flags,
        .group = Group::Cluster,
        .since = since,
        .complexity = "O(1)",
        .summary = summary,
        .tips = tips,
        .run = disabled};
}

constexpr CommandSpec kClusterRows[] = {
    row("addslots", "slot:integer...", -3, kChange, "3.0.0", "Gives slots to a node."),
    row("addslotsrange", "(start-slot:integer end-slot:integer)...:start-slot_end-slot", -4, kChange, "7.0.0",
        "Gives ranges of slots to a node."),
    row("bumpepoch", "", 2, kChange, "3.0.0", "Advances the configuration's epoch.", kVaries),
    row("count-failure-reports", "node-id:string", 3, kAdmin, "3.0.0", "Counts the reports of a node's failure.",
        kVaries),
    row("countkeysinslot", "slot:integer", 3, kRead, "3.0.0", "Counts the keys of a slot."),
    row("delslots", "slot:integer...", -3, kChange, "3.0.0", "Takes slots from a node."),
    row("delslotsrange", "(start-slot:integer end-slot:integer)...:start-slot_end-slot", -4, kChange, "7.0.0",
        "Takes ranges of slots from a node."),
    row("failover", "[FORCE|TAKEOVER]:options", -2, kChange, "3.0.0", "Makes a replica the master."),
    row("flushslots", "", 2, kChange, "3.0.0", "Takes all slots from a node."),
    row("forget", "node-id:string", 3, kChange, "3.0.0", "Removes a node."),
    row("getkeysinslot", "slot:integer count:integer", 4, kRead, "3.0.0", "Lists keys of a slot.", kVaries),
    row("help", "", 2, Flag::Loading | Flag::Stale, "5.0.0", "Lists the subcommands where there is a cluster."),
    row("info", "", 2, kRead, "3.0.0", "Describes the cluster.", kVaries),
    row("keyslot", "key:string", 3, kRead, "3.0.0", "Computes the slot of a key."),
    row("links", "", 2, kRead, "7.0.0", "Lists the links between nodes.", kVaries),
    row("meet", "ip:string port:integer [cluster_bus_port:integer]", -4, kChange, "3.0.0", "Adds a node."),
    row("myid", "", 2, kRead, "3.0.0", "Tells the node's id."),
    row("nodes", "", 2, kRead, "3.0.0", "Lists the nodes.", kVaries),
    row("replicas", "node-id:string", 3, kAdmin, "5.0.0", "Lists a master's replicas.", kVaries),
    row("replicate", "node-id:string", 3, kChange, "3.0.0", "Makes a node a replica."),
    row("reset", "[HARD|SOFT]:hard_soft", -2, Flag::Admin | Flag::NoScript | Flag::Stale, "3.0.0",
        "Makes a node forget the others."),
    row("saveconfig", "", 2, kChange, "3.0.0", "Writes the node's configuration."),
    row("set-config-epoch", "config-epoch:integer", 3, kChange, "3.0.0", "Sets a new node's epoch."),
    row("setslot",
        "slot:integer (IMPORTING node-id:string|MIGRATING node-id:string|NODE node-id:string|STABLE):subcommand", -4,
        kChange, "3.0.0", "Assigns a slot."),
    row("shards", "", 2, kRead, "7.0.0", "Lists shards and their slots.", kVaries),
    row("slaves", "node-id:string", 3, kAdmin, "3.0.0", "The older name of CLUSTER REPLICAS.", kVaries),
    row("slots", "", 2, kRead, "3.0.0", "Lists slots and their nodes.", kVaries),
};

constexpr CommandSpec kRows[] = {
    {.name = "cluster",
        .arity = -2,
        .group = Group::Cluster,
        .since = "3.0.0",
        .complexity = "O(1)",
        .summary = "Questions to a cluster; this is none.",
        .subcommands = kClusterRows},
};

} // namespace

std::span<const CommandSpec> clusterCommands()
{
    return kRows;
}

} // namespace engine
