#pragma once

// Random commands from the command table: the grammar tree of a row says what its arguments are. Most commands make
// sense for the keys that are there; some have hostile values, or words too many, missing or out of place.

#include "engine/base/rng.h"
#include "engine/command/command_syntax.h"
#include "engine/command/command_table.h"
#include "tests/support/side.h"

#include <deque>
#include <map>
#include <set>
#include <vector>

namespace tests {

struct GeneratedCommand {
    const engine::Command* command = nullptr;
    Words argv;
    std::vector<engine::Bytes> options; // words of its grammar that are in it, in lower case
};

/// How often a command, or an option word of it, got an answer that is no error.
using Coverage = std::map<engine::Bytes, std::size_t>; // "get", "set nx"

class CommandGenerator {
public:
    /// The commands of these groups.
    CommandGenerator(const engine::CommandTable& table, std::span<const engine::Group> groups, std::uint64_t seed);

    /// A command, preferring what `reached` shows to be rare.
    GeneratedCommand next(const Coverage& reached);
    /// Commands that make a key anew, with a value of a type of its own, small or past the compact encodings.
    std::vector<GeneratedCommand> nextValue();
    /// "string", "list", … or "none", by name; what the keys hold now.
    void setKeyTypes(std::map<engine::Bytes, engine::Bytes> types) { m_keyTypes = std::move(types); }

    /// What coverage counts: all commands and their option words.
    const std::vector<engine::Bytes>& goals() const { return m_goals; }

    static constexpr std::size_t kGoalOfCommand = 100;
    static constexpr std::size_t kGoalOfOption = 10;
    static std::size_t goalOf(engine::BytesView name)
    {
        return name.find(' ') == engine::BytesView::npos ? kGoalOfCommand : kGoalOfOption;
    }

private:
    using Arguments = std::vector<engine::SyntaxArgument>;
    struct Grammar {
        const engine::Command* command = nullptr;
        Arguments arguments;
        std::vector<engine::Bytes> options;
        bool timed = false; // a time to live is among the arguments
    };

    const Grammar& chooseCommand(const Coverage& reached);
    // Decides which optional parts there are and which of several; `wanted` is to be among them.
    void plan(const Arguments& arguments, engine::BytesView wanted);
    void write(const Arguments& arguments);
    void writeOne(const engine::SyntaxArgument& argument);
    void writeValue(const engine::SyntaxArgument& argument);
    engine::Bytes integerValue(const engine::SyntaxArgument& argument);
    engine::Bytes geoNumber(const engine::Bytes& name);
    engine::Bytes bitmapInteger(const engine::Bytes& name);
    engine::Bytes stringValue(const engine::SyntaxArgument& argument);
    engine::Bytes timeValue(const engine::SyntaxArgument& argument);
    engine::Bytes keyName();
    void spoil();
    // HRANDFIELD and its kin, whose negative counts repeat.
    bool drawsSamples() const;
    bool planned(const engine::SyntaxArgument& argument) const { return m_planned.contains(&argument); }
    bool hasOption(engine::BytesView word) const;
    bool isCommand(engine::BytesView name) const { return m_current->command->fullName == name; }

    std::deque<engine::Bytes> m_counters; // keys that HyperLogLog commands have been given lately
    engine::Rng m_rng;
    std::vector<Grammar> m_grammars;
    std::vector<engine::Bytes> m_goals;
    std::map<engine::Bytes, engine::Bytes> m_keyTypes;

    // Of the command that is being made.
    const Grammar* m_current = nullptr;
    std::set<const engine::SyntaxArgument*> m_planned;
    std::size_t m_keys = 1;
    Words m_words;
    std::vector<engine::Bytes> m_options;
};

} // namespace tests
