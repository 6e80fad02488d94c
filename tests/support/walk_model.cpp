#include "tests/support/walk_model.h"

#include <algorithm>

namespace tests {

using debugger::BreakpointKind;
using debugger::BreakpointState;
using debugger::Move;

WalkModel::WalkModel(const GroundTruth& truth, const std::vector<BreakpointState>& breakpoints, std::size_t condition)
    : m_truth(truth), m_stops(truth.moments.size() + 1)
{
    std::vector<int> hits(breakpoints.size());
    for (std::uint64_t at = 1; at < end(); ++at) {
        const TrueMoment& moment = truth.at(at);
        if (!moment.inScript)
            continue;
        m_stops[at] = moment.forcedStop;
        for (std::size_t i = 0; i < breakpoints.size(); ++i) {
            const BreakpointState& each = breakpoints[i];
            // One that cannot be evaluated stops as well.
            const bool holds = each.spec.condition.empty() || moment.answers[condition] == "boolean true; "
                || moment.answers[condition].starts_with("error: ");
            if (each.boundLine == moment.line && each.spec.enabled && holds && ++hits[i] >= each.spec.hitCount
                && each.spec.logText.empty())
                m_stops[at] = true;
        }
    }
    m_knowsStops = std::all_of(breakpoints.begin(), breakpoints.end(),
        [](const BreakpointState& each) { return each.spec.kind == BreakpointKind::Line; });
}

std::uint64_t WalkModel::firstAfter(std::uint64_t from, const Holds& holds) const
{
    for (std::uint64_t at = from + 1; at < end(); ++at) {
        if (m_truth.at(at).inScript && holds(at))
            return at;
    }
    return end();
}

std::uint64_t WalkModel::lastBefore(std::uint64_t from, const Holds& holds) const
{
    for (std::uint64_t at = std::min(from, end()); at-- > 1;) {
        if (m_truth.at(at).inScript && holds(at))
            return at;
    }
    return 0;
}

std::vector<WalkModel::Waiting> WalkModel::waitingAt(std::uint64_t moment) const
{
    std::vector<Waiting> stack; // the running one last
    for (std::uint64_t at = 1; at <= moment; ++at) {
        const TrueMoment& each = m_truth.at(at);
        const auto found = std::find_if(stack.begin(), stack.end(),
            [&each](const Waiting& waiting) { return waiting.coroutine == each.coroutine; });
        stack.erase(found, stack.end());
        stack.push_back({.coroutine = each.coroutine, .depth = each.depth, .moment = at});
    }
    std::reverse(stack.begin(), stack.end());
    return stack;
}

bool WalkModel::leaves(const std::vector<Waiting>& waiting, std::uint64_t moment, bool out) const
{
    const TrueMoment& now = m_truth.at(moment);
    const auto found = std::find_if(
        waiting.begin(), waiting.end(), [&now](const Waiting& each) { return each.coroutine == now.coroutine; });
    if (found == waiting.end())
        return false;
    const bool own = found == waiting.begin();
    return own && out ? now.depth < found->depth : now.depth <= found->depth;
}

std::uint64_t WalkModel::after(Move move, std::uint64_t from) const
{
    const auto any = [](std::uint64_t) { return true; };
    const auto stopping = [this](std::uint64_t at) { return stops(at); };
    const auto shallower = [&](int least) {
        const TrueMoment& here = m_truth.at(from);
        return lastBefore(from, [&here, this, least](std::uint64_t at) {
            const TrueMoment& each = m_truth.at(at);
            return each.coroutine == here.coroutine && here.depth - each.depth >= least;
        });
    };
    switch (move) {
    case Move::Into:
        return firstAfter(from, any);
    case Move::Over:
    case Move::Out: {
        const auto waiting = waitingAt(from);
        return firstAfter(from, [&](std::uint64_t at) { return stops(at) || leaves(waiting, at, move == Move::Out); });
    }
    case Move::Continue:
        return firstAfter(from, stopping);
    case Move::Back:
        return lastBefore(from, any);
    case Move::ReverseContinue:
        return lastBefore(from, stopping);
    case Move::BackOver:
    case Move::BackOut: {
        if (from >= end())
            return lastBefore(from, [this](std::uint64_t at) {
                return m_truth.at(at).coroutine == 0 && m_truth.at(at).depth <= m_truth.at(1).depth;
            });
        if (const std::uint64_t found = shallower(move == Move::BackOut ? 1 : 0); found != 0)
            return found;
        // The first line of a coroutine's body: out of it is the line that resumed it last, or first.
        const auto waiting = waitingAt(from);
        if (waiting.size() < 2)
            return 0;
        if (move == Move::BackOut)
            return waiting[1].moment;
        const int coroutine = m_truth.at(from).coroutine;
        std::uint64_t first = 1;
        while (m_truth.at(first).coroutine != coroutine)
            ++first;
        return lastBefore(first, any);
    }
    case Move::ToStart:
        return 1;
    case Move::ToEnd:
        return end();
    }
    return 0;
}

std::uint64_t WalkModel::afterRunToLine(int line, std::uint64_t from) const
{
    return firstAfter(from, [this, line](std::uint64_t at) { return m_truth.at(at).line == line || stops(at); });
}

std::uint64_t WalkModel::lineBefore(int line, std::uint64_t from) const
{
    return lastBefore(from, [this, line](std::uint64_t at) { return m_truth.at(at).line == line; });
}

} // namespace tests
