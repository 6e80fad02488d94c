#include "tests/support/command_coverage.h"

#include "engine/base/check.h"
#include "engine/command/command_keys.h"
#include "tests/support/syntax_match.h"

#include <algorithm>

namespace tests {

using namespace engine;

namespace {

constexpr BytesView kTooFew = "too few words";
constexpr BytesView kTooMany = "too many words";
constexpr BytesView kWrongType = "wrong type";
constexpr BytesView kMissingKey = "missing key";

constexpr BytesView kWrongTypeErrors[] = {"WRONGTYPE", "ERR The specified keys must contain string values"};

/// Errors that are about a missing key, and not about other words of the call.
constexpr BytesView kMissingKeyErrors[] = {
    "ERR no such key",
    "ERR The specified key does not exist",
    "ERR The XGROUP subcommand requires the key to exist",
    "NOGROUP",
};

Bytes goalOf(const Command& command, BytesView what)
{
    return command.fullName + ": " + Bytes(what);
}

std::size_t nameWords(const Command& command)
{
    return command.parent ? 2 : 1;
}

std::size_t fewestWords(const Command& command)
{
    return static_cast<std::size_t>(std::abs(command.spec->arity));
}

bool hasKeys(const CommandSpec& spec)
{
    return std::ranges::any_of(spec.keys.view(), [](const KeySpec& keys) { return (keys.use & KeySpec::NotKey) == 0; });
}

/// Whether it can meet a wrong type: not those that serve keys of every type, nor scripts, which only pass keys on.
bool judgesType(const CommandSpec& spec)
{
    if (spec.name.starts_with("sort"))
        return true;
    return spec.group != Group::Generic && spec.group != Group::Scripting && spec.group != Group::Transactions
        && spec.group != Group::Server;
}

bool saysWrongArity(const Reply& reply)
{
    return reply.isError() && reply.text.find("wrong number of arguments") != Bytes::npos;
}

bool startsWithAny(BytesView text, std::span<const BytesView> beginnings)
{
    return std::ranges::any_of(beginnings, [&](BytesView beginning) { return text.starts_with(beginning); });
}

bool understoodMissingKey(const Reply& reply)
{
    return !reply.isError() || startsWithAny(reply.text, kMissingKeyErrors);
}

} // namespace

CommandCoverage::CommandCoverage(const CommandTable& table) : m_table(table), m_trees(table.indexCount())
{
    for (std::size_t i = 0; i < table.indexCount(); ++i)
        addGoals(table.at(i));
}

void CommandCoverage::addGoals(const Command& command)
{
    const CommandSpec& spec = *command.spec;
    auto tree = parseCommandSyntax(spec);
    CHECK(tree.ok());
    m_trees[command.index] = std::move(*tree);
    addTokens(command, m_trees[command.index], {});
    if (fewestWords(command) > nameWords(command))
        m_goals[goalOf(command, kTooFew)] = false;
    if (spec.arity > 0)
        m_goals[goalOf(command, kTooMany)] = false;
    if (!hasKeys(spec))
        return;
    m_goals[goalOf(command, kMissingKey)] = false;
    if (judgesType(spec))
        m_goals[goalOf(command, kWrongType)] = false;
}

void CommandCoverage::addTokens(
    const Command& command, const std::vector<SyntaxArgument>& arguments, const Bytes& inside)
{
    for (const SyntaxArgument& argument : arguments) {
        if (!argument.token.empty()) {
            const Bytes goal = goalOf(command, argument.token) + (inside.empty() ? "" : " of " + inside);
            m_tokens[&argument] = goal;
            m_goals[goal] = false;
        }
        addTokens(command, argument.arguments, argument.name);
    }
}

void CommandCoverage::reach(const Command& command, BytesView what)
{
    const auto goal = m_goals.find(goalOf(command, what));
    if (goal != m_goals.end())
        goal->second = true;
}

void CommandCoverage::see(const std::vector<Bytes>& argv, const Reply& reply, FunctionRef<bool(BytesView key)> exists)
{
    const std::vector<BytesView> words(argv.begin(), argv.end());
    const Command* command = m_table.resolve(words);
    const bool queued = reply.kind == ReplyKind::Status && reply.text == "QUEUED";
    if (!command || queued)
        return;
    if (saysWrongArity(reply)) {
        if (words.size() < fewestWords(*command))
            reach(*command, kTooFew);
        else if (command->spec->arity > 0 && words.size() > fewestWords(*command))
            reach(*command, kTooMany);
        return;
    }
    if (!reply.isError())
        seeTokens(*command, std::span(argv).subspan(nameWords(*command)));
    if (hasKeys(*command->spec))
        seeKeys(*command, words, reply, exists);
}

void CommandCoverage::seeTokens(const Command& command, std::span<const Bytes> words)
{
    const auto used = tokensUsed(m_trees[command.index], words);
    if (!used)
        return;
    for (const SyntaxArgument* token : *used)
        m_goals[m_tokens[token]] = true;
}

void CommandCoverage::seeKeys(
    const Command& command, Argv argv, const Reply& reply, FunctionRef<bool(BytesView key)> exists)
{
    const auto places = keyPlaces(*command.spec, argv);
    if (!places || places->empty())
        return;
    const bool anyThere = std::ranges::any_of(*places, [&](KeyPlace place) { return exists(argv[place.index]); });
    if (!anyThere && understoodMissingKey(reply))
        reach(command, kMissingKey);
    if (anyThere && reply.isError() && startsWithAny(reply.text, kWrongTypeErrors))
        reach(command, kWrongType);
}

} // namespace tests
