// The commands of the debugger's console that say where a run stops: `break` and `catch`.

#include "debugger/console/debug_console.h"
#include "debugger/console/debug_words.h"

#include <algorithm>

namespace debugger {

namespace {

bool isCatch(const BreakpointSpec& spec)
{
    return spec.kind != BreakpointKind::Line;
}

} // namespace

bool DebugConsole::sendBreakpoints()
{
    const auto set = ask<BreakpointsSet>(SetBreakpointsRequest{m_breakpoints});
    if (set)
        m_states = set->breakpoints;
    return set.has_value();
}

void DebugConsole::breakAt(const Words& words)
{
    if (!words.words.empty())
        return addBreakpoints(words);
    std::vector<BreakpointState> states;
    std::vector<SourceLine> lines;
    for (const BreakpointState& state : m_states) {
        if (isCatch(state.spec))
            continue;
        states.push_back(state);
        lines.push_back(sourceLine(state.boundLine));
    }
    m_output.breakpoints(states, lines);
}

void DebugConsole::addBreakpoints(const Words& words)
{
    std::string_view condition = words.rest;
    takeWord(condition);
    const bool conditional = takeWord(condition) == "if";
    for (const std::string& word : words.words) {
        const auto line = parseNumber(word);
        if (!line)
            return m_output.error("Invalid argument:'" + word + "'");
        if (*line == 0) {
            std::erase_if(m_breakpoints, [](const BreakpointSpec& each) { return !isCatch(each); });
            if (sendBreakpoints())
                m_output.message("All breakpoints removed.");
        } else if (*line < 0) {
            removeBreakpoint(static_cast<int>(std::max<long long>(*line, -lineCount() - 1)) * -1);
        } else if (*line > lineCount()) {
            m_output.error("Wrong line number.");
        } else if (conditional && condition.empty()) {
            m_output.error("break LINE if wants an expression, as in: break 3 if n > 10");
        } else {
            addBreakpoint({.line = static_cast<int>(*line), .condition = Bytes(conditional ? condition : "")});
        }
        if (conditional)
            return;
    }
}

void DebugConsole::addBreakpoint(BreakpointSpec spec)
{
    const auto old = std::find_if(m_breakpoints.begin(), m_breakpoints.end(),
        [&spec](const BreakpointSpec& each) { return each.line == spec.line; });
    if (old != m_breakpoints.end() && old->condition == spec.condition)
        return m_output.error("There is a breakpoint on line " + std::to_string(spec.line) + " already.");
    const int line = spec.line;
    if (old == m_breakpoints.end())
        m_breakpoints.push_back(std::move(spec));
    else
        *old = std::move(spec);
    if (!sendBreakpoints())
        return;
    const auto state = std::find_if(
        m_states.begin(), m_states.end(), [line](const BreakpointState& each) { return each.spec.line == line; });
    const int bound = state == m_states.end() ? 0 : state->boundLine;
    if (bound > 0)
        return showAround(bound, 1, 1);
    m_output.error("There is no code at or behind line " + std::to_string(line) + ".");
    std::erase_if(m_breakpoints, [line](const BreakpointSpec& each) { return each.line == line; });
    sendBreakpoints();
}

void DebugConsole::removeBreakpoint(int line)
{
    // By the line it was asked for, or the one it is bound to.
    std::vector<int> asked{line};
    for (const BreakpointState& state : m_states) {
        if (state.boundLine == line)
            asked.push_back(state.spec.line);
    }
    const auto removed = std::erase_if(m_breakpoints, [&asked](const BreakpointSpec& each) {
        return std::find(asked.begin(), asked.end(), each.line) != asked.end();
    });
    if (removed == 0)
        return m_output.error("No breakpoint in the specified line.");
    if (sendBreakpoints())
        m_output.message("Breakpoint removed.");
}

void DebugConsole::showCatches()
{
    std::vector<BreakpointState> shown;
    std::ranges::copy_if(
        m_states, std::back_inserter(shown), [](const BreakpointState& each) { return isCatch(each.spec); });
    m_output.catches(shown);
}

void DebugConsole::catchEvent(const Words& words)
{
    if (words.words.empty())
        return showCatches();
    if (const auto number = parseNumber(words.words[0]))
        return removeCatch(-*number);
    std::string_view rest = words.rest;
    const std::string_view event = takeWord(rest);
    const bool anyError = engine::equalsIgnoringCase(event, "error");
    const auto kind = anyError ? BreakpointKind::CaughtError : catchKind(event);
    if (!kind)
        return m_output.error("There is no event '" + std::string(event)
            + "': command NAME, command @CATEGORY, read KEY, write KEY, undeclared, error-reply, error, caught, "
              "uncaught");
    BreakpointSpec spec{.kind = *kind};
    const bool wantsPattern =
        *kind == BreakpointKind::Command || *kind == BreakpointKind::KeyRead || *kind == BreakpointKind::KeyWritten;
    if (wantsPattern)
        spec.pattern = takeWord(rest);
    if (!rest.empty()) {
        if (takeWord(rest) != "if" || rest.empty())
            return m_output.error("catch wants a condition behind 'if', as in: catch write user:* if n > 10");
        spec.condition = rest;
    }
    addCatch(spec);
    if (anyError) {
        spec.kind = BreakpointKind::UncaughtError;
        addCatch(spec);
    }
    showCatches();
}

void DebugConsole::addCatch(const BreakpointSpec& spec)
{
    if (std::ranges::find(m_breakpoints, spec) != m_breakpoints.end())
        return m_output.error("There is 'catch " + catchText(spec) + "' already.");
    m_breakpoints.push_back(spec);
    const bool sent = sendBreakpoints();
    if (sent && m_states.back().problem.empty())
        return;
    if (sent)
        m_output.error("catch " + catchText(spec) + ": " + m_states.back().problem);
    m_breakpoints.pop_back();
    sendBreakpoints();
}

void DebugConsole::removeCatch(long long number)
{
    for (auto each = m_breakpoints.begin(); each != m_breakpoints.end(); ++each) {
        if (!isCatch(*each) || --number != 0)
            continue;
        m_breakpoints.erase(each);
        if (sendBreakpoints())
            m_output.message("It is not waited for any more.");
        return;
    }
    m_output.error("There is no such number: 'catch' lists them.");
}

} // namespace debugger
