// MULTI, EXEC, DISCARD, WATCH, UNWATCH. Queueing itself is the dispatcher's.

#include "engine/command/access.h"
#include "engine/command/call.h"
#include "engine/command/client_state.h"
#include "engine/command/dispatcher.h"
#include "engine/command/families.h"
#include "engine/command/server_view.h"

#include <algorithm>

namespace engine {

namespace {

void multi(Call& call)
{
    if (call.client().transaction)
        return call.fail(errors::kNestedMulti);
    call.client().transaction.emplace();
    call.reply().ok();
}

void discard(Call& call)
{
    if (!call.client().transaction)
        return call.fail(errors::kDiscardWithoutMulti);
    call.client().transaction.reset();
    call.context().server.unwatch(call.client());
    call.reply().ok();
}

// A watched key whose time has come since WATCH is a change, even while nobody has removed it yet.
bool watchedKeyExpired(Call& call)
{
    return std::ranges::any_of(call.client().watched, [&call](const WatchedKey& watched) {
        const Database& keys = call.context().data.database(static_cast<std::size_t>(watched.database));
        const Entry* entry = watched.wasExpired ? nullptr : keys.find(watched.key);
        return entry && entry->expiry() && call.now() > *entry->expiry();
    });
}

void exec(Call& call)
{
    ClientState& client = call.client();
    if (!client.transaction)
        return call.fail(errors::kExecWithoutMulti);
    const Transaction transaction = std::move(*client.transaction);
    const bool changed = client.watchedKeyChanged || watchedKeyExpired(call);
    client.transaction.reset();
    // Before the queue runs: its own writes are no reason to fail.
    call.context().server.unwatch(client);
    if (transaction.refused)
        return call.fail(errors::kExecAbort);
    if (changed)
        return call.reply().nullArray();

    call.reply().array(transaction.queue.size());
    call.context().insideExec = true;
    std::vector<BytesView> words;
    for (const QueuedCommand& queued : transaction.queue) {
        words.assign(queued.argv.begin(), queued.argv.end());
        if (const AclVerdict verdict = judgeAccess(call.context(), *queued.command, words); !verdict.allowed()) {
            call.reply().error(accessErrorInExec(verdict));
            continue;
        }
        call.context().dispatcher.run(call.context(), *queued.command, words, call.reply());
    }
    call.context().insideExec = false;
}

void watch(Call& call)
{
    if (call.client().transaction)
        return call.fail(errors::kWatchInMulti);
    while (call.more())
        call.context().server.watch(call.client(), call.databaseIndex(), call.nextKey());
    call.reply().ok();
}

void unwatch(Call& call)
{
    call.context().server.unwatch(call.client());
    call.reply().ok();
}

constexpr Flag kFlags = Flag::NoScript | Flag::Loading | Flag::Stale | Flag::Fast | Flag::AllowBusy;

constexpr CommandSpec kRows[] = {
    {.name = "discard",
        .arity = 1,
        .flags = kFlags | Flag::RunsInMulti,
        .acl = Acl::Transaction,
        .group = Group::Transactions,
        .since = "2.0.0",
        .complexity = "O(n) in the commands queued",
        .summary = "Drops the commands queued since MULTI.",
        .run = discard},
    {.name = "exec",
        .arity = 1,
        .flags = Flag::NoScript | Flag::Loading | Flag::Stale | Flag::SkipSlowlog | Flag::RunsInMulti,
        .acl = Acl::Transaction,
        .group = Group::Transactions,
        .since = "1.2.0",
        .complexity = "That of the commands queued",
        .summary = "Runs the commands queued since MULTI, with nobody else's between them.",
        .run = exec},
    {.name = "multi",
        .arity = 1,
        .flags = kFlags | Flag::RunsInMulti,
        .acl = Acl::Transaction,
        .group = Group::Transactions,
        .since = "1.2.0",
        .complexity = "O(1)",
        .summary = "Starts a transaction: later commands are queued until EXEC.",
        .run = multi},
    {.name = "unwatch",
        .arity = 1,
        .flags = kFlags,
        .acl = Acl::Transaction,
        .group = Group::Transactions,
        .since = "2.2.0",
        .complexity = "O(1)",
        .summary = "Forgets every key that the connection watches.",
        .run = unwatch},
    {.name = "watch",
        .syntax = "key:key...",
        .arity = -2,
        .flags = kFlags | Flag::RunsInMulti,
        .acl = Acl::Transaction,
        .keys = KeySpec::range(1, -1, 1, KeySpec::RO),
        .group = Group::Transactions,
        .since = "2.2.0",
        .complexity = "O(1) a key",
        .summary = "Makes the next EXEC fail if one of the keys changes before it.",
        .run = watch},
};

} // namespace

std::span<const CommandSpec> transactionCommands()
{
    return kRows;
}

} // namespace engine
