#include "engine/command/command_table.h"

#include "engine/base/check.h"
#include "engine/command/families.h"

#include <algorithm>
#include <bit>

namespace engine {

namespace {

// FNV-1a over letters folded by setting one bit: names are letters, digits, '-' and '_', and a false hit of other bytes
// is told apart by the comparison that follows.
std::uint32_t foldedHash(BytesView name)
{
    std::uint32_t hash = 2166136261U;
    for (const char c : name)
        hash = (hash ^ (static_cast<unsigned char>(c) | 0x20U)) * 16777619U;
    return hash ^ (hash >> 15);
}

std::vector<Command> commandsOf(std::span<const CommandSpec> rows, BytesView prefix)
{
    std::vector<Command> commands;
    for (const CommandSpec& row : rows) {
        Command command;
        command.spec = &row;
        command.fullName = Bytes(prefix) + Bytes(row.name);
        command.subcommands = commandsOf(row.subcommands, command.fullName + "|");
        commands.push_back(std::move(command));
    }
    std::ranges::sort(commands, {}, &Command::fullName);
    return commands;
}

} // namespace

const Command* Command::subcommand(BytesView word) const
{
    for (const Command& candidate : subcommands) {
        const BytesView name = candidate.spec->name;
        if (name.size() == word.size() && equalsIgnoringCase(name, word))
            return &candidate;
    }
    return nullptr;
}

CommandTable::CommandTable()
{
    const std::span<const CommandSpec> families[] = {
        connectionCommands(),
        clientCommands(),
        transactionCommands(),
        commandCommands(),
        serverCommands(),
        configCommands(),
        scriptCommands(),
        stringCommands(),
        stringNumberCommands(),
        stringPartCommands(),
        lcsCommands(),
        expireCommands(),
        keyCommands(),
        objectCommands(),
        scanCommands(),
        listCommands(),
        listEndCommands(),
        hashCommands(),
        hashWalkCommands(),
        setCommands(),
        setChanceCommands(),
        setAlgebraCommands(),
        zsetCommands(),
        zsetRangeCommands(),
        zsetRemoveCommands(),
        zsetAlgebraCommands(),
        zsetWalkCommands(),
    };
    build(families);
}

CommandTable::CommandTable(std::span<const std::span<const CommandSpec>> families)
{
    build(families);
}

void CommandTable::build(std::span<const std::span<const CommandSpec>> families)
{
    for (const auto family : families)
        std::ranges::move(commandsOf(family, ""), std::back_inserter(m_commands));
    std::ranges::sort(m_commands, {}, &Command::fullName);

    m_slots.assign(std::bit_ceil(m_commands.size() * 4 + 1), nullptr);
    const auto enter = [this](Command& command) {
        command.index = static_cast<std::uint32_t>(m_byIndex.size());
        m_byIndex.push_back(&command);
    };
    for (Command& command : m_commands) {
        CHECK(!find(command.fullName));
        enter(command);
        std::size_t slot = foldedHash(command.fullName) & (m_slots.size() - 1);
        while (m_slots[slot])
            slot = (slot + 1) & (m_slots.size() - 1);
        m_slots[slot] = &command;
        for (Command& subcommand : command.subcommands) {
            subcommand.parent = &command;
            enter(subcommand);
        }
    }
}

const Command* CommandTable::find(BytesView name) const
{
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t slot = foldedHash(name) & mask; m_slots[slot]; slot = (slot + 1) & mask) {
        const BytesView candidate = m_slots[slot]->spec->name;
        if (candidate.size() == name.size() && equalsIgnoringCase(candidate, name))
            return m_slots[slot];
    }
    return nullptr;
}

const Command* CommandTable::resolve(Argv argv) const
{
    const Command* command = find(argv[0]);
    if (command && command->isContainer() && argv.size() > 1)
        return command->subcommand(argv[1]);
    return command;
}

const Command* CommandTable::findFullName(BytesView name) const
{
    const std::size_t bar = name.find('|');
    const Command* command = find(name.substr(0, bar));
    return command && bar != BytesView::npos ? command->subcommand(name.substr(bar + 1)) : command;
}

} // namespace engine
