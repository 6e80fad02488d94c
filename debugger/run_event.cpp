#include "debugger/run_event.h"

#include "debugger/ldb_reply_text.h"
#include "engine/base/glob.h"
#include "engine/command/command_facts.h"
#include "engine/command/command_keys.h"

#include <algorithm>

namespace debugger {

using engine::KeySpec;

namespace {

constexpr std::size_t kShownWords = 8;
constexpr std::size_t kShownBytes = 120;

std::vector<BytesView> wordsOf(const RecordedCall& call)
{
    return {call.argv.begin(), call.argv.end()};
}

bool isCategory(BytesView pattern)
{
    return pattern.starts_with('@');
}

bool isNamed(const engine::Command& command, BytesView pattern)
{
    // "config" means all that CONFIG has, "config|get" the one.
    const bool whole = engine::equalsIgnoringCase(command.fullName, pattern);
    return whole || (command.parent && engine::equalsIgnoringCase(command.parent->fullName, pattern));
}

bool isIn(const engine::Command& command, BytesView category)
{
    const auto index = engine::findAclCategory(category);
    return index && (engine::aclCategoryBits(command) >> *index & 1U) != 0;
}

std::uint16_t usesOf(BreakpointKind kind)
{
    return kind == BreakpointKind::KeyRead ? KeySpec::RO | KeySpec::Access : KeySpec::RW | KeySpec::OW | KeySpec::RM;
}

Bytes shortened(Bytes text)
{
    if (text.size() > kShownBytes)
        text = text.substr(0, kShownBytes) + " ...";
    return text;
}

Bytes callText(const RecordedCall& call)
{
    Bytes text;
    for (const Bytes& word : std::span(call.argv).first(std::min(call.argv.size(), kShownWords)))
        text += (text.empty() ? "" : " ") + word;
    return shortened(text) + (call.argv.size() > kShownWords ? " ..." : "");
}

} // namespace

EventJudge::EventJudge(const engine::CommandTable& commands, std::vector<Bytes> declaredKeys)
    : m_commands(&commands), m_declaredKeys(std::move(declaredKeys))
{
}

bool EventJudge::matches(const BreakpointSpec& spec, const RecordedCall& call) const
{
    if (spec.kind == BreakpointKind::ErrorReply)
        return call.reply && call.reply->isError();
    const bool ofCommands = spec.kind == BreakpointKind::Command || spec.kind == BreakpointKind::KeyRead
        || spec.kind == BreakpointKind::KeyWritten || spec.kind == BreakpointKind::UndeclaredKey;
    if (!ofCommands || !m_commands || call.argv.empty())
        return false;
    const engine::Command* command = m_commands->resolve(wordsOf(call));
    if (!command)
        return false;
    if (spec.kind != BreakpointKind::Command)
        return matchesKey(spec, *command, call);
    return isCategory(spec.pattern) ? isIn(*command, BytesView(spec.pattern).substr(1))
                                    : isNamed(*command, spec.pattern);
}

bool EventJudge::matchesKey(const BreakpointSpec& spec, const engine::Command& command, const RecordedCall& call) const
{
    const std::vector<BytesView> words = wordsOf(call);
    const auto places = engine::keyPlaces(*command.spec, words).value_or(std::vector<engine::KeyPlace>());
    return std::ranges::any_of(places, [&](const engine::KeyPlace& place) {
        const BytesView key = words[place.index];
        if (spec.kind == BreakpointKind::UndeclaredKey)
            return std::ranges::find(m_declaredKeys, key) == m_declaredKeys.end();
        return (place.use & usesOf(spec.kind)) != 0 && engine::globMatches(spec.pattern, key);
    });
}

bool EventJudge::matches(const BreakpointSpec& spec, const RecordedError& error)
{
    return spec.kind == (error.caught ? BreakpointKind::CaughtError : BreakpointKind::UncaughtError);
}

Bytes EventJudge::describe(const BreakpointSpec& spec, const RunEvents& events) const
{
    for (const RecordedCall& call : events.calls) {
        if (!matches(spec, call))
            continue;
        const bool failed = spec.kind == BreakpointKind::ErrorReply;
        return callText(call) + (failed ? ": " + shortened(call.reply->text) : "");
    }
    for (const RecordedError& error : events.errors) {
        if (matches(spec, error))
            return shortened(error.text);
    }
    return {};
}

Bytes EventJudge::problemOf(const BreakpointSpec& spec) const
{
    switch (spec.kind) {
    case BreakpointKind::Command:
        if (spec.pattern.empty())
            return "it wants a command, such as set, or a category, such as @write";
        if (isCategory(spec.pattern) && !engine::findAclCategory(BytesView(spec.pattern).substr(1)))
            return "there is no category '" + spec.pattern + "': ACL CAT lists them";
        if (!isCategory(spec.pattern) && m_commands && !m_commands->findFullName(spec.pattern))
            return "there is no command '" + spec.pattern + "'";
        return {};
    case BreakpointKind::KeyRead:
    case BreakpointKind::KeyWritten:
        return spec.pattern.empty() ? "it wants a key, or a pattern such as user:*" : "";
    default:
        return {};
    }
}

} // namespace debugger
