#pragma once

// Which commands an ACL selector allows: a bit for each command and subcommand, and first arguments that are allowed of
// commands that are not.

#include "engine/command/command_table.h"

#include <map>
#include <vector>

namespace engine {

/// A value. The table outlives it. Thread: one at a time.
class CommandRules {
public:
    explicit CommandRules(const CommandTable& table);

    void allowAll();
    void denyAll();
    /// Nothing has been taken away since `allowAll`.
    bool allowsAll() const { return m_allowsAll; }
    /// The command with its subcommands.
    void set(const Command& command, bool allowed);
    /// As aclCategoryName(category).
    void setCategory(std::size_t category, bool allowed);
    /// The command is allowed when its first argument is this word, in any case.
    void allowFirstArgument(const Command& command, BytesView word);

    bool allows(const Command& command, Argv argv) const;
    /// Rules that make the same set of an empty one: "-@all +@read -get". Categories that fit best come first, then
    /// single commands by name.
    Bytes describe() const;

private:
    bool bit(const Command& command) const { return m_bits[command.index]; }
    void setBits(const Command& command, bool allowed);
    std::optional<std::size_t> bestCategory(std::uint32_t applied, bool adding) const;
    void describeSingles(CommandRules& made, std::span<const Command> commands, Bytes& rules) const;

    const CommandTable* m_table;
    std::vector<bool> m_bits; // by Command::index
    std::map<std::uint32_t, std::vector<Bytes>> m_firstArguments; // by Command::index
    bool m_allowsAll = false;
    bool m_allowsFuture = false; // commands that do not exist yet: the last whole rule was allowAll
};

} // namespace engine
