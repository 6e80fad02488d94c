// The part of Engine that knows users: who somebody is at first, where users come from, what is kept of refusals.

#include "engine/command/client_names.h"
#include "engine/server/engine.h"

#include <algorithm>

namespace engine {

void Engine::resetLogin(ClientState& client)
{
    // What is inside the process is the program itself.
    const bool outside = !client.address.empty();
    client.user = outside ? m_acl.defaultUser() : nullptr;
    client.authenticated = !outside || !m_acl.needsLogin();
}

void Engine::denied(const CommandContext& context, AclDenial denial, BytesView object, BytesView user)
{
    const ClientState& inner = context.client;
    // A script's caller is who runs.
    const ClientState& client = inner.isScript && m_running ? *m_running : inner;
    const AclPlace place = inner.isScript                     ? AclPlace::Script
        : inner.transaction.has_value() || context.insideExec ? AclPlace::Multi
                                                              : AclPlace::TopLevel;
    const UnixMs now = m_clock.now().ms();
    m_acl.log().add({.denial = denial,
                        .place = place,
                        .object = Bytes(object),
                        .user = Bytes(user),
                        .at = now,
                        .client = clientLine(client, now)},
        static_cast<std::size_t>(m_config.number(Param::AcllogMaxLen)));
}

Result<void> Engine::loadUsers()
{
    const Bytes& path = m_config.text(Param::Aclfile);
    if (!path.empty() && !m_config.users().empty())
        return Error{
            "users are defined both in " + m_config.file() + " and by the file that 'aclfile' names: leave one out"};
    for (const ConfiguredUser& user : m_config.users()) {
        const std::vector<BytesView> rules(user.rules.begin(), user.rules.end());
        if (const auto added = m_acl.addConfigured(user.name, rules); !added)
            return Error{user.place + ": user '" + user.name + "': " + added.error()};
    }
    if (path.empty())
        return {};
    const auto loaded = m_acl.load(path);
    if (loaded)
        return {};
    constexpr BytesView kCode = "ERR ";
    return Error{loaded.error().substr(loaded.error().starts_with(kCode) ? kCode.size() : 0)};
}

Result<void> Engine::rewriteConfig()
{
    // Users in a file of their own stay there. One who is as any server begins needs no line.
    AccessControl initial(m_commands);
    initial.setDefaultPassword(m_config.text(Param::Requirepass));
    std::vector<Bytes> users = m_acl.describe();
    if (!m_config.text(Param::Aclfile).empty() || users == initial.describe())
        users.clear();
    return m_config.rewrite(users);
}

} // namespace engine
