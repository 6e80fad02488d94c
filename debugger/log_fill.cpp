#include "debugger/log_fill.h"

#include <algorithm>
#include <utility>

namespace debugger {

namespace {

// More than anybody reads; a loop of a million turns would drown what is of interest.
constexpr std::size_t kMostOutputs = 10'000;

bool isActiveLogPoint(const BreakpointSpec& spec)
{
    return spec.enabled && !spec.logText.empty();
}

} // namespace

void LogFill::noteNew(const std::vector<BreakpointState>& before, const std::vector<BreakpointSpec>& now)
{
    std::erase_if(m_wanted, [&](const BreakpointSpec& spec) { return std::ranges::find(now, spec) == now.end(); });
    for (const BreakpointSpec& spec : now) {
        const bool isNew = std::ranges::find(before, spec, &BreakpointState::spec) == before.end();
        if (isNew && isActiveLogPoint(spec))
            m_wanted.push_back(spec);
    }
}

bool LogFill::begin(const Trace& trace, const EventJudge& judge, const std::vector<int>& codeLines)
{
    m_logPoints.setJudge(judge);
    m_logPoints.set(m_wanted, codeLines);
    m_logPoints.resetHits();
    m_logged = 0;
    const std::vector<BreakpointSpec> wanted = std::exchange(m_wanted, {});
    const auto waitsFor = [&](const auto& event) {
        return std::ranges::any_of(wanted, [&](const BreakpointSpec& spec) { return judge.matches(spec, event); });
    };
    if (std::ranges::any_of(trace.calls(), waitsFor) || std::ranges::any_of(trace.errors(), waitsFor))
        return true;
    Moment at = 1;
    while (at <= trace.furthest() && !(trace.line(at).inScript() && m_logPoints.on(trace.line(at).line())))
        ++at;
    return at <= trace.furthest();
}

std::vector<Output> LogFill::onLine(Trace& trace, Moment moment, int line, const Evaluator& evaluate)
{
    const RunEvents events = m_logPoints.watchesEvents() ? trace.eventsAt(moment) : RunEvents();
    if ((!m_logPoints.on(line) && events.empty()) || m_logged > kMostOutputs)
        return {};
    std::vector<Output> logged;
    for (Bytes& text : m_logPoints.reach(line, events, evaluate).logged) {
        if (m_logged++ == kMostOutputs)
            text = "(what log points would have logged from here on is left out)";
        Output output{.kind = OutputKind::LogPoint, .moment = moment, .line = line, .text = std::move(text)};
        if (trace.addLogPoint(output))
            logged.push_back(std::move(output));
    }
    return logged;
}

} // namespace debugger
