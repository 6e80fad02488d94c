#include "engine/command/command_syntax.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace engine {

namespace {

struct TypeName {
    BytesView name;
    ArgumentType type;
};

constexpr TypeName kTypes[] = {
    {"string", ArgumentType::String},
    {"integer", ArgumentType::Integer},
    {"double", ArgumentType::Double},
    {"key", ArgumentType::Key},
    {"pattern", ArgumentType::Pattern},
    {"unix-time", ArgumentType::UnixTime},
    {"pure-token", ArgumentType::PureToken},
    {"oneof", ArgumentType::OneOf},
    {"block", ArgumentType::Block},
};

bool isTokenWord(BytesView word)
{
    return std::ranges::none_of(word, [](char c) { return c >= 'a' && c <= 'z'; });
}

/// Descent over the grammar; the first error sticks and ends every loop.
class SyntaxParser {
public:
    SyntaxParser(BytesView text, int keySpecs) : m_text(text), m_keySpecs(keySpecs) { }

    std::vector<SyntaxArgument> sequence(char close);
    const Bytes& error() const { return m_error; }
    bool atEnd() const { return m_at == m_text.size(); }

private:
    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    void skipBlanks()
    {
        while (peek() == ' ' || peek() == '\n')
            ++m_at;
    }
    bool take(BytesView wanted)
    {
        if (!m_text.substr(m_at).starts_with(wanted))
            return false;
        m_at += wanted.size();
        return true;
    }
    void fail(const char* why)
    {
        if (m_error.empty())
            m_error = Bytes(why) + " at byte " + std::to_string(m_at) + " of \"" + Bytes(m_text) + "\"";
    }
    BytesView word();
    SyntaxArgument item();
    SyntaxArgument group(char close);
    SyntaxArgument namedWord();
    void suffixes(SyntaxArgument& argument);
    void findKeySpec(SyntaxArgument& argument, BytesView number);

    BytesView m_text;
    std::size_t m_at = 0;
    int m_keySpecs;
    int m_nextKey = 0;
    Bytes m_error;
};

BytesView SyntaxParser::word()
{
    const std::size_t from = m_at;
    while (m_at < m_text.size() && BytesView(" \n()[]|").find(peek()) == BytesView::npos
        && !m_text.substr(m_at).starts_with("..."))
        ++m_at;
    if (m_at == from)
        fail("a word is missing");
    return m_text.substr(from, m_at - from);
}

// Which spec finds it: `key`, `key@2`, `pattern@1`.
void SyntaxParser::findKeySpec(SyntaxArgument& argument, BytesView number)
{
    argument.keySpec = number.size() == 1 ? number[0] - '0' : std::min(m_nextKey, m_keySpecs - 1);
    ++m_nextKey;
    if (argument.keySpec < 0 || argument.keySpec >= m_keySpecs)
        fail("a key without a key spec");
}

SyntaxArgument SyntaxParser::namedWord()
{
    SyntaxArgument argument;
    const BytesView text = word();
    const std::size_t first = text.find(':');
    if (isTokenWord(text.substr(0, first))) {
        argument.type = ArgumentType::PureToken;
        argument.token = text.substr(0, first);
        argument.name = first == BytesView::npos ? lowered(text) : Bytes(text.substr(first + 1));
        return argument;
    }
    const std::size_t last = text.rfind(':');
    if (last == BytesView::npos) {
        fail("an argument without a type");
        return argument;
    }
    const BytesView type = text.substr(last + 1);
    const std::size_t at = std::min(type.find('@'), type.size());
    argument.name = text.substr(0, last);
    const auto known = std::ranges::find(kTypes, type.substr(0, at), &TypeName::name);
    if (known == std::end(kTypes)) {
        fail("an unknown type");
        return argument;
    }
    argument.type = known->type;
    if (argument.type == ArgumentType::Key || at < type.size())
        findKeySpec(argument, type.substr(std::min(at + 1, type.size())));
    return argument;
}

void SyntaxParser::suffixes(SyntaxArgument& argument)
{
    for (;;) {
        if (take("..."))
            argument.multiple = true;
        else if (take(":"))
            argument.name = word();
        else
            return;
    }
}

// What stands between parentheses or brackets: a choice, a single argument, or a block.
SyntaxArgument SyntaxParser::group(char close)
{
    std::vector<SyntaxArgument> choices;
    bool isChoice = false;
    std::vector<SyntaxArgument> members;
    for (;;) {
        members = sequence(close);
        if (!m_error.empty())
            return {};
        isChoice = isChoice || peek() == '|';
        if (isChoice) {
            if (members.size() != 1)
                fail("a choice of several arguments needs parentheses");
            else
                choices.push_back(members.front());
        }
        if (!take("|"))
            break;
    }
    if (!take(BytesView(&close, 1)))
        fail("a bracket is not closed");
    SyntaxArgument argument;
    if (isChoice) {
        argument.type = ArgumentType::OneOf;
        for (const SyntaxArgument& choice : choices)
            argument.name += (argument.name.empty() ? "" : "_") + choice.name;
        argument.arguments = std::move(choices);
    } else if (close == ']' && members.size() == 1) {
        argument = std::move(members.front());
    } else {
        argument.type = ArgumentType::Block;
        argument.arguments = std::move(members);
    }
    return argument;
}

SyntaxArgument SyntaxParser::item()
{
    SyntaxArgument argument;
    if (take("[")) {
        argument = group(']');
        argument.optional = true;
        const bool repeated = argument.multiple;
        argument.multiple = false;
        suffixes(argument);
        argument.multipleToken = argument.multiple && !argument.token.empty();
        argument.multiple = argument.multiple || repeated;
        return argument;
    }
    if (take("("))
        argument = group(')');
    else
        argument = namedWord();
    suffixes(argument);
    if (argument.name.empty())
        fail("a block without a name");
    return argument;
}

std::vector<SyntaxArgument> SyntaxParser::sequence(char close)
{
    std::vector<SyntaxArgument> arguments;
    Bytes token; // read, and waiting for what it introduces
    skipBlanks();
    while (m_error.empty() && !atEnd() && peek() != close && peek() != '|') {
        const std::size_t from = m_at;
        SyntaxArgument argument = item();
        const bool bare = argument.type == ArgumentType::PureToken && m_text[from] != '['
            && m_text.substr(from, m_at - from).find(':') == BytesView::npos;
        skipBlanks();
        if (!token.empty()) {
            argument.token = std::exchange(token, {});
        } else if (bare && !atEnd() && (peek() == '(' || std::islower(static_cast<unsigned char>(peek())) != 0)) {
            token = argument.token;
            continue;
        }
        arguments.push_back(std::move(argument));
    }
    if (!token.empty())
        fail("a token that introduces nothing");
    return arguments;
}

Bytes argumentLine(const SyntaxArgument& argument)
{
    Bytes line;
    const auto inside = [&](const char* between) {
        for (const SyntaxArgument& member : argument.arguments)
            line += (line.empty() ? "" : between) + argumentLine(member);
    };
    switch (argument.type) {
    case ArgumentType::PureToken:
        line = argument.token;
        break;
    case ArgumentType::OneOf:
        inside("|");
        if (!argument.optional || !argument.token.empty())
            line = "<" + line + ">";
        break;
    case ArgumentType::Block:
        inside(" ");
        break;
    default:
        line = argument.name;
    }
    if (!argument.token.empty() && argument.type != ArgumentType::PureToken)
        line = argument.token + " " + line;
    if (argument.multiple)
        line += argument.multipleToken ? " [" + line + " ...]"
                                       : " [" + (argument.token.empty() ? line : argument.name) + " ...]";
    return argument.optional ? "[" + line + "]" : line;
}

} // namespace

BytesView argumentTypeName(ArgumentType type)
{
    return std::ranges::find(kTypes, type, &TypeName::type)->name;
}

Result<std::vector<SyntaxArgument>> parseCommandSyntax(const CommandSpec& spec)
{
    SyntaxParser parser(spec.syntax, static_cast<int>(spec.keys.view().size()));
    auto arguments = parser.sequence('\0');
    if (!parser.error().empty())
        return Error{parser.error()};
    if (!parser.atEnd())
        return Error{"a bracket is closed that was not opened, in \"" + Bytes(spec.syntax) + "\""};
    return arguments;
}

Bytes syntaxLine(const std::vector<SyntaxArgument>& arguments)
{
    Bytes line;
    for (const SyntaxArgument& argument : arguments)
        line += (line.empty() ? "" : " ") + argumentLine(argument);
    return line;
}

} // namespace engine
