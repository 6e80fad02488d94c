#include "engine/command/dispatcher.h"

#include "engine/acl/acl_user.h"
#include "engine/command/access.h"
#include "engine/command/client_state.h"
#include "engine/command/server_view.h"

#include <algorithm>

namespace engine {

namespace {

constexpr std::size_t kPreviewBytes = 128;

bool arityFits(const CommandSpec& spec, std::size_t words)
{
    const auto count = static_cast<std::int64_t>(words);
    return spec.arity >= 0 ? count == spec.arity : count >= -spec.arity;
}

Bytes unknownCommand(const CommandContext& context, Argv argv)
{
    const Command* container = context.commands.find(argv[0]);
    if (container && container->isContainer())
        return "ERR unknown subcommand '" + Bytes(argv[1].substr(0, kPreviewBytes)) + "'. Try "
            + uppered(container->spec->name) + " HELP.";
    Bytes text = "ERR unknown command '" + Bytes(argv[0].substr(0, kPreviewBytes)) + "', with args beginning with: ";
    std::size_t shown = 0;
    for (std::size_t i = 1; i < argv.size() && shown < kPreviewBytes; ++i) {
        const BytesView word = argv[i].substr(0, kPreviewBytes - shown);
        text.append("'").append(word).append("' ");
        shown += word.size() + 3;
    }
    return text;
}

// What is wrong with the words of a command that is unknown or has too few or too many.
[[gnu::noinline]] Bytes malformed(const CommandContext& context, const Command* command, Argv argv)
{
    if (context.client.isScript)
        return Bytes(command ? errors::kScriptArity : errors::kScriptUnknownCommand);
    return command ? "ERR wrong number of arguments for '" + command->fullName + "' command"
                   : unknownCommand(context, argv);
}

bool isExec(const Command& command)
{
    return command.spec->name == "exec" && !command.parent;
}

// The flags by which a client's call is judged. EXEC does what was queued.
Flag flagsOf(const CommandContext& context, const Command& command, Argv argv)
{
    const CommandSpec& spec = *command.spec;
    if (spec.judgedBy)
        return spec.judgedBy(context, argv, spec.flags);
    Flag flags = spec.flags;
    if (context.client.transaction && isExec(command)) {
        for (const QueuedCommand& queued : context.client.transaction->queue)
            flags = flags | only(queued.flags, Flag::Write | Flag::MayReplicate | Flag::DenyOom);
    }
    return flags;
}

// What is refused for want of memory: commands that may need more, and inside MULTI whatever would be queued.
bool needsMemory(const CommandContext& context, Flag flags)
{
    return has(flags, Flag::DenyOom) || (context.client.transaction && !has(flags, Flag::RunsInMulti));
}

// Empty when a script may call this.
BytesView scriptRefusal(CommandContext& context, const Command& command, Argv argv)
{
    ScriptState& script = context.client.script;
    const Flag flags = command.spec->flags;
    if (has(flags, Flag::NoScript))
        return errors::kScriptNotAllowed;
    if (const AclVerdict verdict = judgeAccess(context, command, argv); !verdict.allowed())
        return accessErrorInScript(verdict);
    if (script.readOnly && has(flags, Flag::Write | Flag::MayReplicate))
        return errors::kScriptReadOnly;
    if (has(flags, Flag::Write) && !script.wrote && context.config.wantsReplicas())
        return errors::kFewReplicas;
    if (context.outOfMemory && !script.allowOom && !script.wrote && has(flags, Flag::DenyOom))
        return errors::kOom;
    if (has(flags, Flag::Write))
        script.wrote = true;
    return {};
}

// Empty when a client may call this now.
Bytes clientRefusal(CommandContext& context, const Command& command, Flag flags, Argv argv)
{
    const ClientState& client = context.client;
    if (!client.authenticated && !has(flags, Flag::NoAuth) && context.server.acl().needsLogin())
        return Bytes(errors::kNoAuth);
    if (client.transaction && has(flags, Flag::NoMulti))
        return Bytes(errors::kNotInMulti);
    if (const AclVerdict verdict = judgeAccess(context, command, argv); !verdict.allowed())
        return accessError(verdict, command);
    if (client.monitors && has(flags, Flag::Write | Flag::ReadOnly | Flag::MayReplicate))
        return Bytes(errors::kMonitorOnly);
    if (context.outOfMemory && needsMemory(context, flags))
        return Bytes(errors::kOom);
    if (has(flags, Flag::Write) && context.config.wantsReplicas())
        return Bytes(errors::kFewReplicas);
    if (client.subscriptions.any() && client.protocol == Protocol::Resp2 && !has(flags, Flag::WhileSubscribed))
        return "ERR Can't execute '" + lowered(command.fullName)
            + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context";
    if (!context.busyReply.empty() && !has(flags, Flag::AllowBusy))
        return Bytes(context.busyReply);
    return {};
}

// CLIENT PAUSE: everything, or what may write. Who cannot be answered later is let through.
bool isPaused(const CommandContext& context, Flag flags)
{
    const ClientState& client = context.client;
    if (context.paused == PausedCommands::None || !client.port || client.isScript)
        return false;
    return context.paused == PausedCommands::All || has(flags, Flag::Write | Flag::MayReplicate);
}

// Nothing about the client or the moment is a reason to look at a command twice: so it nearly always is.
bool isUnhindered(const CommandContext& context)
{
    const ClientState& client = context.client;
    return client.authenticated && !client.transaction && !client.monitors && !client.subscriptions.any()
        && (!client.user || client.user->isUnrestricted()) && !context.outOfMemory && context.busyReply.empty()
        && context.paused == PausedCommands::None && !context.config.wantsReplicas();
}

void enqueue(Transaction& transaction, const Command& command, Flag flags, Argv argv)
{
    QueuedCommand& queued = transaction.queue.emplace_back();
    queued.command = &command;
    queued.flags = flags;
    for (const BytesView word : argv) {
        queued.argv.emplace_back(word);
        transaction.bytes += word.size();
    }
}

} // namespace

// Inlined: it is a part of every command.
[[gnu::always_inline]] inline void Dispatcher::runFrom(std::optional<std::chrono::microseconds> start,
    CommandContext& context, const Command& command, Argv argv, ReplySink& reply) const
{
    Call call(context, *command.spec, argv, reply);
    call.m_next = command.parent ? 2 : 1;
    if (!m_observer) {
        command.spec->run(call);
        return call.finish();
    }
    if (has(command.spec->flags, Flag::SkipMonitor))
        m_observer->begins(context, argv);
    const auto begun = start ? *start : context.clock.ticks();
    command.spec->run(call);
    call.finish();
    const auto ended = context.clock.ticks();
    context.endedAt = ended;
    m_observer->ran(context, command, argv, std::max(ended - begun, std::chrono::microseconds(0)), call.errors());
}

void Dispatcher::execute(CommandContext& context, Argv argv, ReplySink& reply, const Command* known) const
{
    ClientState& client = context.client;
    const Command* command = known ? known : context.commands.resolve(argv);
    if (!command || !arityFits(*command->spec, argv.size())) [[unlikely]]
        return refuse(context, command, malformed(context, command, argv), reply);
    if (client.isScript)
        return executeInScript(context, *command, argv, reply);
    client.lastCommand = command;
    if (isUnhindered(context) || admits(context, *command, argv, reply)) [[likely]]
        runFrom(context.endedAt, context, *command, argv, reply);
}

void Dispatcher::executeInScript(CommandContext& context, const Command& command, Argv argv, ReplySink& reply) const
{
    if (const BytesView refusal = scriptRefusal(context, command, argv); !refusal.empty()) [[unlikely]]
        return refuse(context, &command, refusal, reply);
    run(context, command, argv, reply);
}

bool Dispatcher::admits(CommandContext& context, const Command& command, Argv argv, ReplySink& reply) const
{
    ClientState& client = context.client;
    const Flag flags = flagsOf(context, command, argv);
    if (const Bytes refusal = clientRefusal(context, command, flags, argv); !refusal.empty()) {
        refuse(context, &command, refusal, reply);
        return false;
    }
    if (isPaused(context, flags)) {
        context.server.wait(client, {});
        return false;
    }
    if (client.transaction && !has(flags, Flag::RunsInMulti)) {
        enqueue(*client.transaction, command, flags, argv);
        reply.status("QUEUED");
        return false;
    }
    return true;
}

void Dispatcher::refuse(CommandContext& context, const Command* command, BytesView error, ReplySink& reply) const
{
    if (m_observer)
        m_observer->refused(context, command, error);
    ClientState& client = context.client;
    if (command && isExec(*command) && !client.isScript) {
        client.transaction.reset();
        context.server.unwatch(client);
        const BytesView reason = error.starts_with("ERR ") ? error.substr(4) : error;
        return reply.error("EXECABORT Transaction discarded because of: " + Bytes(reason));
    }
    if (client.transaction)
        client.transaction->refused = true;
    reply.error(error);
}

void Dispatcher::run(CommandContext& context, const Command& command, Argv argv, ReplySink& reply) const
{
    runFrom(std::nullopt, context, command, argv, reply);
}

bool Dispatcher::serve(CommandContext& context, const Command& command, Argv argv, ReplySink& reply) const
{
    Call call(context, *command.spec, argv, reply);
    call.m_next = command.parent ? 2 : 1;
    const auto start = context.clock.ticks();
    command.spec->run(call);
    call.finish();
    if (!call.waits() && m_observer)
        m_observer->served(
            command, std::max(context.clock.ticks() - start, std::chrono::microseconds(0)), call.errors());
    return !call.waits();
}

} // namespace engine
