#include "engine/acl/access_control.h"

#include "engine/acl/acl_file.h"

#include <algorithm>

namespace engine {

bool isUserName(BytesView name)
{
    return std::ranges::none_of(name, [](char c) { return c == '\0' || (c >= '\t' && c <= '\r') || c == ' '; });
}

AccessControl::AccessControl(const CommandTable& commands)
    : m_defaults{.commands = &commands}, m_default(makeUser("default"))
{
    for (const BytesView rule : {"+@all", "~*", "&*", "on", "nopass"})
        CHECK(m_default->apply(rule));
    m_users.emplace("default", m_default);
}

std::shared_ptr<AclUser> AccessControl::makeUser(BytesView name) const
{
    return std::make_shared<AclUser>(name, m_defaults);
}

std::shared_ptr<AclUser> AccessControl::find(BytesView name) const
{
    const auto place = m_users.find(name);
    return place == m_users.end() ? nullptr : place->second;
}

std::shared_ptr<AclUser> AccessControl::logIn(BytesView name, BytesView password) const
{
    auto user = find(name);
    return user && user->letsIn(password) ? user : nullptr;
}

void AccessControl::setDefaultPassword(BytesView password)
{
    CHECK(m_default->apply("resetpass"));
    CHECK(m_default->apply(password.empty() ? Bytes("nopass") : ">" + Bytes(password)));
}

Result<std::shared_ptr<AclUser>> AccessControl::setUser(BytesView name, std::span<const BytesView> rules)
{
    if (!isUserName(name))
        return Error{"ERR Usernames can't contain spaces or null characters"};
    const MergedRules merged = mergeSelectors(rules);
    if (merged.unclosed)
        return Error{"ERR Unmatched parenthesis in acl selector starting at '" + Bytes(rules[*merged.unclosed]) + "'."};
    const auto known = find(name);
    const auto changed = makeUser(name);
    if (known)
        changed->become(*known);
    for (const Bytes& rule : merged.rules) {
        if (const auto done = changed->apply(rule); !done)
            return Error{"ERR Error in ACL SETUSER modifier '" + rule + "': " + done.error()};
    }
    // Clients hold the user, not its name.
    if (known)
        known->become(*changed);
    return known ? known : m_users.emplace(name, changed).first->second;
}

std::shared_ptr<AclUser> AccessControl::erase(BytesView name)
{
    const auto place = m_users.find(name);
    if (place == m_users.end())
        return nullptr;
    auto user = place->second;
    m_users.erase(place);
    return user;
}

Result<void> AccessControl::addConfigured(BytesView name, std::span<const BytesView> rules)
{
    const MergedRules merged = mergeSelectors(rules);
    if (merged.unclosed)
        return Error{"Unmatched parenthesis in acl selector starting at '" + Bytes(rules[*merged.unclosed]) + "'."};
    const auto user = makeUser(name);
    for (const Bytes& rule : merged.rules) {
        if (auto done = user->apply(rule); !done)
            return done;
    }
    if (name == "default")
        m_default->become(*user);
    else if (!m_users.emplace(name, user).second)
        return Error{"Duplicate user found. A user can only be defined once in config files"};
    return {};
}

std::vector<Bytes> AccessControl::describe() const
{
    std::vector<Bytes> lines;
    for (const auto& [name, user] : m_users)
        lines.push_back("user " + name + " " + user->describe());
    return lines;
}

Result<std::vector<std::shared_ptr<AclUser>>> AccessControl::load(const Bytes& path)
{
    auto loaded = readAclFile(path, *this);
    if (!loaded)
        return Error{loaded.error()};
    const auto named = loaded->find("default");
    if (named != loaded->end())
        m_default->become(*named->second);
    else
        m_default->become(*AccessControl(commands()).defaultUser());
    loaded->insert_or_assign("default", m_default);
    std::vector<std::shared_ptr<AclUser>> gone;
    for (const auto& [name, user] : m_users) {
        if (user != m_default)
            gone.push_back(user);
    }
    m_users = std::move(*loaded);
    return gone;
}

Result<void> AccessControl::save(const Bytes& path) const
{
    Bytes text;
    for (const Bytes& line : describe())
        text.append(line).append("\n");
    return writeAclFile(path, text);
}

} // namespace engine
