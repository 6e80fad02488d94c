#include "engine/command/server_view.h"

namespace engine {

namespace {

constexpr const char* kOnASnapshot = "ERR This run works on a copy of the data: it cannot change the server";

}

FrozenServerView::FrozenServerView(ServerView& live)
    : m_acl(live.acl().commands()), m_facts(live.facts()), m_stats(live.commandStats()), m_slowlog(live.slowlog()),
      m_latency(live.latency())
{
    for (const ClientState* client : live.clients())
        m_clients.push_back(*client);
}

std::vector<const ClientState*> FrozenServerView::clients() const
{
    std::vector<const ClientState*> clients;
    for (const ClientState& client : m_clients)
        clients.push_back(&client);
    return clients;
}

Result<void> FrozenServerView::setConfig(std::span<const ConfigAssignment>)
{
    return Error{kOnASnapshot};
}

Result<void> FrozenServerView::rewriteConfig()
{
    return Error{kOnASnapshot};
}

Result<void> FrozenServerView::debugScript(CommandContext&, const ScriptToDebug&)
{
    return Error{"ERR a script that is being debugged cannot debug another one"};
}

Result<void> FrozenServerView::requestShutdown(const ShutdownRequest&)
{
    return Error{kOnASnapshot};
}

} // namespace engine
