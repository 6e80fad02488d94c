#include "engine/acl/acl_selector.h"

#include "engine/base/glob.h"
#include "engine/command/command_facts.h"
#include "engine/command/command_keys.h"

#include <algorithm>

namespace engine {

namespace {

Error because(BytesView reason)
{
    return Error{Bytes(reason)};
}

bool hasSpace(BytesView text)
{
    return std::ranges::any_of(text, [](char c) { return c == '\0' || (c >= '\t' && c <= '\r') || c == ' '; });
}

Bytes joined(const std::vector<Bytes>& words)
{
    Bytes text;
    for (const Bytes& word : words)
        text.append(text.empty() ? "" : " ").append(word);
    return text;
}

} // namespace

// --- Rules.

bool AclSelector::applyWord(BytesView word)
{
    const auto is = [word](BytesView name) { return equalsIgnoringCase(word, name); };
    if (is("allkeys") || is("~*") || is("resetkeys")) {
        m_allKeys = !is("resetkeys");
        m_keys.clear();
    } else if (is("allchannels") || is("&*") || is("resetchannels")) {
        m_allChannels = !is("resetchannels");
        m_channels.clear();
    } else if (is("allcommands") || is("+@all"))
        m_commands.allowAll();
    else if (is("nocommands") || is("-@all"))
        m_commands.denyAll();
    else
        return false;
    return true;
}

// +get, +config|get, +select|0, -get, +@read.
Result<void> AclSelector::applyCommand(BytesView name, bool allowed)
{
    if (name.starts_with('@')) {
        const auto category = findAclCategory(name.substr(1));
        if (!category)
            return because(acl_errors::kUnknownName);
        m_commands.setCategory(*category, allowed);
        return {};
    }
    if (const Command* command = m_table->findFullName(name)) {
        m_commands.set(*command, allowed);
        return {};
    }
    const std::size_t bar = name.rfind('|');
    const Command* command = bar == BytesView::npos ? nullptr : m_table->findFullName(name.substr(0, bar));
    if (!allowed || !command)
        return because(acl_errors::kUnknownName);
    if (command->parent)
        return because(acl_errors::kFirstArgumentOfSubcommand);
    if (bar + 1 == name.size())
        return because(acl_errors::kSyntax);
    if (command->isContainer())
        return because(acl_errors::kUnknownName);
    m_commands.allowFirstArgument(*command, name.substr(bar + 1));
    return {};
}

// ~pattern, or %R~pattern, %W~pattern, %RW~pattern.
Result<void> AclSelector::applyKeyPattern(BytesView rule)
{
    if (m_allKeys)
        return because(acl_errors::kPatternAfterAllKeys);
    AclKeyPattern added;
    const std::size_t tilde = rule.find('~');
    if (tilde == BytesView::npos)
        return because(acl_errors::kSyntax);
    if (tilde == 0)
        added.reads = added.writes = true;
    for (std::size_t i = 1; i < tilde; ++i) {
        const char letter = rule[i];
        bool& right = letter == 'R' || letter == 'r' ? added.reads : added.writes;
        const bool known = letter == 'R' || letter == 'r' || letter == 'W' || letter == 'w';
        if (!known || right)
            return because(acl_errors::kSyntax);
        right = true;
    }
    added.pattern = rule.substr(tilde + 1);
    if ((!added.reads && !added.writes) || hasSpace(added.pattern))
        return because(acl_errors::kSyntax);
    const auto known = std::ranges::find(m_keys, added.pattern, &AclKeyPattern::pattern);
    if (known == m_keys.end()) {
        m_keys.push_back(std::move(added));
        return {};
    }
    known->reads = known->reads || added.reads;
    known->writes = known->writes || added.writes;
    return {};
}

Result<void> AclSelector::applyChannel(BytesView channel)
{
    if (m_allChannels)
        return because(acl_errors::kPatternAfterAllChannels);
    if (hasSpace(channel))
        return because(acl_errors::kSyntax);
    if (std::ranges::find(m_channels, channel) == m_channels.end())
        m_channels.emplace_back(channel);
    return {};
}

Result<void> AclSelector::apply(BytesView rule)
{
    if (applyWord(rule))
        return {};
    switch (rule.empty() ? '\0' : rule[0]) {
    case '~':
    case '%':
        return applyKeyPattern(rule);
    case '&':
        return applyChannel(rule.substr(1));
    case '+':
    case '-':
        return applyCommand(rule.substr(1), rule[0] == '+');
    default:
        return because(acl_errors::kSyntax);
    }
}

// --- Judging.

bool AclSelector::readsAllKeys() const
{
    return m_allKeys
        || std::ranges::any_of(m_keys, [](const AclKeyPattern& key) { return key.reads && key.pattern == "*"; });
}

bool AclSelector::allowsKey(BytesView key, std::uint16_t use) const
{
    const bool reads = (use & KeySpec::Access) != 0;
    const bool writes = (use & (KeySpec::Insert | KeySpec::Delete | KeySpec::Update)) != 0;
    return std::ranges::any_of(m_keys, [&](const AclKeyPattern& allowed) {
        return (allowed.reads || !reads) && (allowed.writes || !writes) && globMatches(allowed.pattern, key);
    });
}

bool AclSelector::allowsChannel(BytesView channel, bool isPattern) const
{
    return m_allChannels || std::ranges::any_of(m_channels, [&](const Bytes& allowed) {
        return isPattern ? allowed == channel : globMatches(allowed, channel);
    });
}

AclVerdict AclSelector::judgeKeys(const Command& command, Argv argv) const
{
    if (m_allKeys || command.spec->keys.view().empty())
        return {};
    for (const KeyPlace& place : keyPlaces(*command.spec, argv).value_or(std::vector<KeyPlace>())) {
        if (!allowsKey(argv[place.index], place.use))
            return {AclDenial::Key, place.index};
    }
    return {};
}

AclVerdict AclSelector::judgeChannels(const Command& command, Argv argv) const
{
    const ChannelWords channels = command.spec->channels;
    if (m_allChannels || channels == ChannelWords::None)
        return {};
    const std::size_t end = channels == ChannelWords::First ? std::min<std::size_t>(2, argv.size()) : argv.size();
    for (std::size_t i = 1; i < end; ++i) {
        if (!allowsChannel(argv[i], channels == ChannelWords::Patterns))
            return {AclDenial::Channel, i};
    }
    return {};
}

AclVerdict AclSelector::judge(const Command& command, Argv argv) const
{
    // Whoever may not log in could never become somebody who may do more.
    if (!has(command.spec->flags, Flag::NoAuth) && !m_commands.allows(command, argv))
        return {AclDenial::Command, 0};
    const AclVerdict keys = judgeKeys(command, argv);
    return keys.allowed() ? judgeChannels(command, argv) : keys;
}

// --- Text.

Bytes AclSelector::keyText() const
{
    if (m_allKeys)
        return "~*";
    std::vector<Bytes> words;
    for (const AclKeyPattern& key : m_keys)
        words.push_back((key.reads && key.writes ? "~" : key.reads ? "%R~" : "%W~") + key.pattern);
    return joined(words);
}

Bytes AclSelector::channelText() const
{
    if (m_allChannels)
        return "&*";
    std::vector<Bytes> words;
    for (const Bytes& channel : m_channels)
        words.push_back("&" + channel);
    return joined(words);
}

Bytes AclSelector::describe() const
{
    std::vector<Bytes> parts;
    if (Bytes keys = keyText(); !keys.empty())
        parts.push_back(std::move(keys));
    if (!m_allChannels)
        parts.emplace_back("resetchannels");
    if (Bytes channels = channelText(); !channels.empty())
        parts.push_back(std::move(channels));
    parts.push_back(commandText());
    return joined(parts);
}

} // namespace engine
