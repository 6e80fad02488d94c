// FUNCTION, FCALL and FCALL_RO. Libraries and their Lua state are engine/script's.

#include "engine/base/glob.h"
#include "engine/command/call.h"
#include "engine/command/client_state.h"
#include "engine/command/debug_script.h"
#include "engine/command/declared_flags.h"
#include "engine/command/families.h"
#include "engine/command/help_reply.h"
#include "engine/command/kill_reply.h"
#include "engine/command/server_view.h"
#include "engine/script/script_runner.h"

#include <optional>

namespace engine {

namespace {

constexpr BytesView kFlushMode = "ERR FUNCTION FLUSH only supports SYNC|ASYNC option";
constexpr BytesView kPolicy = "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.";

// Null, and the call failed, where there are no scripts.
FunctionRunner* functions(Call& call)
{
    ScriptRunner* runner = call.context().server.scripts();
    call.require(runner != nullptr, errors::kNoScripts);
    return runner ? &runner->functions() : nullptr;
}

Flag judgeFunction(const CommandContext& context, Argv argv, Flag flags)
{
    ScriptRunner* runner = context.server.scripts();
    const LibraryFunction* function = runner ? runner->functions().store().findFunction(argv[1]) : nullptr;
    return function ? withDeclared(flags, function->flags) : flags;
}

void functionCall(Call& call, bool readOnly)
{
    FunctionRunner* runner = functions(call);
    const BytesView name = call.nextBytes();
    const LibraryFunction* function = runner ? runner->store().findFunction(name) : nullptr;
    call.require(function != nullptr, "ERR Function not found");
    const std::int64_t keys = call.nextInteger("ERR Bad number of keys provided");
    call.require(keys <= static_cast<std::int64_t>(call.remaining()), errors::kTooManyKeys);
    call.require(keys >= 0, errors::kNegativeKeys);
    if (call.client().debugs.kind != ScriptDebug::No && call.client().debugs.extended) {
        ScriptToDebug toDebug{.body = {}, .readOnly = readOnly};
        if (function) {
            toDebug.function = function->name;
            toDebug.body = runner->store().libraryOf(*function).code;
        }
        return debugScript(call, toDebug, keys);
    }
    if (call.failed())
        return;
    const Argv keyWords = call.take(static_cast<std::size_t>(keys));
    runner->run(call.context(),
        {.function = *function,
            .keys = keyWords,
            .argv = call.rest(),
            .command = call.argv(),
            .readOnly = readOnly,
            .errors = call.errors()},
        call.reply());
    // What a function writes is propagated command by command.
    call.propagateNothing();
}

void fcall(Call& call)
{
    functionCall(call, false);
}

void fcallRo(Call& call)
{
    functionCall(call, true);
}

void functionLoad(Call& call)
{
    bool replace = false;
    while (call.remaining() > 1 && !call.failed()) {
        const BytesView option = call.nextBytes();
        if (equalsIgnoringCase(option, "replace"))
            replace = true;
        else
            call.fail("ERR Unknown option given: " + Bytes(option));
    }
    const BytesView code = call.failed() ? BytesView() : call.nextBytes();
    FunctionRunner* runner = functions(call);
    if (call.failed())
        return;
    const auto name = runner->load(code, replace);
    if (!name)
        return call.fail(name.error());
    call.reply().bulk(*name);
    call.changedSilently();
}

void functionDelete(Call& call)
{
    const BytesView name = call.nextBytes();
    FunctionRunner* runner = functions(call);
    if (call.failed())
        return;
    if (!runner->erase(name))
        return call.fail("ERR Library not found");
    call.changedSilently();
    call.reply().ok();
}

void functionFlush(Call& call)
{
    if (call.remaining() > 1)
        return failForm(call, "FUNCTION");
    // Both modes end at once here: the libraries' memory goes back in one piece.
    const bool known = !call.more() || call.nextIs("ASYNC") || call.nextIs("SYNC");
    call.require(known, kFlushMode);
    FunctionRunner* runner = functions(call);
    if (call.failed())
        return;
    runner->flush();
    call.changedSilently();
    call.reply().ok();
}

struct ListOptions {
    std::optional<BytesView> pattern;
    bool withCode = false;
};

ListOptions nextListOptions(Call& call)
{
    ListOptions options;
    while (call.more() && !call.failed()) {
        const BytesView word = call.nextBytes();
        if (!options.withCode && equalsIgnoringCase(word, "withcode")) {
            options.withCode = true;
        } else if (!options.pattern && equalsIgnoringCase(word, "libraryname")) {
            call.require(call.more(), "ERR library name argument was not given");
            options.pattern = call.more() ? call.nextBytes() : BytesView();
        } else {
            call.fail("ERR Unknown argument " + Bytes(word));
        }
    }
    return options;
}

void replyFunction(ReplySink& reply, const LibraryFunction& function)
{
    reply.map(3);
    reply.bulk("name");
    reply.bulk(function.name);
    reply.bulk("description");
    if (function.description)
        reply.bulk(*function.description);
    else
        reply.null();
    reply.bulk("flags");
    std::size_t count = 0;
    for (const ScriptFlagWord& row : kScriptFlagWords)
        count += function.flags.*row.flag ? 1 : 0;
    reply.set(count);
    for (const ScriptFlagWord& row : kScriptFlagWords) {
        if (function.flags.*row.flag)
            reply.status(row.word);
    }
}

void replyLibrary(ReplySink& reply, const FunctionLibrary& library, bool withCode)
{
    reply.map(withCode ? 4 : 3);
    reply.bulk("library_name");
    reply.bulk(library.name);
    reply.bulk("engine");
    reply.bulk("LUA");
    reply.bulk("functions");
    reply.array(library.functions.size());
    for (const LibraryFunction& function : library.functions)
        replyFunction(reply, function);
    if (!withCode)
        return;
    reply.bulk("library_code");
    reply.bulk(library.code);
}

void functionList(Call& call)
{
    const ListOptions options = nextListOptions(call);
    FunctionRunner* runner = functions(call);
    if (call.failed())
        return;
    ReplySink& reply = call.reply();
    reply.beginArray();
    for (const auto& [name, library] : runner->store().libraries()) {
        if (!options.pattern || globMatches(*options.pattern, name, Case::Ignored))
            replyLibrary(reply, *library, options.withCode);
    }
    reply.end();
}

void functionStats(Call& call)
{
    FunctionRunner* runner = functions(call);
    if (call.failed())
        return;
    if (call.context().server.scripts()->running())
        return call.fail(errors::kBusyScript);
    ReplySink& reply = call.reply();
    reply.map(2);
    reply.bulk("running_script");
    if (const auto current = runner->current()) {
        reply.map(3);
        reply.bulk("name");
        reply.bulk(current->name);
        reply.bulk("command");
        reply.array(current->command.size());
        for (const Bytes& word : current->command)
            reply.bulk(word);
        reply.bulk("duration_ms");
        reply.integer(current->duration.count());
    } else {
        reply.null();
    }
    reply.bulk("engines");
    reply.map(1);
    reply.bulk("LUA");
    reply.map(2);
    reply.bulk("libraries_count");
    reply.integer(static_cast<std::int64_t>(runner->store().libraries().size()));
    reply.bulk("functions_count");
    reply.integer(static_cast<std::int64_t>(runner->store().functionCount()));
}

void functionDump(Call& call)
{
    if (FunctionRunner* runner = functions(call))
        call.reply().bulk(runner->dump());
}

void functionRestore(Call& call)
{
    if (call.remaining() > 2)
        return failForm(call, "FUNCTION");
    const BytesView payload = call.nextBytes();
    RestorePolicy policy = RestorePolicy::Append;
    if (call.more()) {
        if (call.nextIs("flush"))
            policy = RestorePolicy::Flush;
        else if (call.nextIs("replace"))
            policy = RestorePolicy::Replace;
        else
            call.require(call.nextIs("append"), kPolicy);
    }
    FunctionRunner* runner = functions(call);
    if (call.failed())
        return;
    if (const auto restored = runner->restore(payload, policy); !restored)
        return call.fail(restored.error());
    call.changedSilently();
    call.reply().ok();
}

void functionKill(Call& call)
{
    FunctionRunner* runner = functions(call);
    if (call.failed())
        return;
    const ScriptRunner& scripts = *call.context().server.scripts();
    if (!scripts.running())
        return replyKill(call, runner->kill());
    // What has written is told so first, whatever runs.
    call.fail(scripts.hasWritten() ? errors::kUnkillable : errors::kBusyScript);
}

void functionHelp(Call& call)
{
    replyHelp(call, "FUNCTION",
        {"DELETE <library-name>", "    Removes a library and its functions.", "DUMP",
            "    Answers with all libraries in one payload, for FUNCTION RESTORE.", "FLUSH [ASYNC|SYNC]",
            "    Removes all libraries.", "KILL", "    Ends the function that is running, unless it has written.",
            "LIST [LIBRARYNAME <pattern>] [WITHCODE]",
            "    Tells the libraries and their functions; those of a name alone, and with their code.",
            "LOAD [REPLACE] <code>", "    Loads a library; REPLACE: in the place of an older one of its name.",
            "RESTORE <payload> [APPEND|FLUSH|REPLACE]",
            "    Loads the libraries of a payload: beside those that are there (APPEND), instead of all (FLUSH) or of",
            "    those with the same names (REPLACE).", "STATS",
            "    Tells which function runs and since when, and how many there are."});
}

constexpr Flag kCall =
    Flag::NoScript | Flag::Stale | Flag::SkipMonitor | Flag::NoMandatoryKeys | Flag::MovableKeys | Flag::MayReplicate;
constexpr Flag kCallRo =
    Flag::NoScript | Flag::Stale | Flag::SkipMonitor | Flag::NoMandatoryKeys | Flag::MovableKeys | Flag::ReadOnly;
constexpr BytesView kCallSyntax = "function:string numkeys:integer [key:key]... [arg:string]...";
constexpr BytesView kOnTheFunction = "Depends on the function";
constexpr BytesView kAllShards = "request_policy:all_shards response_policy:all_succeeded";

constexpr CommandSpec kFunctionRows[] = {
    {.name = "delete",
        .syntax = "library-name:string",
        .arity = 3,
        .flags = Flag::NoScript | Flag::Write,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = "O(1)",
        .summary = "Removes a library and its functions.",
        .tips = kAllShards,
        .run = functionDelete},
    {.name = "dump",
        .arity = 2,
        .flags = Flag::NoScript,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = "O(n) in the libraries",
        .summary = "Answers with all libraries in one payload.",
        .run = functionDump},
    {.name = "flush",
        .syntax = "[ASYNC|SYNC]:async",
        .arity = -2,
        .flags = Flag::NoScript | Flag::Write,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = "O(n) in the functions",
        .summary = "Removes all libraries.",
        .tips = kAllShards,
        .run = functionFlush},
    {.name = "help",
        .arity = 2,
        .flags = Flag::Loading | Flag::Stale,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = "O(1)",
        .summary = "Lists the subcommands.",
        .run = functionHelp},
    {.name = "kill",
        .arity = 2,
        .flags = Flag::NoScript | Flag::AllowBusy,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = "O(1)",
        .summary = "Ends the function that is running, unless it has written.",
        .tips = "request_policy:all_shards response_policy:one_succeeded",
        .run = functionKill},
    {.name = "list",
        .syntax = "[LIBRARYNAME library-name-pattern:string] [WITHCODE:withcode]",
        .arity = -2,
        .flags = Flag::NoScript,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = "O(n) in the functions",
        .summary = "Tells the libraries and their functions.",
        .tips = "nondeterministic_output_order",
        .run = functionList},
    {.name = "load",
        .syntax = "[REPLACE:replace] function-code:string",
        .arity = -3,
        .flags = Flag::NoScript | Flag::Write | Flag::DenyOom,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = "O(n) in the length of the code",
        .summary = "Loads a library of functions.",
        .tips = kAllShards,
        .run = functionLoad},
    {.name = "restore",
        .syntax = "serialized-value:string [FLUSH|APPEND|REPLACE]:policy",
        .arity = -3,
        .flags = Flag::NoScript | Flag::Write | Flag::DenyOom,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = "O(n) in the libraries of the payload",
        .summary = "Loads the libraries of a payload.",
        .tips = kAllShards,
        .run = functionRestore},
    {.name = "stats",
        .arity = 2,
        .flags = Flag::NoScript | Flag::AllowBusy,
        .acl = Acl::Scripting,
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = "O(1)",
        .summary = "Tells which function runs, and how many there are.",
        .tips = "nondeterministic_output request_policy:all_shards response_policy:special",
        .run = functionStats},
};

constexpr CommandSpec kRows[] = {
    {.name = "fcall",
        .syntax = kCallSyntax,
        .arity = -3,
        .flags = kCall,
        .acl = Acl::Scripting,
        .keys = KeySpec::counted(2, KeySpec::RW | KeySpec::Access | KeySpec::Update),
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = kOnTheFunction,
        .summary = "Calls a function of a library.",
        .judgedBy = judgeFunction,
        .run = fcall},
    {.name = "fcall_ro",
        .syntax = kCallSyntax,
        .arity = -3,
        .flags = kCallRo,
        .acl = Acl::Scripting,
        .keys = KeySpec::counted(2, KeySpec::RO | KeySpec::Access),
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = kOnTheFunction,
        .summary = "Calls a function that may not write.",
        .judgedBy = judgeFunction,
        .run = fcallRo},
    {.name = "function",
        .arity = -2,
        .group = Group::Scripting,
        .since = "7.0.0",
        .complexity = "Depends on the subcommand",
        .summary = "Holds the commands about libraries of functions.",
        .subcommands = kFunctionRows},
};

} // namespace

std::span<const CommandSpec> functionCommands()
{
    return kRows;
}

} // namespace engine
