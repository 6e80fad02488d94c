// The server as a whole: INFO, TIME, DBSIZE, FLUSHDB, FLUSHALL, SWAPDB, DEBUG, MEMORY, SHUTDOWN.

#include "engine/command/call.h"
#include "engine/command/client_state.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"
#include "engine/command/info_text.h"
#include "engine/command/server_view.h"

#include <cmath>

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

// What was flushed is freed by its last holder, in the background when it is large: both words mean the same here.
bool takeFlushOption(Call& call)
{
    if (call.more() && !call.nextIs("async") && !call.nextIs("sync"))
        call.fail(errors::kSyntax);
    call.require(!call.more(), errors::kSyntax);
    return !call.failed();
}

void flushdb(Call& call)
{
    if (!takeFlushOption(call))
        return;
    call.databaseFlushed(call.databaseIndex());
    call.database().clear();
    call.propagateAs(call.argv());
    call.reply().ok();
}

void flushall(Call& call)
{
    if (!takeFlushOption(call))
        return;
    call.databaseFlushed(-1);
    call.context().data.clear();
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

void debugHelp(Call& call)
{
    replyHelp(call, "DEBUG", {"SLEEP <seconds>", "    Holds the server for so long; fractions are allowed."});
}

void debug(Call& call)
{
    const BytesView word = call.nextBytes();
    if (equalsIgnoringCase(word, "help") && !call.more())
        return debugHelp(call);
    if (!equalsIgnoringCase(word, "sleep") || call.remaining() != 1)
        return call.fail(
            "ERR unknown subcommand or wrong number of arguments for '" + Bytes(word) + "'. Try DEBUG HELP.");
    // Text that is no number sleeps for no time, as Redis does.
    const double seconds = parseDouble(call.nextBytes()).value_or(0);
    constexpr double kLongestSeconds = 3600;
    if (seconds > 0)
        call.context().server.sleep(std::chrono::microseconds(std::llround(std::min(seconds, kLongestSeconds) * 1e6)));
    call.reply().ok();
}

void memoryUsage(Call& call)
{
    const BytesView key = call.nextKey();
    while (call.more() && !call.failed()) {
        // Sizes are counted as values grow, so there is nothing to sample; the option is judged all the same.
        if (call.remaining() >= 2 && call.nextIs("samples"))
            call.nextIntegerIn(0, INT64_MAX, errors::kSyntax);
        else
            call.fail(errors::kSyntax);
    }
    if (call.failed())
        return;
    const Entry* entry = call.findUntouched(key);
    if (entry)
        call.reply().integer(static_cast<std::int64_t>(entry->memoryBytes()));
    else
        call.reply().null();
}

void memoryHelp(Call& call)
{
    replyHelp(
        call, "MEMORY", {"USAGE <key> [SAMPLES <count>]", "    Answers with the bytes that a key and its value hold."});
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

constexpr CommandSpec kMemory[] = {
    {.name = "help",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale,
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = memoryHelp},
    {.name = "usage",
        .syntax = "key:key [SAMPLES count:integer]",
        .arity = -3,
        .flags = Flag::ReadOnly,
        .keys = KeySpec::one(2, KeySpec::RO),
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "O(1)",
        .summary = "Answers with the bytes that a key and its value hold.",
        .run = memoryUsage},
};

constexpr BytesView kAllShards = "request_policy:all_shards response_policy:all_succeeded";

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
    {.name = "debug",
        .arity = -2,
        .flags = Flag::Admin | Flag::NoScript | Flag::Loading | Flag::Stale,
        .group = Group::Server,
        .since = "1.0.0",
        .complexity = "That of the subcommand",
        .summary = "Means for testing clients.",
        .run = debug},
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
    {.name = "memory",
        .arity = -2,
        .group = Group::Server,
        .since = "4.0.0",
        .complexity = "That of the subcommand",
        .summary = "Questions about memory.",
        .subcommands = kMemory},
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
