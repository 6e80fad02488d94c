#include "engine/script/live_run.h"

#include "engine/command/errors.h"
#include "engine/server/config.h"

namespace engine {
namespace {

// The caller's context with the script as the client.
CommandContext innerContext(CommandContext& outer, ClientState& client)
{
    return {.data = outer.data,
        .client = client,
        .commands = outer.commands,
        .dispatcher = outer.dispatcher,
        .config = outer.config,
        .clock = outer.clock,
        .rng = outer.rng,
        .changes = outer.changes,
        .server = outer.server,
        .now = outer.now,
        .limits = outer.limits,
        .dirty = outer.dirty,
        .hits = outer.hits,
        .misses = outer.misses,
        .expired = outer.expired,
        .outOfMemory = outer.outOfMemory,
        .busyReply = {}};
}

} // namespace

BytesView refusalOf(const CommandContext& context, const ScriptFlags& flags, bool readOnly)
{
    if (!flags.declared)
        return {};
    if (readOnly && !flags.noWrites)
        return "ERR Can not execute a script with write flag using *_ro command.";
    if (!flags.noWrites && context.config.wantsReplicas())
        return errors::kFewReplicas;
    if (context.outOfMemory && !flags.allowOom && !flags.noWrites)
        return errors::kOomOfScript;
    return {};
}

std::unique_ptr<ClientState> makeScriptCaller()
{
    auto caller = std::make_unique<ClientState>();
    caller->isScript = true;
    return caller;
}

LiveRun::LiveRun(CommandContext& outer, ClientState& caller, const ScriptFlags& flags, bool readOnly)
    : m_outer(outer), m_inner(innerContext(outer, caller))
{
    caller.id = outer.client.id;
    caller.database = outer.client.database;
    caller.user = outer.client.user;
    caller.protocol = Protocol::Resp2;
    caller.script = {.readOnly = readOnly || flags.noWrites, .allowOom = flags.allowOom || flags.noWrites};
}

LiveRun::~LiveRun()
{
    m_outer.dirty = m_inner.dirty;
    m_outer.hits = m_inner.hits;
    m_outer.misses = m_inner.misses;
    m_outer.expired = m_inner.expired;
}

} // namespace engine
