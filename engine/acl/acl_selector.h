#pragma once

// A set of rules of an ACL user: commands, keys and channels that belong together. A user has one of its own and any
// number in parentheses; a command is allowed when one of them allows all of it.

#include "engine/acl/acl_verdict.h"
#include "engine/acl/command_rules.h"
#include "engine/base/result.h"

namespace engine {

namespace acl_errors {
constexpr BytesView kUnknownName = "Unknown command or category name in ACL";
constexpr BytesView kSyntax = "Syntax error";
constexpr BytesView kPatternAfterAllKeys =
    "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try "
    "'resetkeys' to start with an empty list of patterns";
constexpr BytesView kPatternAfterAllChannels =
    "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try "
    "'resetchannels' to start with an empty list of channels";
constexpr BytesView kFirstArgumentOfSubcommand = "Allowing first-arg of a subcommand is not supported";
constexpr BytesView kBadHash =
    "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters";
constexpr BytesView kNoSuchPassword = "The password you are trying to remove from the user does not exist";
} // namespace acl_errors

struct AclKeyPattern {
    Bytes pattern;
    bool reads = false;
    bool writes = false;
};

/// A value: it allows nothing until it is told to. Thread: one at a time.
class AclSelector {
public:
    explicit AclSelector(const CommandTable& table) : m_table(&table), m_commands(table) { }

    /// A rule: +get, -@write, ~key*, %R~key*, &channel, allkeys, … The error is one of acl_errors.
    Result<void> apply(BytesView rule);
    bool allowsEverything() const { return m_commands.allowsAll() && m_allKeys && m_allChannels; }
    /// Whether any key may be read, whatever its name.
    bool readsAllKeys() const;
    bool allChannels() const { return m_allChannels; }
    bool allowsChannel(BytesView channel, bool isPattern) const;
    AclVerdict judge(const Command& command, Argv argv) const;

    // As ACL GETUSER shows them.
    Bytes commandText() const { return m_commands.describe(); }
    Bytes keyText() const;
    Bytes channelText() const;
    /// As ACL LIST does: rules that make the same selector of a fresh one.
    Bytes describe() const;

private:
    Result<void> applyCommand(BytesView name, bool allowed);
    Result<void> applyKeyPattern(BytesView rule);
    Result<void> applyChannel(BytesView channel);
    bool applyWord(BytesView word);
    bool allowsKey(BytesView key, std::uint16_t use) const;
    AclVerdict judgeKeys(const Command& command, Argv argv) const;
    AclVerdict judgeChannels(const Command& command, Argv argv) const;

    const CommandTable* m_table;
    CommandRules m_commands;
    bool m_allKeys = false;
    bool m_allChannels = false;
    std::vector<AclKeyPattern> m_keys;
    std::vector<Bytes> m_channels;
};

} // namespace engine
