// EVAL, EVALSHA, their read-only forms, and SCRIPT. Scripts themselves are engine/script's.

#include "engine/base/sha1.h"
#include "engine/command/call.h"
#include "engine/command/client_port.h"
#include "engine/command/client_state.h"
#include "engine/command/debug_script.h"
#include "engine/command/declared_flags.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"
#include "engine/command/kill_reply.h"
#include "engine/command/server_view.h"
#include "engine/script/script_runner.h"

namespace engine {

namespace {

constexpr BytesView kFlushMode = "ERR SCRIPT FLUSH only support SYNC|ASYNC option";

constexpr std::size_t kShaDigits = 40;

enum class Given { Body, Sha };

// Null, and the call failed, where there are no scripts.
ScriptRunner* scripts(Call& call)
{
    ScriptRunner* runner = call.context().server.scripts();
    call.require(runner != nullptr, errors::kNoScripts);
    return runner;
}

// What a body declares, known or not.
Flag judgeBody(const CommandContext&, Argv argv, Flag flags)
{
    const auto header = readScriptHeader(argv[1]);
    return header ? withDeclared(flags, header->flags) : flags;
}

Flag judgeSha(const CommandContext& context, Argv argv, Flag flags)
{
    ScriptRunner* runner = context.server.scripts();
    const ScriptFlags* declared = runner ? runner->declared(argv[1]) : nullptr;
    return declared ? withDeclared(flags, *declared) : flags;
}

void evaluate(Call& call, Given given, bool readOnly)
{
    const BytesView script = call.nextBytes();
    const bool debugs = call.client().debugs.kind != ScriptDebug::No;
    if (given == Given::Sha && debugs)
        return call.fail("ERR Please use EVAL instead of EVALSHA for debugging");
    if (given == Given::Sha)
        call.require(script.size() == kShaDigits, errors::kNoScript);
    const std::int64_t keys = call.nextInteger();
    call.require(keys <= static_cast<std::int64_t>(call.remaining()), errors::kTooManyKeys);
    call.require(keys >= 0, errors::kNegativeKeys);
    if (debugs)
        return debugScript(call, {.body = script, .readOnly = readOnly}, keys);
    ScriptRunner* runner = scripts(call);
    if (call.failed())
        return;

    Bytes loaded;
    if (given == Given::Body) {
        auto sha = runner->load(script);
        if (!sha)
            return call.fail(sha.error());
        loaded = std::move(*sha);
    }
    const Argv keyWords = call.take(static_cast<std::size_t>(keys));
    runner->run(call.context(),
        {.sha = given == Given::Body ? BytesView(loaded) : script,
            .keys = keyWords,
            .argv = call.rest(),
            .readOnly = readOnly,
            .errors = &call.errors()},
        call.reply());
    // What a script writes is propagated command by command.
    call.propagateNothing();
}

void eval(Call& call)
{
    evaluate(call, Given::Body, false);
}

void evalsha(Call& call)
{
    evaluate(call, Given::Sha, false);
}

void evalRo(Call& call)
{
    evaluate(call, Given::Body, true);
}

void evalshaRo(Call& call)
{
    evaluate(call, Given::Sha, true);
}

void scriptLoad(Call& call)
{
    const BytesView body = call.nextBytes();
    ScriptRunner* runner = scripts(call);
    if (call.failed())
        return;
    const auto sha = runner->load(body);
    if (!sha)
        return call.fail(sha.error());
    call.reply().bulk(*sha);
}

void scriptExists(Call& call)
{
    ScriptRunner* runner = scripts(call);
    if (call.failed())
        return;
    const Argv shas = call.rest();
    call.reply().array(shas.size());
    for (const BytesView sha : shas)
        call.reply().integer(runner->knows(sha) ? 1 : 0);
}

void scriptFlush(Call& call)
{
    // Both modes end at once here: the scripts' memory goes back in one piece.
    const bool known = !call.more() || call.nextIs("ASYNC") || call.nextIs("SYNC");
    call.require(known && !call.more(), kFlushMode);
    ScriptRunner* runner = scripts(call);
    if (call.failed())
        return;
    runner->flush();
    call.reply().ok();
}

void scriptKill(Call& call)
{
    ScriptRunner* runner = scripts(call);
    if (call.failed())
        return;
    if (!runner->functions().running())
        return replyKill(call, runner->kill());
    // What has written is told so first, whatever runs.
    call.fail(runner->functions().hasWritten() ? errors::kUnkillable : errors::kBusyFunction);
}

void scriptDebug(Call& call)
{
    ScriptDebugMode mode;
    const ClientPort* port = call.client().port;
    call.require(!call.context().insideExec && !(port && port->hasUnsent()),
        "ERR SCRIPT DEBUG must be called outside a pipeline");
    if (call.nextIs("yes"))
        mode.kind = ScriptDebug::Forked;
    else if (call.nextIs("sync"))
        mode.kind = ScriptDebug::Sync;
    else if (call.nextIs("extended"))
        mode = {.kind = ScriptDebug::Forked, .extended = true};
    else if (call.nextIs("extended-sync"))
        mode = {.kind = ScriptDebug::Sync, .extended = true};
    else
        call.require(call.nextIs("no"), "ERR Use SCRIPT DEBUG YES/SYNC/NO");
    call.require(call.failed() || mode.kind == ScriptDebug::No || port,
        "ERR scripts can be debugged by clients of the listener only");
    if (call.failed())
        return;
    call.client().debugs = mode;
    call.reply().ok();
}

void scriptHelp(Call& call)
{
    replyHelp(call, "SCRIPT",
        {"DEBUG (YES|SYNC|EXTENDED|EXTENDED-SYNC|NO)",
            "    The next EVAL of this client is debugged: on a copy of the data (YES), or with what it",
            "    writes kept and everybody else waiting (SYNC). EXTENDED and EXTENDED-SYNC: with commands",
            "    that Redis does not have, and the next FCALL too.", "EXISTS <sha1> [<sha1> ...]",
            "    Tells for each digest whether its script is kept.", "FLUSH [ASYNC|SYNC]",
            "    Forgets all scripts and starts with a fresh Lua state.", "KILL",
            "    Ends the script that is running, unless it has written.", "LOAD <script>",
            "    Compiles a script and keeps it under its digest, without running it."});
}

constexpr Flag kEval =
    Flag::NoScript | Flag::Stale | Flag::SkipMonitor | Flag::NoMandatoryKeys | Flag::MovableKeys | Flag::MayReplicate;
constexpr Flag kEvalRo =
    Flag::NoScript | Flag::Stale | Flag::SkipMonitor | Flag::NoMandatoryKeys | Flag::MovableKeys | Flag::ReadOnly;
constexpr int kWriteKeys = KeySpec::RW | KeySpec::Access | KeySpec::Update;
constexpr int kReadKeys = KeySpec::RO | KeySpec::Access;
constexpr BytesView kOnTheScript = "Depends on the script";

constexpr CommandSpec kScriptRows[] = {
    {.name = "debug",
        .syntax = "(YES|SYNC|NO):mode",
        .arity = 3,
        .flags = Flag::NoScript,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "3.2.0",
        .complexity = "O(1)",
        .summary = "Says whether the client's next EVAL is debugged.",
        .run = scriptDebug},
    {.name = "exists",
        .syntax = "sha1:string...",
        .arity = -3,
        .flags = Flag::NoScript,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "2.6.0",
        .complexity = "O(n) in the digests",
        .summary = "Tells which scripts are kept.",
        .tips = "request_policy:all_shards response_policy:agg_logical_and",
        .run = scriptExists},
    {.name = "flush",
        .syntax = "[ASYNC|SYNC]:async",
        .arity = -2,
        .flags = Flag::NoScript,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "2.6.0",
        .complexity = "O(n) in the scripts kept",
        .summary = "Forgets all scripts.",
        .tips = "request_policy:all_nodes response_policy:all_succeeded",
        .run = scriptFlush},
    {.name = "help",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "5.0.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = scriptHelp},
    {.name = "kill",
        .arity = 2,
        .flags = Flag::NoScript | Flag::AllowBusy,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "2.6.0",
        .complexity = "O(1)",
        .summary = "Ends the script that is running, unless it has written.",
        .tips = "request_policy:all_shards response_policy:one_succeeded",
        .run = scriptKill},
    {.name = "load",
        .syntax = "script:string",
        .arity = 3,
        .flags = Flag::NoScript | Flag::Stale,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "2.6.0",
        .complexity = "O(n) in the length of the script",
        .summary = "Compiles a script and keeps it under its SHA-1.",
        .tips = "request_policy:all_nodes response_policy:all_succeeded",
        .run = scriptLoad},
};

constexpr CommandSpec kRows[] = {
    {.name = "eval",
        .syntax = "script:string numkeys:integer [key:key]... [arg:string]...",
        .arity = -3,
        .flags = kEval,
        .acl = Acl::Scripting,
        .keys = KeySpec::counted(2, kWriteKeys),
        .group = Group::Scripting,
        .since = "2.6.0",
        .complexity = kOnTheScript,
        .summary = "Runs a Lua script and keeps it under its SHA-1.",
        .judgedBy = judgeBody,
        .run = eval},
    {.name = "eval_ro",
        .syntax = "script:string numkeys:integer [key:key]... [arg:string]...",
        .arity = -3,
        .flags = kEvalRo,
        .acl = Acl::Scripting,
        .keys = KeySpec::counted(2, kReadKeys),
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = kOnTheScript,
        .summary = "Runs a Lua script that may not write.",
        .judgedBy = judgeBody,
        .run = evalRo},
    {.name = "evalsha",
        .syntax = "sha1:string numkeys:integer [key:key]... [arg:string]...",
        .arity = -3,
        .flags = kEval,
        .acl = Acl::Scripting,
        .keys = KeySpec::counted(2, kWriteKeys),
        .group = Group::Scripting,
        .since = "2.6.0",
        .complexity = kOnTheScript,
        .summary = "Runs a script that is kept, by its SHA-1.",
        .judgedBy = judgeSha,
        .run = evalsha},
    {.name = "evalsha_ro",
        .syntax = "sha1:string numkeys:integer [key:key]... [arg:string]...",
        .arity = -3,
        .flags = kEvalRo,
        .acl = Acl::Scripting,
        .keys = KeySpec::counted(2, kReadKeys),
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = kOnTheScript,
        .summary = "Runs a script that is kept and may not write, by its SHA-1.",
        .judgedBy = judgeSha,
        .run = evalshaRo},
    {.name = "script",
        .arity = -2,
        .group = Group::Scripting,
        .since = "2.6.0",
        .complexity = "Depends on the subcommand",
        .summary = "Holds the commands about scripts that are kept or running.",
        .subcommands = kScriptRows},
};

} // namespace

std::span<const CommandSpec> scriptCommands()
{
    return kRows;
}

} // namespace engine
