#include "engine/acl/command_rules.h"

#include "engine/command/command_facts.h"

#include <algorithm>

namespace engine {

CommandRules::CommandRules(const CommandTable& table) : m_table(&table), m_bits(table.indexCount())
{
}

void CommandRules::allowAll()
{
    m_bits.assign(m_bits.size(), true);
    m_firstArguments.clear();
    m_allowsAll = m_allowsFuture = true;
}

void CommandRules::denyAll()
{
    m_bits.assign(m_bits.size(), false);
    m_firstArguments.clear();
    m_allowsAll = m_allowsFuture = false;
}

void CommandRules::setBits(const Command& command, bool allowed)
{
    m_bits[command.index] = allowed;
    m_firstArguments.erase(command.index);
    for (const Command& subcommand : command.subcommands)
        setBits(subcommand, allowed);
}

void CommandRules::set(const Command& command, bool allowed)
{
    setBits(command, allowed);
    m_allowsAll = m_allowsAll && allowed;
}

void CommandRules::setCategory(std::size_t category, bool allowed)
{
    for (std::size_t i = 0; i < m_bits.size(); ++i) {
        if ((aclCategoryBits(m_table->at(i)) >> category & 1) != 0)
            set(m_table->at(i), allowed);
    }
}

void CommandRules::allowFirstArgument(const Command& command, BytesView word)
{
    auto& words = m_firstArguments[command.index];
    if (std::ranges::none_of(words, [word](const Bytes& known) { return equalsIgnoringCase(known, word); }))
        words.emplace_back(word);
}

bool CommandRules::allows(const Command& command, Argv argv) const
{
    if (m_allowsAll || bit(command))
        return true;
    const auto words = m_firstArguments.find(command.index);
    const std::size_t first = command.parent ? 2 : 1;
    return words != m_firstArguments.end() && first < argv.size()
        && std::ranges::any_of(words->second, [&](const Bytes& word) { return equalsIgnoringCase(word, argv[first]); });
}

// The category that has more commands right than wrong, and the fewest wrong ones. Of `adding`: right is allowed.
std::optional<std::size_t> CommandRules::bestCategory(std::uint32_t applied, bool adding) const
{
    std::optional<std::size_t> best;
    std::size_t fewestWrong = m_bits.size() + 1;
    std::size_t mostRight = 0;
    for (std::size_t category = 0; category < aclCategoryCount(); ++category) {
        std::size_t right = 0;
        std::size_t wrong = 0;
        for (std::size_t i = 0; i < m_bits.size(); ++i) {
            if ((aclCategoryBits(m_table->at(i)) >> category & 1) != 0)
                ++(m_bits[i] == adding ? right : wrong);
        }
        const bool better = wrong < fewestWrong || (wrong == fewestWrong && right > mostRight);
        if ((applied >> category & 1) != 0 || right <= wrong || !better)
            continue;
        best = category;
        fewestWrong = wrong;
        mostRight = right;
    }
    return best;
}

void CommandRules::describeSingles(CommandRules& made, std::span<const Command> commands, Bytes& rules) const
{
    for (const Command& command : commands) {
        const bool allowed = bit(command);
        if (allowed != made.bit(command)) {
            rules.append(allowed ? " +" : " -").append(command.fullName);
            made.set(command, allowed);
        }
        describeSingles(made, command.subcommands, rules);
        const auto words = m_firstArguments.find(command.index);
        if (allowed || words == m_firstArguments.end())
            continue;
        for (const Bytes& word : words->second)
            rules.append(" +").append(command.fullName).append("|").append(word);
    }
}

Bytes CommandRules::describe() const
{
    const bool adding = !m_allowsFuture;
    Bytes rules = adding ? "-@all" : "+@all";
    CommandRules made(*m_table); // what the rules so far make
    CommandRules left = *this; // what they have not dealt with
    if (!adding)
        made.allowAll();
    std::uint32_t applied = 0;
    while (const auto category = left.bestCategory(applied, adding)) {
        rules.append(adding ? " +@" : " -@").append(aclCategoryName(*category));
        made.setCategory(*category, adding);
        left.setCategory(*category, !adding);
        applied |= 1U << *category;
    }
    describeSingles(made, m_table->commands(), rules);
    return rules;
}

} // namespace engine
