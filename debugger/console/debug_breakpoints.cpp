// The commands of the debugger's console that say where a run stops: `break`, `catch`, `disable` and `enable`.

#include "debugger/breakpoints.h"
#include "debugger/console/breakpoint_words.h"
#include "debugger/console/debug_console.h"
#include "debugger/console/debug_words.h"

#include <algorithm>
#include <limits>

namespace debugger {

namespace {

bool isCatch(const BreakpointSpec& spec)
{
    return spec.kind != BreakpointKind::Line;
}

} // namespace

std::optional<std::vector<BreakpointState>> DebugConsole::sendBreakpoints()
{
    const std::vector<BreakpointState> before = m_states;
    const auto set = ask<BreakpointsSet>(SetBreakpointsRequest{m_breakpoints});
    if (!set)
        return std::nullopt;
    m_states = set->breakpoints;
    const bool replays = std::ranges::any_of(m_breakpoints, [&before](const BreakpointSpec& spec) {
        return (!spec.logText.empty() || Breakpoints::isCountedByReplay(spec))
            && std::ranges::find(before, spec, &BreakpointState::spec) == before.end();
    });
    if (replays)
        awaitReplay();
    return set->breakpoints;
}

void DebugConsole::awaitReplay()
{
    // What is asked now is answered behind the replay, and from where the session was before.
    if (!m_stop && !m_ended)
        return;
    const Request again = m_stop ? Request(SeekRequest{m_stop->moment}) : Request(MoveRequest{Move::ToEnd});
    const auto isAnswer = [](const SessionEventBody& event) {
        return std::holds_alternative<Stopped>(event) || std::holds_alternative<Ended>(event);
    };
    const auto answer = m_session.ask({.request = again,
        .isAnswer = isAnswer,
        .onOther = [this](const SessionEventBody& event) { showOther(event); },
        .patience = std::nullopt});
    if (const auto* ended = std::get_if<Ended>(&answer.event)) {
        m_states = ended->breakpoints;
    } else if (const auto* stopped = std::get_if<Stopped>(&answer.event); stopped && m_stop) {
        m_states = stopped->breakpoints;
        // Tables are others in another replay; what the step before has done is the same.
        m_stop->arguments = stopped->arguments;
        m_stop->locals = stopped->locals;
        m_stop->upvalues = stopped->upvalues;
    } else {
        show(answer, false);
    }
}

void DebugConsole::breakAt(const Words& words)
{
    if (!words.words.empty())
        return changeBreakpoints(words);
    std::vector<BreakpointState> states;
    std::vector<SourceLine> lines;
    for (const BreakpointState& state : m_states) {
        if (isCatch(state.spec))
            continue;
        states.push_back(state);
        lines.push_back(sourceLine(state.boundLine));
    }
    m_output->breakpoints(states, lines);
}

void DebugConsole::changeBreakpoints(const Words& words)
{
    std::string_view clauses = words.rest;
    const auto first = parseNumber(takeWord(clauses));
    const bool several = words.words.size() < 2 || parseNumber(words.words[1]).has_value();
    if (first && *first >= 1 && *first <= lineCount() && !several) {
        auto spec = withClauses({.line = static_cast<int>(*first)}, clauses);
        return spec ? addBreakpoint(std::move(*spec)) : m_output->error(spec.error());
    }
    for (const std::string& word : words.words) {
        const auto line = parseNumber(word);
        if (!line)
            return m_output->error("Invalid argument:'" + word + "'");
        if (*line == 0) {
            std::erase_if(m_breakpoints, [](const BreakpointSpec& each) { return !isCatch(each); });
            if (sendBreakpoints())
                m_output->message("All breakpoints removed.");
        } else if (*line < 0) {
            removeBreakpoint(static_cast<int>(std::max<long long>(*line, -lineCount() - 1)) * -1);
        } else if (*line > lineCount()) {
            m_output->error("Wrong line number.");
        } else {
            addBreakpoint({.line = static_cast<int>(*line)});
        }
    }
}

void DebugConsole::addBreakpoint(BreakpointSpec spec)
{
    if (std::ranges::find(m_breakpoints, spec) != m_breakpoints.end())
        return m_output->error("There is a breakpoint on line " + std::to_string(spec.line) + " already.");
    const std::vector<BreakpointSpec> before = m_breakpoints;
    // A line may have one that stops and one that logs.
    const auto old = std::ranges::find_if(m_breakpoints, [&spec](const BreakpointSpec& each) {
        return each.line == spec.line && each.logText.empty() == spec.logText.empty();
    });
    const auto at = static_cast<std::size_t>(old - m_breakpoints.begin());
    if (old == m_breakpoints.end())
        m_breakpoints.push_back(spec);
    else
        *old = spec;
    const auto set = sendBreakpoints();
    if (!set)
        return;
    const BreakpointState& state = (*set)[at];
    if (state.boundLine > 0 && state.problem.empty())
        return showAround(state.boundLine, 1, 1);
    m_output->error(state.boundLine > 0 ? "break " + breakpointText(spec) + ": " + state.problem
                                        : "There is no code at or behind line " + std::to_string(spec.line) + ".");
    m_breakpoints = before;
    sendBreakpoints();
}

bool DebugConsole::isOnLine(std::size_t breakpoint, int line) const
{
    const bool bound = breakpoint < m_states.size() && m_states[breakpoint].boundLine == line;
    return !isCatch(m_breakpoints[breakpoint]) && (bound || m_breakpoints[breakpoint].line == line);
}

void DebugConsole::removeBreakpoint(int line)
{
    std::vector<BreakpointSpec> kept;
    for (std::size_t i = 0; i < m_breakpoints.size(); ++i) {
        if (!isOnLine(i, line))
            kept.push_back(m_breakpoints[i]);
    }
    if (kept.size() == m_breakpoints.size())
        return m_output->error("No breakpoint in the specified line.");
    m_breakpoints = std::move(kept);
    if (sendBreakpoints())
        m_output->message("Breakpoint removed.");
}

// --- Events.

void DebugConsole::showCatches()
{
    std::vector<BreakpointState> shown;
    std::ranges::copy_if(
        m_states, std::back_inserter(shown), [](const BreakpointState& each) { return isCatch(each.spec); });
    m_output->catches(shown);
}

void DebugConsole::catchEvent(const Words& words)
{
    if (words.words.empty())
        return showCatches();
    // As in "catch -2". No number of one is so small that it has no opposite.
    if (const auto number = parseNumber(words.words[0]))
        return removeCatch(-std::max(*number, -std::numeric_limits<long long>::max()));
    std::string_view rest = words.rest;
    const std::string_view event = takeWord(rest);
    const bool anyError = engine::equalsIgnoringCase(event, "error");
    const auto kind = anyError ? BreakpointKind::CaughtError : catchKind(event);
    if (!kind)
        return m_output->error("There is no event '" + std::string(event)
            + "': command NAME, command @CATEGORY, read KEY, write KEY, undeclared, error-reply, error, caught, "
              "uncaught");
    BreakpointSpec waits{.kind = *kind};
    const bool wantsPattern =
        *kind == BreakpointKind::Command || *kind == BreakpointKind::KeyRead || *kind == BreakpointKind::KeyWritten;
    if (wantsPattern)
        waits.pattern = takeWord(rest);
    auto spec = withClauses(std::move(waits), rest);
    if (!spec)
        return m_output->error(spec.error());
    addCatch(*spec);
    if (anyError) {
        spec->kind = BreakpointKind::UncaughtError;
        addCatch(*spec);
    }
    showCatches();
}

void DebugConsole::addCatch(const BreakpointSpec& spec)
{
    if (std::ranges::find(m_breakpoints, spec) != m_breakpoints.end())
        return m_output->error("There is 'catch " + breakpointText(spec) + "' already.");
    m_breakpoints.push_back(spec);
    const auto set = sendBreakpoints();
    if (set && set->back().problem.empty())
        return;
    if (set)
        m_output->error("catch " + breakpointText(spec) + ": " + set->back().problem);
    m_breakpoints.pop_back();
    sendBreakpoints();
}

std::optional<std::size_t> DebugConsole::catchNumber(long long number) const
{
    for (std::size_t i = 0; i < m_breakpoints.size(); ++i) {
        if (isCatch(m_breakpoints[i]) && --number == 0)
            return i;
    }
    return std::nullopt;
}

void DebugConsole::removeCatch(long long number)
{
    const auto at = catchNumber(number);
    if (!at)
        return m_output->error("There is no such number: 'catch' lists them.");
    m_breakpoints.erase(m_breakpoints.begin() + static_cast<std::ptrdiff_t>(*at));
    if (sendBreakpoints())
        m_output->message("It is not waited for any more.");
}

// --- On and off.

std::optional<std::vector<std::size_t>> DebugConsole::meantBreakpoints(const Words& words)
{
    std::vector<std::size_t> meant;
    bool catches = false;
    for (const std::string& word : words.words) {
        const std::size_t before = meant.size();
        const auto number = parseNumber(word);
        if (!catches && word == "catch") {
            catches = true;
            continue;
        }
        for (std::size_t i = 0; i < m_breakpoints.size(); ++i) {
            const bool onLine = number && !catches && *number <= lineCount() && isOnLine(i, static_cast<int>(*number));
            if (word == "all" || onLine || (number && catches && catchNumber(*number) == i))
                meant.push_back(i);
        }
        if (meant.size() > before)
            continue;
        m_output->error("There is no breakpoint '" + word + "': 'break' and 'catch' list them.");
        return std::nullopt;
    }
    if (!meant.empty())
        return meant;
    m_output->error("disable and enable want lines, 'catch' with numbers, or 'all', as in: disable 4");
    return std::nullopt;
}

void DebugConsole::switchBreakpoints(const Words& words, bool enabled)
{
    const auto meant = meantBreakpoints(words);
    if (!meant)
        return;
    for (const std::size_t each : *meant)
        m_breakpoints[each].enabled = enabled;
    if (sendBreakpoints())
        m_output->message(
            std::string(meant->size() == 1 ? "Breakpoint " : "Breakpoints ") + (enabled ? "enabled." : "disabled."));
}

} // namespace debugger
