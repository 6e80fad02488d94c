#pragma once

// A user of the access control list: who may log in by which password, and what such a client may do.

#include "engine/acl/acl_selector.h"

#include <span>

namespace engine {

/// What fresh users and selectors begin with.
struct AclDefaults {
    const CommandTable* commands = nullptr;
    bool allChannels = false; // acl-pubsub-default
};

/// Thread: the engine's; the name, any.
class AclUser {
public:
    /// One that is off and may do nothing. `defaults` outlives it.
    AclUser(BytesView name, const AclDefaults& defaults);

    const Bytes& name() const { return m_name; }
    /// A rule of ACL SETUSER; one in parentheses is a single rule. The error is one of acl_errors.
    Result<void> apply(BytesView rule);
    /// Becomes what the other is, but for the name.
    void become(const AclUser& other);

    bool isOn() const { return m_rights.on; }
    bool needsNoPassword() const { return m_rights.noPassword; }
    /// Whether this password lets somebody in as this user.
    bool letsIn(BytesView password) const;

    /// May do everything there is. Cost: none, unlike `judge`.
    bool isUnrestricted() const { return m_unrestricted; }
    AclVerdict judge(const Command& command, Argv argv) const;
    /// Whether it may run this command with any key to read whatsoever: SORT's patterns.
    bool readsAnyKeyWith(const Command& command, Argv argv) const;
    bool allowsChannel(BytesView channel, bool isPattern) const;

    // As ACL GETUSER shows them. The first selector is the user's own.
    std::vector<BytesView> flags() const;
    std::span<const Bytes> passwords() const { return m_rights.passwords; }
    std::span<const AclSelector> selectors() const { return m_rights.selectors; }
    /// As ACL LIST does: the rules that make this user of a fresh one.
    Bytes describe() const;

private:
    enum class Payload : std::uint8_t { Unsaid, Skipped, Sanitized };
    struct Rights {
        bool on = false;
        bool noPassword = false;
        Payload payload = Payload::Unsaid;
        std::vector<Bytes> passwords; // hashes
        std::vector<AclSelector> selectors;
    };

    AclSelector freshSelector() const;
    bool applyWord(BytesView word);
    Result<void> applyPassword(BytesView rule);
    Result<void> addSelector(BytesView rules);
    void reset();

    Bytes m_name;
    const AclDefaults* m_defaults;
    Rights m_rights;
    bool m_unrestricted = false;
};

/// Puts words between parentheses back into one rule: "(+get", "~a*)". The error is the place of a parenthesis that
/// nothing closes, as an index.
struct MergedRules {
    std::vector<Bytes> rules;
    std::optional<std::size_t> unclosed;
};
MergedRules mergeSelectors(std::span<const BytesView> words);

} // namespace engine
