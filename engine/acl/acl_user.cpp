#include "engine/acl/acl_user.h"

#include "engine/acl/acl_password.h"
#include "engine/resp/request_parser.h"

#include <algorithm>

namespace engine {

AclUser::AclUser(BytesView name, const AclDefaults& defaults) : m_name(name), m_defaults(&defaults)
{
    m_rights.selectors.push_back(freshSelector());
}

AclSelector AclUser::freshSelector() const
{
    AclSelector selector(*m_defaults->commands);
    if (m_defaults->allChannels)
        CHECK(selector.apply("allchannels"));
    return selector;
}

void AclUser::become(const AclUser& other)
{
    m_rights = other.m_rights;
    m_unrestricted = other.m_unrestricted;
}

// --- Rules.

void AclUser::reset()
{
    m_rights = {};
    m_rights.payload = Payload::Sanitized;
    m_rights.selectors.push_back(freshSelector());
}

bool AclUser::applyWord(BytesView word)
{
    const auto is = [word](BytesView name) { return equalsIgnoringCase(word, name); };
    if (is("on") || is("off"))
        m_rights.on = is("on");
    else if (is("nopass") || is("resetpass")) {
        m_rights.noPassword = is("nopass");
        m_rights.passwords.clear();
    } else if (is("skip-sanitize-payload"))
        m_rights.payload = Payload::Skipped;
    else if (is("sanitize-payload"))
        m_rights.payload = Payload::Sanitized;
    else if (is("clearselectors"))
        m_rights.selectors.erase(m_rights.selectors.begin() + 1, m_rights.selectors.end());
    else if (is("reset"))
        reset();
    else
        return false;
    return true;
}

// >password and #hash add one, <password and !hash take one away.
Result<void> AclUser::applyPassword(BytesView rule)
{
    const bool hashed = rule[0] == '#' || rule[0] == '!';
    if (hashed && !isPasswordHash(rule.substr(1)))
        return Error{Bytes(acl_errors::kBadHash)};
    const Bytes hash = hashed ? Bytes(rule.substr(1)) : passwordHash(rule.substr(1));
    auto& passwords = m_rights.passwords;
    const auto known = std::ranges::find(passwords, hash);
    if (rule[0] == '>' || rule[0] == '#') {
        if (known == passwords.end())
            passwords.push_back(hash);
        m_rights.noPassword = false;
    } else if (known == passwords.end()) {
        return Error{Bytes(acl_errors::kNoSuchPassword)};
    } else {
        passwords.erase(known);
    }
    return {};
}

Result<void> AclUser::addSelector(BytesView rules)
{
    std::vector<Bytes> words;
    if (!splitQuoted(rules, words))
        return Error{Bytes(acl_errors::kSyntax)};
    AclSelector selector = freshSelector();
    for (const Bytes& word : words) {
        if (auto done = selector.apply(word); !done)
            return done;
    }
    m_rights.selectors.push_back(std::move(selector));
    return {};
}

Result<void> AclUser::apply(BytesView rule)
{
    constexpr BytesView kPasswordRules = "><#!";
    Result<void> done;
    if (rule.empty() || applyWord(rule))
        done = {};
    else if (kPasswordRules.find(rule[0]) != BytesView::npos)
        done = applyPassword(rule);
    else if (rule.size() >= 2 && rule.starts_with('(') && rule.ends_with(')'))
        done = addSelector(rule.substr(1, rule.size() - 2));
    else
        done = m_rights.selectors[0].apply(rule);
    m_unrestricted = m_rights.selectors[0].allowsEverything();
    return done;
}

MergedRules mergeSelectors(std::span<const BytesView> words)
{
    MergedRules merged;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const BytesView word = words[i];
        const bool opens = word.starts_with('(') && !word.ends_with(')');
        if (!merged.unclosed)
            merged.rules.emplace_back(word);
        else if (opens) // what was open before is forgotten, as the real server does
            merged.rules.back() = word;
        else
            merged.rules.back().append(" ").append(word);
        if (opens)
            merged.unclosed = i;
        else if (word.ends_with(')'))
            merged.unclosed.reset();
    }
    return merged;
}

// --- Judging.

bool AclUser::letsIn(BytesView password) const
{
    if (!m_rights.on)
        return false;
    if (m_rights.noPassword)
        return true;
    const Bytes hash = passwordHash(password);
    bool fits = false;
    for (const Bytes& known : m_rights.passwords)
        fits = sameSecret(known, hash) || fits;
    return fits;
}

AclVerdict AclUser::judge(const Command& command, Argv argv) const
{
    AclVerdict worst;
    for (const AclSelector& selector : m_rights.selectors) {
        const AclVerdict verdict = selector.judge(command, argv);
        if (verdict.allowed())
            return verdict;
        // The one that got furthest says best what is missing.
        if (verdict.denial > worst.denial || (verdict.denial == worst.denial && verdict.word > worst.word))
            worst = verdict;
    }
    return worst;
}

bool AclUser::readsAnyKeyWith(const Command& command, Argv argv) const
{
    return std::ranges::any_of(m_rights.selectors, [&](const AclSelector& selector) {
        return selector.readsAllKeys() && selector.judge(command, argv).allowed();
    });
}

bool AclUser::allowsChannel(BytesView channel, bool isPattern) const
{
    return std::ranges::any_of(
        m_rights.selectors, [&](const AclSelector& selector) { return selector.allowsChannel(channel, isPattern); });
}

// --- Text.

std::vector<BytesView> AclUser::flags() const
{
    std::vector<BytesView> flags{m_rights.on ? "on" : "off"};
    if (m_rights.noPassword)
        flags.emplace_back("nopass");
    if (m_rights.payload != Payload::Unsaid)
        flags.emplace_back(m_rights.payload == Payload::Skipped ? "skip-sanitize-payload" : "sanitize-payload");
    return flags;
}

Bytes AclUser::describe() const
{
    Bytes text;
    for (const BytesView flag : flags())
        text.append(flag).append(" ");
    for (const Bytes& hash : m_rights.passwords)
        text.append("#").append(hash).append(" ");
    text += m_rights.selectors[0].describe();
    for (std::size_t i = 1; i < m_rights.selectors.size(); ++i)
        text.append(" (").append(m_rights.selectors[i].describe()).append(")");
    return text;
}

} // namespace engine
