#include "debugger/breakpoints.h"

#include "engine/script/evaluated_code.h"

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

// What is wrong with its code, before any of it is run.
Bytes codeProblemOf(const BreakpointSpec& spec)
{
    Bytes problem = spec.condition.empty() ? Bytes() : engine::codeProblem(spec.condition);
    const auto compile = [&problem](BytesView expression) -> engine::Result<std::vector<engine::LuaValue>> {
        const Bytes wrong = problem.empty() ? engine::codeProblem(expression) : Bytes();
        if (!wrong.empty())
            problem = "{" + Bytes(expression) + "}: " + wrong;
        return std::vector<engine::LuaValue>();
    };
    fillLogText(spec.logText, compile);
    return problem;
}

void noteMoment(std::vector<Moment>& moments, Moment moment)
{
    const auto at = std::ranges::lower_bound(moments, moment);
    if (at == moments.end() || *at != moment)
        moments.insert(at, moment);
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
    const std::vector<BreakpointState> before = std::exchange(m_states, {});
    std::vector<std::vector<Moment>> momentsBefore = std::exchange(m_hitMoments, {});
    m_problems.clear();
    m_callsCounted = 0;
    m_errorsCounted = 0;
    m_onLine.clear();
    m_watchesEvents =
        std::ranges::any_of(specs, [](const BreakpointSpec& spec) { return spec.enabled && isEvent(spec); });
    for (BreakpointSpec& spec : specs) {
        const auto bound = std::lower_bound(codeLines.begin(), codeLines.end(), spec.line);
        BreakpointState state{.spec = std::move(spec), .boundLine = 0, .hits = 0, .problem = {}};
        state.problem = isEvent(state.spec) ? m_judge.problemOf(state.spec) : Bytes();
        if (state.problem.empty())
            state.problem = codeProblemOf(state.spec);
        if (!isEvent(state.spec) && bound != codeLines.end() && state.spec.line > 0)
            state.boundLine = *bound;
        if (state.boundLine > 0 && state.spec.enabled) {
            const auto line = static_cast<std::size_t>(state.boundLine);
            m_onLine.resize(std::max(m_onLine.size(), line + 1));
            m_onLine[line] = 1;
        }
        const auto old = std::ranges::find(before, state.spec, &BreakpointState::spec);
        if (old != before.end())
            state.hits = old->hits;
        const bool keeps = old != before.end() && !state.spec.condition.empty();
        m_hitMoments.push_back(
            keeps ? momentsBefore[static_cast<std::size_t>(old - before.begin())] : std::vector<Moment>());
        m_problems.push_back(state.problem);
        m_states.push_back(std::move(state));
    }
}

std::optional<BreakpointSpec> Breakpoints::specOf(int number) const
{
    const bool exists = number >= 0 && static_cast<std::size_t>(number) < m_states.size();
    return exists ? std::optional(m_states[static_cast<std::size_t>(number)].spec) : std::nullopt;
}

int Breakpoints::find(const std::optional<BreakpointSpec>& spec) const
{
    const auto found = spec ? std::ranges::find(m_states, *spec, &BreakpointState::spec) : m_states.end();
    return found == m_states.end() ? -1 : static_cast<int>(found - m_states.begin());
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

Breakpoints::Hit Breakpoints::reach(int line, const RunEvents& events, const Evaluator& evaluate, Moment moment)
{
    Hit hit;
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        BreakpointState& state = m_states[i];
        const std::uint64_t times = reaches(state, line, events);
        if (times == 0)
            continue;
        Bytes problem = m_problems[i];
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
        if (moment != kNoMoment && !state.spec.condition.empty())
            noteMoment(m_hitMoments[i], moment);
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

bool Breakpoints::isCountedByReplay(const BreakpointSpec& spec)
{
    return spec.enabled && (!spec.condition.empty() || (isEvent(spec) && spec.hitCount > 1));
}

bool Breakpoints::countsConditions() const
{
    return std::ranges::any_of(
        m_states, [](const BreakpointState& state) { return state.spec.enabled && isCountedOnTheWay(state.spec); });
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

bool Breakpoints::isCountedOnTheWay(const BreakpointSpec& spec)
{
    return spec.hitCount > 1 && (isEvent(spec) || !spec.condition.empty());
}

void Breakpoints::noteEvents(const RunEvents& recorded)
{
    if (!m_watchesEvents)
        return;
    const auto note = [&](const auto& event) {
        for (std::size_t i = 0; i < m_states.size(); ++i) {
            const BreakpointSpec& spec = m_states[i].spec;
            if (spec.enabled && isEvent(spec) && spec.condition.empty() && m_judge.matches(spec, event))
                m_hitMoments[i].push_back(event.moment);
        }
    };
    std::ranges::for_each(recorded.calls.subspan(m_callsCounted), note);
    std::ranges::for_each(recorded.errors.subspan(m_errorsCounted), note);
    m_callsCounted = recorded.calls.size();
    m_errorsCounted = recorded.errors.size();
}

void Breakpoints::countHits(
    const std::function<std::uint64_t(int line)>& reached, const RunEvents& recorded, Moment upTo)
{
    noteEvents(recorded);
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        BreakpointState& state = m_states[i];
        if (isCountedOnTheWay(state.spec))
            continue;
        if (!isEvent(state.spec) && state.spec.condition.empty())
            state.hits = reached(state.boundLine);
        else
            state.hits =
                static_cast<std::uint64_t>(std::ranges::upper_bound(m_hitMoments[i], upTo) - m_hitMoments[i].begin());
    }
}

void Breakpoints::cutHitsBehind(Moment moment)
{
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        std::vector<Moment>& moments = m_hitMoments[i];
        // Those of events are read from the recording anew.
        const bool isRead = isEvent(m_states[i].spec) && m_states[i].spec.condition.empty();
        moments.erase(isRead ? moments.begin() : std::ranges::upper_bound(moments, moment), moments.end());
    }
    m_callsCounted = 0;
    m_errorsCounted = 0;
}

} // namespace debugger
