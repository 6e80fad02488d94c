#pragma once

// AccessControl: the users of one server, their passwords, and the log of what was refused. "default" is always there;
// whoever connects is that user until AUTH or HELLO says otherwise.

#include "engine/acl/acl_log.h"
#include "engine/acl/acl_user.h"

#include <map>
#include <memory>

namespace engine {

/// Thread: the engine's.
class AccessControl {
public:
    using Users = std::map<Bytes, std::shared_ptr<AclUser>, std::less<>>;

    /// `commands` outlives it.
    explicit AccessControl(const CommandTable& commands);
    AccessControl(const AccessControl&) = delete;
    AccessControl& operator=(const AccessControl&) = delete;

    const CommandTable& commands() const { return *m_defaults.commands; }
    void setAllChannelsByDefault(bool all) { m_defaults.allChannels = all; }

    const Users& users() const { return m_users; }
    /// Null when there is none of this name.
    std::shared_ptr<AclUser> find(BytesView name) const;
    const std::shared_ptr<AclUser>& defaultUser() const { return m_default; }
    /// Whether a fresh client has to log in.
    bool needsLogin() const { return !m_default->needsNoPassword() || !m_default->isOn(); }
    /// Null unless the password lets this user in.
    std::shared_ptr<AclUser> logIn(BytesView name, BytesView password) const;
    /// requirepass: the one password of the default user; empty: none is needed.
    void setDefaultPassword(BytesView password);

    /// ACL SETUSER: all rules or none; makes the user when there is none. The error is the command's reply, whole.
    Result<std::shared_ptr<AclUser>> setUser(BytesView name, std::span<const BytesView> rules);
    /// Null when there was none.
    std::shared_ptr<AclUser> erase(BytesView name);
    /// A user that is in no list yet.
    std::shared_ptr<AclUser> makeUser(BytesView name) const;
    /// Adds a user that a configuration file names. The error is what is wrong with the line.
    Result<void> addConfigured(BytesView name, std::span<const BytesView> rules);

    /// "user NAME RULES…" for each, by name.
    std::vector<Bytes> describe() const;
    /// Takes the users of a file in the place of its own, all or none; gives those that are no more, or are others now.
    /// The error is ACL LOAD's reply, whole.
    Result<std::vector<std::shared_ptr<AclUser>>> load(const Bytes& path);
    /// The error is ACL SAVE's reply, whole.
    Result<void> save(const Bytes& path) const;

    AclLog& log() { return m_log; }

private:
    AclDefaults m_defaults;
    Users m_users;
    std::shared_ptr<AclUser> m_default; // among the users too; never another one
    AclLog m_log;
};

/// Names hold no blanks and no NUL.
bool isUserName(BytesView name);

} // namespace engine
