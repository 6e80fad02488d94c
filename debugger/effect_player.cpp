#include "debugger/effect_player.h"

#include "engine/command/command_table.h"
#include "engine/resp/reply_tree_sink.h"
#include "engine/server/config.h"

namespace debugger {

using engine::Bytes;
using engine::BytesView;

EffectPlayer::EffectPlayer(engine::Keyspace start, const World& world)
    : data(std::move(start)), m_clock(world.now),
      m_limits(world.config.encodingLimits()), m_context{.data = data,
                                                   .client = m_client,
                                                   .commands = world.commands,
                                                   .dispatcher = m_dispatcher,
                                                   .config = world.config,
                                                   .clock = m_clock,
                                                   .rng = m_rng,
                                                   .changes = m_nobody,
                                                   .server = world.server,
                                                   .now = world.now,
                                                   .limits = m_limits}
{
    // Scripts may call nothing that reaches beyond the data.
    m_client.isScript = true;
    m_client.script.allowOom = true;
}

engine::Result<void> EffectPlayer::apply(const engine::ScriptEffect& effect)
{
    const std::vector<BytesView> argv(effect.argv.begin(), effect.argv.end());
    if (argv.empty() || effect.database < 0 || static_cast<std::size_t>(effect.database) >= data.databaseCount())
        return engine::Error{"there is no such database"};
    const engine::Command* command = m_context.commands.resolve(argv);
    if (!command || !has(command->spec->flags, engine::Flag::Write))
        return engine::Error{"this is no command that writes"};
    m_client.database = effect.database;
    engine::ReplyTreeSink sink;
    m_dispatcher.execute(m_context, argv, sink, command);
    if (!sink.complete())
        return engine::Error{"the command has not replied"};
    const engine::Reply reply = sink.take();
    return reply.isError() ? engine::Result<void>(engine::Error{reply.text}) : engine::Result<void>();
}

} // namespace debugger
