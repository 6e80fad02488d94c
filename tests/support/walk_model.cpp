#include "tests/support/walk_model.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace tests {

using debugger::BreakpointKind;
using debugger::BreakpointState;
using debugger::Move;

WalkModel::WalkModel(const GroundTruth& truth, const std::vector<BreakpointState>& breakpoints, std::size_t condition)
    : m_truth(truth), m_stops(truth.moments.size() + 1), m_activation(truth.moments.size() + 1)
{
    std::map<int, Activations> activations; // of coroutines
    for (std::uint64_t at = 1; at < end(); ++at) {
        const TrueMoment& moment = truth.at(at);
        Activations& own = activations[moment.coroutine];
        enter(own, at);
        m_activation[at] = own.back();
    }
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

void WalkModel::enter(Activations& own, std::uint64_t at) const
{
    const TrueMoment& moment = m_truth.at(at);
    // A line that begins no activation is of one that had a line.
    const auto there = static_cast<std::size_t>(moment.depth - (moment.begins ? 1 : 0));
    if (own.size() < there)
        throw std::logic_error("moment " + std::to_string(at) + " is of an activation that never began");
    own.resize(there);
    if (moment.begins)
        own.push_back(at);
}

std::vector<WalkModel::Waiting> WalkModel::waitingAt(std::uint64_t moment) const
{
    std::map<int, Activations> activations;
    std::vector<Waiting> stack; // the running one last
    for (std::uint64_t at = 1; at <= moment; ++at) {
        const TrueMoment& each = m_truth.at(at);
        Activations& own = activations[each.coroutine];
        enter(own, at);
        const auto found = std::find_if(stack.begin(), stack.end(),
            [&each](const Waiting& waiting) { return waiting.coroutine == each.coroutine; });
        stack.erase(found, stack.end());
        stack.push_back({.coroutine = each.coroutine, .activations = own, .moment = at});
    }
    std::reverse(stack.begin(), stack.end());
    return stack;
}

bool WalkModel::isOf(const Activations& activations, std::uint64_t moment) const
{
    return std::find(activations.begin(), activations.end(), m_activation[moment]) != activations.end();
}

std::uint64_t WalkModel::after(Move move, std::uint64_t from) const
{
    switch (move) {
    case Move::Into:
        return firstAfter(from, [](std::uint64_t) { return true; });
    case Move::Over:
    case Move::Out: {
        auto waiting = waitingAt(from);
        if (move == Move::Out)
            waiting.front().activations.pop_back();
        return firstAfter(from, [&](std::uint64_t at) {
            return stops(at) || std::any_of(waiting.begin(), waiting.end(), [&](const Waiting& each) {
                return isOf(each.activations, at);
            });
        });
    }
    case Move::Continue:
        return firstAfter(from, [this](std::uint64_t at) { return stops(at); });
    case Move::ToStart:
        return 1;
    case Move::ToEnd:
        return end();
    default:
        return before(move, from);
    }
}

std::uint64_t WalkModel::before(Move move, std::uint64_t from) const
{
    if (move == Move::Back)
        return lastBefore(from, [](std::uint64_t) { return true; });
    if (move == Move::ReverseContinue)
        return lastBefore(from, [this](std::uint64_t at) { return stops(at); });
    if (from >= end())
        return lastBefore(from, [this](std::uint64_t at) { return m_activation[at] == 1; });
    const auto waiting = waitingAt(from);
    Activations wanted = waiting.front().activations;
    if (move == Move::BackOut)
        wanted.pop_back();
    if (const std::uint64_t found = lastBefore(from, [&](std::uint64_t at) { return isOf(wanted, at); }); found != 0)
        return found;
    // The first line of a coroutine's body: out of it is the line that resumed it last, or first.
    if (waiting.size() < 2)
        return 0;
    if (move == Move::BackOut)
        return waiting[1].moment;
    const int coroutine = m_truth.at(from).coroutine;
    std::uint64_t first = 1;
    while (m_truth.at(first).coroutine != coroutine)
        ++first;
    return lastBefore(first, [](std::uint64_t) { return true; });
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
