#include "tests/support/syntax_match.h"

#include "engine/base/function_ref.h"

#include <algorithm>

namespace tests {

using namespace engine;

namespace {

using Arguments = std::span<const SyntaxArgument>;
/// What has to fit behind, from a word on.
using Rest = FunctionRef<bool(std::size_t at)>;

/// Descent with backtracking. Every function is true when what it is named for fits at `at` and the rest behind it;
/// m_used then holds the tokens of the whole, and is as it was before otherwise.
class SyntaxMatch {
public:
    explicit SyntaxMatch(std::span<const Bytes> words) : m_words(words) { }

    bool sequence(Arguments arguments, std::size_t at, Rest rest);
    std::vector<const SyntaxArgument*> used() const { return m_used; }

private:
    bool anyOrder(std::vector<const SyntaxArgument*> options, std::size_t at, Rest rest);
    bool argument(const SyntaxArgument& argument, std::size_t at, Rest rest);
    bool values(const SyntaxArgument& argument, std::size_t at, Rest rest);
    bool value(const SyntaxArgument& argument, std::size_t at, Rest rest);
    bool token(const SyntaxArgument& argument, std::size_t at, Rest rest);
    bool choice(Arguments arguments, std::size_t at, Rest rest);

    std::span<const Bytes> m_words;
    std::vector<const SyntaxArgument*> m_used;
};

bool beginsWithToken(const SyntaxArgument& argument)
{
    if (!argument.token.empty())
        return true;
    if (argument.type == ArgumentType::OneOf)
        return std::ranges::any_of(argument.arguments, beginsWithToken);
    return argument.type == ArgumentType::Block && beginsWithToken(argument.arguments.front());
}

std::vector<const SyntaxArgument*> tokensFirst(Arguments arguments)
{
    std::vector<const SyntaxArgument*> ordered;
    for (const SyntaxArgument& argument : arguments)
        ordered.push_back(&argument);
    std::ranges::stable_partition(ordered, [](const SyntaxArgument* argument) { return beginsWithToken(*argument); });
    return ordered;
}

bool SyntaxMatch::sequence(Arguments arguments, std::size_t at, Rest rest)
{
    if (arguments.empty())
        return rest(at);
    const auto firstNeeded =
        std::ranges::find_if(arguments, [](const SyntaxArgument& argument) { return !argument.optional; });
    const auto options = static_cast<std::size_t>(firstNeeded - arguments.begin());
    if (options > 0)
        return anyOrder(tokensFirst(arguments.first(options)), at,
            [&](std::size_t behind) { return sequence(arguments.subspan(options), behind, rest); });
    return argument(
        arguments.front(), at, [&](std::size_t behind) { return sequence(arguments.subspan(1), behind, rest); });
}

bool SyntaxMatch::anyOrder(std::vector<const SyntaxArgument*> options, std::size_t at, Rest rest)
{
    for (std::size_t i = 0; i < options.size(); ++i) {
        const bool fits = argument(*options[i], at, [&](std::size_t behind) {
            auto others = options;
            others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
            return behind > at && anyOrder(std::move(others), behind, rest);
        });
        if (fits)
            return true;
    }
    return rest(at);
}

bool SyntaxMatch::argument(const SyntaxArgument& argument, std::size_t at, Rest rest)
{
    if (argument.token.empty() || argument.type == ArgumentType::PureToken)
        return values(argument, at, rest);
    return token(argument, at, [&](std::size_t behind) { return values(argument, behind, rest); });
}

bool SyntaxMatch::values(const SyntaxArgument& argument, std::size_t at, Rest rest)
{
    return value(argument, at, [&](std::size_t behind) {
        if (rest(behind))
            return true;
        if (!argument.multiple || behind == at)
            return false;
        return argument.multipleToken ? this->argument(argument, behind, rest) : values(argument, behind, rest);
    });
}

bool SyntaxMatch::value(const SyntaxArgument& argument, std::size_t at, Rest rest)
{
    switch (argument.type) {
    case ArgumentType::PureToken:
        return token(argument, at, rest);
    case ArgumentType::OneOf:
        return choice(argument.arguments, at, rest);
    case ArgumentType::Block:
        return sequence(argument.arguments, at, rest);
    default:
        return at < m_words.size() && rest(at + 1);
    }
}

bool SyntaxMatch::token(const SyntaxArgument& argument, std::size_t at, Rest rest)
{
    if (at >= m_words.size() || !equalsIgnoringCase(m_words[at], argument.token))
        return false;
    m_used.push_back(&argument);
    if (rest(at + 1))
        return true;
    m_used.pop_back();
    return false;
}

bool SyntaxMatch::choice(Arguments arguments, std::size_t at, Rest rest)
{
    return std::ranges::any_of(
        tokensFirst(arguments), [&](const SyntaxArgument* candidate) { return argument(*candidate, at, rest); });
}

} // namespace

std::optional<std::vector<const SyntaxArgument*>> tokensUsed(
    const std::vector<SyntaxArgument>& tree, std::span<const Bytes> words)
{
    SyntaxMatch match(words);
    if (!match.sequence(tree, 0, [&](std::size_t at) { return at == words.size(); }))
        return std::nullopt;
    return match.used();
}

} // namespace tests
