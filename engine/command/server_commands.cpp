// The server as a whole: INFO, TIME, DBSIZE, FLUSHDB, FLUSHALL, SWAPDB, SHUTDOWN.

#include "engine/command/call.h"
#include "engine/command/client_state.h"
#include "engine/command/families.h"
#include "engine/command/info_text.h"
#include "engine/command/server_view.h"

namespace engine {

namespace {

void info(Call& call)
{
    std::vector<BytesView> sections;
    while (call.more())
        sections.push_back(call.nextBytes());
    call.reply().verbatim("txt", infoText(call.context(), sections));
}

// The real clock, even inside a script: TIME advances there.
void time(Call& call)
{
    const std::int64_t now = call.context().clock.now().value;
    call.reply().array(2);
    call.reply().bulk(std::to_string(now / 1'000'000));
    call.reply().bulk(std::to_string(now % 1'000'000));
}

void dbsize(Call& call)
{
    call.reply().integer(static_cast<std::int64_t>(call.database().size()));
}

enum class FlushMode { Here, Lazy };

FlushMode takeFlushOption(Call& call)
{
    bool lazy = call.context().config.flag(Param::LazyfreeLazyUserFlush);
    if (call.nextIs("async"))
        lazy = true;
    else if (call.nextIs("sync"))
        lazy = false;
    call.require(!call.more(), errors::kSyntax);
    return lazy ? FlushMode::Lazy : FlushMode::Here;
}

void clear(Call& call, Database& keys, FlushMode mode)
{
    if (mode == FlushMode::Lazy && keys.size() != 0)
        call.context().server.reclaim(Database(keys));
    keys.clear();
}

void flushdb(Call& call)
{
    const FlushMode mode = takeFlushOption(call);
    if (call.failed())
        return;
    call.databaseFlushed(call.databaseIndex());
    clear(call, call.database(), mode);
    call.propagateAs(call.argv());
    call.reply().ok();
}

void flushall(Call& call)
{
    const FlushMode mode = takeFlushOption(call);
    if (call.failed())
        return;
    call.databaseFlushed(-1);
    for (std::size_t database = 0; database < call.context().data.databaseCount(); ++database)
        clear(call, call.context().data.database(database), mode);
    // Also when nothing was there: whoever replays the effects must end up with an empty dataset.
    call.propagateAs(call.argv());
    call.reply().ok();
}

void swapdb(Call& call)
{
    const std::int64_t first = call.nextInteger("ERR invalid first DB index");
    const std::int64_t second = call.nextInteger("ERR invalid second DB index");
    const auto count = static_cast<std::int64_t>(call.context().data.databaseCount());
    const auto exists = [count](std::int64_t index) { return index >= 0 && index < count; };
    call.require(exists(first) && exists(second), errors::kInvalidDbIndex);
    if (call.failed())
        return;
    call.context().data.swapDatabases(static_cast<std::size_t>(first), static_cast<std::size_t>(second));
    call.databasesSwapped(static_cast<int>(first), static_cast<int>(second));
    call.reply().ok();
}

// ABORT stands alone.
bool takeShutdownOptions(Call& call, ShutdownRequest& request, bool& abort)
{
    while (call.more()) {
        if (call.nextIs("nosave") && request.save != ShutdownRequest::Save::Save)
            request.save = ShutdownRequest::Save::NoSave;
        else if (call.nextIs("save") && request.save != ShutdownRequest::Save::NoSave)
            request.save = ShutdownRequest::Save::Save;
        else if (call.nextIs("now"))
            request.now = true;
        else if (call.nextIs("force"))
            request.force = true;
        else if (call.nextIs("abort"))
            abort = true;
        else
            return false;
    }
    return !abort || call.argv().size() == 2;
}

void shutdown(Call& call)
{
    ShutdownRequest request;
    bool abort = false;
    if (!takeShutdownOptions(call, request, abort))
        return call.fail(errors::kSyntax);
    ServerView& server = call.context().server;
    if (abort)
        return server.abortShutdown() ? call.reply().ok() : call.fail("ERR No shutdown in progress.");
    // A busy script may be in the middle of its writes.
    if (!call.context().busyReply.empty() && request.save != ShutdownRequest::Save::NoSave)
        return call.fail(call.context().busyReply);
    if (const auto accepted = server.requestShutdown(request); !accepted)
        return call.fail(accepted.error());
    call.client().closeWithoutReply = true;
    call.reply().ok();
}

constexpr BytesView kAllShards = "request_policy:all_shards response_policy:all_succeeded";

// Every command that runs from now on, as a line; nothing that holds a password.
void monitor(Call& call)
{
    ClientState& client = call.client();
    if (!client.port)
        return call.fail("ERR MONITOR isn't allowed for DENY BLOCKING client");
    if (!client.monitors)
        call.context().server.monitors().add(client);
    call.reply().ok();
}

constexpr CommandSpec kRows[] = {
    {.name = "dbsize",
        .arity = 1,
        .flags = Flag::ReadOnly | Flag::Fast,
        .acl = Acl::Keyspace,
        .group = Group::Server,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Counts the keys of the database.",
        .tips = "request_policy:all_shards response_policy:agg_sum",
        .run = dbsize},
    {.name = "flushall",
        .syntax = "[(ASYNC|SYNC):async]",
        .arity = -1,
        .flags = Flag::Write,
        .acl = Acl::Keyspace | Acl::Dangerous,
        .group = Group::Server,
        .since = "1.0.0",
        .complexity = "O(1); memory is freed in the background",
        .summary = "Removes every key of every database.",
        .tips = kAllShards,
        .run = flushall},
    {.name = "flushdb",
        .syntax = "[(ASYNC|SYNC):async]",
        .arity = -1,
        .flags = Flag::Write,
        .acl = Acl::Keyspace | Acl::Dangerous,
        .group = Group::Server,
        .since = "1.0.0",
        .complexity = "O(1); memory is freed in the background",
        .summary = "Removes every key of the database.",
        .tips = kAllShards,
        .run = flushdb},
    {.name = "info",
        .syntax = "[section:string...]",
        .arity = -1,
        .flags = Flag::Loading | Flag::Stale,
        .acl = Acl::Dangerous,
        .group = Group::Server,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Describes the server in sections of name and value.",
        .tips = "nondeterministic_output request_policy:all_shards response_policy:special",
        .run = info},
    {.name = "monitor",
        .arity = 1,
        .flags = Flag::Admin | Flag::NoScript | Flag::Loading | Flag::Stale,
        .group = Group::Server,
        .since = "1.0.0",
        .complexity = "O(1), and a line a command from then on",
        .summary = "Shows every command that the server runs from now on.",
        .run = monitor},
    {.name = "shutdown",
        .syntax = "[(NOSAVE|SAVE):nosave_save] [NOW] [FORCE] [ABORT]",
        .arity = -1,
        .flags = Flag::Admin | Flag::NoScript | Flag::Loading | Flag::Stale | Flag::NoMulti | Flag::AllowBusy,
        .group = Group::Server,
        .since = "1.0.0",
        .complexity = "O(1)",
        .summary = "Ends the server.",
        .run = shutdown},
    {.name = "swapdb",
        .syntax = "index1:integer index2:integer",
        .arity = 3,
        .flags = Flag::Write | Flag::Fast,
        .acl = Acl::Keyspace | Acl::Dangerous,
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "O(1)",
        .summary = "Exchanges the contents of two databases.",
        .run = swapdb},
    {.name = "time",
        .arity = 1,
        .flags = Flag::Loading | Flag::Stale | Flag::Fast,
        .group = Group::Server,
        .since = "2.6.0",
        .complexity = "O(1)",
        .summary = "Reads the clock: seconds, and microseconds of the second.",
        .tips = "nondeterministic_output",
        .run = time},
};

} // namespace

std::span<const CommandSpec> serverCommands()
{
    return kRows;
}

} // namespace engine
