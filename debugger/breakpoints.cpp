#include "debugger/breakpoints.h"

#include <algorithm>
#include <utility>

namespace debugger {

namespace {

bool isEvent(const BreakpointSpec& spec)
{
    return spec.kind != BreakpointKind::Line;
}

Bytes valuesText(const engine::Result<std::vector<engine::LuaValue>>& values)
{
    if (!values)
        return "<" + values.error() + ">";
    if (values->empty())
        return "nil";
    Bytes text;
    for (const engine::LuaValue& value : *values) {
        if (!text.empty())
            text += ", ";
        // A string stands as it is, as print would show it; everything else as source.
        text += value.kind == engine::LuaKind::String ? value.bytes : value.text;
    }
    return text;
}

} // namespace

bool isTruthy(const std::vector<engine::LuaValue>& values)
{
    if (values.empty() || values.front().kind == engine::LuaKind::Nil)
        return false;
    return values.front().kind != engine::LuaKind::Boolean || values.front().text == "true";
}

Bytes fillLogText(BytesView text, const Evaluator& evaluate)
{
    Bytes filled;
    while (!text.empty()) {
        const std::size_t open = text.find('{');
        filled += text.substr(0, open);
        if (open == BytesView::npos)
            break;
        text.remove_prefix(open + 1);
        if (text.starts_with('{')) {
            filled += '{';
            text.remove_prefix(1);
            continue;
        }
        const std::size_t close = text.find('}');
        if (close == BytesView::npos) {
            filled += '{';
            continue;
        }
        filled += valuesText(evaluate(text.substr(0, close)));
        text.remove_prefix(close + 1);
    }
    return filled;
}

void Breakpoints::set(std::vector<BreakpointSpec> specs, const std::vector<int>& codeLines)
{
    m_states.clear();
    m_onLine.clear();
    m_watchesEvents =
        std::ranges::any_of(specs, [](const BreakpointSpec& spec) { return spec.enabled && isEvent(spec); });
    for (BreakpointSpec& spec : specs) {
        const auto bound = std::lower_bound(codeLines.begin(), codeLines.end(), spec.line);
        BreakpointState state{.spec = std::move(spec), .boundLine = 0, .hits = 0, .problem = {}};
        if (isEvent(state.spec))
            state.problem = m_judge.problemOf(state.spec);
        else if (bound != codeLines.end() && state.spec.line > 0)
            state.boundLine = *bound;
        if (state.boundLine > 0 && state.spec.enabled) {
            const auto line = static_cast<std::size_t>(state.boundLine);
            m_onLine.resize(std::max(m_onLine.size(), line + 1));
            m_onLine[line] = 1;
        }
        m_states.push_back(std::move(state));
    }
}

std::uint64_t Breakpoints::reaches(const BreakpointState& state, int line, const RunEvents& events) const
{
    const BreakpointSpec& spec = state.spec;
    if (!spec.enabled)
        return 0;
    if (!isEvent(spec))
        return line > 0 && state.boundLine == line ? 1 : 0;
    const auto matches = [&](const auto& event) { return m_judge.matches(spec, event); };
    return static_cast<std::uint64_t>(
        std::ranges::count_if(events.calls, matches) + std::ranges::count_if(events.errors, matches));
}

Breakpoints::Hit Breakpoints::reach(int line, const RunEvents& events, const Evaluator& evaluate)
{
    Hit hit;
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        BreakpointState& state = m_states[i];
        const std::uint64_t times = reaches(state, line, events);
        if (times == 0)
            continue;
        Bytes problem;
        if (!state.spec.condition.empty()) {
            const auto answer = evaluate(state.spec.condition);
            if (!answer)
                problem = answer.error();
            else if (!isTruthy(*answer))
                continue;
        }
        if (problem != state.problem) {
            state.problem = problem;
            hit.problemsChanged = true;
        }
        state.hits += times;
        if (state.spec.hitCount > 1 && state.hits < static_cast<std::uint64_t>(state.spec.hitCount))
            continue;
        if (!state.spec.logText.empty())
            hit.logged.push_back(fillLogText(state.spec.logText, evaluate));
        else if (!hit.stoppedBy)
            hit.stoppedBy = i;
    }
    return hit;
}

void Breakpoints::resetHits()
{
    for (BreakpointState& state : m_states)
        state.hits = 0;
}

bool Breakpoints::countsConditions() const
{
    return std::any_of(m_states.begin(), m_states.end(), [](const BreakpointState& state) {
        return state.spec.enabled && state.spec.hitCount > 1 && (isEvent(state.spec) || !state.spec.condition.empty());
    });
}

bool Breakpoints::needsEvaluation() const
{
    return std::any_of(m_states.begin(), m_states.end(), [](const BreakpointState& state) {
        return state.spec.enabled && state.spec.logText.empty()
            && (state.spec.hitCount > 1 || !state.spec.condition.empty());
    });
}

int Breakpoints::stopOn(int line, const RunEvents& events) const
{
    const auto found = std::ranges::find_if(m_states,
        [&](const BreakpointState& state) { return state.spec.logText.empty() && reaches(state, line, events) > 0; });
    return found == m_states.end() ? -1 : static_cast<int>(found - m_states.begin());
}

void Breakpoints::countHits(const std::function<std::uint64_t(int line)>& reached)
{
    for (BreakpointState& state : m_states) {
        if (state.spec.condition.empty() && !isEvent(state.spec))
            state.hits = reached(state.boundLine);
    }
}

} // namespace debugger
