#include "engine/command/command_table.h"

#include "engine/base/check.h"
#include "engine/command/families.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace engine {

namespace {

std::size_t firstKeyAt(const CommandSpec& spec)
{
    const auto specs = spec.keys.view();
    if (specs.empty() || specs[0].begin <= 0 || !specs[0].keyword.empty())
        return 0;
    return static_cast<std::size_t>(specs[0].begin + (specs[0].countAt >= 0 ? specs[0].firstKey : 0));
}

std::vector<Command> commandsOf(std::span<const CommandSpec> rows, BytesView prefix)
{
    std::vector<Command> commands;
    for (const CommandSpec& row : rows) {
        Command command;
        command.spec = &row;
        command.fullName = Bytes(prefix) + Bytes(row.name);
        command.firstKeyAt = firstKeyAt(row);
        command.subcommands = commandsOf(row.subcommands, command.fullName + "|");
        commands.push_back(std::move(command));
    }
    std::ranges::sort(commands, {}, &Command::fullName);
    return commands;
}

// Up to eight bytes, the lowest first, and zeros behind them.
std::uint64_t shortWord(const char* at, std::size_t size)
{
    if (size >= 4) {
        std::uint32_t low;
        std::uint32_t high;
        std::memcpy(&low, at, sizeof low);
        std::memcpy(&high, at + size - 4, sizeof high);
        return low | static_cast<std::uint64_t>(high) << (8 * (size - 4));
    }
    if (size == 0)
        return 0;
    // The first, the middle and the last are all there are; some of them may be the same.
    const auto byte = [at](std::size_t i) {
        return static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
    };
    return byte(0) | byte(size / 2) | byte(size - 1);
}

} // namespace

// Most names are of one word, and few bytes are copied quicker by hand.
CommandTable::FoldedName CommandTable::folded(BytesView name)
{
    FoldedName folded;
    if (name.size() <= sizeof(std::uint64_t))
        folded.words[0] = shortWord(name.data(), name.size());
    else
        std::memcpy(folded.words.data(), name.data(), name.size());
    constexpr std::uint64_t kLowerCaseBits = 0x2020202020202020;
    for (std::uint64_t& word : folded.words)
        word |= kLowerCaseBits;
    return folded;
}

std::size_t CommandTable::slotOf(const FoldedName& name) const
{
    // Odd constants whose products spread every byte into the high bits.
    const std::uint64_t mixed = (name.words[0] * 0x9e3779b97f4a7c15) ^ (name.words[1] * 0xc2b2ae3d27d4eb4f)
        ^ (name.words[2] * 0x165667b19e3779f9);
    return static_cast<std::size_t>(mixed >> 40) & (m_slots.size() - 1);
}

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
        aclCommands(),
        clientCommands(),
        transactionCommands(),
        pubsubCommands(),
        commandCommands(),
        serverCommands(),
        configCommands(),
        standaloneCommands(),
        clusterCommands(),
        latencyCommands(),
        debugCommands(),
        memoryCommands(),
        lolwutCommands(),
        scriptCommands(),
        functionCommands(),
        stringCommands(),
        stringNumberCommands(),
        stringPartCommands(),
        lcsCommands(),
        hyperloglogCommands(),
        geoCommands(),
        geoSearchCommands(),
        expireCommands(),
        keyCommands(),
        objectCommands(),
        scanCommands(),
        bitmapCommands(),
        bitfieldCommands(),
        sortCommands(),
        listCommands(),
        listEndCommands(),
        blockingListCommands(),
        hashCommands(),
        hashWalkCommands(),
        setCommands(),
        setChanceCommands(),
        setAlgebraCommands(),
        zsetCommands(),
        zsetRangeCommands(),
        zsetRemoveCommands(),
        blockingZsetCommands(),
        zsetAlgebraCommands(),
        zsetWalkCommands(),
        streamCommands(),
        streamReadCommands(),
        streamGroupCommands(),
        streamPendingCommands(),
        streamClaimCommands(),
        streamInfoCommands(),
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

    m_slots.assign(std::bit_ceil(m_commands.size() * 4 + 1), {});
    const auto enter = [this](Command& command) {
        command.index = static_cast<std::uint32_t>(m_byIndex.size());
        m_byIndex.push_back(&command);
    };
    for (Command& command : m_commands) {
        CHECK(!find(command.fullName));
        enter(command);
        CHECK(command.fullName.size() <= kLongestName);
        const FoldedName name = folded(command.fullName);
        std::size_t slot = slotOf(name);
        while (m_slots[slot].command)
            slot = (slot + 1) & (m_slots.size() - 1);
        const auto isLetter = [](char c) { return c >= 'a' && c <= 'z'; };
        m_slots[slot] = {name, &command, std::ranges::all_of(command.fullName, isLetter)};
        for (Command& subcommand : command.subcommands) {
            subcommand.parent = &command;
            enter(subcommand);
        }
    }
}

const Command* CommandTable::find(BytesView name) const
{
    if (name.size() > kLongestName)
        return nullptr;
    const FoldedName wanted = folded(name);
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t at = slotOf(wanted); m_slots[at].command; at = (at + 1) & mask) {
        const Slot& slot = m_slots[at];
        if (slot.name.words != wanted.words)
            continue;
        const BytesView candidate = slot.command->spec->name;
        if (candidate.size() == name.size() && (slot.onlyLetters || equalsIgnoringCase(candidate, name)))
            return slot.command;
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
