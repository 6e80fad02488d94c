#pragma once

// Every command, found by name. Built from the rows of all families (families.h); dispatch, COMMAND, completion and the
// reference read it. Immutable after construction. Thread: any.

#include "engine/command/call.h"
#include "engine/command/command.h"

#include <array>
#include <deque>
#include <memory>
#include <span>
#include <vector>

namespace engine {

/// A row with its place in the table. Its address is stable as long as the table lives, so a caller may keep it.
struct Command {
    const CommandSpec* spec = nullptr;
    const Command* parent = nullptr; // the container of a subcommand
    Bytes fullName; // "get", "config|get"
    std::uint32_t index = 0; // dense over commands and subcommands, for counters
    std::size_t firstKeyAt = 0; // among the words, where that is fixed; 0: it is not, or there is none
    std::vector<Command> subcommands;

    /// The first key where its place among the words is fixed; else empty.
    BytesView firstKey(Argv argv) const
    {
        return firstKeyAt != 0 && firstKeyAt < argv.size() ? argv[firstKeyAt] : BytesView();
    }
    bool isContainer() const { return !subcommands.empty(); }
    /// Null when there is none of this name, in any case.
    const Command* subcommand(BytesView word) const;
};

class CommandTable {
public:
    /// The rows of every family.
    CommandTable();
    /// These rows alone.
    explicit CommandTable(std::span<const std::span<const CommandSpec>> families);
    CommandTable(const CommandTable&) = delete;
    CommandTable& operator=(const CommandTable&) = delete;

    /// A command by its name in any case; null when unknown. Allocates nothing.
    const Command* find(BytesView name) const;
    /// The command that these words call: a subcommand when its container has one of that name, the container itself
    /// when no subcommand is given; null when either word is unknown.
    const Command* resolve(Argv argv) const;
    /// By "get" or "config|get", in any case.
    const Command* findFullName(BytesView name) const;

    /// The commands, by name; subcommands hang on their containers.
    std::span<const Command> commands() const { return m_commands; }
    /// How many indices are in use: commands and subcommands.
    std::size_t indexCount() const { return m_byIndex.size(); }
    const Command& at(std::size_t index) const { return *m_byIndex[index]; }

private:
    static constexpr std::size_t kLongestName = 24;
    /// A name in words, its letters in lower case: two comparisons tell most names apart.
    struct FoldedName {
        std::array<std::uint64_t, kLongestName / sizeof(std::uint64_t)> words{};
    };
    struct Slot {
        FoldedName name;
        const Command* command = nullptr;
        bool onlyLetters = false; // folding is exact then
    };

    void build(std::span<const std::span<const CommandSpec>> families);
    static FoldedName folded(BytesView name);
    std::size_t slotOf(const FoldedName& name) const;

    std::vector<Command> m_commands;
    std::vector<const Command*> m_byIndex;
    // Open addressing over a power of two, at most a quarter full: a lookup probes once as a rule.
    std::vector<Slot> m_slots;
};

} // namespace engine
